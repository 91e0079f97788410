"""Whether an institution vouches for the person of an account, whichever of theirs it knows."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.accounts.one_person import kept_of
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

    The index of open doubts is all but empty; who the person is, is asked only of those in it.
    """
    doubt = aliased(ConfirmationDoubt)
    return has_any(
        doubt.institution_id == institution_id,
        doubt.answered_at.is_(None),
        kept_of(doubt.account_id) == kept_of(account_id),
    )
