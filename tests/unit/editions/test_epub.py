"""The e-book: a sound EPUB 3 of the same text."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from lms.editions.epub import make_epub
from tests.unit.editions.conftest import PICTURE, TEXT

EPUBCHECK = Path("/usr/share/java/epubcheck.jar")


@pytest.fixture(scope="module")
def book() -> ZipFile:
    return ZipFile(BytesIO(make_epub(TEXT)))


def test_its_first_bytes_tell_its_kind(book: ZipFile) -> None:
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert book.read(first) == b"application/epub+zip"


def test_every_page_is_well_formed_and_says_its_text(book: ZipFile) -> None:
    pages = {
        name: "".join(ElementTree.fromstring(book.read(name)).itertext())
        for name in book.namelist()
        if name.endswith(".xhtml")
    }
    assert "Warga datang ke loket." in pages["OEBPS/bab-1.xhtml"]
    assert "Kejadian di meja." in pages["OEBPS/bab-2.xhtml"]
    assert "Nilai Contoh & Teladan" in pages["OEBPS/sampul.xhtml"]
    assert "hak." in pages["OEBPS/istilah.xhtml"]


def test_signs_that_no_xml_holds_are_left_out() -> None:
    chapter = replace(TEXT.chapters[0], title="Satu\x01", html="<p>Da\x0b\ufffelam</p>")
    text = replace(TEXT, chapters=(chapter, *TEXT.chapters[1:]))
    book = ZipFile(BytesIO(make_epub(text)))
    page = ElementTree.fromstring(book.read("OEBPS/bab-1.xhtml"))
    assert "Dalam" in "".join(page.itertext())
    ElementTree.fromstring(book.read("OEBPS/isi.xhtml"))


def test_links_between_chapters_stay_in_the_book(book: ZipFile) -> None:
    assert b'href="bab-2.xhtml"' in book.read("OEBPS/bab-1.xhtml")


def test_pictures_come_along(book: ZipFile) -> None:
    (name,) = (name for name in book.namelist() if "gambar-" in name)
    assert book.read(name) == PICTURE
    assert name.removeprefix("OEBPS/").encode() in book.read("OEBPS/bab-1.xhtml")


def test_the_facilitators_sheet_stays_out(book: ZipFile) -> None:
    assert not any("fasilitator" in name for name in book.namelist())


def test_the_same_release_gives_the_same_bytes() -> None:
    assert make_epub(TEXT) == make_epub(TEXT)


@pytest.mark.nu
def test_epubcheck_accepts_it(tmp_path: Path) -> None:
    file = tmp_path / "buku.epub"
    file.write_bytes(make_epub(TEXT))
    java = shutil.which("java")
    assert java is not None
    outcome = subprocess.run(
        [java, "-jar", EPUBCHECK, file], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 fatals / 0 errors / 0 warnings" in outcome.stdout + outcome.stderr
