"""Roles that end: those concerned are told some days before, and what has ended is put away."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from lms.accounts.grants import remove_grant
from lms.accounts.models import RoleGrant
from lms.db import db
from lms.institutions.granting.notifications import tell_ending

TOLD_BEFORE: Final = timedelta(days=7)
AT_ONCE: Final = 100


def _is_to_be_told(now: datetime) -> ColumnElement[bool]:
    return and_(
        RoleGrant.ends_at > now,
        RoleGrant.ends_at <= now + TOLD_BEFORE,
        RoleGrant.end_told_at.is_(None),
    )


def has_ends(*, now: datetime) -> bool:
    """Whether a role ends soon and nobody was told, or has ended."""
    due = or_(_is_to_be_told(now), RoleGrant.ends_at <= now)
    return bool(db.session.scalar(select(exists().where(RoleGrant.ends_at.is_not(None), due))))


def see_to_ends(*, now: datetime) -> bool:
    """Tell of some ends that are near, and put away some grants that have ended.

    That a role gives nothing any more hangs on the clock and not on this. Says whether there may be
    more. Whose grant is shorter than the notice was told its end when it was granted.
    """
    near = list(
        db.session.scalars(
            select(RoleGrant)
            .where(_is_to_be_told(now))
            .order_by(RoleGrant.ends_at, RoleGrant.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    )
    for grant in near:
        grant.end_told_at = now
        if grant.ends_at is not None and grant.granted_at < grant.ends_at - TOLD_BEFORE:
            tell_ending(grant, now=now)
    over = list(
        db.session.scalars(
            select(RoleGrant)
            .where(RoleGrant.ends_at <= now)
            .order_by(RoleGrant.ends_at, RoleGrant.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    )
    for grant in over:
        remove_grant(grant, "role.ended", actor_id=None, now=now)
    db.session.flush()
    return AT_ONCE in {len(near), len(over)}
