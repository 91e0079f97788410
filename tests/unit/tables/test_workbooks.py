"""Workbooks: what is written, as a reader that others wrote finds it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from lms.tables import workbooks
from lms.tables.workbooks import Column, Kind, Sheet, Written, column_letters, write_workbook
from lms.tables.writer import Cell
from tests.memory import peak_memory

MADE_AT = datetime(2026, 11, 30, 7, 15, tzinfo=UTC)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TWO = (Column("Nama", width=30), Column("Nilai"))


def written(*sheets: Sheet) -> tuple[bytes, Written]:
    target = BytesIO()
    told = write_workbook(target, "Pegawai", sheets, made_at=MADE_AT)
    return target.getvalue(), told


def read(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python()]


def cells(*found: Cell, kind: Kind = Kind.TEXT) -> list[object]:
    """What stands in a column of these cells, below its heading."""
    content, _ = written(Sheet("x", (Column("h", kind), Column("z")), [(it, "z") for it in found]))
    return [row[0] for row in read(content)[1:]]


def part(content: bytes, name: str) -> ElementTree.Element:
    with ZipFile(BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+62811",
        "-5",
        "@SUM(A1)",
        "\t=1+1",
        "\uff1d1+1",
        "<b>&amp;</b>",
        "  spaces  within  ",
        "two\nlines",
        "_x0041_",
        "190501172099031001",
        'Nur\'aini "Ani"',
        "ꦫꦸꦩꦃ 😀",
    ],
)
def test_a_text_is_read_as_the_same_text(text: str) -> None:
    assert cells(text) == [text]


def test_what_begins_with_a_carriage_return_is_no_formula() -> None:
    content, _ = written(Sheet("x", TWO, [("\r=1+1", 1)]))
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert sheet.find(f".//{MAIN}f") is None
    assert "\r=1+1" in [it.text for it in sheet.iter(f"{MAIN}t")]


def test_numbers_days_and_shares_are_typed() -> None:
    assert cells(7, 0.25, kind=Kind.NUMBER) == [7, 0.25]
    assert cells(date(2026, 5, 2), kind=Kind.DAY) == [date(2026, 5, 2)]
    assert cells(date(1900, 3, 1), kind=Kind.DAY) == [date(1900, 3, 1)]
    assert cells(0.5, kind=Kind.PERCENT) == [0.5]


def test_what_a_spreadsheet_would_change_is_written_as_text() -> None:
    assert cells(190501172099031001, kind=Kind.NUMBER) == ["190501172099031001"]
    assert cells(date(1899, 1, 1), kind=Kind.DAY) == ["1899-01-01"]
    assert cells(float("nan"), None, "", kind=Kind.NUMBER) == ["", "", ""]


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_carry_leaves_a_sign(sign: str) -> None:
    assert cells(f"a{sign}b") == ["a\ufffdb"]


def test_a_text_too_long_for_a_cell_is_cut_and_told() -> None:
    content, told = written(Sheet("x", TWO, [("a" * 32_768, 1), ("😀" * 16_384, 2), ("b", 3)]))
    assert [len(str(row[0])) for row in read(content)[1:]] == [32_767, 16_383, 1]
    assert told == Written(rows=3, sheets=1, cut=2)


def test_what_no_sheet_holds_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_LINES", 4)
    content, told = written(
        Sheet("Sertifikat", TWO, [(f"n{number}", number) for number in range(7)]),
        Sheet("Sertifikat", TWO, []),
    )
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["Sertifikat", "Sertifikat 2", "Sertifikat 3", "Sertifikat 4"]
    lines = [len(read(content, number)) for number in range(4)]
    assert (lines, told.rows, told.sheets) == ([4, 4, 2, 1], 7, 4)
    assert read(content, 2) == [["Nama", "Nilai"], ["n6", 6]]


def test_as_many_rows_as_a_sheet_holds_need_no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_LINES", 4)
    assert written(Sheet("x", TWO, [("a", 1)] * 3))[1].sheets == 1


@pytest.mark.parametrize(
    ("wanted", "named"),
    [("a/b:c*[d]?", "a b c d"), ("'", "Sheet"), ("Kab. " * 20, "Kab. Kab. Kab. Kab. Kab. Kab. K")],
)
def test_a_sheets_name_is_one_that_spreadsheets_allow(wanted: str, named: str) -> None:
    content, _ = written(Sheet(wanted, TWO, []))
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == [named]


def test_links_can_be_followed_and_those_beyond_the_limit_stay_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "MOST_LINKS", 2)
    columns = (Column("Nama"), Column("Bukti", Kind.LINK))
    rows = [("a", f"https://sakuham.example/v/{number}?a=1&b=2") for number in range(3)]
    content, _ = written(Sheet("x", columns, rows))
    links = part(content, "xl/worksheets/sheet1.xml").findall(f".//{MAIN}hyperlink")
    assert [link.get("ref") for link in links] == ["B2", "B3"]
    targets = part(content, "xl/worksheets/_rels/sheet1.xml.rels")
    assert [it.get("Target") for it in targets] == [address for _, address in rows[:2]]
    assert [row[1] for row in read(content)[1:]] == [address for _, address in rows]


def test_headings_stay_are_filtered_and_repeated_on_paper() -> None:
    above: list[list[Cell]] = [["Pegawai"], ["Kab. Contoh", date(2026, 5, 2)]]
    content, _ = written(Sheet("Kab. 'Contoh'", TWO, [("a", 1), ("b", 2)], above=above))
    sheet = part(content, "xl/worksheets/sheet1.xml")
    pane, filtered = sheet.find(f".//{MAIN}pane"), sheet.find(f"{MAIN}autoFilter")
    assert pane is not None
    assert filtered is not None
    assert (pane.get("topLeftCell"), pane.get("state")) == ("B4", "frozen")
    assert filtered.get("ref") == "A3:B5"
    names = [it.text for it in part(content, "xl/workbook.xml").iter(f"{MAIN}definedName")]
    assert names == ["'Kab. ''Contoh'!$A$3:$B$5", "'Kab. ''Contoh'!$3:$3"]
    assert [row[0] for row in read(content)] == ["Pegawai", "Kab. Contoh", "Nama", "a", "b"]
    widths = [it.get("width") for it in sheet.iter(f"{MAIN}col")]
    assert widths == ["30", "18"]


def test_every_part_is_named_and_well_formed() -> None:
    content, _ = written(Sheet("a", TWO, [("x", 1)]), Sheet("b", TWO, []))
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert names[0] == "_rels/.rels"
    types = {it.get("PartName") for it in part(content, "[Content_Types].xml")}
    for name in names:
        part(content, name)
        assert name.endswith(".rels") or name == "[Content_Types].xml" or f"/{name}" in types


def test_the_same_rows_give_the_same_bytes() -> None:
    sheet = Sheet("x", TWO, [("a", 1), ("b", date(2026, 1, 1))])
    assert written(sheet) == written(sheet)


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [column_letters(it) for it in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_no_more_than_some_rows_are_held() -> None:
    """Ten times the rows take no more memory: a megabyte, where the file has six."""
    held = []
    for number in (1_000, 10_000):
        with TemporaryFile() as file, peak_memory() as peak:
            _write_many(file, number)
        held.append(peak())
    assert held[1] < held[0] * 1.3 + 300_000


def _write_many(file: BinaryIO, number: int) -> None:
    columns = [Column(f"h{place}") for place in range(8)] + [Column("Bukti", Kind.LINK)]
    write_workbook(file, "x", [Sheet("x", columns, _many(number))], made_at=MADE_AT)


def _many(number: int) -> Iterator[Sequence[Cell]]:
    for line in range(number):
        yield [f"cell {line} {place}" for place in range(8)] + [f"https://a.example/{line}"]


def test_days_of_the_file_are_those_of_its_making() -> None:
    content, _ = written(Sheet("x", TWO, []))
    with ZipFile(BytesIO(content)) as archive:
        moments = {it.date_time for it in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()
    assert moments == {(2026, 11, 30, 7, 15, 0)}
    assert re.search(">2026-11-30T07:15:00Z<", core)
