"""Grants of roles: which of them hold at a moment, and how one is stored, ended and withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.sql.elements import BindParameter

from lms.accounts.models import RoleGrant
from lms.audit import record
from lms.db import db


@dataclass(frozen=True, slots=True)
class End:
    """The last day of a grant, and the moment at which that day is over where it is held."""

    on: date
    at: datetime


def is_in_force(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """That a grant still gives something at a moment."""
    return or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)


def facts_of(grant: RoleGrant) -> dict[str, object]:
    """What the audit log says of a grant; what is empty is left out."""
    facts = {
        "role": grant.role.value,
        "institution_id": grant.institution_id,
        "unit_id": grant.unit_id,
        "ends_on": grant.ends_on and grant.ends_on.isoformat(),
    }
    return {name: value for name, value in facts.items() if value is not None}


def remove_grant(
    grant: RoleGrant, action: str, *, actor_id: int | None, now: datetime, **details: object
) -> None:
    """Take a role away; the audit log keeps that it was held, and `action` why it is no more."""
    subject, facts = f"account:{grant.account_id}", facts_of(grant) | details
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == grant.id))
    record(action, subject, actor_id=actor_id, now=now, **facts)
