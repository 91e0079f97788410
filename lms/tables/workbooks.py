"""Writes XLSX: several sheets, row by row, with the memory of a few rows (ADR 44)."""

import enum
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lms.tables import workbook_parts as parts
from lms.tables.workbook_parts import WrittenSheet
from lms.tables.writer import LONGEST_CELL, Cell

MOST_LINES: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
LONGEST_TITLE: Final = 31
MOST_LINKS: Final = 65_000
"""More no worksheet of XLSX holds."""
LONGEST_ADDRESS: Final = 2_079
LEVEL: Final = 3
"""Of compression: a fifth smaller than at 1 for a twentieth of the time more (ADR 44)."""
# A part of a ZIP without the extension for large ones, which some readers do not know.
_MOST_BYTES: Final = 1_900_000_000
_ROWS_AT_ONCE: Final = 256
_REMEMBERED: Final = 1_000
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it, spreadsheets disagree on the number of a day: they know of a 29 February 1900."""
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
_EXACT: Final = 10**15
# However its letters are counted, a text of so many goes into a cell.
_SURELY_FITS: Final = LONGEST_CELL // 2
# What XML does not carry, what it means something by, spaces that it drops, and what Excel decodes.
_ODD: Final = re.compile(
    r"[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|^\s|\s$|\s\s|_x[0-9A-Fa-f]{4}_"
)
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECODED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


class Kind(enum.Enum):
    """What a column holds; a cell of another kind is written as what it is."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    PERCENT = "percent"
    """A share from 0 to 1."""
    LINK = "link"
    """An address that can be followed: in the first 65,000 of a sheet."""


_STYLES: Final = {
    Kind.TEXT: parts.TEXT,
    Kind.NUMBER: parts.NUMBER,
    Kind.DAY: parts.DAY,
    Kind.PERCENT: parts.PERCENT,
}
_Way = tuple[str, dict[Cell, str], Callable[[Cell, int], str]]
"""Of a column: how its cells begin, how those go on that were met, and what makes the others."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what stands above it, what it holds, and its width in letters."""

    heading: str
    kind: Kind = Kind.TEXT
    width: float = 18


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one table; `above` are lines over its headings, of which the first is a title.

    frozen: how many columns stay where they are when the others move.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    above: Sequence[Sequence[Cell]] = ()
    frozen: int = 1


@dataclass(slots=True)
class Written:
    """What was written: rows, sheets, and how many texts were too long for a cell and are cut."""

    rows: int = 0
    sheets: int = 0
    cut: int = 0


def write_workbook(
    target: BinaryIO, title: str, sheets: Iterable[Sheet], *, made_at: datetime, level: int = LEVEL
) -> Written:
    """Write sheets into a file that can be sought, one after the other.

    All texts stay texts, also those that begin with "=", and days are days. What has more rows than
    a sheet holds goes on in another, under the same headings. The same rows give the same bytes.
    """
    book = _Book(ZipFile(target, "w", ZIP_DEFLATED, compresslevel=level), made_at, level)
    with book.archive:
        book.add("_rels/.rels", parts.PACKAGE)  # at the start, so that the kind of file is seen
        for sheet in sheets:
            book.add_sheet(sheet)
        book.finish(title)
    return book.written


def column_letters(index: int) -> str:
    """What spreadsheets call a column, counted from 0: A, B, …, Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Book:
    """A file that is being written."""

    def __init__(self, archive: ZipFile, made_at: datetime, level: int) -> None:
        self.archive = archive
        self.written = Written()
        self._made_at = made_at
        self._level = level
        self._sheets: list[WrittenSheet] = []

    def add(self, name: str, content: str) -> None:
        self.archive.writestr(self._entry(name), content)

    def add_sheet(self, sheet: Sheet) -> None:
        """All of its rows, on as many sheets as they need."""
        rows = iter(sheet.rows)
        ahead = list(islice(rows, 1))
        while True:
            before = self.written.rows
            rows = self._add_part(sheet, chain(ahead, rows))
            ahead = list(islice(rows, 1))
            if not ahead or self.written.rows == before:
                return

    def _add_part(self, sheet: Sheet, rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        """As many rows as go onto one sheet; returns those that are left."""
        number = len(self._sheets) + 1
        cells = _Cells(sheet, self.written)
        line = len(sheet.above) + 1
        with (
            TemporaryFile("w+", encoding="utf-8", newline="") as links,
            TemporaryFile("w+", encoding="utf-8", newline="") as targets,
        ):
            cells.links, cells.targets = links, targets
            with self.archive.open(self._entry(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                size = part.write(cells.head().encode())
                while size < _MOST_BYTES and line < MOST_LINES:
                    batch = list(islice(rows, min(_ROWS_AT_ONCE, MOST_LINES - line)))
                    if not batch:
                        break
                    size += part.write(cells.lines(batch, line + 1).encode())
                    line += len(batch)
                self.written.rows += line - len(sheet.above) - 1
                _copy(part, cells.tail(line))
            if cells.link_count:
                name = f"xl/worksheets/_rels/sheet{number}.xml.rels"
                with self.archive.open(self._entry(name), "w") as part:
                    _copy(part, cells.relations())
        name = _title(sheet.title, [each.title for each in self._sheets])
        self._sheets.append(WrittenSheet(name, len(sheet.above) + 1, line, cells.last_column))
        return rows

    def finish(self, title: str) -> None:
        """The parts that name the others."""
        count = self.written.sheets = len(self._sheets)
        self.add("xl/workbook.xml", parts.workbook(self._sheets))
        self.add("xl/_rels/workbook.xml.rels", parts.workbook_relations(count))
        self.add("xl/styles.xml", parts.STYLES)
        self.add("docProps/core.xml", parts.properties(_fit(title), self._made_at))
        self.add("[Content_Types].xml", parts.content_types(count))

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, max(self._made_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
        entry.compress_type = ZIP_DEFLATED
        entry._compresslevel = self._level  # type: ignore[attr-defined]  # noqa: SLF001
        return entry


class _Cells:
    """The cells of one sheet as XML."""

    links: IO[str]
    targets: IO[str]

    def __init__(self, sheet: Sheet, written: Written) -> None:
        self._sheet = sheet
        self._written = written
        self._columns = sheet.columns[:MOST_COLUMNS]
        self._letters = [column_letters(index) for index in range(len(self._columns))]
        self.last_column = self._letters[-1]
        self.link_count = 0
        self._ways = [
            self._way(letters, column.kind)
            for letters, column in zip(self._letters, self._columns, strict=True)
        ]

    def head(self) -> str:
        """All down to the line of headings."""
        sheet = self._sheet
        line = len(sheet.above) + 1
        first = f"{column_letters(min(sheet.frozen, len(self._columns)))}{line + 1}"
        pane = "bottomRight" if sheet.frozen else "bottomLeft"
        split = f'xSplit="{sheet.frozen}" ' if sheet.frozen else ""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{column.width:g}" customWidth="1"/>'
            for number, column in enumerate(self._columns, start=1)
        )
        return (
            f'{parts.SHEET_HEAD}<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0"><pane {split}ySplit="{line}" '
            f'topLeftCell="{first}" activePane="{pane}" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{columns}</cols><sheetData>{self._above()}"
        )

    def _above(self) -> str:
        lines = []
        for number, cells in enumerate(self._sheet.above, start=1):
            style = parts.TITLE if number == 1 else parts.TEXT
            found = (
                f'<c r="{column_letters(index)}{number}{rest}'
                for index, cell in enumerate(cells)
                if (rest := self._rest(cell, style))
            )
            lines.append(f'<row r="{number}">{"".join(found)}</row>')
        line = len(lines) + 1
        headings = (
            f'<c r="{letters}{line}{self._rest(column.heading, parts.HEADING)}'
            for letters, column in zip(self._letters, self._columns, strict=True)
        )
        lines.append(f'<row r="{line}">{"".join(headings)}</row>')
        return "".join(lines)

    def lines(self, rows: Iterable[Sequence[Cell]], first: int) -> str:
        """Rows, the first of them in this line."""
        found: list[str] = []
        for line, row in enumerate(rows, start=first):
            found.append(f'<row r="{line}">')
            for (begins, known, write), cell in zip(self._ways, row, strict=False):
                rest = known.get(cell)
                if rest is None:
                    rest = write(cell, line)
                if rest:
                    found.append(f"{begins}{line}{rest}")
            found.append("</row>")
        return "".join(found)

    def tail(self, last_line: int) -> Iterator[str]:
        """All below the rows."""
        heading = len(self._sheet.above) + 1
        yield f'</sheetData><autoFilter ref="A{heading}:{self.last_column}{last_line}"/>'
        if self.link_count:
            yield "<hyperlinks>"
            yield from _again(self.links)
            yield "</hyperlinks>"
        yield (
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
            "</worksheet>"
        )

    def relations(self) -> Iterator[str]:
        """Where the links of the sheet lead."""
        yield parts.RELATIONS_HEAD
        yield from _again(self.targets)
        yield "</Relationships>"

    def _way(self, letters: str, kind: Kind) -> _Way:
        """How the cells of a column are written."""
        known: dict[Cell, str] = {None: "", "": ""}
        if kind is Kind.LINK:
            return (
                f'<c r="{letters}',
                known,
                lambda cell, line: self._link(f"{letters}{line}", cell),
            )
        style = _STYLES[kind]

        def write(cell: Cell, _line: int) -> str:
            rest = self._rest(cell, style)
            # Most cells of a list are those of a line above: how far, what kind, which day. Numbers
            # are not kept, since 1 and 1.0 would be one; nor what is cut, which is counted.
            if len(known) < _REMEMBERED and _is_kept(cell):
                known[cell] = rest
            return rest

        return f'<c r="{letters}', known, write

    def _link(self, place: str, cell: Cell) -> str:
        address = str(cell)
        if self.link_count >= MOST_LINKS or len(address) > LONGEST_ADDRESS:
            return self._rest(cell, parts.TEXT)
        self.link_count += 1
        number = self.link_count
        self.links.write(f'<hyperlink ref="{place}" r:id="rId{number}"/>')
        self.targets.write(
            f'<Relationship Id="rId{number}" Type="{parts.LINK_TYPE}" '
            f'Target={quoteattr(_fit(address))} TargetMode="External"/>'
        )
        return self._rest(cell, parts.LINK)

    def _rest(self, cell: Cell, style: int) -> str:
        """A cell from the number of its line on; empty for one that there is not."""
        if isinstance(cell, str):
            return f'" s="{style}" t="inlineStr"><is>{self._text(cell)}</is></c>'
        if isinstance(cell, date):
            return self._day(cell)
        if cell is None or not math.isfinite(cell):
            return ""
        if abs(cell) >= _EXACT:  # a spreadsheet would lose its last digits
            return self._rest(str(cell), parts.TEXT)
        if style != parts.PERCENT:
            style = parts.NUMBER if isinstance(cell, int) else parts.PLAIN
        return f'" s="{style}"><v>{cell!r}</v></c>'

    def _day(self, day: date) -> str:
        if isinstance(day, datetime) or day < _FIRST_DAY:
            return self._rest(day.isoformat(), parts.TEXT)
        return f'" s="{parts.DAY}"><v>{day.toordinal() - _DAY_ZERO}</v></c>'

    def _text(self, text: str) -> str:
        """A text as XML, cut where it is too long for a cell."""
        if len(text) > _SURELY_FITS:
            fitting = _shortened(text)
            self._written.cut += fitting != text
            return _as_xml(fitting)
        return _as_xml(text)


def _is_kept(cell: Cell) -> bool:
    """Whether a cell is written the same way wherever it stands in its column."""
    return len(cell) <= _SURELY_FITS if isinstance(cell, str) else isinstance(cell, date)


def _as_xml(text: str) -> str:
    if not _ODD.search(text):
        return f"<t>{text}</t>"
    kept = _DECODED.sub("_x005F_", _fit(text))
    return f'<t xml:space="preserve">{escape(kept, {chr(13): "&#13;"})}</t>'


def _fit(text: str) -> str:
    """A text with a sign for each character that XML cannot carry."""
    return _UNFIT.sub("\ufffd", text)


def _shortened(text: str) -> str:
    """As much of a text as goes into a cell, which is counted in units of UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")[: LONGEST_CELL * 2]
    return units.decode("utf-16-le", "ignore")


def _title(wanted: str, taken: Sequence[str]) -> str:
    """A sheet's name that spreadsheets allow: short, without their signs, and once in a file."""
    name = _fit(" ".join(_NOT_IN_TITLES.sub(" ", wanted).split())).strip("' ") or "Sheet"
    others = {each.casefold() for each in taken}
    title, number = name[:LONGEST_TITLE].rstrip(), 1
    while title.casefold() in others:
        number += 1
        ending = f" {number}"
        title = name[: LONGEST_TITLE - len(ending)].rstrip() + ending
    return title


def _again(file: IO[str]) -> Iterator[str]:
    file.seek(0)
    while chunk := file.read(65_536):
        yield chunk


def _copy(part: IO[bytes], chunks: Iterable[str]) -> None:
    for chunk in chunks:
        part.write(chunk.encode())
