"""The downloads on a pocketbook's page, and who may have which."""

from datetime import datetime

import pytest

from lms.accounts.enums import Role
from lms.addresses import public_address_of
from lms.db import db
from lms.editions.models import BookFile, FileKind
from lms.editions.service import make_files
from lms.learning.models import KeySeen
from lms.printing.fonts import BUILT_FONTS
from lms.programmes.queries import NATIONAL, get_figure
from tests.browser import Browser
from tests.factories import Book, Factory, later
from tests.pocketbooks import Source

pytestmark = pytest.mark.slow

BOOK = "/buku/nilai-contoh"
ANSWERS = f"{BOOK}/lembar-jawaban"


SET_TYPE: dict[FileKind, bytes] = {}
"""What setting type has made of the book below: it takes seconds, and is the same each time."""


@pytest.fixture
def book(make: Factory) -> Book:
    card = {"kartu.md": "# Kartu saku\n\n1. Dengarkan dahulu.\n"}
    made = make.book(source=Source(chapters=1, bank=4, files=dict(card)))
    with make.inside():
        if not SET_TYPE:
            files = make_files(made.release_id, public_address_of, BUILT_FONTS)
            SET_TYPE.update({file.kind: file.content for file in files})
        else:
            db.session.add_all(
                BookFile(
                    release_id=made.release_id, kind=kind, byte_count=len(content), content=content
                )
                for kind, content in SET_TYPE.items()
            )
        db.session.commit()
    return made


def test_a_book_that_is_not_made_yet_offers_nothing(browser: Browser, make: Factory) -> None:
    make.book()
    assert "Bawa serta" not in browser.get(BOOK).words
    assert "masih disiapkan" in browser.get(f"{BOOK}/berkas/buku-a6.pdf", expect=404).words


def test_everybody_may_take_the_book_along(browser: Browser, book: Book) -> None:
    links = [link for link in browser.get(BOOK).links if "/berkas/" in link]
    names = ["buku-a6.pdf", "buklet-a4.pdf", "buku.epub", "kartu-a6.pdf", "kartu-a4.pdf"]
    assert links == [f"{BOOK}/berkas/{name}" for name in names]
    for link in links:
        response = browser.client.get(link)
        start = b"PK" if link.endswith("epub") else b"%PDF"
        assert (response.status_code, response.data[: len(start)]) == (200, start)
        name = link.rpartition("/")[2]
        assert f"nilai-contoh-2026.1-{name}" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("role", [None, Role.HR_OFFICER])
def test_the_answer_sheet_does_not_exist_for_learners_and_officers(
    browser: Browser, make: Factory, book: Book, role: Role | None
) -> None:
    browser.post(ANSWERS, expect=404)
    place = make.institution()
    person = make.officer(at=place) if role else make.learner(at=place)
    browser.sign_in(person)
    browser.post(ANSWERS, expect=404)
    assert not offers_answers(browser)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN])
def test_the_answer_sheet_is_for_those_who_may_know_the_key(
    browser: Browser, make: Factory, book: Book, role: Role
) -> None:
    browser.sign_in(make.learner(roles=((role, None),)))
    page = browser.submit(browser.get(BOOK).form(ANSWERS))
    assert page.data.startswith(b"%PDF")
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_answer_sheet_is_handed_out_by_no_address_alone(
    browser: Browser, make: Factory, book: Book
) -> None:
    browser.sign_in(make.admin())
    browser.get(f"{BOOK}/berkas/lembar-jawaban.pdf", expect=404)
    browser.get(ANSWERS, expect=405)
    browser.post(ANSWERS, token=None, expect=400)
    assert make.count(KeySeen) == 0


def test_who_sits_the_quiz_gets_the_key_when_they_have_handed_it_in(
    browser: Browser, make: Factory, book: Book
) -> None:
    author = make.learner(roles=((Role.AUTHOR, None),))
    sitting = make.attempt(author, book=book)
    browser.sign_in(author)
    assert "masih terbuka" in browser.post(ANSWERS, expect=409).words
    assert not offers_answers(browser)
    make.submit(sitting)
    assert offers_answers(browser)
    assert browser.post(ANSWERS).data.startswith(b"%PDF")


def test_who_took_the_answer_sheet_before_passing_has_a_certificate_that_says_so(
    browser: Browser, make: Factory, book: Book, now: datetime
) -> None:
    author = make.learner(at=make.institution(), roles=((Role.AUTHOR, None),))
    browser.sign_in(author)
    assert "tidak dihitung dalam capaian" in browser.get(BOOK).words
    browser.post(ANSWERS)
    make.programme()
    passed = make.passed(author, book, at=later(now, minutes=1))
    issued = make.issued(passed)
    for url in (f"/sertifikat/{issued.code}", f"/v/{issued.code}"):
        assert "telah mengambil lembar jawaban" in browser.get(url).words
    result = browser.get(f"/percobaan/{passed.token}/hasil").words
    assert "sah, tetapi tidak dihitung dalam capaian nasional" in result
    assert "begitu dikonfirmasi" not in result
    with make.inside():
        assert get_figure(NATIONAL, now=now).count == 0


def test_who_took_it_after_passing_has_one_like_everybody_elses(
    browser: Browser, make: Factory, book: Book, now: datetime
) -> None:
    author = make.learner(at=make.institution(), roles=((Role.AUTHOR, None),))
    make.programme()
    issued = make.certificate(author, book)
    browser.sign_in(author)
    browser.post(ANSWERS)
    assert "lembar jawaban" not in browser.get(f"/v/{issued.code}").words
    with make.inside():
        assert get_figure(NATIONAL, now=now).count == 1


def offers_answers(browser: Browser) -> bool:
    """Whether the page of the book has a button for the answer sheet."""
    return any(form.action.endswith(ANSWERS) for form in browser.get(BOOK).forms)


@pytest.mark.parametrize("name", ["x.pdf", "buku-a6.pdf/..", "BUKU-A6.PDF", "answers", "%00"])
def test_other_names_are_not_found(browser: Browser, book: Book, name: str) -> None:
    assert browser.client.get(f"{BOOK}/berkas/{name}").status_code in {400, 404}


SENSITIVE = Source(chapters=1, bank=4)


def sensitive_book(make: Factory) -> Book:
    """A pocketbook that may touch wounds."""
    folder = make.book(source=SENSITIVE).folder
    head = (folder / "buku.md").read_text()
    (folder / "buku.md").write_text(head.replace("jp: 2", "jp: 2\npeka: ya"))
    return make.publish(folder, SENSITIVE)


def test_the_quiz_of_a_sensitive_book_keeps_them_in_sight_too(
    browser: Browser, make: Factory
) -> None:
    book = sensitive_book(make)
    sitting = make.attempt(book=book)
    browser.sign_in(sitting.person)
    assert "Butuh bantuan? 129" in browser.get(f"/modul/{book.slug}/kuis").words
    page = browser.get(f"/percobaan/{sitting.token}")
    assert "Butuh bantuan? 129" in page.words
    assert "https://www.bmkg.go.id/" in page.links
    make.submit(sitting)
    assert "Butuh bantuan? 129" in browser.get(f"/percobaan/{sitting.token}/hasil").words


def test_a_sensitive_book_keeps_help_and_a_way_out_in_sight(
    browser: Browser, make: Factory
) -> None:
    sensitive_book(make)
    page = browser.get(BOOK)
    assert "Contoh dapat Anda lewati" in page.words
    chapter = browser.get(f"{BOOK}/1")
    for words in (page.words, chapter.words):
        assert "Butuh bantuan? 129" in words
        assert "08111-129-129" in words
    assert "https://www.bmkg.go.id/" in chapter.links
    assert "tel:110" in chapter.links


def test_other_books_have_neither(browser: Browser, make: Factory) -> None:
    make.book(source=SENSITIVE)
    assert "Butuh bantuan?" not in browser.get(BOOK).words
    assert "Keluar cepat" not in browser.get(f"{BOOK}/1").words
