"""What a scope comes to in the database: whose it is, and which postings it holds."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import RoleGrant
from lms.accounts.one_person import kept_of
from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.db import current_connection
from lms.institutions.errors import NoInstitution, NotInScope
from lms.institutions.models import Posting, Unit
from lms.institutions.scope import Branch, Scope


def holds(scope: Scope) -> ColumnElement[bool]:
    """That a posting, at whatever time, is one for which the asker answers."""
    whole = Posting.institution_id.in_(scope.institution_ids)
    if not scope.branches:
        return whole
    return or_(whole, Posting.unit_id.in_(select(Unit.id).where(or_(*_branches_of(scope)))))


def reaches(scope: Scope) -> ColumnElement[bool]:
    """That a unit is one for whose people the asker answers."""
    return or_(Unit.institution_id.in_(scope.institution_ids), *_branches_of(scope))


def _branches_of(scope: Scope) -> list[ColumnElement[bool]]:
    # Of each branch its institution too: the index of units begins with it.
    return [
        (Unit.institution_id == branch.institution_id)
        & Unit.path.startswith(branch.path, autoescape=True)
        for branch in sorted(scope.branches, key=lambda branch: branch.path)
    ]


def is_on_staff(scope: Scope, account_id: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """That the person of an account works, confirmed, where the asker answers.

    Asked of one person at a time, by their posting: an institution may have 100,000 others.
    """
    return (
        exists()
        .where(
            Posting.account_id == kept_of(account_id),
            Posting.ended_on.is_(None),
            Posting.confirmed_at.is_not(None),
            holds(scope),
        )
        .correlate_except(Posting)
    )


_BRANCHES = select(Unit.institution_id, Unit.id, Unit.path).where(
    Unit.id.in_(bindparam("unit_ids", expanding=True))
)


def scope_of(officer: Principal) -> Scope:
    """Whose HR officer the asker is; raises NoInstitution if nobody's."""
    scope = find_scope(officer)
    if scope is None:
        raise NoInstitution
    return scope


def find_scope(asker: Principal) -> Scope | None:
    """The same of anybody; None of who is nobody's HR officer."""
    institution_ids = asker.institutions_for(Permission.MANAGE_STAFF)
    unit_ids = asker.units_for(Permission.MANAGE_STAFF)
    branches: frozenset[Branch] = frozenset()
    if unit_ids:
        rows = current_connection().execute(_BRANCHES, {"unit_ids": sorted(unit_ids)})
        branches = frozenset(Branch(*row) for row in rows)
    if not institution_ids and not branches:
        return None
    return Scope(asker.account_id, institution_ids, branches)


def same_scope(officer: Principal, keys: frozenset[int]) -> Scope:
    """The scope of an officer who asked earlier, when it had these keys.

    Raises NoInstitution, and NotInScope where they answer for others, or for more or fewer, now.
    """
    scope = scope_of(officer)
    if scope.keys != keys:
        raise NotInScope
    return scope


def answers() -> ColumnElement[bool]:
    """That a role is held where a posting stands: for all of its institution, or a unit above."""
    top, unit = aliased(Unit), aliased(Unit)
    is_above = exists().where(
        top.id == RoleGrant.unit_id,
        unit.id == Posting.unit_id,
        unit.path.startswith(top.path),
    )
    return (RoleGrant.institution_id == Posting.institution_id) & or_(
        RoleGrant.unit_id.is_(None), is_above
    )
