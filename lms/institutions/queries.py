"""Institutions, and where a person works."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, bindparam, desc, func, select

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.db import asked_once, current_connection, db
from lms.institutions.errors import NoSuchInstitution, NotInScope
from lms.institutions.models import Institution, Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope


def count_waiting(scope: Scope) -> int:
    """How many people wait for the asker to say whether they work there."""
    waiting = select(func.count()).where(
        holds(scope), Posting.confirmed_at.is_(None), Posting.ended_on.is_(None)
    )
    return current_connection().execute(waiting).scalar_one()


def find_institution_id(code: str) -> int | None:
    """The key of the institution with a code."""
    return db.session.scalar(select(Institution.id).where(Institution.code == code))


def get_institution(name: str) -> Institution:
    """The institution of this name, however its letters are cased; raises NoSuchInstitution."""
    wanted = " ".join(name.split()).casefold()
    institution = db.session.scalar(select(Institution).where(Institution.name == name.strip()))
    if institution is None:
        matches = [
            each
            for each in db.session.scalars(select(Institution))
            if each.name.casefold() == wanted
        ]
        institution = matches[0] if matches else None
    if institution is None:
        raise NoSuchInstitution
    return institution


IN_FORCE_FIRST: Final = (Institution.ended_on.is_not(None), Institution.name)
"""What has ended comes last: a role that was held there still reaches who left before."""


def list_scope_names(scope: Scope) -> list[str]:
    """The names of the institutions of a scope, those too of which it has a branch only."""
    return list(
        db.session.scalars(
            select(Institution.name)
            .where(Institution.id.in_(scope.all_institution_ids))
            .order_by(*IN_FORCE_FIRST)
        )
    )


_SCOPE_INSTITUTIONS = (
    select(Institution.id, Institution.name, Institution.time_zone)
    .where(Institution.id.in_(bindparam("ids", expanding=True)))
    .order_by(*IN_FORCE_FIRST)
)


@asked_once
def list_scope_places(scope: Scope) -> list[tuple[int, str, str]]:
    """Key, name and time zone of the same, asked once for all who want any of it."""
    ids = sorted(scope.all_institution_ids)
    rows = current_connection().execute(_SCOPE_INSTITUTIONS, {"ids": ids}) if ids else ()
    return [(institution_id, name, zone) for institution_id, name, zone in rows]


def list_scope_institutions(scope: Scope) -> list[tuple[int, str]]:
    """Key and name of the same."""
    return [(institution_id, name) for institution_id, name, _ in list_scope_places(scope)]


def get_institution_name(scope: Scope, institution_id: int) -> str:
    """The name of one institution of a scope; raises NotInScope for any other."""
    name = (
        db.session.scalar(select(Institution.name).where(Institution.id == institution_id))
        if scope.covers(institution_id)
        else None
    )
    if name is None:
        raise NotInScope
    return name


def list_contacts(scope: Scope) -> list[tuple[int, str, str]]:
    """Key, name and contact of the institutions of a scope; "" where there is none yet."""
    rows = db.session.execute(
        select(Institution.id, Institution.name, Institution.hr_contact)
        .where(Institution.id.in_(scope.institution_ids))
        .order_by(*IN_FORCE_FIRST)
    )
    return [(key, name, contact or "") for key, name, contact in rows]


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a person works, as they may see it themselves."""

    institution_name: str
    time_zone: str
    is_confirmed: bool
    hr_contact: str | None = None


_WORKPLACE = (
    select(Institution.name, Institution.time_zone, Posting.confirmed_at, Institution.hr_contact)
    .join(Institution, Institution.id == Posting.institution_id)
    .where(Posting.account_id == bindparam("account_id"), Posting.ended_on.is_(None))
)


def find_workplace(account_id: int) -> Workplace | None:
    """The person's present institution."""
    row = current_connection().execute(_WORKPLACE, {"account_id": account_id}).one_or_none()
    if row is None:
        return None
    return Workplace(row.name, row.time_zone, row.confirmed_at is not None, row.hr_contact)


_LAST_POSTING = (
    select(Institution.name, Posting.confirmed_at, Posting.ended_on)
    .join(Institution, Institution.id == Posting.institution_id)
    .where(Posting.account_id == bindparam("account_id"))
    .order_by(desc(Posting.id))
    .limit(1)
)


def find_declined(account_id: int) -> str | None:
    """The institution that has said that the person does not work there, if none came after it."""
    row = current_connection().execute(_LAST_POSTING, {"account_id": account_id}).one_or_none()
    if row is None or row.ended_on is None or row.confirmed_at is not None:
        return None
    return str(row.name)


@dataclass(frozen=True, slots=True)
class Employment:
    """What kind of civil servant a person is by their number, and by which clock they work."""

    kind: EmployeeKind | None
    time_zone: str | None


_EMPLOYMENT = (
    select(EmployeeNumber.kind, Institution.time_zone)
    .select_from(Account)
    .outerjoin(
        EmployeeNumber,
        and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
    )
    .outerjoin(Posting, and_(Posting.account_id == Account.id, Posting.ended_on.is_(None)))
    .outerjoin(Institution, Institution.id == Posting.institution_id)
    .where(Account.id == bindparam("account_id"))
)


def get_employment(account_id: int) -> Employment:
    """The same of an account, as far as it is known."""
    return Employment(*current_connection().execute(_EMPLOYMENT, {"account_id": account_id}).one())
