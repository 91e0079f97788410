"""Reading, from outside."""

from tests.browser import Browser
from tests.factories import Factory


def test_home_shows_the_figure_and_the_pocketbooks(browser: Browser, make: Factory) -> None:
    make.book()
    page = browser.get("/")
    assert "1.000.000" in page.words
    assert "Nilai Contoh" in page.words


def test_all(browser: Browser, make: Factory) -> None:
    c = make.certificate()
    browser.sign_in(c.person)
    for u in [
        "/buku/nilai-contoh",
        "/buku/nilai-contoh/1",
        "/belajar",
        "/akun",
        f"/sertifikat/{c.code}",
        f"/v/{c.code}",
        "/capaian",
        "/privasi",
        "/modul/nilai-contoh/kuis",
    ]:
        browser.get(u)
