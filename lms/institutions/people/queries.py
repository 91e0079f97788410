"""One person of an officer's, as their page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from lms.accounts.enums import EmployeeKind, LinkPurpose
from lms.accounts.models import Account, ActivationCode, EmployeeNumber, OneTimeLink
from lms.accounts.one_person import accounts_of
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.reach import holds
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person who works, or worked, for the asker, and how they sign in; never a password."""

    posting_id: int
    account_id: int
    name: str
    number: str | None
    kind: EmployeeKind | None
    email: str | None
    institution_id: int
    institution_name: str
    unit_id: int | None
    unit_name: str | None
    source: PostingSource
    started_on: date
    ended_on: date | None
    confirmed_at: datetime | None
    activated_at: datetime | None
    closed_at: datetime | None
    invited_at: datetime | None
    code_until: datetime | None

    @property
    def is_present(self) -> bool:
        """Whether they work here now and are confirmed, so that facts can be noted."""
        return self.ended_on is None and self.confirmed_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it is to be decided whether they work here."""
        return self.ended_on is None and self.confirmed_at is None

    @property
    def sign_in_state(self) -> str:
        """In a word: "closed", "active", "code", "invited" or "none"."""
        if self.closed_at is not None:
            return "closed"
        if self.activated_at is not None:
            return "active"
        if self.code_until is not None:
            return "code"
        return "none" if self.invited_at is None else "invited"


def get_person(scope: Scope, posting_id: int, *, now: datetime) -> PersonView:
    """A person by where they work, or worked; raises NoSuchStaff outside the scope."""
    invited = (
        select(func.max(OneTimeLink.created_at))
        .where(OneTimeLink.account_id == Account.id, OneTimeLink.purpose == LinkPurpose.ACTIVATE)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Posting.id,
            Account.id,
            Account.name,
            EmployeeNumber.number,
            EmployeeNumber.kind,
            Account.email,
            Institution.id,
            Institution.name,
            Unit.id,
            Unit.name,
            Posting.source,
            Posting.started_on,
            Posting.ended_on,
            Posting.confirmed_at,
            Account.activated_at,
            Account.closed_at,
            invited,
            ActivationCode.expires_at,
        )
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .outerjoin(
            ActivationCode,
            and_(ActivationCode.account_id == Account.id, ActivationCode.expires_at > now),
        )
        .where(Posting.id == posting_id, holds(scope))
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NoSuchStaff
    return PersonView(*row)


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number that a person has or had."""

    number: str
    kind: EmployeeKind
    started_on: date
    ended_on: date | None


def list_numbers(account_id: int) -> Sequence[NumberLine]:
    """All numbers of a person, under all of their accounts, the present one first.

    For who has the person from `get_person`.
    """
    rows = db.session.execute(
        select(
            EmployeeNumber.number,
            EmployeeNumber.kind,
            EmployeeNumber.started_on,
            EmployeeNumber.ended_on,
        )
        .where(EmployeeNumber.account_id.in_(accounts_of(account_id)))
        .order_by(EmployeeNumber.ended_on.is_not(None), EmployeeNumber.id.desc())
    )
    return [NumberLine(*row) for row in rows]
