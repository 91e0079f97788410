"""An officer's list: who has finished, who has begun, who has not; one list for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from lms.accounts.kinds import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.models import ISSUED, Certificate, LedgerEntry
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Institution, Posting
from lms.institutions.scope import Scope
from lms.learning.models import Enrolment

FINISHED, STARTED, NOT_STARTED = "finished", "started", "not_started"
WAITING = "waiting"
STATUSES = (FINISHED, STARTED, NOT_STARTED, WAITING)
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of an institution, and how far they are."""

    posting_id: int
    name: str
    employee_number: str | None
    kind: EmployeeKind | None
    email: str
    institution_name: str
    is_confirmed: bool
    status: str
    last_activity_at: datetime | None
    certificate_code: str | None
    certificate_number: str | None
    title: str | None
    credit_hours: int | None
    finished_on: date | None


@dataclass(frozen=True, slots=True)
class StaffSummary:
    """How many people of an institution are how far."""

    finished: int
    started: int
    not_started: int
    waiting_confirmation: int

    @property
    def total(self) -> int:
        """Everybody on the list."""
        return self.finished + self.started + self.not_started


def _people(scope: Scope, wanted_status: str = "") -> Select[*tuple[Any, ...]]:
    """One row a person of the scope: the latest certificate in force, else the latest activity."""
    ended = select(LedgerEntry.certificate_id).where(LedgerEntry.kind != ISSUED)
    latest = (
        select(Certificate.account_id, func.max(Certificate.id).label("certificate_id"))
        .where(Certificate.id.not_in(ended))
        .where(
            Certificate.account_id.in_(
                select(Posting.account_id).where(
                    Posting.institution_id.in_(scope.institution_ids), Posting.ended_on.is_(None)
                )
            )
        )
        .group_by(Certificate.account_id)
        .subquery()
    )
    activity = (
        select(Enrolment.account_id, func.max(Enrolment.last_activity_at).label("last_activity_at"))
        .group_by(Enrolment.account_id)
        .subquery()
    )
    status = case(
        (latest.c.certificate_id.is_not(None), FINISHED),
        (activity.c.last_activity_at.is_not(None), STARTED),
        else_=NOT_STARTED,
    )
    statement = (
        select(
            Posting.id.label("posting_id"),
            Account.name,
            EmployeeNumber.number.label("employee_number"),
            EmployeeNumber.kind,
            Account.email,
            Institution.name.label("institution_name"),
            Posting.confirmed_at.is_not(None).label("is_confirmed"),
            status.label("status"),
            activity.c.last_activity_at,
            Certificate.code.label("certificate_code"),
            Certificate.number.label("certificate_number"),
            Certificate.title,
            Certificate.credit_hours,
            Certificate.completed_on.label("finished_on"),
        )
        .join(Account, Account.id == Posting.account_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .outerjoin(latest, latest.c.account_id == Account.id)
        .outerjoin(Certificate, Certificate.id == latest.c.certificate_id)
        .outerjoin(activity, activity.c.account_id == Account.id)
        .where(Posting.institution_id.in_(scope.institution_ids), Posting.ended_on.is_(None))
    )
    if wanted_status == WAITING:
        return statement.where(Posting.confirmed_at.is_(None))
    return statement.where(status == wanted_status) if wanted_status in STATUSES else statement


def summarise_staff(scope: Scope) -> StaffSummary:
    """How many of the asker's people are how far."""
    people = _people(scope).subquery()
    rows = db.session.execute(
        select(people.c.status, people.c.is_confirmed, func.count()).group_by(
            people.c.status, people.c.is_confirmed
        )
    ).all()
    count = dict.fromkeys(STATUSES, 0)
    for status, is_confirmed, number in rows:
        count[status] += number
        count[WAITING] += 0 if is_confirmed else number
    return StaffSummary(count[FINISHED], count[STARTED], count[NOT_STARTED], count[WAITING])


def count_staff(scope: Scope, *, search: str = "", status: str = "") -> int:
    """How many of the asker's people a search and a filter leave."""
    found = _filtered(scope, search, status).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def list_staff(
    scope: Scope, *, search: str = "", status: str = "", page: int = 1
) -> list[StaffRow]:
    """A page of the asker's people, by name; 50 to a page."""
    statement = (
        _filtered(scope, search, status)
        .order_by(Account.name, Posting.id)
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    return [StaffRow(*row) for row in db.session.execute(statement)]


def get_staff(scope: Scope, posting_id: int) -> StaffRow:
    """One of the asker's people; raises NoSuchStaff for anybody else's."""
    row = db.session.execute(_people(scope).where(Posting.id == posting_id)).one_or_none()
    if row is None:
        raise NoSuchStaff
    return StaffRow(*row)


def iterate_staff(scope: Scope, *, search: str = "", status: str = "") -> Iterator[StaffRow]:
    """All of the asker's people that a search and a filter leave.

    Without a cursor on the server: PostgreSQL has none outside a transaction (`lms.db.reading`).
    """
    statement = _filtered(scope, search, status).order_by(Account.name, Posting.id)
    return (StaffRow(*row) for row in db.session.execute(statement))


def _filtered(scope: Scope, search: str, status: str) -> Select[*tuple[Any, ...]]:
    statement = _people(scope, status)
    wanted = search.strip()
    if wanted:
        digits = "".join(character for character in wanted if character.isdigit())
        matches = [
            Account.name.icontains(wanted, autoescape=True),
            Account.email.icontains(wanted, autoescape=True),
        ]
        if digits and not any(character.isalpha() for character in wanted):
            matches.append(EmployeeNumber.number.contains(digits, autoescape=True))
        statement = statement.where(or_(*matches))
    return statement
