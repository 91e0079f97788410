"""How objectives were answered at first attempts, gathered as sums and made again from attempts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from lms.days import local_day
from lms.db import db, snapshot, transaction
from lms.learning.models import Attempt, ObjectiveResult
from lms.learning.objective_results import (
    NO_INSTITUTION,
    Sums,
    forget,
    gather,
    has_ungathered,
    list_months,
    reconcile_month,
)
from tests.factories import Book, Factory

pytestmark = pytest.mark.both
DAY = datetime(2026, 10, 14, 3, tzinfo=UTC)
UNTIL = DAY + timedelta(days=60)
OCTOBER = date(2026, 10, 1)


def go_to(make: Factory, moment: datetime) -> None:
    """From here on it is that day."""
    make.now, make.today = moment, local_day(moment)


@pytest.fixture
def book(make: Factory) -> Book:
    """A pocketbook with two objectives."""
    go_to(make, DAY)
    return make.book(bank=6, objectives=2)


def sums(make: Factory) -> dict[tuple[int, int, date], Sums]:
    """By objective, institution and month."""
    with make.inside():
        rows = db.session.scalars(
            select(ObjectiveResult).order_by(
                ObjectiveResult.objective, ObjectiveResult.institution_id, ObjectiveResult.month
            )
        )
        return {
            (row.objective, row.institution_id, row.month): Sums(
                row.people_count, row.right_count, row.drawn_count
            )
            for row in rows
        }


def gathered(make: Factory, until: datetime = UNTIL) -> int:
    with make.inside():
        return gather(until)


def differences(make: Factory, month: date = OCTOBER) -> list[object]:
    with make.inside(), snapshot():
        return list(reconcile_month(month))


def test_of_each_person_the_first_attempt_counts(make: Factory, book: Book) -> None:
    ours = make.institution()
    good, bad = make.learner(at=ours), make.learner(at=ours)
    make.passed(good, book, at=DAY)
    make.not_passed(bad, book, at=DAY)
    make.passed(bad, book, at=DAY + timedelta(hours=3))
    assert gathered(make) == 2
    found = sums(make)
    assert {key[1:] for key in found} == {(ours.id, OCTOBER)}
    assert {key[0] for key in found} == {1, 2}
    for each in found.values():
        assert each.people == 2
        assert each.right * 2 == each.drawn
    assert sum(each.drawn for each in found.values()) == 2 * len(drawn(make))
    assert differences(make) == []


def drawn(make: Factory) -> list[object]:
    with make.inside():
        statement = select(Attempt.questions).order_by(Attempt.id).limit(1)
        return list(db.session.scalars(statement).one())


def test_each_attempt_is_gathered_once_and_open_ones_later(make: Factory, book: Book) -> None:
    ours = make.institution()
    make.passed(make.learner(at=ours), book, at=DAY)
    late = make.attempt(make.learner(at=ours), book, at=DAY)
    assert gathered(make, DAY + timedelta(hours=1)) == 1
    assert gathered(make, DAY + timedelta(hours=1)) == 0
    make.submit(late, at=DAY + timedelta(hours=2))
    with make.inside():
        assert not has_ungathered(DAY + timedelta(hours=2))
        assert has_ungathered(DAY + timedelta(hours=3))
    assert gathered(make) == 1
    assert gathered(make) == 0
    assert {each.people for each in sums(make).values()} == {2}
    assert differences(make) == []


def test_many_of_one_moment_are_gathered_in_parts(make: Factory, book: Book) -> None:
    ours = make.institution()
    for _ in range(7):
        make.passed(make.learner(at=ours), book, at=DAY)
    with make.inside():
        assert gather(UNTIL, at_once=3) == 7
    assert {each.people for each in sums(make).values()} == {7}
    assert differences(make) == []


def test_people_count_where_they_worked_that_day(make: Factory, book: Book) -> None:
    ours, theirs = make.institution(), make.institution()
    mover, nobodys = make.learner(at=ours), make.learner()
    make.passed(mover, book, at=DAY)
    make.passed(nobodys, book, at=DAY)
    go_to(make, DAY + timedelta(days=20))
    make.move(mover, theirs)
    gathered(make)
    assert {key[1] for key in sums(make)} == {ours.id, NO_INSTITUTION}


def test_a_month_is_that_of_the_capital(make: Factory, book: Book) -> None:
    eve = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)
    go_to(make, eve)
    ours = make.institution()
    make.passed(make.learner(at=ours), book, at=eve)
    make.passed(make.learner(at=ours), book, at=eve + timedelta(minutes=2))
    gathered(make)
    with make.inside():
        assert list_months() == [OCTOBER, date(2026, 11, 1)]
    assert differences(make) == differences(make, date(2026, 11, 1)) == []


def test_forgotten_sums_come_out_the_same(make: Factory, book: Book) -> None:
    ours = make.institution()
    for number in range(3):
        make.passed(make.learner(at=ours), book, at=DAY + timedelta(days=number))
    gathered(make)
    before = sums(make)
    with make.inside():
        forget()
    assert sums(make) == {}
    gathered(make)
    assert sums(make) == before


def test_a_difference_is_named_and_not_mended(make: Factory, book: Book) -> None:
    make.passed(make.learner(at=make.institution()), book, at=DAY)
    gathered(make)
    with make.inside(), transaction():
        db.session.execute(
            update(ObjectiveResult)
            .where(ObjectiveResult.objective == 1)
            .values(right_count=ObjectiveResult.right_count + 1)
        )
    (difference,) = differences(make)
    assert "objective=1" in repr(difference)
    assert len(differences(make)) == 1


def test_books_without_objectives_leave_nothing(make: Factory) -> None:
    go_to(make, DAY)
    plain = make.book("polos")
    make.passed(make.learner(at=make.institution()), plain, at=DAY)
    assert gathered(make) == 1
    assert sums(make) == {}
