"""The page on which all pocketbooks are searched."""

import pytest

from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import Factory
from tests.pocketbooks import Source

SOURCE = Source(
    chapters=1,
    extra="Saksi `<b>` bicara tentang perundungan.",
    files={"istilah.md": "# Daftar istilah\n\n- **saksi**: yang melihat.\n"},
)


def test_the_sentence_its_chapter_and_one_tap(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get("/cari?q=bicara")
    assert "1 bagian ditemukan" in page.words
    assert "Saksi &lt;b&gt; <mark>bicara</mark> tentang perundungan." in page.text
    assert "Bab 1: Bab ke-1 dari Nilai Contoh · Nilai Contoh" in page.words
    (address,) = [link for link in page.links if "/buku/" in link]
    path, _, anchor = address.partition("#")
    chapter = browser.get(path)
    (block,) = [tag for tag in chapter.document.all("p") if tag.get("id") == anchor]
    assert "tentang perundungan" in " ".join(block.text.split())


def test_a_term_leads_to_its_entry_of_the_glossary(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get("/cari?q=saksi")
    address = next(link for link in page.links if "/istilah" in link)
    path, _, anchor = address.partition("#")
    (entry,) = [tag for tag in browser.get(path).document.all("li") if tag.get("id") == anchor]
    assert "yang melihat" in entry.text


def test_a_mistyped_word_is_told(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get("/cari?q=perundugan")
    assert "Tidak ada yang memuat perundugan. Maksud Anda: perundungan?" in page.words
    assert "<mark>perundungan</mark>" in page.text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 200, "Salah ketik satu huruf tidak apa-apa"),
        ("?q=+", 200, "Salah ketik satu huruf tidak apa-apa"),
        ("?q=xqzzt", 200, "Tidak ada bab, istilah, atau lampiran yang memuat xqzzt"),
        ("?q=yang", 200, "Kata ini terlalu umum"),
        ("?q=" + "a" * 10_000, 422, "Terlalu panjang"),
        ("?q=saksi&buku=tidak-ada&halaman=abc", 200, "2 bagian ditemukan"),
        ("?q=saksi&halaman=9999", 200, "2 bagian ditemukan"),
        ("?q=%22saksi+AND+(", 200, "ditemukan"),
    ],
)
def test_every_query_is_answered_in_words(
    browser: Browser, make: Factory, query: str, status: int, words: str
) -> None:
    make.book(source=SOURCE)
    page = browser.get(f"/cari{query}", expect=status)
    assert words in page.words
    assert all(len(typed) <= 200 for typed in page.form("/cari").fields["q"])


def test_what_was_typed_stands_in_the_box_as_text(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get('/cari?q="><script>alert(1)</script>')
    assert page.form("/cari").fields["q"] == ['"><script>alert(1)</script>']
    assert "<script>alert" not in page.text


def test_a_book_is_searched_from_its_page_and_all_of_them_from_home(
    browser: Browser, make: Factory
) -> None:
    make.book(source=SOURCE)
    form = browser.get("/buku/nilai-contoh").form("/cari")
    assert form.fields["buku"] == ["nilai-contoh"]
    assert "buku" not in browser.get("/").form("/cari").fields
    browser.sign_in(make.learner())
    assert "buku" not in browser.get("/").form("/cari").fields
    page = browser.get("/cari?q=saksi&buku=nilai-contoh")
    assert page.form("/cari").fields["buku"] == ["nilai-contoh"]


def test_what_is_looked_for_is_kept_nowhere(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get("/cari?q=saksi")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Disallow: /cari" in browser.get("/robots.txt").text


def test_an_address_that_searches_without_end_is_stopped(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    for _ in range(120):
        browser.get("/cari")
    browser.get("/cari?q=saksi", expect=429)


def test_a_search_takes_the_same_few_statements_however_much_it_finds(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    make.book(source=SOURCE)
    browser.get("/cari?q=saksi")
    counts = []
    for query in ("bicara", "saksi"):
        with statements() as seen:
            browser.get(f"/cari?q={query}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 4
