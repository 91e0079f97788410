"""Many rows at once: by COPY on PostgreSQL, by one prepared statement on SQLite."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Connection, func, select, text

from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import Base, current_connection, db, transaction
from lms.institutions.models import Posting
from lms.learning.models import Attempt, ChapterRead, Enrolment
from lms.programmes.models import Standing
from lms.progress.models import StaffSearch

Row = tuple[Any, ...]

_REFERRING: Final = (
    *(Account, EmployeeNumber, Posting, Enrolment, ChapterRead, Attempt),
    *(Certificate, LedgerEntry, Standing),
)
"""Tables with a row for each person or more that refer to others."""

_SEARCHED: Final = (Certificate, StaffSearch)
_WAITING_KB: Final = 4_096
_CACHE_KB: Final = 262_144
_LOG_PAGES: Final = 65_536


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


@contextmanager
def at_ease() -> Iterator[None]:
    """Inside, store with more memory than a server has for it, so that nothing is written twice.

    SQLite keeps more pages, and writes them to their places more seldom. What PostgreSQL searches
    by parts of words is put into the index some thousand rows at a time.
    """
    if db.engine.dialect.name == "postgresql":
        with _waiting_longer():
            yield
        return
    usual = _exchange({"cache_size": -_CACHE_KB, "wal_autocheckpoint": _LOG_PAGES})
    try:
        yield
    finally:
        _exchange(usual)


@contextmanager
def together() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Store many rows inside; gives what each some thousand of them are stored in.

    PostgreSQL has one transaction for all, at whose end it checks what they refer to, as sets: it
    takes longer to look each up than to store it. SQLite has one for each some thousand.
    """
    if db.engine.dialect.name == "postgresql":
        with transaction(), _referring_later():
            yield nullcontext
    else:
        yield transaction


def analyze() -> None:
    """Let the database know how large its tables are."""
    with transaction():
        current_connection().execute(text("ANALYZE"))


def _exchange(settings: Mapping[str, int]) -> dict[str, int]:
    """Set SQLite's connection otherwise; gives what was set before."""
    with transaction():
        asked = current_connection().exec_driver_sql
        usual = {name: int(asked(f"PRAGMA {name}").scalar_one()) for name in settings}
        for name, value in settings.items():
            asked(f"PRAGMA {name} = {value}")
    return usual


@contextmanager
def _referring_later() -> Iterator[None]:
    connection = current_connection()
    found = connection.execute(
        text(
            "SELECT CAST(CAST(conrelid AS regclass) AS text), quote_ident(conname),"
            " pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY(CAST(:tables AS regclass[])) ORDER BY oid"
        ),
        {"tables": _names(_REFERRING)},
    ).all()
    for table, name, _ in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def _waiting_longer() -> Iterator[None]:
    with transaction():
        found = (
            current_connection()
            .execute(
                text(
                    "SELECT CAST(CAST(indexrelid AS regclass) AS text),"
                    " array_to_string(index.reloptions, ', ') FROM pg_index"
                    " JOIN pg_class index ON index.oid = indexrelid"
                    " JOIN pg_am method ON method.oid = index.relam"
                    " WHERE amname = 'gin' AND indrelid = ANY(CAST(:tables AS regclass[]))"
                ),
                {"tables": _names(_SEARCHED)},
            )
            .all()
        )
        for index, _ in found:
            _set_index(index, f"gin_pending_list_limit = {_WAITING_KB}")
    try:
        yield
    finally:
        with transaction():
            for index, usual in found:
                _set_index(index, usual)
                current_connection().execute(
                    text("SELECT gin_clean_pending_list(CAST(:index AS regclass))"),
                    {"index": index},
                )


def _set_index(index: str, options: str) -> None:
    current_connection().exec_driver_sql(f"ALTER INDEX {index} SET ({options})")


def _names(models: Iterable[type[Base]]) -> list[str]:
    return [model.__tablename__ for model in models]
