"""The cells of a spreadsheet, read in a process of its own; also the program of that process.

A file of a few hundred bytes can name a cell at the far end of a sheet, or repeat a row a million
times, and whoever lays out what it says takes all memory there is, and aborts. So it is read where
that harms nobody: with so much memory and time and no more, and what it gives has a measure too.
"""

import json
import re
import resource
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

T = TypeVar("T")

# A list of 100,000 people in ten columns takes 200 MB, 4 s, a million cells and 20 million letters.
MOST_BYTES: Final = 512 * 1024 * 1024
MOST_SECONDS: Final = 60
MOST_CELLS: Final = 5_000_000
MOST_CHARACTERS: Final = 100_000_000
# A spreadsheet keeps 15 digits of a number; a longer one has lost its last ones already.
EXACT_DIGITS: Final = 15

NAMES: Final = -1
"""In the place of a worksheet's place: their names."""
HIDDEN: Final = -2
"""The same, behind all rows: of each worksheet what of it is hidden."""

Row = tuple[int, list[str]]
"""The number of a row that is not empty, and its cells as they are shown."""

Value = str | int | float | date
"""What a cell holds, for whoever writes it into another spreadsheet."""
TypedRow = tuple[int, list[Value]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a spreadsheet may hold."""

    cells: int = MOST_CELLS
    characters: int = MOST_CHARACTERS


class Unreadable(Exception):
    """It is no spreadsheet; the words say why."""


class TooVast(Exception):
    """It takes more memory or time than any list of people does."""


def read_worksheets(content: bytes) -> list[list[Row]]:
    """The rows of each worksheet, without empty ones.

    Raises Unreadable, and TooVast for a file that takes too much.
    """
    return [[(number, cells) for number, cells in rows] for rows in _read(content, Bounds())]


def read_typed_worksheets(content: bytes, bounds: Bounds) -> list[list[TypedRow]]:
    """The same with numbers as numbers and days as days, within bounds of the asker's own."""
    return [
        [(number, [_value(cell) for cell in cells]) for number, cells in rows]
        for rows in _read(content, bounds, "typed")
    ]


def spool_worksheets(source: IO[bytes], target: IO[bytes], bounds: Bounds) -> None:
    """Write the rows of each worksheet into a file, one a line, so that nobody has to hold them.

    A line has the worksheet's place from 0, a tab, and as JSON the row's number and its cells as
    they are shown, then by column what cells of it say that are one with a cell above, if there are
    any; the first line has NAMES in the place, and what the worksheets are called. The
    last has HIDDEN, and of each worksheet whether it is hidden itself, how many of its rows that
    are not empty are, and which of its columns, from 0. Raises as `read_worksheets`.
    """
    source.seek(0)
    with TemporaryFile() as content:  # what was sent may be in memory
        shutil.copyfileobj(source, content)
        content.seek(0)
        _run(content, target, bounds, "lines")
    target.seek(0)
    if target.read(1) == b'"':  # what is wrong with it, and no row
        target.seek(0)
        raise Unreadable(json.load(target))


def shown(value: Value) -> str:
    """A value as spreadsheets show it; a number that has lost digits looks like one that has."""
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= 10**EXACT_DIGITS:
            return f"{value:.{EXACT_DIGITS - 1}E}"
        return str(int(value))
    return str(value).strip()


def _value(cell: str | float | list[str]) -> Value:
    """A cell as JSON has brought it: a day is a list of one."""
    if isinstance(cell, list):
        return date.fromisoformat(cell[0])
    return cell


def _read(content: bytes, bounds: Bounds, *wishes: str) -> list[list[tuple[int, list[Any]]]]:
    with TemporaryFile() as source, TemporaryFile() as target:
        source.write(content)
        source.seek(0)
        _run(source, target, bounds, *wishes)
        target.seek(0)
        answer = json.load(target)
    if isinstance(answer, str):
        raise Unreadable(answer)
    rows: list[list[tuple[int, list[Any]]]] = answer
    return rows


def _run(source: IO[bytes], target: IO[bytes], bounds: Bounds, *wishes: str) -> None:
    command = [sys.executable, "-I", __file__, str(bounds.cells), str(bounds.characters), *wishes]
    try:
        subprocess.run(  # noqa: S603 - this file, by our own interpreter
            command,
            stdin=source,
            stdout=target,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise TooVast from error


def _lay_out(
    book: "CalamineWorkbook", bounds: Bounds, give: Callable[[object], T]
) -> list[list[tuple[int, list[T]]]]:
    worksheets: list[list[tuple[int, list[T]]]] = []
    for place, number, cells, _ in _each_row(book, bounds, give):
        while len(worksheets) <= place:
            worksheets.append([])
        worksheets[place].append((number, cells))
    return worksheets


def _each_row(
    book: "CalamineWorkbook",
    bounds: Bounds,
    give: Callable[[object], T],
    merged: "list[list[_Span]] | None" = None,
) -> Iterator[tuple[int, int, list[T], dict[int, T]]]:
    """The rows that are not empty: the place of their worksheet, their number, and their cells.

    Last, by column, what cells of the row say that are one with a cell above. merged: those of each
    worksheet, where they are to be told and the reader of the cells does not know them.
    """
    nothing = give("")
    cell_count = character_count = 0
    for place in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(place)
        _, first_column = sheet.start or (0, 0)
        spans = None if merged is None else _Spans(_spans_of(sheet) or merged[place])
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [give(cell) for cell in row]
            if all(cell == nothing for cell in cells):
                continue
            cells = [nothing] * first_column + cells
            covered = spans.cover(number, cells, nothing) if spans is not None else {}
            cell_count += len(cells)
            for some in (cells, covered.values()):
                character_count += sum(len(cell) for cell in some if isinstance(cell, str))
            if cell_count > bounds.cells or character_count > bounds.characters:
                raise MemoryError
            yield place, number, cells, covered


_Span = tuple[int, int, int]
"""Cells of a column that are one: the first row and the last, from 1, and the column, from 0."""


class _Spans:
    """What cells say that are one with a cell above, of rows in their order."""

    def __init__(self, spans: list[_Span]) -> None:
        self._coming = sorted(spans, reverse=True)
        self._open: dict[int, tuple[int, Any]] = {}

    def cover(self, number: int, cells: list[T], nothing: T) -> dict[int, T]:
        """What the empty cells of a row say by column, from 0."""
        if self._open:
            self._open = {key: kept for key, kept in self._open.items() if kept[0] >= number}
        covered = {
            column: value
            for column, (_, value) in self._open.items()
            if column >= len(cells) or cells[column] == nothing
        }
        while self._coming and self._coming[-1][0] <= number:
            first, last, column = self._coming.pop()
            if first == number and column < len(cells) and cells[column] != nothing:
                self._open[column] = (last, cells[column])
        return covered


def _spans_of(sheet: "CalamineSheet") -> list[_Span]:
    """The cells of a worksheet that reach over several rows, of XLSX and XLS."""
    return [
        (first[0] + 1, last[0] + 1, first[1])
        for first, last in sheet.merged_cell_ranges or ()
        if last[0] > first[0]
    ]


# Of what is longer than this no tag is.
_LONGEST_TAG: Final = 4 * 1024 * 1024
_XLSX_HIDDEN: Final = re.compile(
    rb"""<(?:\w+:)?(row|col)\b([^>]*\bhidden=["'](?:1|true)["'][^>]*)>"""
)
_ODS_PART: Final = re.compile(
    rb"<table:(table-row|table-column|(?:covered-)?table-cell|table(?=[\s>]))([^>]*)>"
)
_ODS_SPANNED: Final = re.compile(rb"""table:number-rows-spanned=["'](\d{1,7})["']""")
_ODS_HIDDEN: Final = re.compile(rb"""table:visibility=["'](?:collapse|filter)["']""")
_ODS_REPEATED: Final = re.compile(rb"""table:number-(?:rows|columns)-repeated=["'](\d{1,7})["']""")
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384


@dataclass(slots=True)
class _Hidden:
    """The rows and columns of a worksheet that are hidden, by number from 1.

    spans: of ODS the cells that reach over several rows.
    """

    rows: bytearray = field(default_factory=bytearray)
    columns: set[int] = field(default_factory=set)
    spans: list[_Span] = field(default_factory=list)

    def hide(self, kind: str, first: int, last: int) -> None:
        """Take rows or columns for hidden, from the first to the last."""
        if kind == "row":
            last = min(last, _MOST_ROWS)
            if len(self.rows) <= last:
                self.rows.extend(bytes(last + 1 - len(self.rows)))
            self.rows[first : last + 1] = b"\1" * (last + 1 - first)
        else:
            self.columns.update(range(first, min(last, _MOST_COLUMNS) + 1))

    def has_row(self, number: int) -> bool:
        """Whether a row is hidden."""
        return number < len(self.rows) and self.rows[number] == 1


def _find_hidden(content: bytes, names: list[str]) -> list[_Hidden]:
    """Of each worksheet what is hidden, where the kind of file lets us know: XLSX and ODS."""
    found = [_Hidden() for _ in names]
    damage = (BadZipFile, KeyError, ValueError, OSError, ElementTree.ParseError, zlib.error)
    with suppress(NotImplementedError, *damage), ZipFile(BytesIO(content)) as archive:
        if "content.xml" in archive.namelist():
            _look_through_ods(archive, found)
        else:
            _look_through_xlsx(archive, dict(zip(names, found, strict=True)))
    return found


def _look_through_xlsx(archive: ZipFile, worksheets: dict[str, _Hidden]) -> None:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - in a process of its own
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        hidden = worksheets.get(sheet.get("name", ""))
        identity = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        if hidden is None or identity not in targets:
            continue
        target = targets[identity]
        with archive.open(target[1:] if target.startswith("/") else f"xl/{target}") as part:
            for tag in _tags(part, _XLSX_HIDDEN):
                is_row = tag[1] == b"row"
                numbers = [
                    re.search(rb"""\b%s=["'](\d{1,7})["']""" % name, tag[2])
                    for name in ((b"r", b"r") if is_row else (b"min", b"max"))
                ]
                if numbers[0] and numbers[1]:
                    hidden.hide("row" if is_row else "col", int(numbers[0][1]), int(numbers[1][1]))


def _look_through_ods(archive: ZipFile, worksheets: list[_Hidden]) -> None:
    place, row, column, cell = -1, 0, 0, 0
    with archive.open("content.xml") as part:
        for tag in _tags(part, _ODS_PART):
            if tag[1] == b"table":
                place, row, column = place + 1, 0, 0
                continue
            repeated = _ODS_REPEATED.search(tag[2])
            count = int(repeated[1]) if repeated else 1
            if tag[1].endswith(b"table-cell"):
                spanned = _ODS_SPANNED.search(tag[2])
                if spanned and int(spanned[1]) > 1 and 0 <= place < len(worksheets):
                    worksheets[place].spans.append((row, row + int(spanned[1]) - 1, cell))
                cell += count
                continue
            is_row = tag[1] == b"table-row"
            cell = 0
            first = (row if is_row else column) + 1
            if is_row:
                row += count
            else:
                column += count
            if _ODS_HIDDEN.search(tag[2]) and 0 <= place < len(worksheets):
                worksheets[place].hide("row" if is_row else "col", first, first + count - 1)


def _tags(part: IO[bytes], pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """The tags of a kind, in as little memory as a piece takes."""
    rest = b""
    while piece := part.read(1 << 20):
        text = rest + piece
        cut = max(text.rfind(b"<"), 0)
        yield from pattern.finditer(text[:cut])
        rest = text[cut:] if len(text) - cut <= _LONGEST_TAG else b""
    yield from pattern.finditer(rest)


def _write_lines(book: "CalamineWorkbook", content: bytes, bounds: Bounds) -> None:
    """Write the worksheets a row a line, with what they are called, and what of them is hidden."""
    names = book.sheet_names
    sys.stdout.write(f"{NAMES}\t{json.dumps(names)}\n")
    hidden = _find_hidden(content, names)
    row_counts, widths = [0] * len(names), [0] * len(names)
    spans = [each.spans for each in hidden]
    for place, number, row, covered in _each_row(book, bounds, _shown, spans):
        line = [number, row, covered] if covered else [number, row]
        sys.stdout.write(f"{place}\t{json.dumps(line)}\n")
        row_counts[place] += hidden[place].has_row(number)
        widths[place] = max(widths[place], len(row))
    about = [
        [
            not str(each.visible).endswith("Visible"),
            row_counts[place],
            sorted(column - 1 for column in hidden[place].columns if column <= widths[place]),
        ]
        for place, each in enumerate(book.sheets_metadata)
    ]
    sys.stdout.write(f"{HIDDEN}\t{json.dumps(about)}\n")


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    return shown(cell) if isinstance(cell, float) else str(cell).strip()


def _typed(cell: object) -> str | float | list[str]:
    """A cell as JSON carries it; a moment, and whatever else there is, as its text."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 10**EXACT_DIGITS else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return [cell.isoformat()]
    return _shown(cell)


def _main() -> None:
    """Write the worksheets as JSON, or what is wrong as a text; fail if it is too vast."""
    from python_calamine import CalamineError, CalamineWorkbook

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cells, characters, *wishes = sys.argv[1:]
    bounds, content = Bounds(int(cells), int(characters)), sys.stdin.buffer.read()
    answer: object
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        if "lines" in wishes:
            _write_lines(book, content, bounds)
            return
        give: Callable[[object], object] = _typed if wishes else _shown
        answer = _lay_out(book, bounds, give)
    except CalamineError as error:
        sys.stdout.seek(0)  # a worksheet may have been written before another cannot be read
        sys.stdout.truncate()
        answer = str(error)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
