"""Addresses to which mail could not be brought, for the officers of who works somewhere."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select

from lms.accounts.models import Account
from lms.db import current_connection, store_once
from lms.institutions.models import Posting
from lms.institutions.staff_models import UnreachedAddress


def note_unreached(email: str, *, now: datetime) -> None:
    """Note that a message to somebody's address was given up; nothing of who works nowhere."""
    whose = select(Account.id, Posting.institution_id).where(
        Account.email == email, Posting.account_id == Account.id, Posting.ended_on.is_(None)
    )
    connection = current_connection()
    found = connection.execute(whose).one_or_none()
    if found is None:
        return
    note_reached(email)
    row = {
        "account_id": found.id,
        "institution_id": found.institution_id,
        "email": email,
        "failed_at": now,
    }
    store_once(UnreachedAddress, row, connection)


def note_reached(email: str) -> None:
    """Note that a message has arrived: what was noted of the address is over."""
    whose = select(Account.id).where(Account.email == email)
    current_connection().execute(
        delete(UnreachedAddress).where(UnreachedAddress.account_id.in_(whose))
    )


def unreached_of(institution_id: ColumnElement[int] | int) -> Select[int]:
    """The people whose address is still one to which a message from here was given up."""
    return (
        select(UnreachedAddress.account_id)
        .join(Account, Account.id == UnreachedAddress.account_id)
        .where(
            UnreachedAddress.institution_id == institution_id,
            Account.email == UnreachedAddress.email,
        )
    )
