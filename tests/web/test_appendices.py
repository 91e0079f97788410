"""Pages of appendices: articles of law, easy read, glossary, and the laws that a book rests on."""

import pytest

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


@pytest.mark.parametrize("name", ["kartu", "fasilitator", "sumber", "lain"])
def test_what_is_a_file_only_has_no_page(browser: Browser, make: Factory, name: str) -> None:
    make.book(source=Source(files=FILES))
    browser.get(f"/buku/nilai-contoh/{name}", expect=404)


def test_an_appendix_that_a_book_lacks_is_told_in_words(browser: Browser, make: Factory) -> None:
    make.book(source=Source())
    page = browser.get("/buku/nilai-contoh/pasal", expect=404)
    assert "Lampiran ini tidak ada dalam buku saku" in page.text
