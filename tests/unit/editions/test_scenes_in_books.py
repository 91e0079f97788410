"""A scene in a book: on paper a choice names its part and that page; elsewhere it leads there."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from lms.editions.booklet import impose
from lms.editions.epub import make_epub
from lms.editions.printing import print_book
from lms.rendering.markdown import render_chapter
from tests.pdf_ua import faults_of
from tests.unit.authoring.pocketbooks import read
from tests.unit.authoring.scenes import scene_chapter
from tests.unit.editions.conftest import TEXT
from tests.unit.editions.test_epub import EPUBCHECK

HTML = render_chapter(read(scene_chapter(below="## Siapa\n\nIsi bab."))[0]).html
BOOK = replace(TEXT, chapters=tuple(replace(each, html=HTML) for each in TEXT.chapters))
CHOICE = re.compile(r"→\s+(?P<part>\d)\s+\(hlm\.\s+(?P<page>\d+)\)")
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def paper(fonts: Path) -> bytes:
    return print_book(BOOK, fonts=fonts)


def test_on_paper_each_choice_names_its_part_and_the_page_of_that(paper: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]
    parts: dict[int, list[int]] = {}
    named = []
    for number, words in enumerate(pages, start=1):
        for line in words.split("\n"):
            if heading := re.match(r"(\d)\. (?!Bab)", line):
                parts.setdefault(int(heading[1]), []).append(number)
        named += [(int(c["part"]), int(c["page"])) for c in CHOICE.finditer(words)]
    assert [part for part, _ in named] == [2, 3, 4, 5, 4, 5, 6, 7, 7, 6] * 2
    # The scene stands in two chapters, and the choices of each name its own pages.
    for index, (part, page) in enumerate(named):
        assert parts[part][index // 10] == page


def test_on_paper_nothing_is_said_that_only_a_screen_can_do(paper: bytes) -> None:
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    assert "Dari mata warga" in words
    for only_on_screens in ("Lewati adegan", "Ulangi dari awal", "(ke 2)"):
        assert only_on_screens not in words


def test_a_book_with_scenes_can_be_read_aloud(paper: bytes) -> None:
    assert faults_of(paper) == []
    assert faults_of(impose(paper, BOOK.title), with_bookmarks=False) == []


def test_in_the_e_book_every_choice_leads_to_its_part() -> None:
    book = ZipFile(BytesIO(make_epub(BOOK)))
    page = ET.fromstring(book.read("OEBPS/bab-1.xhtml"))
    ids = {each.get("id") for each in page.iter()}
    targets = [each.get("href", "") for each in page.iter(f"{XHTML}a")]
    inside = [target for target in targets if target.startswith("#")]
    assert inside.count("#adegan-7") == 2
    assert {"#p2", "#adegan-1"} <= set(inside)
    assert {target[1:] for target in inside} <= ids


@pytest.mark.nu
def test_epubcheck_accepts_a_scene(tmp_path: Path) -> None:
    file = tmp_path / "buku.epub"
    file.write_bytes(make_epub(BOOK))
    java = shutil.which("java")
    assert java is not None
    outcome = subprocess.run(
        [java, "-jar", EPUBCHECK, file], capture_output=True, text=True, check=False
    )
    assert "0 fatals / 0 errors / 0 warnings" in outcome.stdout + outcome.stderr
