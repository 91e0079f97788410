"""Whoever makes a key or a webhook answers for it, as long as they answer for the institution."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, select

from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.accounts.permissions import Permission, roles_with
from lms.db import db
from lms.exchange.models import ApiToken, Webhook


def has_maker(made: type[ApiToken | Webhook]) -> ColumnElement[bool]:
    """That who made it answers for the whole institution still, at the moment `now` is bound to."""
    return (
        exists()
        .where(
            RoleGrant.account_id == made.creator_id,
            RoleGrant.institution_id == made.institution_id,
            RoleGrant.unit_id.is_(None),
            RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
            is_in_force(bindparam("now")),
            Account.id == RoleGrant.account_id,
            Account.merged_into_id.is_(None),
            Account.closed_at.is_(None),
        )
        .correlate(made)
    )


def list_officers(institution_id: int, *, now: datetime) -> list[str | None]:
    """The addresses of all who answer for the whole institution."""
    emails = db.session.scalars(
        select(Account.email)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.institution_id == institution_id,
            RoleGrant.unit_id.is_(None),
            RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
            is_in_force(now),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Account.email)
    )
    return list(emails)
