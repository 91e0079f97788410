"""What people say about themselves, beside what institutions vouch for."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select

from lms.accounts.models import Account, EmployeeNumber, RoleGrant
from lms.db import db
from lms.institutions.models import Posting
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Claim:
    """An account as it stands, and whether anybody but the person themselves vouches for it."""

    account_id: int
    name: str
    email: str
    number: str | None
    institution_id: int | None
    is_confirmed: bool
    is_vouched_for: bool
    is_answered: bool
    holds_a_role: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That somebody has registered with other data than a staff list has, or is listed with them.

    What they wrote is shown to the institution that they named, and to no other.
    """

    is_ours: bool
    name: str
    email: str
    number: str
    is_listed: bool = False


_IS_VOUCHED_FOR = (
    select(Posting.id)
    .where(Posting.account_id == Account.id, Posting.confirmed_at.is_not(None))
    .correlate(Account)
    .exists()
)
# Given to who answers at an address: it says nothing of the number.
_HOLDS_A_ROLE = (
    select(RoleGrant.id).where(RoleGrant.account_id == Account.id).correlate(Account).exists()
)


def find_claim_on_number(number: str) -> Claim | None:
    """Whose number this is or was; their row is held until the end.

    So nobody vouches for them, nor do they choose a password, while a staff list is settled.
    """
    return _find(
        exists().where(EmployeeNumber.account_id == Account.id, EmployeeNumber.number == number)
    )


def find_claim_on_address(email: str) -> Claim | None:
    """Whose address this is; held in the same way."""
    return _find(Account.email == email)


def pick_claim(by_number: Claim | None, by_email: Claim | None) -> Claim | None:
    """Whom a list means of two whom nobody vouches for: who has answered at its address.

    An account that holds a role never goes to another mailbox: it only loses the number, and the
    list's person begins anew.
    """
    if by_email is not None:
        return by_email
    return None if by_number is None or by_number.holds_a_role else by_number


def is_kept(by_email: Claim, number: str) -> bool:
    """Whether the account at an address is not the list's to change: vouched for, or with a role.

    With a role it may still be given the number that it has or lacks.
    """
    holds_another = by_email.holds_a_role and by_email.number not in {number, None}
    return by_email.is_vouched_for or holds_another


def find_contradiction(scope: Scope, name: str, email: str, number: str) -> Contradiction | None:
    """What a staff list would override, for its officer to see first."""
    by_number, by_email = find_claim_on_number(number), find_claim_on_address(email)
    if by_number is not None and by_number.is_vouched_for:
        return _contradict_listed(scope, by_number, email)
    if by_email is not None and is_kept(by_email, number):
        return None
    claim = pick_claim(by_number, by_email) or by_number
    return None if claim is None else contradict(scope, claim, name, email, number)


def _contradict_listed(scope: Scope, listed: Claim, email: str) -> Contradiction | None:
    """Where somebody confirmed here has another address, which the officer may replace."""
    is_theirs = listed.is_confirmed and listed.institution_id in scope.institution_ids
    if (
        not is_theirs
        or listed.email == email
        or listed.holds_a_role
        or listed.account_id == scope.officer_id
    ):
        return None
    return Contradiction(
        is_ours=True,
        name=listed.name,
        email=listed.email,
        number=listed.number or "",
        is_listed=True,
    )


def contradict(
    scope: Scope, claim: Claim, name: str, email: str, number: str
) -> Contradiction | None:
    """Where a claim says otherwise than a staff list, if it does."""
    if (claim.name, claim.email, claim.number) == (name, email, number):
        return None
    if claim.institution_id not in scope.institution_ids:
        return Contradiction(is_ours=False, name="", email="", number="")
    return Contradiction(
        is_ours=True, name=claim.name, email=claim.email, number=claim.number or ""
    )


def is_vouched_for(account_id: int) -> bool:
    """Whether an institution has vouched for a person, and so for their number."""
    found = select(Account.id).where(Account.id == account_id, _IS_VOUCHED_FOR)
    return db.session.scalar(found) is not None


def _find(condition: ColumnElement[bool]) -> Claim | None:
    account_id = db.session.scalar(select(Account.id).where(condition).with_for_update())
    if account_id is None:
        return None
    # In a statement of its own, which sees what whoever held the rows has stored.
    row = db.session.execute(
        select(
            Account.id,
            Account.name,
            Account.email,
            EmployeeNumber.number,
            Posting.institution_id,
            Posting.confirmed_at.is_not(None),
            _IS_VOUCHED_FOR,
            Account.password_hash.is_not(None),
            _HOLDS_A_ROLE,
        )
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .outerjoin(Posting, and_(Posting.account_id == Account.id, Posting.ended_on.is_(None)))
        .where(Account.id == account_id)
    ).one()
    return Claim(*row)
