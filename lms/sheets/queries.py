"""Whose sheets an officer may take along."""

from sqlalchemy import ColumnElement, func, select

from lms.accounts.one_person import is_of_any
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.db import db
from lms.institutions.models import Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope

SHEETS_AT_ONCE = 2_000
"""In one file: some sixty megabytes."""


def _is_theirs(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """That a certificate is in force, and of somebody who works at the asker's institutions."""
    theirs = select(Posting.account_id).where(
        holds(scope),
        Posting.confirmed_at.is_not(None),
        Posting.ended_on.is_(None),
    )
    return is_of_any(Certificate.account_id, theirs), ~is_out_of_force()


def count_staff_sheets(scope: Scope) -> int:
    """How many certificates in force the asker's confirmed people have."""
    return db.session.scalar(select(func.count()).where(*_is_theirs(scope))) or 0


def list_staff_sheets(scope: Scope, part: int) -> list[str]:
    """The codes of these certificates, by name, as many as go into one file; parts begin at 1."""
    statement = (
        select(Certificate.code)
        .where(*_is_theirs(scope))
        .order_by(Certificate.holder_name, Certificate.id)
        .limit(SHEETS_AT_ONCE)
        .offset((part - 1) * SHEETS_AT_ONCE)
    )
    return list(db.session.scalars(statement))
