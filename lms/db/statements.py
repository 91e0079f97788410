"""Statements that SQLAlchemy writes differently for each database, and types of rows."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    SQLColumnExpression,
    any_,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from lms.db.models import Base

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns a function reads by name."""


def insert_once(table: type[Base], on: Connection) -> Executable:
    """An insert that leaves a row that is there alone, in the words of the database at hand."""
    return _insert_once(table, on.dialect.name)


def store_once(table: type[Base], row: Mapping[str, Any], on: Connection) -> bool:
    """Insert a row unless one that it would clash with is there; whether it was inserted.

    The databases' drivers count such rows only where they are asked to.
    """
    statement = insert_once(table, on).execution_options(preserve_rowcount=True)
    return on.execute(statement, row).rowcount == 1


def looked_up(
    column: SQLColumnExpression[Any], values: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    """That a column has one of the values of an array, for each of which PostgreSQL goes by index.

    How many they are it only learns as it begins: with a thousand in sight, and no statistics of a
    table yet, it would take all rows for wanted and read the table whole. And as its plan is the
    same for any values, it makes none each time, which takes longer than to look somebody up.
    """
    each = select(func.unnest(values))
    return column == any_(func.array(each.scalar_subquery()))


def among(
    column: InstrumentedAttribute[Any], values: Collection[object], on: Connection
) -> ColumnElement[bool]:
    """That a column has one of many values, which travel as one parameter however many they are."""
    if on.dialect.name == "postgresql":
        return looked_up(column, literal(list(values), ARRAY(column.type)))
    each = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(each.c.value))


def has_any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """That some row meets these, looked up for each row of the statement that asks.

    As a value and not EXISTS: of that PostgreSQL may read all rows that could ever be meant, the
    nation's, and hash them, for a page of fifty.
    """
    return select(literal_column("1")).where(*conditions).limit(1).scalar_subquery().is_not(None)


def count_together(
    counts: Sequence[Select[int]], on: Connection, given: Mapping[str, object] | None = None
) -> list[int]:
    """Several numbers by one statement, with the parameters of all: each journey is dear.

    For statements that their makers keep, since the one of them all is kept by which they are.
    """
    return list(on.execute(_together(tuple(counts)), given).one())


@lru_cache(maxsize=1_000)
def _together(counts: tuple[Select[int], ...]) -> Select[Any]:
    return select(*(each.scalar_subquery() for each in counts))


def insert_rows(
    table: type[Base], names: Sequence[str], rows: Iterable[Sequence[object]], on: Connection
) -> None:
    """Insert many rows of plain values, which take the shortest way that the database has.

    What SQLAlchemy does to values is left out: moments and enumerations are the caller's to write.
    """
    if not on.in_transaction():
        on.begin()
    place = f"{table.__tablename__} ({', '.join(names)})"
    if on.dialect.name == "postgresql":
        raw = on.connection.driver_connection
        assert raw is not None  # noqa: S101 - it was given back otherwise
        with raw.cursor() as cursor, cursor.copy(f"COPY {place} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    values = ", ".join("?" * len(names))
    on.exec_driver_sql(
        f"INSERT INTO {place} VALUES ({values})",  # noqa: S608 - the names are our models' own
        [tuple(row) for row in rows],
    )


@lru_cache(maxsize=32)
def _insert_once(table: type[Base], dialect: str) -> Executable:
    words = postgresql if dialect == "postgresql" else sqlite
    statement: Executable = words.insert(table).on_conflict_do_nothing()
    return statement
