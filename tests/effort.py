"""What a database does to answer, counted alike on every computer and in every run.

In steps of SQLite's own machine, and in rows that PostgreSQL reads.
"""

import sqlite3
from collections.abc import Callable
from typing import Final

from sqlalchemy import text

from lms.db import current_connection, db

# An index is a level deeper now and then, and a search in it a few steps longer; PostgreSQL reads
# a small table whole.
SLACK: Final = 75


def effort(asked: Callable[[], object]) -> int:
    """What the database does to answer: SQLite's steps in tens, PostgreSQL's rows read."""
    asked()  # what is made once is made before
    count = _rows_read if current_connection().dialect.name == "postgresql" else _steps
    taken = count(asked)
    db.session.rollback()
    return taken


def _steps(asked: Callable[[], object]) -> int:
    raw = current_connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    taken: list[None] = []
    raw.set_progress_handler(lambda: taken.append(None), 10)
    asked()
    raw.set_progress_handler(None, 0)
    return len(taken)


ROWS_READ = text(
    "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer"
    " FROM pg_stat_xact_user_tables"
)


def _rows_read(asked: Callable[[], object]) -> int:
    before: int = current_connection().execute(ROWS_READ).scalar_one()
    asked()
    after: int = current_connection().execute(ROWS_READ).scalar_one()
    return after - before
