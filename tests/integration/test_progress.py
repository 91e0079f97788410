"""Rows of progress equal what their sources give anew, whatever happens in whatever order."""

from datetime import date, datetime

from lms.db import db
from lms.progress.models import StaffProgress
from lms.progress.rules import (
    NEVER,
    YEAR_UNIT,
    states_of,
)
from tests.factories import Factory, Person


def row_of(person: Person) -> StaffProgress | None:
    """A person's row, as it is stored."""
    db.session.expire_all()
    return db.session.get(StaffProgress, person.id)


def state_of(person: Person) -> tuple[int, dict[int, int], date, int]:
    """How far a row says that a person is."""
    row = row_of(person)
    assert row is not None
    return row.status, states_of(row.modules), row.finished_on, row.year_hours


def test_a_row_follows_what_its_person_does(make: Factory, now: datetime) -> None:
    ours, book = make.institution(), make.book()
    other = make.book("tema-dua")
    ayu = make.learner("Ayu", at=ours)
    assert state_of(ayu) == (0, {}, NEVER, 0)
    make.reading(ayu, other, 1)
    assert state_of(ayu) == (1, {1: 1}, NEVER, 0)
    issued = make.certificate(ayu, book)
    day = now.date()
    assert state_of(ayu) == (2, {0: 2, 1: 1}, day, day.year * YEAR_UNIT + 2)
    make.revoke(issued)
    assert state_of(ayu) == (1, {0: 1, 1: 1}, NEVER, 0)
    make.reinstate(issued)
    assert state_of(ayu) == (2, {0: 2, 1: 1}, day, day.year * YEAR_UNIT + 2)
