"""The three pocketbooks on paper: nothing of the text is lost, and nothing is said that is not in it.

The text is compared with the Markdown files themselves, not with what the press was given.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdfium2 import PdfDocument, PdfPage

from lms.books.booklet import booklet_order, impose
from lms.books.epub import make_epub
from lms.books.printing import print_answers, print_book, print_card, print_sheet
from lms.books.queries import get_text, list_answers
from lms.clock import utc_now
from lms.library.queries import forget_releases, get_book
from lms.library.service import publish_folder
from lms.typesetting.fonts import BUILT_FONTS
from tests.conftest import ROOT
from tests.pdf_ua import faults_of
from tests.read_aloud import read_aloud

pytestmark = pytest.mark.slow

HOME = "https://sakuham.example"
FOLDERS = sorted(file.parent for file in (ROOT / "content").glob("*/buku.md"))
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")

NOTE = re.compile(r"^\[\^(\w+)\]: (.+)$", re.MULTILINE)
CALL = re.compile(r"\[\^(\w+)\]")
LABEL = re.compile(r"^(> )\*\*((?:Contoh|Uraian gambar)[^*]*):\*\*", re.MULTILINE)
SAME = str.maketrans("“”‘’–\ufffe", "\"\"''--", "•*|")  # fmt: skip


class Source:
    """A Markdown file as it reads without its marks: every letter and stop, and no space."""

    def __init__(self, file: Path, until: str = "$.^") -> None:
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"\A---\n.*?\n---\n|<!--.*?-->", "", text, flags=re.DOTALL)
        text, *_ = re.split(rf"^## {until}", text, maxsplit=1, flags=re.MULTILINE)
        notes, text = dict(NOTE.findall(text)), NOTE.sub("", text)
        order = list(dict.fromkeys(CALL.findall(text)))
        self.notes = [
            letters_of(f"{place}. {notes[name]}") for place, name in enumerate(order, start=1)
        ]
        text = CALL.sub(lambda call: str(order.index(call[1]) + 1), LABEL.sub(r"\1\2", text))
        text = re.sub(r"!\[[^]]*\]\([^)]*\)", "", text)
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
        rows = re.sub(r"^(\|[ :|-]+\|)$", "", text, flags=re.MULTILINE)
        self.heads = [letters_of(row) for row in re.findall(r"^(\|.+)\n\n", rows, re.MULTILINE)]
        self.text = letters_of(re.sub(r"^(?:> ?)*(?:#+ |- )?", "", rows, flags=re.MULTILINE))


def letters_of(text: str) -> str:
    """A text without spaces, bullets and kinds of quotation marks and dashes."""
    return "".join(normalize("NFKC", text).translate(SAME).split())


class RealBook:
    """A pocketbook of ours with its files, each made when first wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        release_id = get_book(folder.name).release_id
        self.text = get_text(release_id, HOME)
        self.questions = list_answers(release_id)
        self.chapters = sorted(folder.glob("[0-9]*.md"))

    @cached_property
    def pdf(self) -> bytes:
        """The A6 book."""
        return print_book(self.text, fonts=BUILT_FONTS)

    @cached_property
    def pages(self) -> dict[str, int]:
        """On which page, from 0, each place of the book is."""
        reader = PdfReader(BytesIO(self.pdf))
        places = reader.named_destinations.items()
        return {name: reader.get_destination_page_number(place) or 0 for name, place in places}

    @cached_property
    def said(self) -> list[str]:
        """What each page says aloud, letter by letter."""
        with PdfDocument(self.pdf) as document:
            return [letters_of(read_aloud(page)) for page in document]

    def part(self, anchor: str, source: Source) -> str:
        """What a chapter or an appendix says; takes off heads of tables said again, and notes."""
        starts = sorted({page for name, page in self.pages.items() if "-p" not in name[3:]})
        first = self.pages[anchor]
        end = min((start for start in self._starts if start > first), default=len(self.said) - 1)
        words, notes = "", list(source.notes)
        del starts
        for page in self.said[first:end]:
            words += page
        return words


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def book(request: pytest.FixtureRequest, databases: Callable[[str], Flask]) -> Iterator[RealBook]:
    """Each of our pocketbooks, published."""
    with databases("sqlite").app_context():
        forget_releases()
        publish_folder(request.param, lambda sha256: f"/gambar/{sha256}", as_edition=False, now=utc_now())
        yield RealBook(request.param)
    forget_releases()
