"""Home: to a visitor it says what this is, to a person what comes next for them."""

from dataclasses import replace

import pytest

from lms.accounts.enums import Role
from lms.clock import utc_now
from lms.days import write_day
from lms.db import transaction
from lms.programmes.queries import NATIONAL, Figure
from lms.programmes.versions import close_programme
from tests.browser import Browser, Page
from tests.conftest import Statements
from tests.factories import PASSWORD, REASON, Factory
from tests.pocketbooks import Source


def act_of(page: Page) -> tuple[str, str]:
    """The word of the one main button of the home page, and where it leads."""
    (button,) = [
        tag
        for tag in page.document.all("a")
        if tag.get("class") == "button" and "panel-acts" in tag.parents[-1].get("class")
    ]
    return " ".join(button.text.split()), button.get("href")


def test_a_visitor_is_told_what_this_is_for_whom_how_long_and_who_vouches(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    page = browser.get("/")
    assert "Hak asasi manusia dalam kerja sehari-hari" in page.words
    assert "1 buku saku gratis untuk ASN dan siapa pun" in page.words
    assert "terima sertifikat JP yang dapat diperiksa siapa pun" in page.words
    assert "Diterbitkan oleh Kementerian Hak Asasi Manusia" in page.words
    assert act_of(page) == ("Mulai membaca UJI-01", f"/buku/{book.slug}/1")
    assert page.words.index("Mulai membaca") < page.words.index("Capaian nasional")
    assert "buku besar" not in page.words


def test_home_stands_before_anything_is_published(browser: Browser, make: Factory) -> None:
    browser.get("/")
    browser.sign_in(make.learner())
    assert "Selamat datang" in browser.get("/").words


@pytest.mark.parametrize(("count", "has_begun"), [(0, True), (999, True), (1000, False)])
def test_under_a_thousand_it_has_just_begun(count: int, has_begun: bool) -> None:
    figure = Figure("Program", count, 1_000_000, utc_now(), 0, 1)
    assert figure.has_just_begun is has_begun
    assert not replace(figure, ended_at=utc_now()).has_just_begun


def test_home_says_of_a_closed_programme_that_its_figure_is_the_last(
    browser: Browser, make: Factory
) -> None:
    make.certificate(make.learner(at=make.institution()))
    with make.inside(), transaction():
        close_programme(NATIONAL, REASON, actor_id=None, now=utc_now())
    words = browser.get("/").words
    assert f"Angka akhir: program ditutup {write_day(make.today)}." in words
    assert "Baru dimulai" not in words


def test_on_its_first_day_the_figure_says_so_and_its_own_page_counts(
    browser: Browser, make: Factory
) -> None:
    make.certificate(make.learner(at=make.institution()))
    words = browser.get("/").words
    assert "Baru dimulai" in words
    assert "1 ASN telah tercapai, menuju 1.000.000." in words
    words = browser.get("/capaian").words
    assert "Baru dimulai" not in words
    assert "entri buku besar ke-1" in words


def test_the_next_act_follows_a_learner_from_the_first_chapter_to_the_next_book(
    browser: Browser, make: Factory
) -> None:
    book, ayu = make.book(chapters=2), make.learner("Ayu Lestari")
    other = make.book("tema-dua")
    browser.sign_in(ayu)
    home = browser.get("/")
    assert "Selamat datang, Ayu Lestari" in home.words
    assert act_of(home) == ("Mulai membaca", f"/buku/{book.slug}/1")

    make.reading(ayu, book, 1)
    home = browser.get("/")
    assert act_of(home) == ("Lanjutkan Bab 2", f"/buku/{book.slug}/lanjutkan")
    assert "1 dari 2 bab dibaca" in home.words
    assert "Tinggal" in home.words

    make.reading(ayu, book, 2)
    assert act_of(browser.get("/")) == ("Ke kuis akhir", f"/modul/{book.slug}/kuis")

    sitting = make.attempt(ayu, book)
    assert act_of(browser.get("/")) == ("Lanjutkan kuis", f"/percobaan/{sitting.token}")

    make.answers(sitting, sitting.right)
    make.submit(sitting)
    issued = make.issued(sitting)
    home = browser.get("/")
    assert act_of(home) == ("Mulai membaca", f"/buku/{other.slug}/1")
    assert f"/sertifikat/{issued.code}" in home.links
    assert "Selesai" in home.words

    last = make.certificate(ayu, other)
    assert act_of(browser.get("/")) in {
        ("Buka sertifikat", f"/sertifikat/{each.code}") for each in (issued, last)
    }


def test_who_has_to_wait_is_told_until_when_and_what_to_read_again(
    browser: Browser, make: Factory
) -> None:
    book, ayu = make.book(), make.learner()
    sitting = make.not_passed(ayu, book, at=utc_now())
    browser.sign_in(ayu)
    for path in ("/", "/belajar", f"/buku/{book.slug}"):
        page = browser.get(path)
        assert "Kuis dapat diulang" in page.words
        assert "Ke kuis akhir" not in page.words
        assert f"/percobaan/{sitting.token}/hasil" in page.links
    assert "Nilai terakhir 0." in browser.get("/belajar").words


def test_a_revoked_certificate_is_said_on_the_cover(browser: Browser, make: Factory) -> None:
    issued = make.certificate()
    make.revoke(issued)
    browser.sign_in(issued.person)
    for path in ("/", "/belajar"):
        assert "Sertifikat dicabut" in browser.get(path).words


@pytest.mark.parametrize(
    ("is_pppk", "sentence"),
    [
        (False, "2 JP dari 20 JP setahun tercatat di SakuHAM"),
        (True, "2 JP dari batas 24 JP setahun tercatat di SakuHAM"),
    ],
)
def test_the_hours_stand_against_what_holds_for_the_kind(
    browser: Browser, make: Factory, is_pppk: bool, sentence: str
) -> None:
    ayu = make.learner(is_pppk=is_pppk)
    make.certificate(ayu, at=utc_now())
    browser.sign_in(ayu)
    for path in ("/", "/belajar"):
        assert sentence in browser.get(path).words


def test_an_officer_lands_where_people_wait_and_only_then(browser: Browser, make: Factory) -> None:
    institution, elsewhere = make.institution(), make.institution()
    officer = make.officer(at=institution, password=PASSWORD)
    make.learner(at=elsewhere, confirmed=False)
    fields = {"identifier": officer.number, "password": PASSWORD}
    browser.get("/masuk")
    assert browser.post("/masuk", fields).url == "/"
    assert "menunggu konfirmasi Anda" not in browser.get("/").words
    make.learner(at=institution, confirmed=False)
    assert "1 orang menunggu konfirmasi Anda." in browser.get("/").words
    browser.get("/masuk")
    page = browser.post("/masuk", fields, expect=302)
    assert page.headers["Location"] == "/kepegawaian?status=waiting"


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.AUTHOR, "flask content check"),
        (Role.REVIEWER, "Naskah ditelaah"),
        (Role.COORDINATOR, "Koordinator Anda melihat di mana program ini berhenti"),
        (Role.ADMIN, "Administrator Anda melihat di mana program ini berhenti"),
        (Role.HR_OFFICER, "Pengelola kepegawaian Anda mengonfirmasi"),
    ],
)
def test_a_role_says_what_it_does_and_where(
    browser: Browser, make: Factory, role: Role, sentence: str
) -> None:
    browser.sign_in(make.learner(roles=((role, make.institution()),)))
    for path in ("/", "/akun"):
        assert sentence in browser.get(path).words
    browser.sign_in(make.learner())
    assert sentence not in browser.get("/").words


def test_ten_books_cost_what_one_costs(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    ayu = make.learner()
    browser.sign_in(ayu)
    costs = []
    for first, last in ((0, 1), (1, 10)):
        for count in range(first, last):
            book = make.book(source=Source(slug=f"buku-{count}", code=f"UJI-{count + 10}"))
            make.certificate(ayu, book)
        for path in ("/", "/belajar"):
            browser.get(path)
            with statements() as seen:
                browser.get(path)
            costs.append(len(seen))
    assert costs[:2] == costs[2:]
    assert costs[0] <= 10
