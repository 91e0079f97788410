"""After a revocation every page of the holder says so, why, and what to do now."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.certificates.enums import RevocationGround
from tests.browser import Browser
from tests.factories import REASON, Factory, Issued, Sitting

MAY_NOT = RevocationGround.DISHONESTY
MAY = RevocationGround.MISTAKE


@pytest.fixture
def sitting(make: Factory) -> Sitting:
    """A passed quiz."""
    return make.passed(make.learner(at=make.institution()))


@pytest.fixture
def issued(make: Factory, sitting: Sitting) -> Issued:
    """Its certificate."""
    return make.issued(sitting)


def pages_of(sitting: Sitting, issued: Issued) -> list[str]:
    """Every page of the holder that speaks of the certificate."""
    slug = issued.book.slug
    return [
        "/belajar",
        f"/buku/{slug}",
        f"/modul/{slug}/kuis",
        f"/percobaan/{sitting.token}/hasil",
        f"/sertifikat/{issued.code}",
    ]


@pytest.mark.parametrize("ground", [MAY, MAY_NOT])
def test_every_page_of_the_holder_says_that_it_was_revoked_and_why(
    browser: Browser, make: Factory, sitting: Sitting, issued: Issued, ground: RevocationGround
) -> None:
    browser.sign_in(issued.person)
    make.revoke(issued, ground=ground)
    for url in pages_of(sitting, issued):
        page = browser.get(url)
        assert "Sertifikat dicabut pada" in page.words, url
        assert REASON in page.words, url
        assert "hubungi layanan bantuan dengan menyebut kode" in page.words, url
        assert "/bantuan" in page.links, url
        assert "Sertifikat Anda sudah terbit" not in page.words, url
        assert "Lulus 100" not in page.words, url
        assert "Selesai" not in page.words.replace("Selesai pada", ""), url
        says_again = "Anda dapat mengerjakan kuisnya lagi" in page.words
        assert says_again is ground.reopens_quiz, url


@pytest.mark.parametrize("ground", [MAY, MAY_NOT])
def test_the_contents_of_the_book_say_revoked_instead_of_passed(
    browser: Browser, make: Factory, issued: Issued, ground: RevocationGround
) -> None:
    browser.sign_in(issued.person)
    url = f"/buku/{issued.book.slug}"
    assert "Kuis akhir dan sertifikat Lulus 100" in browser.get(url).words
    make.revoke(issued, ground=ground)
    assert "Kuis akhir dan sertifikat Dicabut" in browser.get(url).words


@pytest.mark.parametrize(
    ("ground", "act"), [(MAY, "Ke kuis akhir"), (MAY_NOT, "Lihat keterangannya")]
)
def test_the_card_at_home_says_when_it_was_revoked_and_what_comes_next(
    browser: Browser, make: Factory, issued: Issued, ground: RevocationGround, act: str
) -> None:
    browser.sign_in(issued.person)
    make.revoke(issued, ground=ground)
    words = browser.get("/").words
    assert "Sertifikat buku saku ini dicabut pada" in words
    assert act in words


def test_the_card_of_another_book_leads_to_the_one_whose_certificate_was_revoked(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    make.book("tema-dua")
    make.reading(issued.person, make.book("tema-tiga", chapters=2), 1)
    browser.sign_in(issued.person)
    make.revoke(issued, ground=MAY_NOT)
    words = browser.get("/").words
    assert "Sertifikat UJI-01 dicabut pada" in words


def test_the_help_page_names_the_same_thing_to_quote(browser: Browser) -> None:
    words = browser.get("/bantuan").words
    assert "dengan menyebut kode sertifikatnya" in words
    assert "menyebut nomor sertifikatnya" not in words


def test_after_another_pass_no_page_sends_to_the_quiz_again(
    browser: Browser, make: Factory, sitting: Sitting, issued: Issued
) -> None:
    make.revoke(issued, ground=MAY)
    make.passed(issued.person, issued.book)
    browser.sign_in(issued.person)
    for url in pages_of(sitting, issued):
        assert "Anda dapat mengerjakan kuisnya lagi" not in browser.get(url).words, url
    assert "dicabut" in browser.get(f"/sertifikat/{issued.code}").words


def test_while_it_is_in_force_no_page_speaks_of_a_revocation(
    browser: Browser, sitting: Sitting, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    for url in pages_of(sitting, issued):
        assert "dicabut" not in browser.get(url).words.lower(), url


def test_the_quiz_can_be_begun_again_where_the_ground_allows_it(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    make.revoke(issued, ground=MAY)
    page = browser.get(f"/modul/{issued.book.slug}/kuis")
    page = browser.submit(page.form("/kuis"))
    assert page.path.startswith("/percobaan/")


def test_the_quiz_stays_shut_where_it_does_not(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    make.revoke(issued, ground=MAY_NOT)
    page = browser.get(f"/modul/{issued.book.slug}/kuis")
    assert not [form for form in page.forms if form.action.endswith("/kuis")]
    browser.post(f"/modul/{issued.book.slug}/kuis", expect=409)


def test_what_is_downloaded_of_one_out_of_force_says_so(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    url = f"/sertifikat/{issued.code}.pdf"
    assert "tidakberlaku" not in letters_of(browser.get(url).data)
    make.revoke(issued)
    assert "DICABUTpada" in letters_of(browser.get(url).data)
    assert "tidak berlaku lagi" in browser.get(f"/sertifikat/{issued.code}").words


def test_what_is_downloaded_of_a_replaced_one_says_so(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    make.rename(issued.person, "Nama Lain")
    code = make.replace(issued)
    browser.sign_in(issued.person)
    assert "DIGANTIpada" in letters_of(browser.get(f"/sertifikat/{issued.code}.pdf").data)
    assert "DIGANTI" not in letters_of(browser.get(f"/sertifikat/{code}.pdf").data)


def letters_of(pdf: bytes) -> str:
    """The text of a PDF without its spaces, which are anybody's guess where lines are turned."""
    return "".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
