"""Statements that SQLAlchemy writes differently for each database, and types of rows."""

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


@lru_cache(maxsize=32)
def _insert_once(table: type[Base], dialect: str) -> Executable:
    words = postgresql if dialect == "postgresql" else sqlite
    statement: Executable = words.insert(table).on_conflict_do_nothing()
    return statement
