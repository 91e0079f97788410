"""Oversight of confirmations: who confirmed whom, how many a day, and what is out of the ordinary.

From the audit log, so that what was undone later is seen too, by the days that were surveyed
(`surveys.py`). For coordinators and administrators, who are national; the pages see to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account, EmployeeNumber
from lms.audit import AuditEntry
from lms.days import local_day
from lms.db import current_connection, db
from lms.institutions.doubts.officer_days import OfficerDay, begin_of, is_confirmers
from lms.institutions.models import Institution, Posting
from lms.institutions.vouching import is_doubted_at
from lms.reporting.models import ConfirmationDay, ConfirmationSurvey
from lms.reporting.rules import OFFICIAL_DOMAIN, Signal, SignalKind
from lms.reporting.surveys import DAYS

PAGE_SIZE: Final = 50
MOST_PEOPLE: Final = 500


@dataclass(frozen=True, slots=True)
class ConfirmationCount:
    """How many people somebody confirmed on a day for an institution; `officer_id` 0: a command.

    Or a word that `by` names.
    """

    day: date
    officer_id: int
    by: str
    officer_name: str | None
    institution_id: int
    institution_name: str
    count: int
    foreign_count: int
    weight: int
    signals: Sequence[Signal]


@dataclass(frozen=True, slots=True)
class ConfirmedPerson:
    """One of these people: the end of their number and the domain of their mail, and no more."""

    account_id: int
    name: str
    number_ending: str
    domain: str
    is_foreign: bool
    is_confirmed_now: bool
    is_doubted: bool


_PERSON_ID = cast(func.substr(AuditEntry.subject, len("account:") + 1), Integer)
_INSTITUTION_ID = AuditEntry.details["institution_id"].as_integer()
_DOMAIN = func.coalesce(Institution.email_domain, OFFICIAL_DOMAIN)
_IS_FOREIGN: ColumnElement[bool] = and_(
    Account.email.not_like("%@" + _DOMAIN), Account.email.not_like("%." + _DOMAIN)
)
_Officer = aliased(Account)
_SHOWN = ConfirmationDay.day >= bindparam("since")
_COUNTED = select(func.count()).select_from(ConfirmationDay).where(_SHOWN)
_LISTED = (
    select(
        ConfirmationDay.day,
        func.coalesce(ConfirmationDay.officer_id, 0),
        ConfirmationDay.source,
        _Officer.name,
        ConfirmationDay.institution_id,
        Institution.name,
        ConfirmationDay.people_count,
        ConfirmationDay.foreign_count,
        ConfirmationDay.weight,
        ConfirmationDay.signals,
    )
    .join(Institution, Institution.id == ConfirmationDay.institution_id)
    .outerjoin(_Officer, _Officer.id == ConfirmationDay.officer_id)
    .where(_SHOWN)
    .order_by(ConfirmationDay.weight.desc(), ConfirmationDay.day.desc())
    .order_by(ConfirmationDay.people_count.desc(), ConfirmationDay.id)
    .limit(PAGE_SIZE)
    .offset(bindparam("offset"))
)


def find_surveyed_at() -> datetime | None:
    """Of when what is listed is."""
    return db.session.scalar(select(func.max(ConfirmationSurvey.surveyed_at)))


def count_groups(*, now: datetime) -> int:
    """How many lines the list of the last thirty days has."""
    number: int = current_connection().execute(_COUNTED, {"since": _since(now)}).scalar_one()
    return number


def list_confirmations(*, now: datetime, page: int = 1) -> list[ConfirmationCount]:
    """Who confirmed how many, by day and institution, of the last thirty days.

    What weighs most comes first, and of what weighs nothing the newest.
    """
    given = {"since": _since(now), "offset": (max(page, 1) - 1) * PAGE_SIZE}
    return [
        ConfirmationCount(
            day, officer, by, name, place_id, place, people, foreign, weight, _read(told)
        )
        for day, officer, by, name, place_id, place, people, foreign, weight, told in (
            current_connection().execute(_LISTED, given)
        )
    ]


def name_officer_day(officer_id: int, institution_id: int) -> tuple[str | None, str]:
    """Who an officer is, None for nobody's deed, and which institution it is about."""
    place = select(Institution.name).where(Institution.id == institution_id)
    officer = select(Account.name).where(Account.id == officer_id)
    return db.session.scalar(officer), db.session.scalar(place) or ""


def list_confirmed(which: OfficerDay) -> list[ConfirmedPerson]:
    """Whom somebody confirmed on a day for an institution."""
    begin = begin_of(which.day)
    statement = (
        select(
            Account.id,
            Account.name,
            func.coalesce(func.substr(EmployeeNumber.number, 16), ""),
            Account.email,
            _IS_FOREIGN,
            Posting.confirmed_at.is_not(None),
            is_doubted_at(Account.id, Institution.id),
        )
        .distinct()
        .select_from(AuditEntry)
        .join(Account, Account.id == _PERSON_ID)
        .join(Institution, Institution.id == _INSTITUTION_ID)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .outerjoin(
            Posting,
            and_(
                Posting.account_id == Account.id,
                Posting.ended_on.is_(None),
                Posting.institution_id == Institution.id,
            ),
        )
        .where(AuditEntry.action == "staff.confirmed", is_confirmers(which))
        .where(Institution.id == which.institution_id)
        .where(AuditEntry.entered_at >= begin, AuditEntry.entered_at < begin + timedelta(days=1))
        .order_by(Account.name, Account.id)
        .limit(MOST_PEOPLE)
    )
    return [
        ConfirmedPerson(
            account_id,
            name,
            ending,
            (email or "").rpartition("@")[2],
            bool(is_foreign),
            bool(is_confirmed),
            bool(is_doubted),
        )
        for account_id, name, ending, email, is_foreign, is_confirmed, is_doubted in (
            db.session.execute(statement)
        )
    ]


def _read(kept: Sequence[Sequence[Any]]) -> list[Signal]:
    return [Signal(SignalKind(kind), people_count) for kind, people_count in kept]


def _since(now: datetime) -> date:
    return local_day(now) - timedelta(days=DAYS)
