"""What only a look at all of a list tells, before anybody confirms how it is to be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.numbers import key_of
from lms.institutions.staff_lists.sections import unit_above
from lms.institutions.staff_lists.standings import Standing, find_standing, may_have_left
from lms.tables.guessing import plain_heading
from lms.tables.lines import plain_cell
from lms.tables.sheets import SheetRow

# An old number has nine digits: a line with fewer in the place of its number is nobody's.
_FEWEST_DIGITS = 9


@dataclass(slots=True)
class Survey:
    """Counts the lines below the headings, and what stands in the column of remarks beside people.

    leaving_count: the remarks that say, or may say, that somebody has left; note_count: those that
    are about something else, and note: the first of them. units: what lines name as units between
    the people, for those below them, as far as people follow. unitless_count: people without a unit
    below one who has one, where units have a column.
    """

    places: Mapping[str, int]
    row_count: int = 0
    leaving_count: int = 0
    note_count: int = 0
    note: str = ""
    units: dict[str, None] = field(default_factory=dict)
    unitless_count: int = 0
    _has_units: bool = False

    def look_through(self, rows: Iterable[SheetRow]) -> None:
        """Count what there is."""
        status, number = self.places.get("status"), self.places.get("number")
        unit = ""
        for _, cells, _ in rows:
            self.row_count += 1
            if cells is None or number is None:
                continue
            if number >= len(cells) or not _is_somebody(cells[number]):
                unit = unit_above(cells) or unit
                continue
            if unit:
                self.units.setdefault(unit)
            self._look_at_unit(cells)
            if status is not None and status < len(cells) and cells[status]:
                self._count(plain_cell(cells[status]))

    def _look_at_unit(self, cells: Sequence[str]) -> None:
        place = self.places.get("unit")
        if place is None:
            return
        has_unit = place < len(cells) and bool(plain_heading(cells[place]))
        self._has_units = self._has_units or has_unit
        self.unitless_count += self._has_units and not has_unit

    def _count(self, text: str) -> None:
        standing = find_standing(text)
        if may_have_left(text) or standing not in {None, Standing.ACTIVE}:
            self.leaving_count += 1
        elif standing is None:
            self.note_count += 1
            self.note = self.note or text[:60]

    def tell_of_notes(self, column: str) -> Sentence:
        """That remarks are not used, of which none is about somebody who has left, or some are."""
        values = {"column": column, "example": self.note}
        if not self.leaving_count:
            return Sentence(
                N_(
                    "Kolom “%(column)s” berisi catatan bebas, misalnya “%(example)s”, sehingga "
                    "tidak dipakai."
                ),
                values,
            )
        return Sentence(
            N_(
                "Dari kolom “%(column)s” hanya yang menyebut pensiun, pindah, atau meninggal yang "
                "dipakai. %(count)s catatan lain, misalnya “%(example)s”, dibiarkan; pegawainya "
                "tetap aktif."
            ),
            {**values, "count": self.note_count},
        )


def _is_somebody(cell: str) -> bool:
    return len(key_of(cell)) >= _FEWEST_DIGITS
