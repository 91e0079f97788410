"""The book on paper, looked at from outside: its text, its structure, its pages."""

import logging
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader
from zxingcpp import read_barcodes

from config import Settings
from lms.authoring.parsing.result import ChapterSource
from lms.authoring.source.texts import normal_text
from lms.editions.printing import print_answers, print_book, print_card, print_handout
from lms.editions.text import Answers, BookAppendix, BookQuestion
from lms.rendering.markdown import render_chapter
from tests.read_aloud import read_aloud
from tests.unit.editions.conftest import PICTURE, SHA256, TEXT

pytestmark = pytest.mark.slow

A6, A4 = (105, 148), (210, 297)
FOOT = "UJI-01 · Edisi 2026.1 · 15 Mei 2026"


@pytest.fixture(scope="module")
def book(fonts: Path) -> bytes:
    return print_book(TEXT, fonts=fonts)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            " ".join(page.get_textpage().get_text_range().replace("￾", "-").split())
            for page in document
        ]


def sizes_of(pdf: bytes) -> set[tuple[int, ...]]:
    """The sizes of the pages in millimetres."""
    pages = PdfReader(BytesIO(pdf)).pages
    return {tuple(round(float(it) * 25.4 / 72) for it in page.mediabox[2:]) for page in pages}


def kinds_of(pdf: bytes) -> list[str]:
    """The kinds of its structure elements, depth first."""
    found: list[str] = []

    def collect(element: Any) -> None:
        element = element.get_object()
        if isinstance(element, dict):
            found.append(str(element.get("/S")))
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, list) else [kids]:
                collect(kid)

    collect(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"])
    return found


def test_it_is_a_6_and_says_everything_in_order(book: bytes) -> None:
    assert sizes_of(book) == {A6}
    words = " ".join(pages_of(book))
    parts = [
        "Nilai Contoh & Teladan",
        "Diterbitkan oleh Kementerian Contoh.",
        "Peraturan diperiksa sampai 31 Januari 2026",
        "Pertanyaan dan kekeliruan: sakuham.example/bantuan.",
        "Boleh disalin utuh dengan menyebut sumbernya.",
        "Isi Pengantar",
        "Buku ini pendek.",
        "Melayani setara.",
        "Bab 1 Bab ke-1",
        "Warga datang ke loket. Bacalah bab dua.",
        "Contoh (boleh dilewati) Kejadian di meja.",
        "Cek pemahaman",
        "Bab 2 Bab ke-2",
        "Daftar istilah HAM: hak.",
        "Dengarkan dahulu.",
    ]
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_every_page_between_the_covers_names_edition_day_and_page(book: bytes) -> None:
    _, *inner, _ = pages_of(book)
    for number, page in enumerate(inner, start=2):
        foot = f"{number} {FOOT}" if number % 2 == 0 else f"{FOOT} {number}"
        assert page.endswith(foot)


def test_the_imprint_keeps_to_its_page_whatever_an_operator_says(fonts: Path) -> None:
    licence = Settings().book_licence
    for title, publisher, terms in (
        (TEXT.title, "Kementerian Hak Asasi Manusia", licence),
        ("Nilai-nilai " * 12, "Kementerian Koordinator " * 6, f"{licence} {licence}"),
    ):
        text = replace(TEXT, title=title.strip(), publisher=publisher.strip(), licence=terms)
        pages = pages_of(print_book(text, fonts=fonts))
        assert terms[:40] in pages[1]
        assert "SHA-256 naskah" in pages[1]
        assert pages[1].endswith(FOOT)
        assert pages[2].startswith("Isi")


def test_notes_stand_at_the_foot_of_the_page_that_names_them(book: bytes) -> None:
    chapters = [page for page in pages_of(book) if "Warga datang" in page]
    assert ["1. UU 39/1999 Pasal 1." in chapter for chapter in chapters] == [True, True]
    assert "↩" not in "".join(pages_of(book))


def test_contents_and_bookmarks_lead_to_the_chapters(book: bytes) -> None:
    reader = PdfReader(BytesIO(book))
    outline: Any = reader.outline
    titles = [entry.title for entry in outline if not isinstance(entry, list)]
    assert titles == [
        "Isi", "Pengantar", "Bab ke-1", "Bab ke-2", "Daftar istilah", "Kartu saku: Dengarkan",
    ]  # fmt: skip
    contents = next(page for page in pages_of(book) if "Isi Pengantar" in page)
    for entry in (each for each in outline if not isinstance(each, list)):
        number = reader.get_destination_page_number(entry)
        assert number is not None
        if entry.title.startswith("Bab"):
            assert f"{entry.title} {number + 1}" in contents


def test_the_qr_code_of_a_chapter_leads_to_its_small_questions(book: bytes) -> None:
    with pypdfium2.PdfDocument(book) as document:
        found = {
            code.text
            for page in document
            for code in read_barcodes(page.render(scale=3).to_pil().convert("L"))
        }
    chapters = {f"https://sakuham.example/buku/x/{number}#cek" for number in (1, 2)}
    assert found == {TEXT.address, *chapters}  # the book's own stands on its back


def test_it_is_tagged_and_described(book: bytes) -> None:
    root: Any = PdfReader(BytesIO(book)).root_object
    assert root["/MarkInfo"] == {"/Marked": True}
    assert root["/Lang"] == "id"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    kinds = kinds_of(book)
    assert kinds.count("/H1") >= 6
    # In each chapter the picture and the QR code, and the QR code of the back cover.
    assert kinds.count("/Figure") == 5


def test_the_same_release_gives_the_same_bytes(book: bytes, fonts: Path) -> None:
    assert print_book(TEXT, fonts=fonts) == book


def test_a_text_loads_nothing_from_outside(fonts: Path, caplog: pytest.LogCaptureFixture) -> None:
    spy = '<p><img src="http://127.0.0.1:9/a.png" alt="x"></p>'
    with caplog.at_level(logging.ERROR, "weasyprint"):
        print_book(replace(TEXT, introduction_html=spy), fonts=fonts)
    assert "nothing from outside: http://127.0.0.1:9/a.png" in caplog.text


@pytest.mark.parametrize(("paper", "size"), [("A6", A6), ("A4", A4)])
def test_the_card_keeps_to_one_page(fonts: Path, paper: Any, size: tuple[int, int]) -> None:
    items = "".join(
        f"<li>Langkah {number}: dengarkan warga sampai selesai.</li>" for number in range(14)
    )
    card = BookAppendix("kartu", "Kartu saku", f"<ol>{items}</ol>")
    pdf = print_card(TEXT, card, paper, fonts=fonts)
    (words,) = pages_of(pdf)
    assert sizes_of(pdf) == {size}
    assert "Langkah 13: dengarkan" in words
    assert "UJI-01 · Edisi 2026.1" in words


def test_the_sheet_for_facilitators_is_a_4(fonts: Path) -> None:
    pdf = print_handout(TEXT, TEXT.appendices[2], fonts=fonts)
    assert sizes_of(pdf) == {A4}
    assert "Sesi 90 menit." in pages_of(pdf)[0]


def test_the_answer_sheet_marks_the_right_choices(fonts: Path) -> None:
    question = BookQuestion(
        1, "Siapa didahulukan?", ("Yang pertama", "Yang rentan"), frozenset({1}), "Setara.", "UU."
    )
    words = pages_of(print_answers(TEXT, Answers((question,), {}), fonts=fonts))[0]
    assert "1. Siapa didahulukan? – Yang pertama Benar Yang rentan Setara. Sumber: UU." in words
    assert "Jangan dibagikan kepada peserta" in words


def links_of(pdf: bytes) -> set[str]:
    """Where its links lead outside."""
    pages = PdfReader(BytesIO(pdf)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return {note["/A"]["/URI"] for note in notes if "/A" in note and "/URI" in note["/A"]}


def test_what_is_handed_out_without_the_book_leads_to_its_chapters_on_the_web(fonts: Path) -> None:
    html = '<p>Bacalah <a href="chapter:2">bab dua</a>.</p>'
    question = BookQuestion(1, html, ("Ya", "Tidak"), frozenset({0}), "", "")
    papers = (
        print_handout(TEXT, BookAppendix("fasilitator", "Lembar", html), fonts=fonts),
        print_card(TEXT, BookAppendix("kartu", "Kartu", html), "A4", fonts=fonts),
        print_answers(TEXT, Answers((question,), {}), fonts=fonts),
    )
    assert [links_of(paper) for paper in papers] == [{"https://sakuham.example/buku/x/2"}] * 3


def test_the_answer_sheet_shows_the_pictures_of_its_questions(
    fonts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stem = f'<img src="picture:{SHA256}" alt="Antrean" width="64" height="48">'
    question = BookQuestion(1, stem, ("Ya", "Tidak"), frozenset({0}), "", "")
    text = replace(TEXT, pictures={})
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        print_answers(text, Answers((question,), {SHA256: PICTURE}), fonts=fonts)
    assert caplog.messages == []


def test_the_back_cover_says_who_publishes_and_leads_to_the_book(book: bytes) -> None:
    assert "Kementerian Contoh sakuham.example/buku/nilai-contoh" in pages_of(book)[-1]
    with pypdfium2.PdfDocument(book) as document:
        image = document[len(document) - 1].render(scale=4).to_pil()
    assert [code.text for code in read_barcodes(image)] == [TEXT.address]


def test_a_picture_s_description_is_said_and_not_printed(fonts: Path) -> None:
    html = (
        f'<figure><img src="picture:{SHA256}" alt="Sebuah segitiga" width="6" height="4">'
        "</figure>"
        '<details class="folded"><summary>Uraian gambar</summary><p>Tiga <em>sisi</em>.</p>'
        "</details><p>Lalu.</p>"
    )
    text = replace(TEXT, chapters=(replace(TEXT.chapters[0], html=html),))
    pdf = print_book(text, fonts=fonts)
    assert "Tiga sisi" not in " ".join(pages_of(pdf))
    with pypdfium2.PdfDocument(pdf) as document:
        said = " ".join(read_aloud(page) for page in document)
    assert "Sebuah segitiga Uraian gambar: Tiga sisi." in said


WORD = "Pertanggungjawabanpelaksanaanpenyelenggaraanpelayananpublikberkelanjutan" * 2
ADDRESS = (
    "https://jdih.contoh.go.id/peraturan/undang-undang/2009/nomor-25/tentang-pelayanan-publik/"
    "lampiran/dokumen_final_revisi_ke_3.pdf?unduh=1&sumber=buku"
)
CODE = "baris contoh yang panjang sekali sehingga melewati tepi kertas A6, kata terakhir: SELESAI"
WIDE = f"""
Paragraf {WORD} dan `{WORD}` serta {ADDRESS}.

```
{CODE}
{"x" * 300}
```

## Judul {WORD}

- butir {WORD}

a. adil {WORD};
b. cermat `{WORD}`.

> **Ucapkan:** {WORD}

| Nama berkas | Alamat | Keterangan | Pelaksana | Waktu[^1] |
|---|---|---|--:|---|
| Laporan_Akhir_Kegiatan_2026.docx | {ADDRESS} | {WORD} | 1.000.000 | Senin |
| dua | `{WORD}` | tiga | 5 | TAMAT |

Catatan[^2].

[^1]: Catatan {WORD}.
[^2]: Lihat {ADDRESS}.
"""


def wide_html() -> str:
    chapter = ChapterSource(1, "lebar", "Lebar", normal_text(WIDE), (), (), "01-lebar.md")
    return render_chapter(chapter).html


def assert_nothing_is_cut(pdf: bytes, margin: float) -> None:
    """Every letter stands on the paper, at least so many points away from its edge."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            letters = page.get_textpage()
            for index in range(letters.count_chars()):
                if letters.get_text_range(index, 1).strip():
                    left, bottom, right, top = letters.get_charbox(index)
                    is_inside = left >= margin and bottom >= margin
                    is_inside &= right <= width - margin and top <= height - margin
                    assert is_inside, (number, letters.get_text_range(index, 20))


def test_nothing_is_cut_at_the_edge_of_the_paper(fonts: Path) -> None:
    html = wide_html()
    text = replace(
        TEXT,
        title=f"Nilai {WORD}",
        introduction_html=html,
        promises_html=(),
        objectives_html=(WORD,),
        chapters=(replace(TEXT.chapters[0], title=f"Bab {WORD}", html=html),),
        appendices=(BookAppendix("kartu", "Kartu", f"<ul><li>{WORD}</li></ul>"),),
    )
    sheet = BookAppendix("fasilitator", "Lembar", html)
    question = BookQuestion(1, WORD, (WORD, ADDRESS), frozenset({0}), html, ADDRESS)
    book = print_book(text, fonts=fonts)
    assert_nothing_is_cut(book, 8)
    assert_nothing_is_cut(print_card(text, text.appendices[0], "A6", fonts=fonts), 8)
    assert_nothing_is_cut(print_handout(text, sheet, fonts=fonts), 8)
    assert_nothing_is_cut(print_answers(text, Answers((question,), {}), fonts=fonts), 8)
    words = " ".join(pages_of(book))
    assert "terakhir: SELESAI" in words
    assert "Waktu: TAMAT" in words


def test_a_table_that_fits_stays_a_table(fonts: Path) -> None:
    html = (
        "<table><thead><tr><th>Langkah</th><th>Siapa</th><th>Contoh kalimat</th></tr></thead>"
        "<tbody><tr><td>Dengarkan</td><td>Petugas loket</td><td>Silakan ceritakan.</td></tr>"
        "</tbody></table>"
    )
    text = replace(TEXT, chapters=(replace(TEXT.chapters[0], html=html),))
    book = print_book(text, fonts=fonts)
    assert kinds_of(book).count("/TD") == 3
    assert "Dengarkan Petugas loket Silakan ceritakan." in " ".join(pages_of(book))
