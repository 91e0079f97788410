"""Puts more rows in order than memory should hold."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self

_WRITTEN_FOR_NOBODY: Final = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_IN_ORDER: Final = "SELECT * FROM kept ORDER BY c0 COLLATE NOCASE, rowid"


class Sorter:
    """Takes rows of plain values and gives them back by their first value, a text.

    Capitals count as small letters; rows that are equal in it stay in the order in which they came.
    What does not fit into a few megabytes waits in a file without a name, which is gone when the
    sorter is closed or the process has ended.
    """

    def __init__(self, width: int) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(_WRITTEN_FOR_NOBODY)
        self._file.execute(f"CREATE TABLE kept ({', '.join(f'c{n}' for n in range(width))})")
        self._file.execute("BEGIN")
        self._add = f"INSERT INTO kept VALUES ({', '.join('?' * width)})"  # noqa: S608 - marks alone

    def __enter__(self) -> Self:
        """Nothing more than the sorter."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self._file.close()

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Take some more."""
        self._file.executemany(self._add, rows)

    def batches(self, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """All that were taken, in order, so many at a time."""
        found = self._file.execute(_IN_ORDER)
        while rows := found.fetchmany(size):
            yield rows
