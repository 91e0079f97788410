"""Claims: where people say they work, beside what institutions have confirmed."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from lms.accounts.models import Account, EmployeeNumber, RoleGrant
from lms.db import among, current_connection, db
from lms.institutions.models import Posting
from lms.institutions.rules import Claim, Contradiction, contradict, is_beyond_lists, pick_claim
from lms.institutions.scope import Scope

_IS_VOUCHED_FOR = (
    select(Posting.id)
    .where(Posting.account_id == Account.id, Posting.confirmed_at.is_not(None))
    .correlate(Account)
    .exists()
)
# Looked for only of who works nowhere.
_ended = aliased(Posting)
_FORMER = (
    select(_ended.institution_id)
    .where(_ended.account_id == Account.id, _ended.confirmed_at.is_not(None))
    .order_by(_ended.id.desc())
    .limit(1)
    .correlate(Account)
    .scalar_subquery()
)
# Given to who answers at an address: it says nothing of the number.
_HOLDS_A_ROLE = (
    select(RoleGrant.id).where(RoleGrant.account_id == Account.id).correlate(Account).exists()
)


_KEYS = (Account.id, EmployeeNumber.account_id, Posting.account_id)
_ACCOUNT_ID: BindParameter[int] = bindparam("account_id")


def _claim(
    is_wanted: ColumnElement[bool],
    has_number: ColumnElement[bool],
    has_posting: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """What a claim has, of accounts that are asked for, of their numbers and of their postings."""
    return (
        select(
            Account.id,
            Account.name,
            func.coalesce(Account.email, ""),
            EmployeeNumber.number,
            Posting.institution_id,
            Posting.confirmed_at.is_not(None),
            _IS_VOUCHED_FOR,
            Account.password_hash.is_not(None),
            _HOLDS_A_ROLE,
            Account.closed_at.is_not(None),
            Posting.unit_id,
            case((Posting.id.is_(None), _FORMER)),
        )
        .select_from(Account)
        .outerjoin(
            EmployeeNumber,
            and_(
                EmployeeNumber.account_id == Account.id,
                EmployeeNumber.ended_on.is_(None),
                has_number,
            ),
        )
        .outerjoin(
            Posting,
            and_(Posting.account_id == Account.id, Posting.ended_on.is_(None), has_posting),
        )
        .where(is_wanted)
    )


_CLAIM = _claim(*(key == _ACCOUNT_ID for key in _KEYS))


def find_claim_on_number(number: str) -> Claim | None:
    """Whose number this is or was; their row is held until the end.

    So nobody vouches for them, nor do they choose a password, while a staff list is settled.
    """
    return _find(
        exists().where(EmployeeNumber.account_id == Account.id, EmployeeNumber.number == number)
    )


def find_claim_on_address(email: str | None) -> Claim | None:
    """Whose address this is; held in the same way."""
    return None if email is None else _find(Account.email == email)


def find_contradiction(
    scope: Scope, name: str, email: str | None, number: str
) -> Contradiction | None:
    """What a staff list would override, for its officer to see first."""
    by_number, by_email = find_claim_on_number(number), find_claim_on_address(email)
    if by_number is not None and by_number.is_vouched_for:
        return _contradict_listed(scope, by_number, email)
    if by_email is not None and is_beyond_lists(by_email, number):
        return None
    claim = pick_claim(by_number, by_email) or by_number
    return None if claim is None else contradict(scope, claim, name, email, number)


def _contradict_listed(scope: Scope, listed: Claim, email: str | None) -> Contradiction | None:
    """Where somebody confirmed here has another address, which the officer may replace."""
    is_theirs = listed.is_confirmed and scope.covers(listed.institution_id)
    if (
        not is_theirs
        or email in {None, listed.email}
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
    on = current_connection()
    # A value of each number: a join may go through all people of the nation.
    kept = select(func.coalesce(Account.merged_into_id, Account.id)).where(
        Account.id == EmployeeNumber.account_id
    )
    owners: dict[str, int] = dict(
        on.execute(
            select(EmployeeNumber.number, kept.scalar_subquery()).where(
                among(EmployeeNumber.number, numbers, on)
            )
        ).all()
    )
    mailboxes = dict(
        on.execute(
            select(Account.email, func.coalesce(Account.merged_into_id, Account.id)).where(
                among(Account.email, emails, on)
            )
        ).all()
    )
    known = {*owners.values(), *mailboxes.values()}
    # Asked of each table, or what is joined may be read whole.
    theirs = (among(key, known, on) for key in _KEYS)
    # All at once: one by one they take SQLAlchemy as long again.
    rows = on.execute(_claim(*theirs)).all() if known else ()
    claims = {claim.account_id: claim for claim in (Claim(*row) for row in rows)}
    return (
        {number: claims[owner] for number, owner in owners.items()},
        {email: claims[owner] for email, owner in mailboxes.items() if email is not None},
    )


def _find(condition: ColumnElement[bool]) -> Claim | None:
    found = db.session.execute(
        select(Account.id, Account.merged_into_id).where(condition).with_for_update()
    ).one_or_none()
    if found is None:
        return None
    account_id, kept_id = found
    if kept_id is not None:  # a person is known under the account that was kept
        account_id = kept_id
        db.session.execute(select(Account.id).where(Account.id == kept_id).with_for_update())
    # In a statement of its own, which sees what whoever held the rows has stored.
    return Claim(*db.session.execute(_CLAIM, {"account_id": account_id}).one())
