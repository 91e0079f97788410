"""Confirmations that were taken back because a doubt was right, and what has happened since."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from lms.accounts.one_person import accounts_of, find_kept, kept_of, list_accounts
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer
from lms.institutions.models import Posting


def find_withdrawal(account_id: int, institution_id: int) -> datetime | None:
    """When a doubt of a person was last answered that they are not the institution's.

    Under whichever of their accounts; None where the institution has confirmed them since.
    """
    again = aliased(Posting)
    return db.session.scalar(
        select(func.max(ConfirmationDoubt.answered_at)).where(
            ConfirmationDoubt.institution_id == institution_id,
            ConfirmationDoubt.account_id.in_(accounts_of(kept_of(account_id))),
            ConfirmationDoubt.answer == DoubtAnswer.WITHDRAWN,
            ~exists().where(
                again.account_id.in_(accounts_of(kept_of(account_id))),
                again.institution_id == institution_id,
                again.confirmed_at > ConfirmationDoubt.answered_at,
            ),
        )
    )


def has_declined_since_withdrawal(account_id: int, institution_id: int) -> bool:
    """Whether the institution has declined a person again who came back after such an answer."""
    since = find_withdrawal(account_id, institution_id)
    if since is None:
        return False
    subjects = [f"account:{each}" for each in list_accounts(find_kept(account_id))]
    declined = exists().where(
        AuditEntry.subject.in_(subjects),
        AuditEntry.action == "staff.declined",
        AuditEntry.entered_at > since,
        AuditEntry.details["institution_id"].as_integer() == institution_id,
    )
    return bool(db.session.scalar(select(declined)))
