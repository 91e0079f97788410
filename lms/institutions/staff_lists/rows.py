"""Reads the rows of one list in their order: whom each names, or why it is passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Self

from lms.errors import N_, Invalid, Sentence
from lms.institutions.staff_lists.columns import Columns
from lms.institutions.staff_lists.lines import LineReader, Listed
from lms.institutions.staff_lists.nobodies import ONLY_A_NUMBER, Nobodies, is_only_a_number
from lms.institutions.staff_lists.numbers import key_of
from lms.institutions.staff_lists.repeated import Repeated, find_suspects
from lms.institutions.staff_lists.sections import WORKSHEET, UnitCells
from lms.tables.lines import plain_cell
from lms.tables.sheets import Covered, Sheet, SheetRow

UNIT_HEADING: Final = N_("Unit kerja")
"""What the column is called that a list gets for units that have none."""

_QUOTE: Final = Sentence(
    N_(
        "Tanda petik di baris ini tidak ditutup, atau ada di tengah sel. Tulis satu orang satu "
        "baris, dan tanda petik di dalam sel dua kali."
    )
)


@dataclass(frozen=True, slots=True)
class Twice:
    """That the person stood in the list before, just so."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """That the row was never meant to name anybody: a title, a total, a signature."""


@dataclass(frozen=True, slots=True)
class Section:
    """That the row names the unit of those below it."""


Read = Listed | Sentence | Twice | Section | Nobody
"""Whom a row names, or why it is refused or passed over."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of a list, each after the other.

    head: the rows down to the headings; width: how many cells each row has to have, where it has;
    unit_cells: what gives each row its unit where no column does.
    """

    lines: LineReader
    head: list[SheetRow]
    row_count: int
    width: int | None
    repeated: Repeated
    nobodies: Nobodies
    unit_cells: UnitCells | None = None

    @classmethod
    def of(cls, sheet: Sheet, lines: LineReader) -> Self:
        """The reader of a sheet, which is looked through for who stands there twice."""
        heading = lines.columns.heading
        head = list(islice(sheet.rows(), 0 if heading is None else heading + 1))
        row_count = sum(1 for _ in sheet.rows()) - len(head)
        suspects = find_suspects(_keys(sheet, lines.columns, len(head)), row_count * 2)
        width = len(head[-1][1] or []) if sheet.is_fixed and head else None
        nobodies = Nobodies(lines.columns)
        unit_cells = _unit_cells(sheet, lines)
        if unit_cells is not None and head:
            number, cells, raw = head[-1]
            unit_cells.add(cells := [*(cells or [])], UNIT_HEADING)
            head[-1] = (number, cells, raw)
        return cls(lines, head, row_count, width, Repeated(suspects), nobodies, unit_cells)

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """The rows below the headings."""
        return islice(sheet.rows(self.lines.columns.filled), len(self.head), None)

    def read(self, row: SheetRow) -> Read:
        """Whom a row names, or why it is passed over; its cells get the unit that it has not."""
        line, cells, _ = row
        if cells is None:
            return _QUOTE
        if self.unit_cells is not None and self.unit_cells.is_section(line, cells):
            return Section()
        if self.width is not None and len(cells) != self.width:
            _fit(cells, self.width)
            if len(cells) != self.width:
                return self._refuse(cells, _wrong_count(len(cells), self.width))
        if self.unit_cells is not None:
            self.unit_cells.add(cells)
        try:
            listed = self.lines.read(cells)
        except Invalid as refusal:
            return self._refuse(cells, refusal.sentence)
        self.nobodies.go_on()
        same = self.repeated.is_same(line, listed)
        if isinstance(same, Sentence):
            return same
        return Twice() if same else listed

    def _refuse(self, cells: list[str], reason: Sentence) -> Sentence | Nobody:
        """Why a row is refused, if it may be about somebody."""
        if self.unit_cells is not None:
            cells = cells[: self.unit_cells.place]
        cells = ["" if isinstance(cell, Covered) else cell for cell in cells]
        if self.nobodies.is_one(cells):
            return Nobody()
        return ONLY_A_NUMBER if is_only_a_number(cells) else reason


def _keys(sheet: Sheet, columns: Columns, head_count: int) -> Iterator[str]:
    """What tells one person from another, of each line, about as it will be read."""
    number, email = columns.places["number"], columns.places.get("email")
    for _, cells, _ in islice(sheet.rows(), head_count, None):
        if cells is None:
            continue
        if number < len(cells):
            text = plain_cell(cells[number])
            yield text if text.isdecimal() else key_of(text)
        if email is not None and email < len(cells) and (address := cells[email].strip()):
            yield plain_cell(address).lower()


def _unit_cells(sheet: Sheet, lines: LineReader) -> UnitCells | None:
    columns = lines.columns
    if not columns.unit_from:
        return None
    names = None
    if columns.unit_from == WORKSHEET:
        names = {each.place: each.name for each in sheet.read_worksheets}
    return UnitCells(columns.places["unit"], names, lines.units.has)


def _fit(cells: list[str], width: int) -> None:
    """Take away empty cells beyond the last column."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()


def _wrong_count(found: int, width: int) -> Sentence:
    return Sentence(
        N_(
            "Baris ini punya %(found)s sel untuk %(width)s kolom. Koma di dalam nama perlu tanda "
            'petik: "Sri Uji, S.Pd."; atau simpan sebagai XLSX.'
        ),
        {"found": found, "width": width},
    )
