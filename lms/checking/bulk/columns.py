"""Which column of a sheet holds what: guessed from its headings and its cells, and confirmed.

Offices call the same thing by many names, or by none. What a cell is tells more than what stands
above it: a code proves itself by its check symbols, and a number or a link has a form. So the
column with most references is taken, and headings decide where cells cannot.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from lms.certificates.codes import find_code_in_link, parse_code
from lms.tables.cells import TypedRow, shown
from lms.tables.grids import Grid, text_at
from lms.tables.guessing import HEADING_WITHIN, find_heading_row, name_columns, plain_heading

MOST_ROWS: Final = 10_000
# Beside so many people a sheet has a second row of heads, subtotals, and who signed it.
SPARE_ROWS: Final = 100
MOST_COLUMNS: Final = 60
SAMPLE: Final = 200
PREVIEW: Final = 5
# So much of a column's cells must be of a kind for the column to be taken for it.
_ENOUGH: Final = 0.5

ROLES: Final = ("reference", "name", "employee_number", "credit_hours")

_HEADINGS: Final = {
    "reference": re.compile(
        r"\b(?:kode|code|no|nomor|number|tautan|link|url|alamat|qr)\b.*"
        r"\b(?:sertifikat|sertipikat|certificate|verifikasi|piagam|sttp?p?|bukti)\b"
        r"|\b(?:tautan|link|url|kode verifikasi|kode|sertifikat|certificate)\b"
    ),
    "name": re.compile(
        r"^(?:nama|name)(?: lengkap| pegawai| peserta| asn| pns| dan gelar| dengan gelar| gelar"
        r"| pemegang| lengkap dengan gelar| lengkap dan gelar| full)?$|^full name$"
    ),
    "employee_number": re.compile(r"\b(?:nip|ni pppk|nip nipppk|nomor induk pegawai|nipppk)\b"),
    "credit_hours": re.compile(r"\b(?:jp|jam pelajaran|jpl|jam pelatihan|credit hours)\b"),
}
# An official number has a digit somewhere: "Kode / Nomor" is a heading.
_NUMBER: Final = re.compile(r"(?=.*\d)[\w.-]+(?:\s*/\s*[\w.-]+)+")
_DATE: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
_EMPLOYEE_NUMBER: Final = re.compile(r"'?\d{8}\s?\d{6}\s?\d{1,2}\s?\d{1,3}|\d\.\d{10,}E\+17")
# What may be a code that was typed wrong, and is no word of a person's name or office.
_ATTEMPT: Final = re.compile(r"(?=.*\d)[0-9A-Za-z]{8,16}")
_FORMULA_LINK: Final = re.compile(r'^=HYPERLINK\("([^"]+)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands, by number from 0; None where the sheet has none.

    heading: the place of the heading row among the sheet's rows; None where it has none.
    """

    heading: int | None
    reference: int | None
    name: int | None
    employee_number: int | None
    credit_hours: int | None

    def of(self, role: str) -> int | None:
        """The column of a role."""
        column: int | None = getattr(self, role)
        return column

    @classmethod
    def from_json(cls, kept: dict[str, int | None]) -> Self:
        """As they were kept with what was asked."""
        return cls(**{name: kept.get(name) for name in ("heading", *ROLES)})

    def to_json(self) -> dict[str, int | None]:
        """To be kept with what was asked."""
        return {name: getattr(self, name) for name in ("heading", *ROLES)}


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a sheet, with what was guessed of it, to be confirmed by who sent it.

    names: what each column is called. rows: the first ones below the headings. counts: how many
    cells of each column look like a reference, of `row_count`.
    """

    names: list[str]
    rows: list[list[str]]
    counts: list[int]
    row_count: int
    columns: Columns


def as_reference(cell: str) -> str:
    """A cell as a reference is looked up: the address of a written-out link, no apostrophe."""
    text = cell.strip().lstrip("'").strip()
    link = _FORMULA_LINK.match(text)
    if link:
        return link[1]
    return text.removeprefix('="').removesuffix('"') if text.startswith('="') else text


def looks_like_reference(cell: str) -> bool:
    """Whether a cell is a true code, a link to one, or has the form of an official number."""
    text = as_reference(cell)
    if not text or len(text) > 500 or _EMPLOYEE_NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return False
    found = find_code_in_link(text)
    return parse_code(found).is_valid or _NUMBER.fullmatch(text) is not None


def end_of_list(rows: Sequence[TypedRow], column: int | None) -> int:
    """How many rows there are up to the last reference; below it stand place, day and who signed.

    All of them where none looks like a reference.
    """
    for count in range(len(rows), 0, -1):
        if looks_like_reference(text_at(rows[count - 1][1], column)):
            return count
    return len(rows)


def is_meant_as_reference(cell: str) -> bool:
    """Whether a cell below the list may be a code after all, though typed wrong."""
    text = re.sub(r"[\s-]", "", as_reference(cell))
    return _ATTEMPT.fullmatch(text) is not None and not _EMPLOYEE_NUMBER.fullmatch(cell.strip())


def preview_of(grid: Grid) -> Preview:
    """What a sheet begins with, and which of its columns is likely to be what."""
    width = min(grid.width, MOST_COLUMNS)
    top = [[shown(cell) for cell in cells] for _, cells in grid.rows[:HEADING_WITHIN]]
    heading = find_heading_row(top, _is_known, looks_like_reference)
    below = grid.rows[0 if heading is None else heading + 1 :]
    sample = below[:SAMPLE]
    names = name_columns(top, heading, width)
    counts = [
        sum(looks_like_reference(text_at(cells, column)) for _, cells in sample)
        for column in range(width)
    ]
    reference = _best_reference(names, counts, sample, has_heading=heading is not None)
    taken = {reference}
    others: dict[str, int | None] = {}
    for role in ROLES[1:]:
        others[role] = _find_other(role, names, sample, taken)
        taken.add(others[role])
    columns = Columns(heading=heading, reference=reference, **others)
    rows = [[text_at(cells, column) for column in range(width)] for _, cells in below[:PREVIEW]]
    return Preview(names, rows, counts, len(below), columns)


def _is_known(heading: str) -> bool:
    return any(each.search(heading) for each in _HEADINGS.values())


def _best_reference(
    names: list[str], counts: list[int], sample: Sequence[TypedRow], *, has_heading: bool
) -> int | None:
    """The column with most references, a named one before another; else the best named one."""
    if not counts:
        return None
    named = [bool(_HEADINGS["reference"].search(plain_heading(name))) for name in names]
    best = max(range(len(counts)), key=lambda column: (counts[column], named[column], -column))
    filled = sum(1 for _, cells in sample if text_at(cells, best))
    if counts[best] and (counts[best] >= _ENOUGH * filled or named[best]):
        return best
    if has_heading and any(named):
        return named.index(True)
    return best if counts[best] else None


def _find_other(
    role: str, names: list[str], sample: Sequence[TypedRow], taken: Iterable[int | None]
) -> int | None:
    """The column of another role: by its heading, and a NIP's also by its cells."""
    free = [column for column in range(len(names)) if column not in set(taken)]
    for column in free:
        if _HEADINGS[role].search(plain_heading(names[column])):
            return column
    if role != "employee_number":
        return None
    for column in free:
        cells = [text for _, row in sample if (text := text_at(row, column))]
        numbers = sum(_EMPLOYEE_NUMBER.fullmatch(text) is not None for text in cells)
        if cells and numbers >= _ENOUGH * len(cells):
            return column
    return None
