"""The base of the models, UTC times, and how a transaction begins and ends."""

import enum
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from functools import lru_cache
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
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column, relationship
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

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

    __slots__ = ("_connection", "_token", "is_reading")

    def __init__(self, *, is_reading: bool) -> None:
        self.is_reading = is_reading
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
            engine = _reading_engine(db.engine) if self.is_reading else db.engine
            self._connection = engine.connect()
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


@lru_cache(maxsize=4)
def _reading_engine(engine: Engine) -> Engine:
    """PostgreSQL would pay two more round trips for BEGIN and ROLLBACK around a page's selects."""
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


class SharingSession(Session):
    """A session that goes over the unit's connection while there is one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The connection that everybody uses, or else the engine."""
        unit = _unit.get()
        return super().get_bind(*args, **kwargs) if unit is None else unit.connection()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": SharingSession})


def connection() -> Connection:
    """The unit's one connection, for the prebuilt Core statements of hot paths."""
    unit = _unit.get()
    return db.session.connection() if unit is None else unit.connection()


def insert_once(table: type[Base], on: Connection) -> Executable:
    """An insert that leaves a row that is there alone, in the words of the database at hand."""
    return _insert_once(table, on.dialect.name)


@lru_cache(maxsize=32)
def _insert_once(table: type[Base], dialect: str) -> Executable:
    words = postgresql if dialect == "postgresql" else sqlite
    statement: Executable = words.insert(table).on_conflict_do_nothing()
    return statement


@contextmanager
def reading() -> Iterator[None]:
    """Only read inside: nothing is stored, and nobody who writes is kept waiting."""
    with closing(Unit(is_reading=True).open()):
        yield


@contextmanager
def transaction() -> Iterator[None]:
    """Store everything done inside, or nothing of it."""
    with closing(Unit(is_reading=False).open()) as unit:
        yield
        unit.commit()


def _roll_back_session() -> None:
    """End what the session has begun; without one, none is made for it."""
    if db.session.registry.has():
        db.session.rollback()


def take_snapshot() -> None:
    """Have all statements of the transaction that begins here see one state of the database.

    SQLite's do so anyway.
    """
    if connection().dialect.name == "postgresql":
        connection().execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def init_database(app: Flask) -> None:
    """Give the application its engine, and have SQLite behave as PostgreSQL does."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", tame_sqlite)
        # The "begin" event would do, but with one listener SQLAlchemy asks for others at every
        # step of every statement.
        engine.dialect.do_begin = begin_sqlite  # type: ignore[method-assign, assignment]


def tame_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have SQLite check foreign keys, wait for its turn, and keep what it has acknowledged.

    The driver must not open transactions by itself: savepoints and DDL would stay outside.
    synchronous = FULL, because an acknowledged answer has to survive a power cut too.
    """
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - tells mypy the driver
    connection.isolation_level = None
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 15000;"
        " PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    )


def begin_sqlite(connection: PoolProxiedConnection) -> None:
    """Open the transaction that the driver no longer does.

    A writer takes the lock at once: a transaction that reads first and writes later would be
    refused with "database is locked" instead of waiting.
    """
    raw = connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - tells mypy the driver
    unit = _unit.get()
    raw.execute("BEGIN" if unit is not None and unit.is_reading else "BEGIN IMMEDIATE")
