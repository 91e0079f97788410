"""Oversight of confirmations: who confirmed whom, how many a day, with which mail domain.

From the audit log, so that what was undone later is seen too. For coordinators and administrators,
who are national; the pages see to that.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account, EmployeeNumber
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.models import Institution, Posting
from lms.institutions.vouching import is_doubted_at

ZONE = ZoneInfo("Asia/Jakarta")
DAYS = 30
PAGE_SIZE = 50
MOST_PEOPLE = 500
# Where an institution has not said what its domain is: that of the state.
OFFICIAL_DOMAIN = "go.id"


@dataclass(frozen=True, slots=True)
class ConfirmationCount:
    """How many people somebody confirmed on a day for an institution; `officer_id` 0: a command."""

    day: date
    officer_id: int
    officer_name: str | None
    institution_id: int
    institution_name: str
    count: int
    foreign_count: int


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


def count_groups(*, now: datetime) -> int:
    """How many lines the list of the last thirty days has."""
    return db.session.scalar(select(func.count()).select_from(_groups(now).subquery())) or 0


def list_confirmations(*, now: datetime, page: int = 1) -> list[ConfirmationCount]:
    """Who confirmed how many, by day and institution, of the last thirty days; the newest first."""
    groups = _groups(now).subquery()
    statement = (
        select(
            groups.c.day,
            groups.c.officer_id,
            _Officer.name,
            groups.c.institution_id,
            Institution.name,
            groups.c.people_count,
            groups.c.foreign_count,
        )
        .join(Institution, Institution.id == groups.c.institution_id)
        .outerjoin(_Officer, _Officer.id == groups.c.officer_id)
        .order_by(groups.c.day.desc(), groups.c.people_count.desc(), groups.c.institution_id)
        .order_by(groups.c.officer_id)
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    return [
        ConfirmationCount(_as_date(day), officer_id or 0, *rest)
        for day, officer_id, *rest in db.session.execute(statement)
    ]


def list_confirmed(day: date, officer_id: int, institution_id: int) -> list[ConfirmedPerson]:
    """Whom somebody confirmed on a day for an institution; officer 0 is a command."""
    begin = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    who = AuditEntry.actor_id == officer_id if officer_id else AuditEntry.actor_id.is_(None)
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
        .where(AuditEntry.action == "staff.confirmed", who, Institution.id == institution_id)
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


def _groups(now: datetime) -> Select[*tuple[Any, ...]]:
    day = _local_day().label("day")
    return (
        select(
            day,
            AuditEntry.actor_id.label("officer_id"),
            Institution.id.label("institution_id"),
            func.count().label("people_count"),
            func.sum(case((_IS_FOREIGN, 1), else_=0)).label("foreign_count"),
        )
        .select_from(AuditEntry)
        .join(Account, Account.id == _PERSON_ID)
        .join(Institution, Institution.id == _INSTITUTION_ID)
        .where(AuditEntry.action == "staff.confirmed")
        .where(AuditEntry.entered_at >= now - timedelta(days=DAYS))
        .group_by(day, AuditEntry.actor_id, Institution.id)
    )


def _local_day() -> ColumnElement[Any]:
    """The day in Jakarta, which keeps no summer time, in the words of the database at hand."""
    if db.session.get_bind().dialect.name == "sqlite":
        return func.date(AuditEntry.entered_at, "+7 hours")
    return func.date(func.timezone("Asia/Jakarta", func.timezone("UTC", AuditEntry.entered_at)))


def _as_date(day: date | str) -> date:
    """SQLite gives a text."""
    return date.fromisoformat(day) if isinstance(day, str) else day
