"""Many certificates as one file: as a screen reader has it, and as the single sheet was judged."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from lms.exports.printing import print_sheet
from lms.printing.joining import Joiner
from tests.pdf_judges import ask_mutool, ask_outloud, ask_pdfua, ask_qpdf
from tests.pdf_ua import faults_of
from tests.read_aloud import read_aloud
from tests.unit.certificates.conftest import OBJECTIVES

pytestmark = pytest.mark.slow

COVER = {"title": "Sertifikat pegawai", "lines": ["Kota Contoh", "3 sertifikat"], "foot": "Contoh"}
NAMES = ("Ayu Lestari, S.H.", "Budi Santoso", "Nur'aini")


@pytest.fixture(scope="session")
def joined(make_pdf: Callable[..., bytes]) -> bytes:
    """A cover and three sheets, one of which has objectives."""
    joiner = Joiner(print_sheet("cover", COVER))
    for name in NAMES:
        objectives: Any = OBJECTIVES if name.startswith("Budi") else ()
        joiner.add(make_pdf(holder_name=name, objectives=objectives), name)
    file = BytesIO()
    joiner.write(file)
    return file.getvalue()


def test_it_is_tagged_as_pdf_ua_asks(joined: bytes, tmp_path: Path) -> None:
    assert faults_of(joined) == []
    assert ask_outloud(joined, tmp_path) == []
    assert ask_pdfua(joined, tmp_path) == []
    assert ask_qpdf(joined, tmp_path) == ""
    assert ask_mutool(joined, tmp_path) == ""


def test_each_sheet_is_read_aloud_as_it_is_alone(
    joined: bytes, make_pdf: Callable[..., bytes]
) -> None:
    with PdfDocument(joined) as document:
        pages = [read_aloud(page) for page in document]
    assert len(pages) == 4
    assert "Kota Contoh" in pages[0]
    for name, words in zip(NAMES, pages[1:], strict=True):
        assert name in words
        with PdfDocument(make_pdf(holder_name=name)) as alone:
            (own,) = [read_aloud(page) for page in alone]
        if not name.startswith("Budi"):
            assert words == own
    assert all(objective in pages[2] for objective in OBJECTIVES)


def test_it_has_a_title_a_language_and_a_bookmark_for_each(joined: bytes) -> None:
    reader = PdfReader(BytesIO(joined))
    root: Any = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Sertifikat pegawai"
    assert root["/Lang"] == "id"
    found = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]  # type: ignore[union-attr, arg-type]  # there are none within others
    assert found == [
        ("Sertifikat pegawai", 0),
        *((name, at) for at, name in enumerate(NAMES, start=1)),
    ]
    parts = [each for each in _top(root)["/K"] if each.get_object()["/S"] == "/Part"]
    assert [part.get_object()["/Lang"] for part in parts] == ["id"] * 3


def test_tags_point_at_their_own_pages_and_nothing_is_there_twice(joined: bytes) -> None:
    reader = PdfReader(BytesIO(joined))
    numbers = [page["/StructParents"] for page in reader.pages]
    assert len(set(numbers)) == len(numbers)
    tree: Any = reader.root_object["/StructTreeRoot"]
    keys = tree["/ParentTree"]["/Nums"][::2]
    assert list(keys) == sorted(set(keys))
    assert set(numbers) <= set(keys)
    parts = [each.get_object() for each in _top(reader.root_object)["/K"]]
    pages = {page.indirect_reference.idnum for page in reader.pages if page.indirect_reference}
    told = [_pages_of(part) for part in parts]
    assert set().union(*told) <= pages
    sheets = [each for part, each in zip(parts, told, strict=True) if part["/S"] == "/Part"]
    assert all(len(each) == 1 for each in sheets)
    assert len(set().union(*sheets)) == len(sheets)
    fonts = [
        bytes(each.get_data())
        for number in range(1, len(reader.xref_objStm) + len(reader.xref[0]) + 1)
        if (each := _stream(reader, number)) is not None
    ]
    assert len(set(fonts)) == len(fonts)


def test_it_says_of_itself_what_it_is_and_no_more(joined: bytes) -> None:
    root: Any = PdfReader(BytesIO(joined)).root_object
    described = root["/Metadata"].get_data().decode()
    assert "pdfaid" not in described
    assert "/AF" not in root
    assert "/AcroForm" not in root


def _top(root: Any) -> Any:
    kids = root["/StructTreeRoot"]["/K"]
    return (kids[0] if isinstance(kids, list) else kids).get_object()


def _pages_of(element: Any) -> set[int]:
    """The numbers of the pages that an element and all below it name."""
    found = {element.raw_get("/Pg").idnum} if "/Pg" in element else set()
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        each = kid.get_object()
        if isinstance(each, dict):
            found |= _pages_of(each)
    return found


def _stream(reader: PdfReader, number: int) -> Any:
    from pypdf.generic import IndirectObject, StreamObject

    found = reader.get_object(IndirectObject(number, 0, reader))
    is_font = isinstance(found, StreamObject) and "/Length1" in found
    return found if is_font else None
