"""Sheets of any length, row by row: none is held as a whole, and each is read as often as wanted.

Where `reader` and `grids` give a table at once, this is for lists of a million people. A line of a
CSV is a row: a quotation mark that is never closed spoils one of them, and not all that follow.
"""

import codecs
import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Final

from lms.tables.cells import HIDDEN, NAMES, Bounds, Unreadable, spool_worksheets
from lms.tables.grids import delimiter_of
from lms.tables.guessing import HEADING_WITHIN, plain_heading
from lms.tables.models import NotATable
from lms.tables.reader import OLE, ZIP, require_table

SheetRow = tuple[int, list[str] | None, str]
"""The number of a row that is not empty, its cells, and the line as it is where it has none."""


class Covered(str):
    """What a cell says that is one with a cell above it, which alone has the words."""

    __slots__ = ()


WORKSHEET: Final = 10_000_000
"""Where several worksheets are read as one list, the number of a row tells the worksheet too."""
MOST_WORKSHEETS: Final = 200

PIECE: Final = 1024 * 1024
# So much of a file shows how its lines are made.
_BEGINNING: Final = 64 * 1024
_QUOTE: Final = '"'


def place_of(number: int) -> tuple[int, int]:
    """A row's worksheet, from 1, and its number there; 0 where the list is not of several."""
    return divmod(number, WORKSHEET)


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet that has rows: its place from 0, what it is called, and where it begins.

    row_count: its rows that are not empty; hidden_row_count: those of them that nobody sees;
    hidden_columns: by number from 0; is_hidden: nobody sees any of it.
    """

    place: int
    name: str
    offset: int
    row_count: int = 0
    hidden_row_count: int = 0
    hidden_columns: tuple[int, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that stays in its file; `is_fixed`: each row has a cell for each column.

    worksheets: those of a workbook that have rows; parts: those that are read, by place, each with
    how many of its first rows are passed over, as headings that stand above the list already do.

    Whoever has opened it closes it, which leaves the file that it was opened with open.
    """

    file: IO[bytes]
    encoding: str = "utf-8"
    delimiter: str = ""
    is_fixed: bool = False
    worksheets: tuple[Worksheet, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def read_worksheets(self) -> list[Worksheet]:
        """The worksheets that are read, in their order."""
        known = {each.place: each for each in self.worksheets}
        return [known[place] for place, _ in self.parts if place in known]

    @property
    def name(self) -> str:
        """What is read of a workbook is called."""
        return "; ".join(each.name for each in self.read_worksheets)

    @property
    def others(self) -> list[str]:
        """The worksheets that have rows and are not read."""
        read = {place for place, _ in self.parts}
        return [each.name for each in self.worksheets if each.place not in read]

    def of(self, parts: Sequence[Sequence[int]]) -> "Sheet":
        """The same workbook, of which these worksheets are read."""
        return replace(self, parts=tuple((place, skipped) for place, skipped in parts))

    def close(self) -> None:
        """Give up what was made of the file."""
        if not self.delimiter:
            self.file.close()

    def rows(self, filled: Collection[int] = ()) -> Iterator[SheetRow]:
        """The rows that are not empty, from the first one; one reader at a time.

        filled: the columns, from 0, in which cells that are one with a cell above say what it says,
        where the kind of file tells which are.
        """
        self.file.seek(0)
        return self._split() if self.delimiter else self._unfold(filled)

    def top(self, count: int = HEADING_WITHIN) -> list[list[str]]:
        """The cells of the first rows."""
        return [cells or [line] for _, cells, line in islice(self.rows(), count)]

    def _unfold(self, filled: Collection[int]) -> Iterator[SheetRow]:
        read = self.read_worksheets
        for worksheet, (_, skipped) in zip(read, self.parts, strict=False):
            added = (worksheet.place + 1) * WORKSHEET if len(read) > 1 else 0
            sign = f"{worksheet.place}\t".encode()
            self.file.seek(worksheet.offset)
            for count, line in enumerate(self.file):
                if not line.startswith(sign):
                    break
                if count >= skipped:
                    number, cells, *covered = json.loads(line[len(sign) :])
                    if covered:
                        _fill(cells, covered[0], filled)
                    yield number + added, cells, ""

    def _split(self) -> Iterator[SheetRow]:
        text = TextIOWrapper(self.file, self.encoding, newline=None)
        delimiter, empty = self.delimiter, f' \t\r\n,;|"{self.delimiter}\ufeff'
        try:
            for number, line in enumerate(text, start=1):
                if not line.strip(empty):
                    continue
                line = line.rstrip("\n")
                if number == 1 and line.lower().startswith("sep=") and len(line) == 5:
                    continue  # how Excel is told of the delimiter
                if _QUOTE not in line:
                    yield number, line.split(delimiter), ""
                    continue
                try:
                    reader = csv.reader(
                        [line], delimiter=delimiter, strict=True, skipinitialspace=True
                    )
                    yield number, next(reader), ""
                except csv.Error:
                    yield number, None, line
        finally:
            with suppress(ValueError):  # it was closed meanwhile
                text.detach()


def _fill(cells: list[str], covered: Mapping[str, str], filled: Collection[int]) -> None:
    for column in filled:
        text = covered.get(str(column))
        if text is not None:
            cells.extend("" for _ in range(column + 1 - len(cells)))
            cells[column] = Covered(text)


def open_sheet(file: IO[bytes], bounds: Bounds, is_known: Callable[[str], bool]) -> Sheet:
    """A sheet in a file that is open, and stays so for as long as the sheet is read.

    Of a spreadsheet it is the worksheet whose top names most of what `is_known` knows, else the
    fullest. Raises NotATable for what is no table, and TooVast beyond the bounds.
    """
    file.seek(0)
    beginning = file.read(_BEGINNING)
    require_table(beginning)
    if beginning.startswith((ZIP, OLE)):
        with ExitStack() as stack:
            spool = stack.enter_context(TemporaryFile())
            try:
                spool_worksheets(file, spool, bounds)
            except Unreadable as error:
                raise NotATable(str(error)) from error
            worksheets, best = _look_through(spool, is_known)
            sheet = Sheet(spool, worksheets=worksheets, parts=((best, 0),))
            stack.pop_all()
            return sheet
    encoding = _encoding_of(file)
    # A letter may be cut in two at the end of the beginning.
    text = codecs.getincrementaldecoder(encoding)().decode(beginning)
    first, _, _rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return Sheet(file, encoding, first.strip()[-1], is_fixed=True)
    return Sheet(file, encoding, delimiter_of(text), is_fixed=True)


def _encoding_of(file: IO[bytes]) -> str:
    """How a text is written, as Windows and its spreadsheets write it too; raises NotATable."""
    file.seek(0)
    is_wide = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            _require_text(file, encoding)
            return encoding
    raise NotATable("The file is not a table.")


def _require_text(file: IO[bytes], encoding: str) -> None:
    """Raise UnicodeDecodeError for another encoding, and NotATable for what has no lines."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    is_last = False
    while not is_last:
        piece = file.read(PIECE)
        is_last = len(piece) < PIECE
        text = decoder.decode(piece, final=is_last)
        if "\0" in text or not (is_last or "\n" in text or "\r" in text):
            raise NotATable("The file is not a table.")


def _look_through(
    spool: IO[bytes], is_known: Callable[[str], bool]
) -> tuple[tuple[Worksheet, ...], int]:
    """The worksheets that have rows, and the place of that which has the list.

    It is the first one where none has any.
    """
    names: list[str] = []
    hidden: list[tuple[bool, int, list[int]]] = []
    offsets: dict[int, int] = {}
    counts: dict[int, int] = {}
    known: dict[int, int] = {}
    spool.seek(0)
    offset = 0
    for line in spool:
        sign, _, rest = line.partition(b"\t")
        place = int(sign)
        if place == NAMES:
            names = json.loads(rest)
        elif place == HIDDEN:
            hidden = json.loads(rest)
        else:
            offsets.setdefault(place, offset)
            counts[place] = counts.get(place, 0) + 1
            if counts[place] <= HEADING_WITHIN:
                cells: Sequence[str] = json.loads(rest)[1]
                found = sum(is_known(plain_heading(cell)) for cell in cells if cell)
                known[place] = max(known.get(place, 0), found)
        offset += len(line)
    worksheets = []
    for place, count in counts.items():
        is_hidden, row_count, columns = hidden[place]
        found_at = offsets[place]
        worksheets.append(
            Worksheet(place, names[place], found_at, count, row_count, tuple(columns), is_hidden)
        )
    best = max(counts, key=lambda place: (known[place], counts[place]), default=0)
    return tuple(worksheets), best
