"""Whether an account is, or may be, the asker's own: nobody vouches for themselves.

A second account of one's own, which nobody has merged yet, is found as a second account of anybody
is (`lms/institutions/people/likeness.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.one_person import accounts_of, kept_of
from lms.db import among, current_connection
from lms.institutions.errors import OwnPosting
from lms.institutions.people.likeness import may_be_one
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Identity:
    """Under which name, number and address somebody is known; "" for what they have not."""

    name: str
    number: str
    email: str

    def is_among(self, own: Collection["Identity"]) -> bool:
        """Whether this may be one of somebody's own."""
        return any(may_be_one(self, each) for each in own)


_IDENTITIES = (
    select(
        Account.id,
        Account.name,
        func.coalesce(EmployeeNumber.number, ""),
        func.coalesce(Account.email, ""),
    )
    # Former numbers too: by them a person is known as well.
    .outerjoin(EmployeeNumber, EmployeeNumber.account_id == Account.id)
)


def list_own_identities(scope: Scope) -> tuple[Identity, ...]:
    """Under what the asker is known, in all of their accounts; an operator has none."""
    if scope.officer_id is None:
        return ()
    return list_identities(scope.officer_id)


def list_identities(account_id: int) -> tuple[Identity, ...]:
    """Under what the person of an account is known, by all of their accounts and numbers."""
    theirs = _IDENTITIES.where(Account.id.in_(accounts_of(kept_of(account_id))))
    return tuple(Identity(*row[1:]) for row in current_connection().execute(theirs))


def list_own_accounts(scope: Scope, account_ids: Collection[int]) -> set[int]:
    """Which of these accounts are, or may be, the asker's own."""
    own = list_own_identities(scope)
    if not own or not account_ids:
        return set()
    on = current_connection()
    rows = on.execute(_IDENTITIES.where(among(Account.id, list(account_ids), on)))
    return {
        account_id
        for account_id, *known in rows
        if account_id == scope.officer_id or Identity(*known).is_among(own)
    }


def refuse_oneself(scope: Scope, account_id: int) -> None:
    """Raise OwnPosting where an officer would vouch for themselves, under whichever account."""
    if list_own_accounts(scope, [account_id]):
        raise OwnPosting
