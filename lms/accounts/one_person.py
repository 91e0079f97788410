"""The accounts of one person: the one that is kept, and those that were merged into it."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.db import current_connection

_own = aliased(Account)


def kept_of(account_id: ColumnElement[int] | Any) -> ScalarSelect[int]:
    """The account under which the person of an account is known: itself, or the kept one."""
    own = aliased(Account)
    return (
        select(func.coalesce(own.merged_into_id, own.id))
        .where(own.id == account_id)
        # However deep it stands, `account_id` is a row's outside, and not that of any row.
        .correlate_except(own)
        .scalar_subquery()
    )


def accounts_of(kept_id: ColumnElement[int] | Any) -> Select[int]:
    """All accounts of a person, given the kept one: to be used with `in_`."""
    member = aliased(Account)
    of_it = or_(member.id == kept_id, member.merged_into_id == kept_id)
    return select(member.id).where(of_it).correlate_except(member)


def is_of_any(account_id: ColumnElement[int] | Any, kept_ids: Select[int]) -> ColumnElement[bool]:
    """That an account belongs to one of these people, given by their kept accounts."""
    member = aliased(Account)
    merged = select(member.id).where(member.merged_into_id.in_(kept_ids))
    return or_(account_id.in_(kept_ids), account_id.in_(merged))


_FIND_ADDRESS = (
    select(Account.email)
    .join(_own, Account.id == func.coalesce(_own.merged_into_id, _own.id))
    .where(_own.id == bindparam("account_id"), Account.closed_at.is_(None))
)


def find_address(account_id: int) -> str | None:
    """Where a person gets mail, whichever of their accounts is named; None where they get none."""
    address: str | None = (
        current_connection().execute(_FIND_ADDRESS, {"account_id": account_id}).scalar()
    )
    return address


_FIND_KEPT = select(func.coalesce(Account.merged_into_id, Account.id)).where(
    Account.id == bindparam("account_id")
)


def find_kept(account_id: int) -> int:
    """The key of the account under which the person of an account is known."""
    kept: int = current_connection().execute(_FIND_KEPT, {"account_id": account_id}).scalar_one()
    return kept


def list_accounts(kept_id: int) -> list[int]:
    """The keys of all accounts of a person, the kept one among them."""
    rows = current_connection().execute(accounts_of(bindparam("kept_id")), {"kept_id": kept_id})
    return sorted(account_id for (account_id,) in rows)
