"""Many rows at once: by COPY on PostgreSQL, by one prepared statement on SQLite."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text

from lms.db import Base

Row = tuple[Any, ...]


class Rows:
    """Rows of tables that are to be stored together, with keys that follow those in use.

    Values are as the databases keep them: days and moments as texts, yes and no as 1 and 0.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[type[Base], list[Row]] = {}
        self._columns: dict[type[Base], Sequence[str]] = {}
        self._next: dict[type[Base], int] = {}

    def add(self, model: type[Base], **values: Any) -> None:
        """A row more; each one of a table has the same columns, in the same order."""
        rows = self._rows.get(model)
        if rows is None:
            rows = self._rows[model] = []
            self._columns[model] = tuple(values)
        rows.append(tuple(values.values()))

    def key(self, model: type[Base]) -> int:
        """The next free key of a table."""
        found = self._next.get(model)
        if found is None:
            column = model.__table__.c.id
            found = (self._connection.execute(select(func.max(column))).scalar() or 0) + 1
        self._next[model] = found + 1
        return found

    def store(self) -> None:
        """Store all, each table in the order in which it was first added to."""
        raw = self._connection.connection.driver_connection
        for model, rows in self._rows.items():
            table, columns = model.__tablename__, self._columns[model]
            if isinstance(raw, sqlite3.Connection):
                marks = ", ".join("?" * len(columns))
                raw.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - names of ours
                    rows,
                )
            else:
                _copy(raw, f"COPY {table} ({', '.join(columns)}) FROM STDIN", rows)
        if not isinstance(raw, sqlite3.Connection):
            for model, following in self._next.items():
                sequence = f"{model.__tablename__}_id_seq"
                asked = text("SELECT setval(:name, :last)")
                self._connection.execute(asked, {"name": sequence, "last": following - 1})


def _copy(raw: Any, statement: str, rows: Iterable[Row]) -> None:
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
