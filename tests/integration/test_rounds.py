"""The rounds of the background process: what stops one person's or programme's part stops no other.

What each part does is tested where it is at home.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, select

from lms.accounts.models import SignInFailure
from lms.clock import utc_now
from lms.db import Base, db
from lms.mail import OutboxMessage
from lms.pocketbooks.models import Module
from lms.programmes.models import Programme, RollupCell
from lms.programmes.queries import NATIONAL
from lms.programmes.service import open_programme
from lms.worker.loop import run_rounds
from tests.conftest import SETTINGS
from tests.factories import PASSWORD, Factory, later


class OneRound(Event):
    """Stands in for the wish to stop, which comes after the first round."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - nobody waits
        self.set()
        return True


def make_a_round() -> None:
    """What `flask jobs run` does first."""
    db.session.remove()
    run_rounds(SETTINGS, OneRound())


@pytest.fixture
def now() -> datetime:
    """The rounds ask the clock themselves."""
    return utc_now().replace(microsecond=0)


@contextmanager
def failing(kind: type[Base], is_worst: Callable[[Any], bool]) -> Iterator[None]:
    """Meanwhile one row of a kind meets an accident whenever it is to be stored."""

    def fail(_mapper: object, _connection: object, row: object) -> None:
        if is_worst(row):
            raise ValueError("the worst item")

    event.listen(kind, "before_insert", fail)
    try:
        yield
    finally:
        event.remove(kind, "before_insert", fail)


def accidents(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was told with a traceback."""
    return [record.getMessage().split()[0] for record in caplog.records if record.exc_info]


def test_an_officer_whose_letter_fails_keeps_no_other_from_theirs(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    officers = []
    for _ in range(3):
        place = make.institution()
        officers.append(make.officer(at=place, password=PASSWORD))
        make.learner(at=place, confirmed=False, password=PASSWORD)
    with failing(OutboxMessage, lambda letter: bool(letter.recipient == officers[0].email)):
        make_a_round()
    written = db.session.scalars(select(OutboxMessage.recipient).order_by(OutboxMessage.id)).all()
    assert written == [each.email for each in officers[1:]]
    assert accidents(caplog) == ["officers"]
    make_a_round()
    assert make.count(OutboxMessage) == len(officers)


def test_a_programme_that_cannot_be_folded_keeps_no_other_from_it(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    book = make.book()
    module = db.session.scalars(select(Module)).one()
    open_programme("uji", "Uji", 10, [module], starts_on=date(2025, 1, 1))
    db.session.commit()
    make.certificate(make.learner(at=make.institution()), book)
    worst_id = db.session.scalar(select(Programme.id).where(Programme.slug == NATIONAL))
    with failing(RollupCell, lambda cell: bool(cell.programme_id == worst_id)):
        make_a_round()
    folded = dict(db.session.execute(select(Programme.slug, Programme.folded_count)).all())
    assert folded == {NATIONAL: 0, "uji": 1}
    assert accidents(caplog) == ["fold"]


def test_guesses_of_the_day_before_are_forgotten_at_any_hour(make: Factory, now: datetime) -> None:
    for key, days in ((b"old", 2), (b"young", 0)):
        db.session.add(
            SignInFailure(whose=key, failed_count=1, paused_until=later(now, days=-days))
        )
    db.session.commit()
    make_a_round()
    assert db.session.scalars(select(SignInFailure.whose)).all() == [b"young"]
