"""The base of the models, UTC times, and how a transaction begins and ends."""

import enum
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Annotated, Any, ClassVar, Self, dataclass_transform

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    Row,
    TypeDecorator,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column, relationship
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

READING = "reading"
"""The engine over which the database is only read."""

LOCK_MILLISECONDS = 4000
PLACE_SECONDS = 1.0
_place = Lock()

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns a function reads by name."""

PrimaryKey = Annotated[int, mapped_column(primary_key=True)]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; a value without a time zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Write it down in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Read it back as UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """The base of every model; constructors take keywords and are type-checked."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=32,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Unit:
    """What is read or stored together, over one connection, opened when it is first asked for.

    The connection comes from the engine: the statements of hot paths need no session, whose
    book-keeping costs more than they do. A session that is used beside them shares it.
    """

    __slots__ = ("_connection", "_token", "is_patient", "is_reading", "sees_one_state")

    def __init__(
        self, *, is_reading: bool, is_patient: bool = True, sees_one_state: bool = False
    ) -> None:
        self.is_reading = is_reading
        self.is_patient = is_patient
        self.sees_one_state = sees_one_state
        self._connection: Connection | None = None
        self._token: Token[Unit | None] | None = None

    def open(self) -> Self:
        """Begin anew: from here to `close` this is what `connection` goes over.

        Raises RuntimeError inside of a unit that has begun to store: it would be undone.
        """
        outer = _unit.get()
        if outer is not None and outer.is_storing:
            raise RuntimeError("A unit of work begins inside another that has something to store.")
        _roll_back_session()
        self._token = _unit.set(self)
        return self

    def connection(self) -> Connection:
        """The one connection, however often it is asked for."""
        if self._connection is None:
            engine = db.engines[READING if self.is_reading else None]
            self._connection = engine.connect()
            if self.sees_one_state and engine.dialect.name == "postgresql":
                self._connection.execution_options(isolation_level="REPEATABLE READ")
        return self._connection

    @property
    def is_storing(self) -> bool:
        """Whether something was begun that is to be stored."""
        connection = self._connection
        return not self.is_reading and connection is not None and connection.in_transaction()

    def commit(self) -> None:
        """Store what was done so far."""
        if db.session.registry.has():
            db.session.commit()
        if self._connection is not None:
            self._connection.commit()

    def rollback(self) -> None:
        """Undo what was done so far."""
        _roll_back_session()
        if self._connection is not None:
            self._connection.rollback()

    def abandon(self) -> None:
        """Give up what was to be stored, and let the lock go: from here on the unit only reads.

        Raises nothing, so that an accident can be told whatever the database does.
        """
        with suppress(SQLAlchemyError):
            self.rollback()
            if self._connection is not None and not self.is_reading:
                self._connection.close()
                self._connection = None
        self.is_reading = True

    def close(self) -> None:
        """Give the connection back; what is not stored by now is undone."""
        try:
            _roll_back_session()
        finally:
            try:
                if self._connection is not None:
                    self._connection.close()
            finally:
                if self._token is not None:
                    _unit.reset(self._token)


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


class SharingSession(Session):
    """A session that goes over the unit's connection while there is one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The connection that everybody uses, or else the engine."""
        unit = _unit.get()
        return super().get_bind(*args, **kwargs) if unit is None else unit.connection()


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": SharingSession},
    # What was to be stored is about people, and errors go into the log.
    engine_options={"hide_parameters": True},
)


def current_connection() -> Connection:
    """The unit's one connection, for the prebuilt Core statements of hot paths."""
    unit = _unit.get()
    return db.session.connection() if unit is None else unit.connection()


def is_storing() -> bool:
    """Whether a unit of work is under way that may store something."""
    unit = _unit.get()
    return unit is not None and not unit.is_reading


def insert_once(table: type[Base], on: Connection) -> Executable:
    """An insert that leaves a row that is there alone, in the words of the database at hand."""
    return _insert_once(table, on.dialect.name)


@lru_cache(maxsize=32)
def _insert_once(table: type[Base], dialect: str) -> Executable:
    words = postgresql if dialect == "postgresql" else sqlite
    statement: Executable = words.insert(table).on_conflict_do_nothing()
    return statement


@contextmanager
def read_only() -> Iterator[None]:
    """Only read inside: the database refuses to store, and nobody who writes is kept waiting."""
    with closing(Unit(is_reading=True).open()):
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Only read inside, and see one state of the database, however long that takes."""
    with closing(Unit(is_reading=True, sees_one_state=True).open()):
        yield


@contextmanager
def transaction(*, is_patient: bool = True) -> Iterator[None]:
    """Store everything done inside, or nothing of it.

    Who is not patient is refused (OperationalError) where somebody else is writing to SQLite.
    """
    with closing(Unit(is_reading=False, is_patient=is_patient).open()) as unit:
        yield
        unit.commit()


def _roll_back_session() -> None:
    """End what the session has begun; without one, none is made for it."""
    if db.session.registry.has():
        db.session.rollback()


def init_database(app: Flask) -> None:
    """Give the application its engines, and have SQLite behave as PostgreSQL does.

    Who only reads has connections of their own, which the database keeps from storing anything. To
    turn one connection from the one to the other each time would cost SQLite all its prepared
    statements, and PostgreSQL a round trip beside those for BEGIN and ROLLBACK.
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    is_sqlite = url.get_backend_name() == "sqlite"
    options = dict(app.config["SQLALCHEMY_ENGINE_OPTIONS"])
    if not is_sqlite:
        options["isolation_level"] = "AUTOCOMMIT"
    app.config["SQLALCHEMY_BINDS"] = {READING: {**options, "url": url}}
    db.init_app(app)
    with app.app_context():
        writing, only_reading = db.engines[None], db.engines[READING]
    if is_sqlite:
        for engine in (writing, only_reading):
            event.listen(engine, "connect", tame_sqlite)
        event.listen(only_reading, "connect", keep_sqlite_from_storing)
        # The "begin" event would do, but with one listener SQLAlchemy asks for others at every
        # step of every statement.
        writing.dialect.do_begin = begin_writing  # type: ignore[method-assign, assignment]
        only_reading.dialect.do_begin = begin_reading  # type: ignore[method-assign, assignment]
    else:
        event.listen(only_reading, "connect", keep_postgresql_from_storing)


def keep_sqlite_from_storing(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite refuse whatever would change something over this connection."""
    _driver(connection).execute("PRAGMA query_only = ON")


def keep_postgresql_from_storing(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have PostgreSQL refuse the same."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    cursor.close()
    connection.commit()


def tame_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite check foreign keys, wait for its turn, and keep what it has acknowledged.

    The driver must not open transactions by itself: savepoints and DDL would stay outside.
    synchronous = FULL, because an acknowledged answer has to survive a power cut too.
    """
    raw = _driver(connection)
    raw.isolation_level = None
    raw.executescript(
        f"PRAGMA foreign_keys = ON; PRAGMA busy_timeout = {LOCK_MILLISECONDS};"
        " PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    )


def begin_reading(connection: PoolProxiedConnection) -> None:
    """Open the transaction that the driver no longer does."""
    _driver(connection.driver_connection).execute("BEGIN")


def begin_writing(connection: PoolProxiedConnection) -> None:
    """The same for who may write, who takes the lock at once.

    A transaction that reads first and writes later would be refused with "database is locked"
    instead of waiting.
    """
    raw = _driver(connection.driver_connection)
    unit = _unit.get()
    if unit is None or unit.is_patient:
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

    One thread of a process waits for it; the others wait a moment for that one's place, and then
    leave with a refusal, so that there is always a thread for those who only read.
    """
    if not _place.acquire(timeout=PLACE_SECONDS):
        raise sqlite3.OperationalError("database is locked, and others wait for it already")
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        _place.release()


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
    """What keeps the database from being used, or None where the fault is ours."""
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
