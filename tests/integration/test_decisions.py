"""Officers confirm and decline many at once, and take it back before anybody hears of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from lms.accounts.models import Account
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.desk.deciding import (
    DECISION,
    UNDOING,
    decide_about_many,
    undo_about_many,
)
from lms.institutions.decisions.models import DecidedPerson, DecisionKind, StaffDecision
from lms.institutions.decisions.service import (
    AT_ONCE,
    UNDO_FOR,
    begin_decision,
    begin_undoing,
    confirm_staff,
    decide,
    find_recent_decision,
    undo_some,
)
from lms.institutions.decisions.telling import list_untold, tell_some
from lms.institutions.errors import NoSuchDecision
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.units import add_unit
from lms.jobs.kind import Run
from lms.mail import list_recent_mail
from lms.programmes.queries import NATIONAL, get_figure
from lms.progress.staff import StaffFilter, summarise
from lms.worker.handlers import find_untold, tell_decided
from tests.factories import Factory, InstitutionRef, Person

CONFIRMED, DECLINED = DecisionKind.CONFIRMED, DecisionKind.DECLINED


def waiting(make: Factory, at: InstitutionRef, count: int) -> list[Person]:
    """People who registered themselves."""
    with make.at_once():
        people = [make.learner(at=at, confirmed=False) for _ in range(count)]
    with make.inside():
        db.session.execute(update(Account).values(activated_at=make.now))
        db.session.commit()
    return people


def postings(people: Sequence[Person]) -> list[int]:
    """Where they say that they work."""
    return [person.posting_id for person in people if person.posting_id is not None]


def states(people: Sequence[Person]) -> list[tuple[datetime | None, object]]:
    """When each was confirmed, and on which day their posting ended."""
    rows = db.session.execute(
        select(Posting.confirmed_at, Posting.ended_on)
        .where(Posting.id.in_(postings(people)))
        .order_by(Posting.id)
    )
    return [(confirmed_at, ended_on) for confirmed_at, ended_on in rows]


def recipients() -> set[str]:
    """Who was written to about where they work."""
    return {message.recipient for message in list_recent_mail() if "kepegawaian" in message.subject}


def run_of(kind: str, officer: Person, arguments: dict[str, object]) -> Run:
    """A job's run, as a worker has it."""
    return Run(1, kind, arguments, officer.id, officer.scope.keys, 1, "a")


def test_those_of_others_the_officer_and_the_decided_are_passed_over(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    dewi, eko = waiting(make, ours, 2)
    (fajar,) = waiting(make, theirs, 1)
    confirm_staff(ratna.scope, dewi.posting_id or 0, now=now)
    ids = [*postings([dewi, eko, fajar]), ratna.posting_id or 0, 999_999]
    decision = decide(ratna.scope, CONFIRMED, ids, now=now)
    assert (decision.people_count, decision.passed_count) == (1, 4)
    assert states([fajar]) == [(None, None)]
    assert [confirmed for confirmed, _ in states([dewi, eko])] == [now, now]


@pytest.mark.parametrize("kind", [CONFIRMED, DECLINED])
def test_what_is_undone_is_as_it_was(make: Factory, now: datetime, kind: DecisionKind) -> None:
    make.programme()
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 3)
    make.certificate(people[0])
    before = states(people)
    decision = decide(ratna.scope, kind, postings(people), now=now)
    assert get_figure(NATIONAL, now=now).count == (1 if kind is CONFIRMED else 0)
    assert states(people) != before
    begin_undoing(ratna.scope, decision.id, now=now)
    undone = undo_some(ratna.scope, decision, now=now)
    assert (undone.people_count, undone.left_count) == (3, 0)
    assert states(people) == before
    assert get_figure(NATIONAL, now=now).count == 0
    db.session.commit()
    summary = summarise(ratna.scope, StaffFilter(), now=now)
    assert (summary.waiting, summary.total) == (3, 4)
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith(f"staff.{kind.value}"))
    ).all()
    assert sorted(actions) == [f"staff.{kind.value}"] * 3 + [f"staff.{kind.value}_undone"] * 3
    tell_decided(run_of("decisions", ratna, {}))
    assert recipients() & {person.email for person in people} == set()
    assert db.session.scalars(select(StaffDecision)).all() == []


def test_who_is_confirmed_again_or_elsewhere_is_left(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 2)
    decision = decide(ratna.scope, DECLINED, postings(people), now=now)
    db.session.commit()
    make.move(people[0], theirs, confirmed=False)
    begin_undoing(ratna.scope, decision.id, now=now)
    undone = undo_some(ratna.scope, decision, now=now)
    assert (undone.people_count, undone.left_count) == (1, 1)
    assert [ended is None for _, ended in states(people)] == [False, True]


@pytest.mark.parametrize("kind", [Institution, Unit])
def test_nobody_comes_back_to_what_has_ended_meanwhile(
    make: Factory, now: datetime, kind: type[Institution] | type[Unit]
) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 2)
    unit = add_unit(ours.id, "Dinas Lama", parent=None)
    of_unit = Posting.id == people[0].posting_id
    db.session.execute(update(Posting).where(of_unit).values(unit_id=unit.id))
    decision = decide(ratna.scope, DECLINED, postings(people), now=now)
    key = ours.id if kind is Institution else unit.id
    db.session.execute(update(kind).where(kind.id == key).values(ended_on=local_day(now)))
    begin_undoing(ratna.scope, decision.id, now=now)
    undone = undo_some(ratna.scope, decision, now=now)
    count = 0 if kind is Institution else 2
    assert (undone.people_count, undone.left_count) == (count, 2 - count)
    assert [ended is None for _, ended in states(people)] == [bool(count)] * 2
    named = db.session.scalar(select(Posting.unit_id).where(of_unit))
    assert named == (unit.id if kind is Institution else None)


def test_a_decision_is_undone_once_by_its_officer_and_in_time(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=ours)
    decision = decide(ratna.scope, CONFIRMED, postings(waiting(make, ours, 1)), now=now)
    assert find_recent_decision(ratna.scope, now=now) is decision
    assert find_recent_decision(oki.scope, now=now) is None
    with pytest.raises(NoSuchDecision):
        begin_undoing(oki.scope, decision.id, now=now)
    with pytest.raises(NoSuchDecision):
        begin_undoing(ratna.scope, decision.id, now=now + UNDO_FOR)
    begin_undoing(ratna.scope, decision.id, now=now + UNDO_FOR - timedelta(seconds=1))
    with pytest.raises(NoSuchDecision):
        begin_undoing(ratna.scope, decision.id, now=now)


@pytest.mark.parametrize("kind", [CONFIRMED, DECLINED])
def test_people_are_told_when_it_cannot_be_undone_any_more(
    make: Factory, now: datetime, kind: DecisionKind
) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 2)
    decision = decide(ratna.scope, kind, postings(people), now=now)
    assert list_untold(now=now + UNDO_FOR - timedelta(seconds=1)) == []
    assert recipients() == set()
    assert list_untold(now=now + UNDO_FOR) == [decision.id]
    assert not tell_some(decision.id, now=now + UNDO_FOR)
    assert recipients() == {person.email for person in people}
    assert db.session.scalars(select(DecidedPerson)).all() == []
    assert list_untold(now=now + UNDO_FOR) == []


def test_who_is_not_as_the_decision_left_them_is_not_told(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 2)
    decision = decide(ratna.scope, CONFIRMED, postings(people), now=now)
    db.session.execute(
        update(Posting).where(Posting.id == people[0].posting_id).values(confirmed_at=None)
    )
    tell_some(decision.id, now=now + UNDO_FOR)
    assert recipients() == {people[1].email}


def test_a_decision_whose_job_was_lost_is_told_a_day_later(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    decision = begin_decision(ratna.id, CONFIRMED, now=now)
    assert find_recent_decision(ratna.scope, now=now) is decision
    assert list_untold(now=now + UNDO_FOR) == []
    assert list_untold(now=now + timedelta(days=1)) == [decision.id]
    assert find_recent_decision(ratna.scope, now=now + timedelta(days=1)) is None


def test_many_are_decided_and_taken_back_by_jobs_that_may_begin_again(
    make: Factory, now: datetime
) -> None:
    make.programme()
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    people = waiting(make, ours, 2 * AT_ONCE + 3)
    (fajar,) = waiting(make, theirs, 1)
    make.certificate(people[-1])
    with transaction():
        decision_id = begin_decision(ratna.id, CONFIRMED, now=now).id
    wanted = StaffFilter(institution_id=ours.id, is_confirmed=False)
    run = run_of(DECISION, ratna, {"decision_id": decision_id, "filter": wanted.as_json()})
    for _ in range(2):
        db.session.rollback()
        decide_about_many(run, clock=lambda: now)
    assert all(confirmed == now for confirmed, _ in states(people))
    assert states([fajar]) == [(None, None)]
    decision = db.session.get_one(StaffDecision, decision_id)
    assert decision.people_count == len(people)
    assert decision.done_at == now
    assert get_figure(NATIONAL, now=now).count == 1
    db.session.rollback()
    with transaction():
        begin_undoing(ratna.scope, decision_id, now=now)
    for _ in range(2):
        undo_about_many(run_of(UNDOING, ratna, {"decision_id": decision_id}), clock=lambda: now)
    assert states(people) == [(None, None)] * len(people)
    assert get_figure(NATIONAL, now=now).count == 0
    assert db.session.get(StaffDecision, decision_id) is None


def test_the_round_finds_what_it_tells(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    decide(ratna.scope, CONFIRMED, postings(waiting(make, ours, 1)), now=utc_now() - UNDO_FOR)
    db.session.commit()
    assert list(find_untold(utc_now()))
    tell_decided(run_of("decisions", ratna, {}))
    assert not list(find_untold(utc_now()))
