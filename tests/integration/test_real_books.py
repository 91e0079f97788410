"""Our pocketbooks on paper: nothing of a text is lost, and nothing is said that is not in it.

What a screen reader says of the pages is compared with the Markdown files themselves, not with
what was printed from.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from lms.addresses import public_address_of
from lms.authoring.folder import read_folder
from lms.clock import utc_now
from lms.editions.booklet import booklet_order, impose
from lms.editions.epub import make_epub
from lms.editions.printing import Paper, print_answers, print_book, print_card, print_handout
from lms.editions.queries import get_answers, get_text
from lms.pocketbooks.publication import publish_source
from lms.pocketbooks.queries import forget_releases, get_book
from lms.printing.fonts import BUILT_FONTS
from lms.rendering.html_tree import parse_html, words_of
from tests.conftest import ROOT
from tests.markdown_source import MarkdownSource, letters_of
from tests.pdf_ua import faults_of
from tests.read_aloud import read_aloud

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

EDGE = 6 / 25.4 * 72  # points of paper on which office printers do not print
FOLDERS = sorted(file.parent for file in (ROOT / "content").glob("*/buku.md"))
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")
LEADS_TO = re.compile(r"→(\d+)\(hlm\.\d+\)")  # without its spaces
TASK = "Cek pemahaman Pindai untuk menjawab soal kecil bab ini dan melihat pembahasannya."


class RealBook:
    """A pocketbook of ours with its A6 book, made when first wanted."""

    def __init__(self, folder: Path) -> None:
        release_id = get_book(folder.name).release_id
        self.folder = folder
        self.text = get_text(release_id, public_address_of)
        self.answers = get_answers(release_id, public_address_of)

    @cached_property
    def pdf(self) -> bytes:
        return print_book(self.text, fonts=BUILT_FONTS)

    @cached_property
    def pages(self) -> dict[str, int]:
        """On which page, from 0, each place is."""
        reader = PdfReader(BytesIO(self.pdf))
        places = reader.named_destinations.items()
        return {name: reader.get_destination_page_number(place) or 0 for name, place in places}

    @cached_property
    def said(self) -> list[str]:
        """What is said of each page."""
        with PdfDocument(self.pdf) as document:
            said = [letters_of(read_aloud(page)) for page in document]
        said = [page.replace("Uraiangambar:", "Uraiangambar") for page in said]
        return [LEADS_TO.sub(r"(ke\1)", page) for page in said]

    @property
    def parts(self) -> list[str]:
        """The places of the introduction, the chapters and the appendices, in order."""
        chapters = [f"bab-{chapter.number}" for chapter in self.text.chapters]
        return ["pengantar", *chapters, *(each.kind for each in self.text.beside_chapters)]

    def said_of(self, part: str, source: MarkdownSource) -> tuple[str, list[str]]:
        """What is said of a part, and the notes at the feet of its pages.

        Where a table goes on, its head is said again; here it is not.
        """
        next_part = [*self.parts, None][self.parts.index(part) + 1]
        end = self.pages[next_part] if next_part else len(self.said) - 1
        words = ""
        notes: list[str] = []
        opening = len(letters_of(f"Bab 1 {source.title}")) + len("Pengantar")
        for page in self.said[self.pages[part] : end]:
            for note in reversed(source.notes):
                if page.endswith(note):
                    page, notes = page.removesuffix(note), [*notes, note]
            for head in source.heads:
                following = source.letters[max(0, len(words) - opening) :]
                if page.startswith(head) and head not in following:
                    page = page.removeprefix(head)
            words += page
        return words, sorted(notes, key=source.notes.index)


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: str(folder.name))
def book(request: pytest.FixtureRequest, databases: Callable[[str], Flask]) -> Iterator[RealBook]:
    """Each of our pocketbooks, published."""
    with databases("sqlite").app_context():
        forget_releases()
        publish_source(read_folder(request.param), as_edition=False, now=utc_now())
        yield RealBook(request.param)
    forget_releases()


def test_every_chapter_says_its_source_and_no_more(book: RealBook) -> None:
    for chapter in book.text.chapters:
        (file,) = book.folder.glob(f"{chapter.number:02}-*.md")
        source = MarkdownSource(file, until="Cek pemahaman")
        address = f"{chapter.address}#cek"
        check = f"Kode QR: {address}{TASK}{address.removeprefix('https://')}"
        opening = letters_of(f"Bab {chapter.number} {source.title}")
        words, notes = book.said_of(f"bab-{chapter.number}", source)
        assert words == opening + source.letters + letters_of(check)
        assert notes == source.notes


def test_introduction_glossary_and_card_say_their_source(book: RealBook) -> None:
    front = MarkdownSource(book.folder / "buku.md", until="Kuis akhir")
    introduction, _ = book.said_of("pengantar", front)
    promises, aims = letters_of("Sesudah membaca, Anda dapat"), letters_of("Tujuan yang diuji")
    written = introduction.replace(promises, "Janji").replace(aims, "Tujuan")
    assert written == f"Pengantar{front.letters}"
    for kind in ("istilah", "kartu"):
        source = MarkdownSource(book.folder / f"{kind}.md")
        assert book.said_of(kind, source) == (source.letters, [])


def test_each_note_stands_at_the_foot_of_the_page_that_names_it(book: RealBook) -> None:
    marks = {name: page for name, page in book.pages.items() if name.endswith("-ref1")}
    assert marks == {name: book.pages[name.removesuffix("-ref1")] for name in marks}


def test_the_contents_name_the_pages(book: RealBook) -> None:
    contents = book.said[2]
    for chapter in book.text.chapters:
        line = f"{chapter.number}. {chapter.title} {book.pages[f'bab-{chapter.number}'] + 1}"
        assert letters_of(line) in contents


def test_the_card_is_one_page_in_the_book_too(book: RealBook) -> None:
    next_part = [*book.parts, None][book.parts.index("kartu") + 1]
    end = book.pages[next_part] if next_part else len(book.said) - 1  # the back cover
    assert book.pages["kartu"] == end - 1


@pytest.mark.parametrize("kind", ["kartu", "pasal"])
@pytest.mark.parametrize("paper", ["A6", "A4"])
def test_no_message_of_a_card_is_where_printers_do_not_reach(
    book: RealBook, paper: Paper, kind: str
) -> None:
    card = book.text.appendix(kind)
    assert card is not None
    with PdfDocument(print_card(book.text, card, paper, fonts=BUILT_FONTS)) as document:
        (page,) = document
        letters = page.get_textpage()
        boxes = [letters.get_rect(index) for index in range(letters.count_rects())]
        width = page.get_width()
    assert min(bottom for _, bottom, _, _ in boxes) > EDGE
    assert min(left for left, _, _, _ in boxes) > EDGE
    assert max(right for _, _, right, _ in boxes) < width - EDGE


def test_no_question_of_the_quiz_is_printed_but_on_the_answer_sheet(book: RealBook) -> None:
    sheets = [book.text.appendix(kind) for kind in ("fasilitator", "kartu")]
    printed = "".join(book.said) + "".join(
        letters_of(words_of(parse_html(sheet.html))) for sheet in sheets if sheet
    )
    answers = print_answers(book.text, book.answers, fonts=BUILT_FONTS)
    with PdfDocument(answers) as document:
        told = "".join(letters_of(read_aloud(page)) for page in document)
    for question in book.answers.questions:
        for html in (question.stem_html, question.explanation_html or ""):
            words = letters_of(words_of(parse_html(html)))
            assert words not in printed
            assert words in told


def test_the_folded_booklet_has_the_pages_in_order(book: RealBook) -> None:
    booklet = impose(book.pdf, book.text.title)
    count = len(book.said)
    leaves = -(-count // 4) * 4
    with PdfDocument(booklet) as sheets, PdfDocument(book.pdf) as pages:
        assert 2 * len(sheets) == leaves
        for sheet, halves in zip(sheets, booklet_order(count), strict=True):
            letters, middle = sheet.get_textpage(), sheet.get_width() / 2
            for number, left in zip(halves, (0, middle), strict=True):
                half = letters.get_text_bounded(left=left, right=left + middle)
                page = "" if number is None else pages[number].get_textpage().get_text_range()
                assert sorted(letters_of(half)) == sorted(letters_of(page))
    assert faults_of(booklet, with_bookmarks=False) == []


def test_every_file_is_tagged_as_pdf_ua_asks(book: RealBook) -> None:
    card, sheet = book.text.appendix("kartu"), book.text.appendix("fasilitator")
    assert card is not None
    assert sheet is not None
    assert faults_of(book.pdf) == []
    assert faults_of(print_card(book.text, card, "A4", fonts=BUILT_FONTS)) == []
    assert faults_of(print_handout(book.text, sheet, fonts=BUILT_FONTS)) == []


@pytest.mark.nu
def test_epubcheck_accepts_the_book_for_e_readers(book: RealBook, tmp_path: Path) -> None:
    file = tmp_path / "buku.epub"
    file.write_bytes(make_epub(book.text))
    java = shutil.which("java")
    assert java is not None
    outcome = subprocess.run(
        [java, "-jar", EPUBCHECK, file], capture_output=True, text=True, check=False
    )
    assert "0 fatals / 0 errors / 0 warnings" in outcome.stdout + outcome.stderr
