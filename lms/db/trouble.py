"""Why a database is unavailable (locked, away, full, read-only), from its errors."""

import enum
import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lms.db.unit_of_work import is_storing


class Trouble(enum.Enum):
    """Why a database cannot be used just now, by no fault of who asked."""

    BUSY = "busy"
    AWAY = "away"
    FULL = "full"
    READ_ONLY = "read-only"


# By SQLite's primary result codes, and by PostgreSQL's SQLSTATE or its class (the first two).
_SQLITE_TROUBLES = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
}
_POSTGRESQL_TROUBLES = {
    "08": Trouble.AWAY,  # connection exception
    "57P01": Trouble.AWAY,  # it is being stopped
    "57P02": Trouble.AWAY,  # it has crashed
    "57P03": Trouble.AWAY,  # it is starting
    "53100": Trouble.FULL,
    "53": Trouble.BUSY,  # no memory, no connection left
    "40": Trouble.BUSY,  # deadlock, serialization
    "55P03": Trouble.BUSY,  # a lock was not to be had
    "57014": Trouble.BUSY,  # a statement took longer than the server allows
    "25006": Trouble.READ_ONLY,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Why the database cannot be used, or None where the fault is ours."""
    if isinstance(error, PoolTimeoutError):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return None
    trouble = _trouble_told(error)
    # It was we who told the database not to store anything.
    return None if trouble is Trouble.READ_ONLY and not is_storing() else trouble


def _trouble_told(error: DBAPIError) -> Trouble | None:
    told = error.orig
    if isinstance(told, sqlite3.Error):
        if not hasattr(told, "sqlite_errorcode"):  # it is our own: see _wait_and_begin
            return Trouble.BUSY if isinstance(told, sqlite3.OperationalError) else None
        return _SQLITE_TROUBLES.get(told.sqlite_errorcode & 0xFF)
    state = getattr(told, "sqlstate", None)
    if state is None:
        return Trouble.AWAY if isinstance(error, OperationalError | InterfaceError) else None
    return _POSTGRESQL_TROUBLES.get(state) or _POSTGRESQL_TROUBLES.get(state[:2])
