"""Whether an institution vouches for the person of an account, whichever of theirs it knows."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.db import has_any
from lms.institutions.doubts.models import ConfirmationDoubt
from lms.institutions.models import Posting


def is_vouched_for_at(
    account_id: ColumnElement[int] | Any, institution_id: ColumnElement[int | None] | Any
) -> ColumnElement[bool]:
    """That the institution has confirmed the person, and that nobody doubts it now."""
    return and_(
        is_confirmed_at(account_id, institution_id), not_(is_doubted_at(account_id, institution_id))
    )


def is_confirmed_at(
    account_id: ColumnElement[int] | Any, institution_id: ColumnElement[int | None] | Any
) -> ColumnElement[bool]:
    """That the institution has confirmed the person, at whatever time, under one of their accounts.

    Of their other accounts it is asked only where this one was not confirmed there.
    """
    posting, other = aliased(Posting), aliased(Posting)
    own, member = aliased(Account), aliased(Account)
    kept_id = func.coalesce(own.merged_into_id, own.id)
    return or_(
        has_any(
            posting.account_id == account_id,
            posting.institution_id == institution_id,
            posting.confirmed_at.is_not(None),
        ),
        has_any(
            own.id == account_id,
            or_(member.id == kept_id, member.merged_into_id == kept_id),
            other.account_id == member.id,
            other.institution_id == institution_id,
            other.confirmed_at.is_not(None),
        ),
    )


def is_doubted_at(
    account_id: ColumnElement[int] | Any, institution_id: ColumnElement[int | None] | Any
) -> ColumnElement[bool]:
    """That a doubt of this waits for its answer, under whichever of the person's accounts.

    Whether anybody is doubted there comes first: as a rule nobody is. Then it is looked up by the
    accounts of the one person, however many others are doubted with them.
    """
    anybody, theirs, others = (aliased(ConfirmationDoubt) for _ in range(3))
    own, member = aliased(Account), aliased(Account)
    kept_id = func.coalesce(own.merged_into_id, own.id)
    return and_(
        has_any(anybody.institution_id == institution_id, anybody.answered_at.is_(None)),
        or_(
            has_any(
                theirs.institution_id == institution_id,
                theirs.account_id == account_id,
                theirs.answered_at.is_(None),
            ),
            has_any(
                own.id == account_id,
                or_(member.id == kept_id, member.merged_into_id == kept_id),
                others.institution_id == institution_id,
                others.account_id == member.id,
                others.answered_at.is_(None),
            ),
        ),
    )
