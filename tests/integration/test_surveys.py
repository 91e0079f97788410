"""Days of confirmations are rolled up by officer, with what is out of the ordinary."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.audit import record
from lms.days import local_day
from lms.db import db, transaction
from lms.institutions.models import InstitutionKind, Posting
from lms.institutions.postings import BY_SIGN_ON, confirm_posting
from lms.institutions.scope import Scope
from lms.institutions.service import save_institution
from lms.reporting.confirmations import count_groups, find_surveyed_at, list_confirmations
from lms.reporting.models import ConfirmationDay, ConfirmationSurvey
from lms.reporting.rules import Signal, SignalKind
from lms.reporting.surveys import DAYS, KEPT_DAYS, list_days_to_survey, survey_day, survey_days
from tests.factories import Factory, InstitutionRef, Person

NOON = datetime(2026, 5, 20, 5, tzinfo=UTC)


def confirms(
    officer: Person | None, people: list[Person], at: InstitutionRef, on: datetime
) -> None:
    """The audit log says that these were confirmed."""
    db.session.rollback()
    with transaction():
        for person in people:
            record(
                "staff.confirmed",
                f"account:{person.id}",
                actor_id=officer.id if officer else None,
                now=on,
                institution_id=at.id,
            )


def test_what_stands_out_comes_first_and_the_rest_by_day(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, oki = make.officer("Ratna", at=ours), make.officer("Oki", at=theirs)
    plain = [make.learner(at=ours, email=f"{name}@dinas.go.id") for name in ("ayu", "budi")]
    made_up = [make.learner(at=theirs, email=f"orang{n}@gratis.example") for n in range(4)]
    confirms(ratna, plain, ours, NOON)
    confirms(oki, made_up, theirs, NOON - timedelta(days=3))
    confirms(None, plain[:1], ours, NOON - timedelta(days=1))
    assert survey_days(now=NOON) == DAYS + 1
    lines = list_confirmations(now=NOON)
    assert [(line.officer_name, line.count, line.foreign_count) for line in lines] == [
        ("Oki", 4, 4),
        ("Ratna", 2, 0),
        (None, 1, 0),
    ]
    assert lines[0].signals == [
        Signal(SignalKind.ONE_MAILBOX, 4),
        Signal(SignalKind.UNUSUAL_DOMAIN, 4),
    ]
    assert lines[0].weight > 0 == lines[1].weight
    assert lines[2].officer_id == 0
    assert find_surveyed_at() == NOON


def test_a_day_is_gone_through_until_it_is_over_and_once_more(make: Factory) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = [make.learner(at=ours) for _ in range(3)]
    confirms(ratna, people[:1], ours, NOON)
    survey_days(now=NOON)
    confirms(ratna, people[1:2], ours, NOON + timedelta(hours=10))
    assert list_days_to_survey(now=NOON + timedelta(hours=10)) == [local_day(NOON)]
    survey_days(now=NOON + timedelta(hours=10))
    assert [line.count for line in list_confirmations(now=NOON)] == [2]
    survey_days(now=NOON + timedelta(days=1))
    assert [line.count for line in list_confirmations(now=NOON)] == [2]
    assert local_day(NOON) not in list_days_to_survey(now=NOON + timedelta(days=1))


def test_what_is_usual_is_of_the_days_before(make: Factory) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = [
        make.learner(at=ours, email=f"{'abcdefghijklmnopqrstuvwxy'[n]}x@a.go.id") for n in range(25)
    ]
    for back in (3, 2, 1):
        confirms(ratna, people[:3], ours, NOON - timedelta(days=back))
    confirms(ratna, people, ours, NOON)
    survey_days(now=NOON)
    found = {line.day: line.signals for line in list_confirmations(now=NOON)}
    assert found[local_day(NOON)] == [Signal(SignalKind.MANY, 25)]
    assert found[local_day(NOON - timedelta(days=1))] == []


def test_a_day_of_late_evening_is_the_days_in_the_capital(make: Factory) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    person = make.learner(at=ours)
    confirms(ratna, [person], ours, datetime(2026, 5, 19, 17, 0, tzinfo=UTC))
    confirms(ratna, [person], ours, datetime(2026, 5, 19, 16, 59, tzinfo=UTC))
    survey_days(now=NOON)
    days = db.session.scalars(select(ConfirmationDay.day).order_by(ConfirmationDay.day)).all()
    assert [day.isoformat() for day in days] == ["2026-05-19", "2026-05-20"]


def test_what_is_long_past_is_forgotten(make: Factory) -> None:
    ours = make.institution()
    confirms(make.officer(at=ours), [make.learner(at=ours)], ours, NOON)
    survey_day(local_day(NOON), now=NOON)
    later = NOON + timedelta(days=KEPT_DAYS + 1)
    assert count_groups(now=later) == 0
    survey_day(local_day(later), now=later)
    assert db.session.scalars(select(ConfirmationDay)).all() == []
    kept = db.session.scalars(select(ConfirmationSurvey.day)).all()
    assert kept == [local_day(later)]


def test_what_sign_on_confirmed_is_neither_a_commands_nor_out_of_the_ordinary(
    make: Factory,
) -> None:
    ours = make.institution()
    names = "abcdefghijklmnopqrstuvwxy"
    people = [make.learner(at=ours, email=f"{each}x@gratis.example") for each in names]
    night = NOON + timedelta(hours=12)
    confirms(None, people[:1], ours, NOON)
    db.session.rollback()
    with transaction():
        for person in people:
            posting = db.session.get_one(Posting, person.posting_id)
            confirm_posting(posting, Scope(None, frozenset({ours.id})), now=night, by=BY_SIGN_ON)
    survey_days(now=night)
    found = {line.by: line for line in list_confirmations(now=night)}
    assert {by: line.count for by, line in found.items()} == {"": 1, BY_SIGN_ON: len(people)}
    assert found[BY_SIGN_ON].signals == []
    assert found[BY_SIGN_ON].weight == 0
    # Nor is it what an officer of the place usually does.
    ratna = make.officer(at=ours)
    confirms(ratna, people, ours, NOON + timedelta(days=1))
    survey_days(now=NOON + timedelta(days=1))
    (line,) = [each for each in list_confirmations(now=NOON + timedelta(days=1)) if each.officer_id]
    assert Signal(SignalKind.MANY, 25) in line.signals


@pytest.mark.sqlite_only
def test_one_officer_at_two_institutions_has_two_lines(make: Factory) -> None:
    ours = make.institution()
    with make.inside():
        row = save_institution("CONTOH-X", "Instansi Kedua", InstitutionKind.AGENCY)
        second = InstitutionRef(row.id, row.code, row.name)
        db.session.commit()
    ratna = make.officer(at=ours)
    person = make.learner(at=ours)
    for place in (ours, second):
        confirms(ratna, [person], place, NOON)
    survey_days(now=NOON)
    assert sorted(line.institution_id for line in list_confirmations(now=NOON)) == [
        ours.id,
        second.id,
    ]
