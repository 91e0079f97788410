"""Statements that SQLAlchemy writes differently for each database, and types of rows."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.dialects import postgresql, sqlite

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


@lru_cache(maxsize=32)
def _insert_once(table: type[Base], dialect: str) -> Executable:
    words = postgresql if dialect == "postgresql" else sqlite
    statement: Executable = words.insert(table).on_conflict_do_nothing()
    return statement
