"""SQLite set up to check, wait and store as durably as PostgreSQL does."""

import sqlite3
from threading import Lock

from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from lms.db.unit_of_work import is_patient

LOCK_MILLISECONDS = 4000
TURN_SECONDS = 1.0
_writer = Lock()


def forbid_writing_on_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite refuse whatever would change something over this connection."""
    _driver(connection).execute("PRAGMA query_only = ON")


def configure_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite check foreign keys, wait for its turn, and lose nothing acknowledged.

    The driver must not open transactions by itself: savepoints and DDL would stay outside.
    synchronous = FULL, because an acknowledged answer has to survive a power cut too.
    """
    raw = _driver(connection)
    raw.isolation_level = None
    raw.executescript(
        f"PRAGMA foreign_keys = ON; PRAGMA busy_timeout = {LOCK_MILLISECONDS};"
        " PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    )


def spare_the_disk_on_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite answer before what was stored is on the disk, and keep more pages at hand.

    In KiB: the ends of a dozen indexes, where by itself it holds 2 MB and reads them again.
    """
    _driver(connection).executescript("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;")


def begin_read_only(connection: PoolProxiedConnection) -> None:
    """Open the transaction that the driver no longer does."""
    _driver(connection.driver_connection).execute("BEGIN")


def begin_writing(connection: PoolProxiedConnection) -> None:
    """The same for who may write, who takes the lock at once.

    A transaction that reads first and writes later would be refused with "database is locked"
    instead of waiting.
    """
    raw = _driver(connection.driver_connection)
    if is_patient():
        _wait_and_begin(raw)
        return
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout = {LOCK_MILLISECONDS}")


def _driver(connection: object) -> sqlite3.Connection:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - tells mypy the driver
    return connection


def _wait_and_begin(raw: sqlite3.Connection) -> None:
    """Take the lock when it is free.

    One thread of a process waits for it; the others wait a moment for their turn, and then
    leave with a refusal, so that there is always a thread for those who only read.
    """
    if not _writer.acquire(timeout=TURN_SECONDS):
        raise sqlite3.OperationalError("database is locked, and others wait for it already")
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        _writer.release()
