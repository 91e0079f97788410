"""A unit of work: one connection, stored as a whole or not at all."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lms.audit import AuditEntry, record
from lms.db import (
    asked_once,
    batch,
    current_connection,
    db,
    read_only,
    snapshot,
    transaction,
    trouble_of,
)
from tests.conftest import Statements
from tests.factories import Factory
from tests.write_transactions import LONGEST_SECONDS, WriteTransactions

pytestmark = pytest.mark.both


Write = Callable[[Factory, str], None]


def note(make: Factory, action: str) -> None:
    """Write something by a Core statement."""
    record(action, "uji", actor_id=None, now=make.now)


def add(make: Factory, action: str) -> None:
    """Write something through the session."""
    db.session.add(
        AuditEntry(entered_at=make.now, actor_id=None, action=action, subject="uji", details={})
    )


def write_and_fail(
    make: Factory,
    order: tuple[Write, ...],
    begin: Callable[[], AbstractContextManager[None]] = transaction,
) -> None:
    """Write everything, and fail before the end."""
    with begin():
        for write in order:
            write(make, "uji")
        db.session.flush()
        raise KeyError


def write_and_read_anew(make: Factory) -> None:
    """Begin a unit while another has something to store."""
    with transaction():
        note(make, "uji")
        with read_only():
            pass


def count() -> int:
    """What is stored, seen by somebody who only reads."""
    with read_only():
        return (
            current_connection().execute(select(func.count()).select_from(AuditEntry)).scalar_one()
        )


@pytest.mark.parametrize("order", [(note, add), (add, note), (note,), (add,)])
def test_what_is_done_by_statement_and_by_session_is_stored_together(
    make: Factory, order: tuple[Write, ...]
) -> None:
    with make.inside():
        with transaction():
            for write in order:
                write(make, "uji")
        assert count() == len(order)


@pytest.mark.parametrize("begin", [transaction, batch])
@pytest.mark.parametrize("order", [(note, add), (add, note)])
def test_what_fails_leaves_nothing(
    make: Factory, order: tuple[Write, ...], begin: Callable[[], AbstractContextManager[None]]
) -> None:
    with make.inside():
        with pytest.raises(KeyError):
            write_and_fail(make, order, begin)
        assert count() == 0


def spares_the_disk() -> bool:
    """Whether it was said here that a commit waits for no disk, whatever the server does."""
    connection = current_connection()
    if connection.dialect.name == "sqlite":
        return bool(connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1)
    source = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
    return bool(connection.exec_driver_sql(source).scalar_one() == "session")


def test_a_batch_waits_for_no_disk_and_nothing_else_is_spared_it(make: Factory) -> None:
    with make.inside():
        with batch():
            assert spares_the_disk()
            note(make, "uji")
            add(make, "lain")
        assert count() == 2
        with transaction():
            assert not spares_the_disk()
        with read_only():
            assert not spares_the_disk()


def test_a_session_sees_what_a_statement_wrote(make: Factory) -> None:
    with make.inside(), transaction():
        note(make, "uji")
        assert db.session.scalar(select(AuditEntry.action)) == "uji"
        add(make, "lain")
        db.session.flush()
        found = current_connection().execute(select(AuditEntry.action).order_by(AuditEntry.id))
        assert [row.action for row in found] == ["uji", "lain"]


def test_a_unit_inside_one_that_stores_is_refused(make: Factory) -> None:
    with make.inside():
        with pytest.raises(RuntimeError):
            write_and_read_anew(make)
        assert count() == 0


def test_a_unit_inside_one_that_reads_stores(make: Factory) -> None:
    with make.inside():
        with read_only():
            assert current_connection().execute(select(AuditEntry.id)).all() == []
            with transaction():
                note(make, "uji")
        assert count() == 1


def test_who_only_reads_stores_nothing(make: Factory) -> None:
    with make.inside():
        with read_only():
            add(make, "uji")
        assert count() == 0


def test_connections_are_given_back(make: Factory) -> None:
    with make.inside():
        for _ in range(30):
            with read_only():
                current_connection()
            with pytest.raises(KeyError):
                write_and_fail(make, (note,))
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def work(seconds: float) -> None:
    """Keep this thread busy."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.long_transaction("it is what is looked for here")
def test_long_work_in_a_write_transaction_is_found(
    make: Factory, write_transactions: WriteTransactions
) -> None:
    with make.inside():
        with read_only():
            count()
            work(1.2 * LONGEST_SECONDS)
        with transaction():
            work(1.2 * LONGEST_SECONDS)
            note(make, "uji")
        assert write_transactions.long_ones() == []
        with transaction():
            note(make, "uji")
            work(1.2 * LONGEST_SECONDS)
    assert len(write_transactions.long_ones()) == 1


def test_a_busy_machine_makes_no_write_transaction_long(
    make: Factory, write_transactions: WriteTransactions
) -> None:
    with make.inside(), transaction():
        note(make, "uji")
        time.sleep(0.12)  # as long as others had the processor
    assert write_transactions.long_ones() == []


@pytest.mark.parametrize("unit", [read_only, snapshot])
def test_who_only_reads_is_refused_a_write_by_statement_too(
    make: Factory, unit: Callable[[], AbstractContextManager[None]]
) -> None:
    with make.inside():
        with unit(), pytest.raises(DBAPIError) as caught:
            note(make, "uji")
        assert trouble_of(caught.value) is None  # a fault of ours
        assert count() == 0
        with transaction():
            note(make, "uji")
        assert count() == 1


def test_a_snapshot_sees_nothing_that_is_stored_meanwhile(app: Flask, make: Factory) -> None:
    def store() -> None:
        with app.app_context(), transaction():
            note(make, "uji")

    with make.inside():
        with snapshot():
            statement = select(func.count()).select_from(AuditEntry)
            assert current_connection().execute(statement).scalar_one() == 0
            other = Thread(target=store)
            other.start()
            other.join()
            assert current_connection().execute(statement).scalar_one() == 0
        assert count() == 1


@asked_once
def count_of(action: str) -> int:
    """How many entries there are of something done."""
    entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return current_connection().execute(entries).scalar_one()


def test_who_only_reads_asks_once_and_who_stores_sees_what_they_store(
    make: Factory, statements: Statements
) -> None:
    with statements() as seen, read_only():
        assert [count_of("uji"), count_of("uji"), count_of(action="uji")] == [0, 0, 0]
        assert len(seen) == 2
        with transaction():
            note(make, "uji")
            assert count_of("uji") == 1
            note(make, "uji")
            assert count_of("uji") == 2
        assert count_of("uji") == 0
    with read_only():
        assert (count_of("uji"), count_of("lain")) == (2, 0)


@pytest.mark.usefixtures("make")
def test_an_answer_that_failed_is_asked_for_again() -> None:
    tries = []

    @asked_once
    def fail_at_first() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise KeyError
        return len(tries)

    with read_only():
        with pytest.raises(KeyError):
            fail_at_first()
        assert [fail_at_first(), fail_at_first()] == [2, 2]
