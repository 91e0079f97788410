"""Draws each week a few of the last week's confirmations, and asks somebody else about them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.accounts.one_person import kept_of
from lms.accounts.permissions import Permission, roles_with
from lms.audit import AuditEntry
from lms.days import local_day
from lms.db import current_connection, db, snapshot, transaction
from lms.institutions.doubts.officer_days import begin_of
from lms.institutions.models import Posting
from lms.institutions.reach import answers
from lms.institutions.samples.models import ConfirmationSample, SampledConfirmation
from lms.institutions.samples.rules import draw, monday_of, size_of

READ_AT_ONCE: Final = 2_000
STORED_AT_ONCE: Final = 50
"""Institutions of one transaction."""
_WEEK: Final = timedelta(days=7)


def last_week(*, now: datetime) -> date:
    """The Monday of the week that is over."""
    return monday_of(local_day(now)) - _WEEK


def is_to_be_drawn(*, now: datetime) -> bool:
    """Whether anybody was confirmed in the last week, and nothing of it was drawn.

    Or somebody is still to be written to of what was.
    """
    week_on = last_week(now=now)
    drawn = exists().where(ConfirmationSample.week_on == week_on)
    untold = exists().where(ConfirmationSample.told_at.is_(None))
    undrawn = exists().where(*_of_week(week_on)) & ~drawn
    return bool(db.session.scalar(select(or_(untold, undrawn))))


def draw_samples(percent: int, new_seed: Callable[[], str], *, now: datetime) -> int:
    """Draw of every institution's confirmations of the last week; how many people in all.

    Of who is still confirmed there. Cut off and begun again, it draws of those institutions of
    which nothing was drawn. Whom nobody there can answer for but who confirmed them, coordinators
    are asked about at once.
    """
    week_on = last_week(now=now)
    with snapshot():
        sizes = _sizes(week_on)
        wanted = {
            institution_id: Wanted(new_seed(), pool, size_of(pool, percent))
            for institution_id, pool in sizes.items()
        }
        drawn = _draw(week_on, wanted)
    keys = sorted(wanted)
    number = 0
    for start in range(0, len(keys), STORED_AT_ONCE):
        with transaction():
            for institution_id in keys[start : start + STORED_AT_ONCE]:
                people = drawn.get(institution_id, {})
                _store(week_on, institution_id, wanted[institution_id], people, now=now)
                number += len(people)
    with transaction():
        _pass_on_at_once(week_on, now=now)
    return number


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an institution's sample is drawn."""

    seed: str
    pool_count: int
    count: int


def _of_week(week_on: date) -> tuple[Any, ...]:
    begin, end = begin_of(week_on), begin_of(week_on + _WEEK)
    return (
        AuditEntry.action == "staff.confirmed",
        AuditEntry.entered_at >= begin,
        AuditEntry.entered_at < end,
    )


def _confirmed(week_on: date) -> Select[*tuple[Any, ...]]:
    """Institution, person and confirmer of each confirmation of a week that still holds."""
    person_id = cast(func.substr(AuditEntry.subject, len("account:") + 1), Integer)
    place_id = AuditEntry.details["institution_id"].as_integer()
    drawn = exists().where(
        ConfirmationSample.week_on == week_on, ConfirmationSample.institution_id == place_id
    )
    return (
        select(
            Posting.institution_id.label("place_id"),
            Posting.account_id.label("person_id"),
            AuditEntry.actor_id.label("confirmer_id"),
        )
        .select_from(AuditEntry)
        .join(
            Posting,
            and_(
                Posting.account_id == person_id,
                Posting.institution_id == place_id,
                Posting.confirmed_at.is_not(None),
            ),
        )
        .where(*_of_week(week_on), ~drawn)
    )


def _sizes(week_on: date) -> dict[int, int]:
    """How many people each institution confirmed in the week, of whom nothing was drawn."""
    people = _confirmed(week_on).subquery()
    rows = current_connection().execute(
        select(people.c.place_id, func.count(people.c.person_id.distinct())).group_by(
            people.c.place_id
        )
    )
    return {place_id: int(count) for place_id, count in rows}


def _draw(week_on: date, wanted: Mapping[int, Wanted]) -> Mapping[int, Mapping[int, int | None]]:
    """Who is drawn at each institution in this order, with who confirmed them.

    A nation may be in the line; of each institution no more are kept than may still be drawn.
    """
    line: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    rows = current_connection().execute(
        _confirmed(week_on).execution_options(yield_per=READ_AT_ONCE)
    )
    for place_id, person_id, confirmer_id in rows:
        how = wanted[place_id]
        if not how.count:
            continue
        people = line[place_id]
        people[person_id] = confirmer_id
        if len(people) >= how.count + READ_AT_ONCE:
            line[place_id] = _first(how, people)
    return {place_id: _first(wanted[place_id], people) for place_id, people in line.items()}


def _first(how: Wanted, people: Mapping[int, int | None]) -> dict[int, int | None]:
    return {key: people[key] for key in draw(how.seed, people, how.count)}


def _store(
    week_on: date,
    institution_id: int,
    how: Wanted,
    people: Mapping[int, int | None],
    *,
    now: datetime,
) -> None:
    sample = ConfirmationSample(
        week_on=week_on,
        institution_id=institution_id,
        seed=how.seed,
        pool_count=how.pool_count,
        drawn_count=len(people),
        drawn_at=now,
    )
    db.session.add(sample)
    db.session.flush()
    rows = [
        {
            "sample_id": sample.id,
            "institution_id": institution_id,
            "account_id": account_id,
            "confirmer_id": confirmer_id,
            "place": place,
            "asked_at": now,
        }
        for place, (account_id, confirmer_id) in enumerate(people.items(), start=1)
    ]
    if rows:
        current_connection().execute(insert(SampledConfirmation), rows)


def can_be_asked(now: datetime) -> ColumnElement[bool]:
    """That somebody other than who confirmed them answers for a person of a sample."""
    officer = aliased(Account)
    return exists().where(
        Posting.account_id == SampledConfirmation.account_id,
        Posting.institution_id == SampledConfirmation.institution_id,
        answers(),
        RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
        is_in_force(now),
        RoleGrant.account_id != SampledConfirmation.account_id,
        RoleGrant.account_id != func.coalesce(kept_of(SampledConfirmation.confirmer_id), 0),
        officer.id == RoleGrant.account_id,
        officer.activated_at.is_not(None),
        officer.closed_at.is_(None),
    )


def _pass_on_at_once(week_on: date, *, now: datetime) -> None:
    of_week = select(ConfirmationSample.id).where(ConfirmationSample.week_on == week_on)
    current_connection().execute(
        update(SampledConfirmation)
        .where(
            SampledConfirmation.sample_id.in_(of_week),
            SampledConfirmation.passed_on_at.is_(None),
            SampledConfirmation.answered_at.is_(None),
            ~can_be_asked(now),
        )
        .values(passed_on_at=now)
    )
