"""Holds people of a scope while somebody decides about them."""

from sqlalchemy import exists, select

from lms.accounts.models import Account, RoleGrant
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Posting
from lms.institutions.people.errors import ReasonNeeded
from lms.institutions.reach import holds
from lms.institutions.rules import refuse_own
from lms.institutions.scope import Scope

SHORTEST_REASON, LONGEST_REASON = 5, 500


def hold_posting(scope: Scope, posting_id: int) -> Posting:
    """A posting of the scope, its person's account held until the end.

    Raises NoSuchStaff outside the scope, and OwnPosting.
    """
    posting, *_ = hold_postings(scope, [posting_id])
    return posting


def hold_postings(scope: Scope, posting_ids: list[int]) -> list[Posting]:
    """The same of several, in the order asked; the accounts are held in the order of their keys."""
    wanted = select(Posting).where(Posting.id.in_(posting_ids), holds(scope))
    hold_accounts(scope, posting_ids)
    found = {
        posting.id: posting
        for posting in db.session.scalars(wanted.execution_options(populate_existing=True))
    }
    if found.keys() != set(posting_ids):
        raise NoSuchStaff
    for posting in found.values():
        refuse_own(scope, posting.account_id)
    return [found[posting_id] for posting_id in posting_ids]


def hold_accounts(scope: Scope, posting_ids: list[int]) -> None:
    """Hold the accounts of these postings until the end, as far as they are of the scope.

    In the order of their keys, as everybody does who holds several: none waits for another in turn.
    """
    who = select(Posting.account_id).where(Posting.id.in_(posting_ids), holds(scope))
    db.session.execute(
        select(Account.id)
        .where(Account.id.in_(who))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )


def holds_a_role(account_id: int) -> bool:
    """Whether somebody holds a role, whatever it is."""
    return bool(db.session.scalar(select(exists().where(RoleGrant.account_id == account_id))))


def read_reason(text: str) -> str:
    """A reason as it is kept; raises ReasonNeeded."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ReasonNeeded
    return reason
