"""Sheets of any length, row by row: none is held as a whole, and each is read as often as wanted.

Where `reader` and `grids` give a table at once, this is for lists of a million people. A line of a
CSV is a row: a quotation mark that is never closed spoils one of them, and not all that follow.
"""

import codecs
import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Final

from lms.tables.cells import NAMES, Bounds, Unreadable, spool_worksheets
from lms.tables.grids import delimiter_of
from lms.tables.guessing import HEADING_WITHIN, plain_heading
from lms.tables.models import NotATable
from lms.tables.reader import OLE, ZIP, require_table

SheetRow = tuple[int, list[str] | None, str]
"""The number of a row that is not empty, its cells, and the line as it is where it has none."""

PIECE: Final = 1024 * 1024
# So much of a file shows how its lines are made.
_BEGINNING: Final = 64 * 1024
_QUOTE: Final = '"'


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that stays in its file; `is_fixed`: each row has a cell for each column.

    name, others: what its worksheet is called, and the others that have rows and are not read.

    Whoever has opened it closes it, which leaves the file that it was opened with open.
    """

    file: IO[bytes]
    encoding: str = "utf-8"
    delimiter: str = ""
    place: int = 0
    is_fixed: bool = False
    name: str = ""
    others: tuple[str, ...] = ()

    def close(self) -> None:
        """Give up what was made of the file."""
        if not self.delimiter:
            self.file.close()

    def rows(self) -> Iterator[SheetRow]:
        """The rows that are not empty, from the first one; one reader at a time."""
        self.file.seek(0)
        return self._split() if self.delimiter else self._unfold()

    def top(self, count: int = HEADING_WITHIN) -> list[list[str]]:
        """The cells of the first rows."""
        return [cells or [line] for _, cells, line in islice(self.rows(), count)]

    def _unfold(self) -> Iterator[SheetRow]:
        sign = f"{self.place}\t".encode()
        for line in self.file:
            if line.startswith(sign):
                number, cells = json.loads(line[len(sign) :])
                yield number, cells, ""

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
            place, names = _fullest(spool, is_known)
            name = names.pop(place, "")
            sheet = Sheet(spool, place=place, name=name, others=tuple(names.values()))
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


def _fullest(spool: IO[bytes], is_known: Callable[[str], bool]) -> tuple[int, dict[int, str]]:
    """The place of the worksheet that has the list, and what those are called that have rows.

    It is the first one where none has any.
    """
    names: list[str] = []
    counts: dict[int, int] = {}
    known: dict[int, int] = {}
    spool.seek(0)
    for line in spool:
        sign, _, rest = line.partition(b"\t")
        place = int(sign)
        if place == NAMES:
            names = json.loads(rest)
            continue
        counts[place] = counts.get(place, 0) + 1
        if counts[place] <= HEADING_WITHIN:
            cells: Sequence[str] = json.loads(rest)[1]
            found = sum(is_known(plain_heading(cell)) for cell in cells if cell)
            known[place] = max(known.get(place, 0), found)
    best = max(counts, key=lambda place: (known[place], counts[place]), default=0)
    return best, {place: names[place] for place in counts}
