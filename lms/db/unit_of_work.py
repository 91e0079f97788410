"""Units of work: what is read or stored together, over one connection and transaction."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar, Token
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from lms.db.models import Base

READ_ONLY = "read_only"
"""The engine over which the database is only read."""

REPLICA = "replica"
"""The engine over which is read what may lag, where there is a replica."""

BATCHES = "batches"
"""The engine over which long work stores its batches, without waiting for the disk."""

Asking = ParamSpec("Asking")
Answer = TypeVar("Answer")


class Unit:
    """What is read or stored together, over one connection, opened when it is first asked for.

    The connection comes from the engine: the statements of hot paths need no session, whose
    bookkeeping costs more than they do. A session that is used beside them shares it.
    """

    __slots__ = (
        "_connection",
        "_token",
        "answers",
        "is_batch",
        "is_patient",
        "is_read_only",
        "may_lag",
        "sees_one_state",
    )

    def __init__(
        self,
        *,
        is_read_only: bool,
        is_patient: bool = True,
        is_batch: bool = False,
        sees_one_state: bool = False,
        may_lag: bool = False,
    ) -> None:
        self.is_read_only = is_read_only
        self.is_batch = is_batch
        self.is_patient = is_patient
        self.sees_one_state = sees_one_state
        self.may_lag = may_lag
        self.answers: dict[tuple[Any, ...], Any] = {}
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
            storing = BATCHES if self.is_batch else None
            reading = REPLICA if self.may_lag else READ_ONLY
            engine = db.engines[reading if self.is_read_only else storing]
            self._connection = engine.connect()
            if self.sees_one_state and engine.dialect.name == "postgresql":
                self._connection.execution_options(isolation_level="REPEATABLE READ")
        return self._connection

    @property
    def is_storing(self) -> bool:
        """Whether something was begun that is to be stored."""
        connection = self._connection
        return not self.is_read_only and connection is not None and connection.in_transaction()

    def leave_replica(self) -> None:
        """Read from the primary from here on, as if nothing had been asked yet."""
        with suppress(SQLAlchemyError):
            self.rollback()
            if self._connection is not None:
                self._connection.close()
        self._connection = None
        self.answers.clear()
        self.may_lag = False

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

        Raises nothing, so that an unexpected error can be reported whatever the database does.
        """
        with suppress(SQLAlchemyError):
            self.rollback()
            if self._connection is not None and not self.is_read_only:
                self._connection.close()
                self._connection = None
        self.is_read_only = True

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


def is_patient() -> bool:
    """Whether who writes now waits for their turn."""
    unit = _unit.get()
    return unit is None or unit.is_patient


def is_storing() -> bool:
    """Whether a unit of work is under way that may store something."""
    unit = _unit.get()
    return unit is not None and not unit.is_read_only


def asked_once(question: Callable[Asking, Answer]) -> Callable[Asking, Answer]:
    """Have a unit that only reads ask the database this once, however many parts of a page ask it.

    For questions whose arguments can be hashed, and whose answer nobody changes. A unit that may
    store asks each time: what it has stored is to be seen.
    """

    @wraps(question)
    def ask(*args: Asking.args, **kwargs: Asking.kwargs) -> Answer:
        unit = _unit.get()
        if unit is None or not unit.is_read_only:
            return question(*args, **kwargs)
        asked = (question, args, *sorted(kwargs.items()))
        if asked not in unit.answers:
            unit.answers[asked] = question(*args, **kwargs)
        answer: Answer = unit.answers[asked]
        return answer

    return ask


@contextmanager
def read_only(*, may_lag: bool = False) -> Iterator[None]:
    """Only read inside: the database refuses to store, and nobody who writes is kept waiting.

    `may_lag`: from the replica, of which there has to be one.
    """
    with closing(Unit(is_read_only=True, may_lag=may_lag).open()):
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Only read inside, and see one state of the database, however long that takes."""
    with closing(Unit(is_read_only=True, sees_one_state=True).open()):
        yield


@contextmanager
def transaction(*, is_patient: bool = True) -> Iterator[None]:
    """Store everything done inside, or nothing of it.

    Who is not patient is refused (OperationalError) where somebody else is writing to SQLite.
    """
    with closing(Unit(is_read_only=False, is_patient=is_patient).open()) as unit:
        yield
        unit.commit()


@contextmanager
def batch() -> Iterator[None]:
    """Store a part of long work as `transaction` does, without waiting for the disk.

    A process that is killed loses none of them. Where the power fails, the last ones may be lost,
    each as a whole and in the order in which they were stored. So it says itself how far the work
    is, nobody outside is told of it, and what is last is stored in a transaction.
    """
    with closing(Unit(is_read_only=False, is_batch=True).open()) as unit:
        yield
        unit.commit()


def _roll_back_session() -> None:
    """End what the session has begun; without one, none is made for it."""
    if db.session.registry.has():
        db.session.rollback()
