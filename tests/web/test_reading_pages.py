"""Reading, from outside."""

from tests.browser import Browser
from tests.factories import Factory


def test_home_shows_the_figure_and_the_pocketbooks(browser: Browser, make: Factory) -> None:
    make.book()
    page = browser.get("/")
    assert "1.000.000" in page.words
    assert "Nilai Contoh" in page.words


def test_who_stays_with_an_edition_is_offered_the_newer_one(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    ayu = make.certificate(book=book).person
    browser.sign_in(ayu)
    address = f"/buku/{book.slug}"
    assert "sudah terbit" not in browser.get(address).words
    make.revise(book, bank=8)
    offer = browser.get(address).words
    assert "Edisi 2026.2 sudah terbit" in offer
    assert "Anda membaca edisi 2026.1." in offer
    browser.post(f"{address}/edisi", {})
    taken_up = browser.get(address).words
    assert "Mulai membaca" in taken_up
    assert "sudah terbit" not in taken_up
    own = browser.get("/belajar").words
    assert "Edisi 2026.1" in own
    assert "Buka sertifikat" in own


def test_who_has_no_place_reads_the_newest_edition_and_is_offered_nothing(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    make.revise(book, bank=8)
    assert "sudah terbit" not in browser.get(f"/buku/{book.slug}").words
