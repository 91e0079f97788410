"""The API's cursor on a real database: what is stored late is seen, and nothing comes twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from lms.certificates.enums import RevocationGround
from lms.certificates.models import Certificate, LedgerEntry
from lms.certificates.service import revoke_certificate
from lms.db import db, transaction
from lms.transparency.models import LogEntry
from lms.transparency.sequencer import sequence_batch
from tests.consumers import Consumer, key_for, positions_of
from tests.factories import REASON, Factory

ORIGIN = "sakuham.example/log"
PATIENCE_SECONDS = 60


def sequence(make: Factory, now: datetime) -> None:
    """Log what can be seen to wait, as a worker does."""
    with make.inside(), transaction():
        while sequence_batch(ORIGIN, now=now):
            pass


@pytest.mark.usefixtures("keys")
def test_of_two_that_are_stored_out_of_order_neither_is_missed_nor_comes_twice(
    app: Flask, database: str, make: Factory, now: datetime
) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one writer: nothing is stored out of order")
    ours, book = make.institution(), make.book()
    officer, registrar = make.officer(at=ours), make.coordinator()
    early, late = (make.certificate(make.learner(at=ours), book) for _ in range(2))
    consumer = Consumer(app, key_for(make, officer, ours))
    sequence(make, now)
    page = consumer.get("/certificates")
    taken, cursor = list(page["entries"]), page["next_cursor"]
    assert len(taken) == 2
    has_entered, may_store = Event(), Event()

    def revoke(code: str) -> None:
        revoke_certificate(code, RevocationGround.MISTAKE, REASON, registrar.id, now=now)

    def enter_first_and_store_last() -> None:
        with app.app_context(), transaction():
            revoke(early.code)
            db.session.flush()
            has_entered.set()
            assert may_store.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(1) as other:
        slow = other.submit(enter_first_and_store_last)
        try:
            assert has_entered.wait(PATIENCE_SECONDS)
            with make.inside(), transaction():
                revoke(late.code)
            sequence(make, now)
            page = consumer.get(f"/certificates?after={cursor}")
            assert [each["code"] for each in page["entries"]] == [late.code]
            taken += page["entries"]
            cursor = page["next_cursor"]
            # Nothing is new as long as the other is not stored.
            again = consumer.get(f"/certificates?after={cursor}")
            assert (again["entries"], again["next_cursor"]) == ([], cursor)
        finally:
            may_store.set()
        slow.result(PATIENCE_SECONDS)
    sequence(make, now)
    page = consumer.get(f"/certificates?after={cursor}")
    assert [each["code"] for each in page["entries"]] == [early.code]
    taken += page["entries"]
    assert positions_of(taken) == [0, 1, 2, 3]
    with make.inside():
        rows = db.session.execute(
            select(Certificate.code, LedgerEntry.id)
            .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
            .join(LogEntry, LogEntry.ledger_entry_id == LedgerEntry.id)
            .where(LogEntry.position >= 2)
            .order_by(LogEntry.position)
        ).all()
    (first_code, first_id), (second_code, second_id) = rows
    # The lower number of the ledger has the higher place: they were stored out of order indeed.
    assert (first_code, second_code) == (late.code, early.code)
    assert second_id < first_id
