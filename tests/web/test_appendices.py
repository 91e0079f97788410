"""Pages of appendices: articles of law, easy read, glossary, and the laws that a book rests on."""

import pytest

from lms.pocketbooks.search.passages import APPENDICES
from lms.web.reading.pages import APPENDIX_PAGES
from tests.browser import Browser
from tests.factories import Factory
from tests.pocketbooks import Source

FILES: dict[str, str | bytes] = {
    "istilah.md": "# Daftar istilah\n\n- **loket**: meja layanan.\n",
    "pasal.md": "# Pasal yang melindungi Anda\n\n## UU 25/2009 Pasal 34\n\nPerintah yang sah.\n",
    "sederhana.md": "# Mudah dibaca\n\n## Hak\n\nSetiap orang sama.\n",
    "kartu.md": "# Kartu saku\n\nDengarkan dahulu.\n",
    "fasilitator.md": "# Lembar fasilitator\n\nHanya untuk pemandu.\n",
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("istilah", "meja layanan"),
        ("pasal", "Perintah yang sah"),
        ("sederhana", "Setiap orang sama"),
    ],
)
def test_an_appendix_is_a_page_that_leads_to_the_others(
    browser: Browser, make: Factory, name: str, words: str
) -> None:
    make.book(source=Source(files=FILES))
    page = browser.get(f"/buku/nilai-contoh/{name}")
    assert words in page.text
    others = {"istilah", "pasal", "sederhana"} - {name}
    assert all(f'href="/buku/nilai-contoh/{other}"' in page.text for other in others)
    assert "Hanya untuk pemandu" not in page.text


def test_the_easy_edition_is_named_as_such_beside_its_title(
    browser: Browser, make: Factory
) -> None:
    make.book(source=Source(files=FILES))
    book = browser.get("/buku/nilai-contoh")
    assert "Bahasa sederhana: Mudah dibaca" in book.words
    assert "Bahasa sederhana Mudah dibaca" in browser.get("/buku/nilai-contoh/sederhana").words


@pytest.mark.parametrize("name", ["kartu", "fasilitator", "sumber", "lain"])
def test_what_is_a_file_only_has_no_page(browser: Browser, make: Factory, name: str) -> None:
    make.book(source=Source(files=FILES))
    browser.get(f"/buku/nilai-contoh/{name}", expect=404)


def test_an_appendix_that_a_book_lacks_is_told_in_words(browser: Browser, make: Factory) -> None:
    make.book(source=Source())
    page = browser.get("/buku/nilai-contoh/pasal", expect=404)
    assert "Lampiran ini tidak ada dalam buku saku" in page.text


def test_whoever_reads_a_former_edition_finds_what_only_the_new_one_has(
    browser: Browser, make: Factory
) -> None:
    book = make.book(source=Source())
    reader = make.learner(at=make.institution())
    make.reading(reader, book, 1)
    newer = make.revise(book, as_edition=True, files=FILES)
    browser.sign_in(reader)
    (address,) = [link for link in browser.get("/cari?q=perintah").links if "/pasal" in link]
    page = browser.get(address.partition("#")[0])
    assert "Perintah yang sah" in page.words
    assert f"edisi {make.edition_name(newer.edition_id)}" in page.words


def test_the_laws_of_a_book_have_a_page_that_its_own_leads_to(
    browser: Browser, make: Factory
) -> None:
    register = (
        "- kutipan: UU 25/2009\n  judul: Undang-Undang tentang Pelayanan Publik\n"
        "  keadaan: berlaku\n  diperiksa: 2026-01-31\n  cara: salinan naskah\n"
        "  berikutnya: perubahannya\n"
    )
    source = Source(extra="Dasarnya UU 25/2009.", files={"../sumber.yaml": register})
    slug = make.book(source=source).slug
    assert f"/buku/{slug}/peraturan" in browser.get(f"/buku/{slug}").links
    page = browser.get(f"/buku/{slug}/peraturan")
    assert "UU 25/2009: Undang-Undang tentang Pelayanan Publik. Berlaku; diperiksa" in page.words


def test_search_finds_the_appendices_that_have_a_page_and_no_other() -> None:
    assert APPENDIX_PAGES.keys() == APPENDICES
