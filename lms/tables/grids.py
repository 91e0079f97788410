"""A table as it stands, with all of its columns: for whoever adds to a sheet that is others'.

Where `reader` takes the columns that it is asked for, this keeps every cell, in its place and as
what it is, so that a sheet comes back as it was sent, with columns added.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Final

from lms.tables.cells import (
    Bounds,
    TooVast,
    TypedRow,
    Unreadable,
    Value,
    read_typed_worksheets,
    shown,
)
from lms.tables.models import NotATable
from lms.tables.text import DELIMITERS, decode

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# How many lines tell which sign separates.
_TELLING: Final = 50


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table that are not empty, each with the number of its line."""

    rows: list[TypedRow]

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(cells) for _, cells in self.rows), default=0)


def text_at(cells: list[Value], column: int | None) -> str:
    """What a cell shows; nothing where the row is shorter, or no column is named."""
    return shown(cells[column]) if column is not None and column < len(cells) else ""


def read_grid(content: bytes, bounds: Bounds) -> Grid:
    """The fullest worksheet of a spreadsheet, or a CSV of any kind.

    Raises NotATable for what is neither, or has no rows; TooVast beyond the bounds.
    """
    if content.startswith((ZIP, OLE)):
        try:
            worksheets = read_typed_worksheets(content, bounds)
        except Unreadable as error:
            raise NotATable(str(error)) from error
        grid = Grid(max(worksheets, key=len, default=[]))
    else:
        grid = Grid(_read_text(decode(content), bounds))
    if not grid.rows:
        raise NotATable("The file has no rows.")
    return grid


def _read_text(text: str, bounds: Bounds) -> list[TypedRow]:
    if len(text) > bounds.characters:
        raise TooVast
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # how Excel is told of it
        return _split(rest, first.strip()[-1], bounds, first_number=2)
    return _split(text, delimiter_of(text), bounds)


def _rows(records: Iterable[list[str]], bounds: Bounds, *, first_number: int) -> list[TypedRow]:
    """The rows that are not empty; a cell stays text, since a code may look like a number."""
    rows: list[TypedRow] = []
    cell_count = 0
    for number, record in enumerate(records, start=first_number):
        cells = [cell.strip() for cell in record]
        if any(cells):
            rows.append((number, list(cells)))
            cell_count += len(cells)
            if cell_count > bounds.cells:
                raise TooVast
    return rows


def _split(text: str, delimiter: str, bounds: Bounds, *, first_number: int = 1) -> list[TypedRow]:
    """The rows of a text; a quotation mark that is never closed ends with its line.

    Records are looked at one by one: of sixteen million empty ones none is kept.
    """
    if text.count(delimiter) > bounds.cells:
        raise TooVast
    try:
        records = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return _rows(records, bounds, first_number=first_number)
    except csv.Error:
        lines = (line.rstrip("\n") for line in StringIO(text, newline=None))
        split = (split_line(line, delimiter) if line else [] for line in lines)
        return _rows(split, bounds, first_number=first_number)


def split_line(line: str, delimiter: str) -> list[str]:
    """The fields of a line, however its quotation marks stand."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return [cell.strip('"') for cell in line.split(delimiter)]


def delimiter_of(text: str) -> str:
    """The sign by which most lines have as many fields as each other, and the more the better."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_TELLING]

    def regularity(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(split_line(line, delimiter)) for line in lines)
        width, count = max(widths.items(), key=lambda each: (each[0] > 1, each[1]), default=(1, 0))
        return (count if width > 1 else 0), width

    return max(DELIMITERS, key=regularity)
