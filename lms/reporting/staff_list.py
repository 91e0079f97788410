"""The staff list of an officer: who has finished, who has begun, who has not.

Every statement goes from the asker's people to what each of them has, and never looks at what
others have: a list costs the same however many people the country has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from lms.accents import contains_letters
from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_principal
from lms.certificates.ledger import is_out_of_force, is_revoked
from lms.certificates.models import Certificate
from lms.db import db, read_only
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Institution, Posting
from lms.institutions.reach import holds, same_scope
from lms.institutions.scope import Scope
from lms.learning.models import ChapterRead, Enrolment

FINISHED, STARTED, NOT_STARTED = "finished", "started", "not_started"
EXPIRED = "expired"
WAITING = "waiting"
STATUSES = (FINISHED, EXPIRED, STARTED, NOT_STARTED, WAITING)
PAGE_SIZE = 50
# Who waits for a decision stands on top, in the list as in its file.
_ORDER = (Posting.confirmed_at.is_not(None), Account.name, Posting.id)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of an institution, and how far they are.

    `status` is "expired" where all their certificates have expired; the latest of them is named.
    `valid_until`: the last day on which it is in force, None for good.
    """

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
    has_revoked: bool
    valid_until: date | None

    @property
    def is_revoked(self) -> bool:
        """Whether a certificate was revoked, and they have none in force."""
        return self.has_revoked and self.certificate_code is None


@dataclass(frozen=True, slots=True)
class StaffSummary:
    """How many people of an institution are how far."""

    finished: int
    expired: int
    started: int
    not_started: int
    waiting_confirmation: int

    @property
    def total(self) -> int:
        """Everybody on the list."""
        return self.finished + self.expired + self.started + self.not_started


def summarise_staff(scope: Scope, *, today: date) -> StaffSummary:
    """How many of the asker's people are how far on a day (WIB)."""
    people = (
        select(
            _status(_certificate_id(today), _last_certificate_id(), _last_activity_at()).label(
                "status"
            ),
            Posting.confirmed_at.is_not(None).label("is_confirmed"),
        )
        .where(*_stands_in(scope))
        .subquery()
    )
    rows = db.session.execute(
        select(people.c.status, people.c.is_confirmed, func.count()).group_by(
            people.c.status, people.c.is_confirmed
        )
    ).all()
    count = dict.fromkeys(STATUSES, 0)
    for status, is_confirmed, number in rows:
        count[status] += number
        count[WAITING] += 0 if is_confirmed else number
    return StaffSummary(
        count[FINISHED], count[EXPIRED], count[STARTED], count[NOT_STARTED], count[WAITING]
    )


def count_staff(scope: Scope, *, today: date, search: str = "", status: str = "") -> int:
    """How many of the asker's people a search and a filter leave."""
    found = _chosen(scope, today, search, status).with_only_columns(func.count())
    return db.session.scalar(found) or 0


def list_staff(
    scope: Scope, *, today: date, search: str = "", status: str = "", page: int = 1
) -> list[StaffRow]:
    """A page of the asker's people, 50 to a page: who waits to be confirmed first, then by name."""
    chosen = (
        _chosen(scope, today, search, status)
        .order_by(*_ORDER)
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    return [StaffRow(*row) for row in db.session.execute(_rows(chosen, today))]


def get_staff(scope: Scope, posting_id: int, *, today: date) -> StaffRow:
    """One of the asker's people; raises NoSuchStaff for anybody else's."""
    chosen = _chosen(scope, today).where(Posting.id == posting_id)
    row = db.session.execute(_rows(chosen, today)).one_or_none()
    if row is None:
        raise NoSuchStaff
    return StaffRow(*row)


def iterate_staff(
    scope: Scope, *, today: date, search: str = "", status: str = ""
) -> Iterator[StaffRow]:
    """All of the asker's people that a search and a filter leave.

    Without a cursor on the server: PostgreSQL has none outside a transaction (`lms.db.read_only`).
    """
    rows = db.session.execute(_rows(_chosen(scope, today, search, status), today))
    return (StaffRow(*row) for row in rows)


def read_staff_of(
    officer_id: int, keys: frozenset[int], search: str, status: str, *, today: date
) -> list[StaffRow]:
    """The same for an officer who asked earlier, with this scope; outside a transaction.

    Raises NoInstitution or NotInScope where they do not answer for just these any more.
    """
    with read_only():
        scope = same_scope(get_principal(officer_id), keys)
        return list(iterate_staff(scope, today=today, search=search, status=status))


def _stands_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """That a posting is one of the asker's people, now."""
    return holds(scope), Posting.ended_on.is_(None)


def _chosen(
    scope: Scope, today: date, search: str = "", status: str = ""
) -> Select[*tuple[Any, ...]]:
    """The postings of the asker's people that a search and a filter leave."""
    statement = (
        select(Posting.id, Posting.account_id)
        .join(Account, Account.id == Posting.account_id)
        .where(*_stands_in(scope))
    )
    if status == WAITING:
        statement = statement.where(Posting.confirmed_at.is_(None))
    elif status in STATUSES:
        statement = statement.where(
            _status(_certificate_id(today), _last_certificate_id(), _last_activity_at()) == status
        )
    wanted = search.strip()
    return statement.where(_matches(wanted)) if wanted else statement


def _matches(wanted: str) -> ColumnElement[bool]:
    """That a person's name, address or present number has these words in it."""
    matches = [
        contains_letters(Account.name, wanted),
        contains_letters(func.coalesce(Account.email, ""), wanted),
    ]
    digits = "".join(character for character in wanted if character.isdigit())
    if digits and not any(character.isalpha() for character in wanted):
        matches.append(
            exists().where(
                EmployeeNumber.account_id == Posting.account_id,
                EmployeeNumber.ended_on.is_(None),
                EmployeeNumber.number.contains(digits, autoescape=True),
            )
        )
    return or_(*matches)


def _certificate_id(today: date) -> ScalarSelect[int]:
    """The latest certificate in force of a posting's person, of those of modules."""
    return _latest_id(or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today))


def _last_certificate_id() -> ScalarSelect[int]:
    """The same of those too that have expired."""
    return _latest_id()


def _latest_id(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.max(Certificate.id))
        .where(
            Certificate.account_id == Posting.account_id,
            Certificate.edition_id.is_not(None),
            ~is_out_of_force(),
            *conditions,
        )
        .correlate(Posting)
        .scalar_subquery()
    )


def _has_revoked() -> ColumnElement[bool]:
    """That such a certificate is revoked."""
    return (
        exists()
        .where(
            Certificate.account_id == Posting.account_id,
            Certificate.edition_id.is_not(None),
            is_revoked(),
        )
        .correlate(Posting)
    )


def _last_activity_at() -> ScalarSelect[datetime]:
    """When a posting's person last did something in a book of which they have read a chapter.

    Who only opened one to have a look has not begun.
    """
    has_begun = exists().where(ChapterRead.enrolment_id == Enrolment.id)
    return (
        select(func.max(Enrolment.last_activity_at))
        .where(Enrolment.account_id == Posting.account_id, has_begun)
        .correlate(Posting)
        .scalar_subquery()
    )


def _status(
    certificate_id: ColumnElement[Any],
    last_certificate_id: ColumnElement[Any],
    last_activity_at: ColumnElement[Any],
) -> ColumnElement[str]:
    """How far a person is who has these."""
    return case(
        (certificate_id.is_not(None), FINISHED),
        (last_certificate_id.is_not(None), EXPIRED),
        (last_activity_at.is_not(None), STARTED),
        else_=NOT_STARTED,
    )


def _rows(chosen: Select[*tuple[Any, ...]], today: date) -> Select[*tuple[Any, ...]]:
    """One row for each chosen posting, who waits first.

    Who stands on a page is settled before anything is looked up for them.
    """
    page = chosen.subquery("page")
    person = (
        select(
            Posting.id,
            _certificate_id(today).label("certificate_id"),
            _last_certificate_id().label("last_certificate_id"),
            _last_activity_at().label("last_activity_at"),
            _has_revoked().label("has_revoked"),
        )
        .join(page, page.c.id == Posting.id)
        .subquery("person")
    )
    return (
        select(
            Posting.id.label("posting_id"),
            Account.name,
            EmployeeNumber.number.label("employee_number"),
            EmployeeNumber.kind,
            Account.email,
            Institution.name.label("institution_name"),
            Posting.confirmed_at.is_not(None).label("is_confirmed"),
            _status(
                person.c.certificate_id, person.c.last_certificate_id, person.c.last_activity_at
            ).label("status"),
            person.c.last_activity_at,
            Certificate.code.label("certificate_code"),
            Certificate.number.label("certificate_number"),
            Certificate.title,
            Certificate.credit_hours,
            Certificate.completed_on.label("finished_on"),
            person.c.has_revoked,
            Certificate.valid_until,
        )
        .select_from(person)
        .join(Posting, Posting.id == person.c.id)
        .join(Account, Account.id == Posting.account_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .outerjoin(
            Certificate,
            Certificate.id == func.coalesce(person.c.certificate_id, person.c.last_certificate_id),
        )
        .order_by(*_ORDER)
    )
