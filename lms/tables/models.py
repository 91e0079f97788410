"""Tables as values: the columns that are wanted, and the rows that were read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is asked for, and what else people call it; all in small letters."""

    name: str
    synonyms: tuple[str, ...] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table by its number in the file: a text for each column that was asked for."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken, and why; as one field if it cannot be divided."""

    number: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a file, in its order, and what could not be."""

    lines: list[Line] = field(default_factory=list)
    bad_lines: list[BadLine] = field(default_factory=list)


class NotATable(Exception):
    """Nothing of the file can be read; the words say why, and what would help."""


def iterate_batches(rows: list[T], size: int) -> Iterator[list[T]]:
    """What was read, some at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
