"""Claims: where people say they work, beside what institutions have confirmed."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select

from lms.accounts.models import Account, EmployeeNumber, RoleGrant
from lms.db import db
from lms.institutions.models import Posting
from lms.institutions.rules import Claim, Contradiction, contradict, is_beyond_lists, pick_claim
from lms.institutions.scope import Scope

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


def find_contradiction(scope: Scope, name: str, email: str, number: str) -> Contradiction | None:
    """What a staff list would override, for its officer to see first."""
    by_number, by_email = find_claim_on_number(number), find_claim_on_address(email)
    if by_number is not None and by_number.is_vouched_for:
        return _contradict_listed(scope, by_number, email)
    if by_email is not None and is_beyond_lists(by_email, number):
        return None
    claim = pick_claim(by_number, by_email) or by_number
    return None if claim is None else contradict(scope, claim, name, email, number)


def _contradict_listed(scope: Scope, listed: Claim, email: str) -> Contradiction | None:
    """Where somebody confirmed here has another address, which the officer may replace."""
    is_theirs = listed.is_confirmed and scope.covers(listed.institution_id)
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


def is_vouched_for(account_id: int) -> bool:
    """Whether an institution has vouched for a person, and so for their number."""
    found = select(Account.id).where(Account.id == account_id, _IS_VOUCHED_FOR)
    return db.session.scalar(found) is not None


def find_claims(
    numbers: Collection[str], emails: Collection[str]
) -> tuple[dict[str, Claim], dict[str, Claim]]:
    """Whose numbers and whose addresses these are, by number and by address; no row is held."""
    owners = dict(
        db.session.execute(
            select(EmployeeNumber.number, EmployeeNumber.account_id).where(
                EmployeeNumber.number.in_(numbers)
            )
        ).all()
    )
    rows = db.session.execute(
        _CLAIM.where(or_(Account.id.in_(set(owners.values())), Account.email.in_(emails)))
    )
    claims = {claim.account_id: claim for claim in (Claim(*row) for row in rows)}
    by_email = {claim.email: claim for claim in claims.values() if claim.email in emails}
    return {number: claims[owner] for number, owner in owners.items()}, by_email


def _find(condition: ColumnElement[bool]) -> Claim | None:
    account_id = db.session.scalar(select(Account.id).where(condition).with_for_update())
    if account_id is None:
        return None
    # In a statement of its own, which sees what whoever held the rows has stored.
    return Claim(*db.session.execute(_CLAIM.where(Account.id == account_id)).one())


_CLAIM = (
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
)
