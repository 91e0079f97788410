"""Who answers for people of an institution: the conditions that all counts and lists share."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.db import db
from lms.institutions.granting.rules import AT_INSTITUTIONS

_holder = aliased(Account)
_HAS_OPEN_ACCOUNT = (
    select(_holder.id)
    .where(_holder.id == RoleGrant.account_id, _holder.closed_at.is_(None))
    .correlate(RoleGrant)
    .exists()
)


def is_officer(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """That a grant has somebody answer for people at a moment: it is in force, and they are there.

    Of an account that was closed nobody does, since its person has died; the grant may stand still.
    """
    return and_(RoleGrant.role.in_(AT_INSTITUTIONS), is_in_force(now), _HAS_OPEN_ACCOUNT)


def answers_for_all(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The same for everybody at the institution, and not for a unit of it alone."""
    return and_(is_officer(now), RoleGrant.unit_id.is_(None))


def list_addresses_of_officers(institution_id: int, *, now: datetime) -> list[str | None]:
    """The addresses of all who answer for everybody at an institution."""
    addresses = (
        select(Account.email)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.institution_id == institution_id, answers_for_all(now))
        .distinct()
        .order_by(Account.email)
    )
    return list(db.session.scalars(addresses))
