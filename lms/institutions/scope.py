"""Scopes: for whose people an officer answers; every query about staff takes one first."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import RoleGrant
from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.db import current_connection
from lms.institutions.errors import NoInstitution, NotInScope
from lms.institutions.models import Posting, Unit


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of an institution and everything below it."""

    institution_id: int
    unit_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The institutions and the branches whose people the asker answers for, and who is asking.

    It is made from the asker's own role grants and from nothing else; an operator's command,
    which names one institution, has no officer.
    """

    officer_id: int | None
    institution_ids: frozenset[int]
    branches: frozenset[Branch] = frozenset()

    @property
    def unit_ids(self) -> frozenset[int]:
        """The topmost units of the branches."""
        return frozenset(branch.unit_id for branch in self.branches)

    @property
    def keys(self) -> frozenset[int]:
        """What is kept of a scope with a job: institutions by their keys, units by the negative."""
        return self.institution_ids | {-unit_id for unit_id in self.unit_ids}

    @property
    def all_institution_ids(self) -> frozenset[int]:
        """The institutions with anybody for whom the asker answers, of some only a branch."""
        return self.institution_ids | {branch.institution_id for branch in self.branches}

    def covers(self, institution_id: int | None) -> bool:
        """Whether the asker answers for all people of an institution."""
        return institution_id in self.institution_ids

    def covers_unit(self, institution_id: int | None, path: str | None) -> bool:
        """Whether the asker answers for the people of a unit with this path, or of no unit."""
        return self.covers(institution_id) or any(
            branch.institution_id == institution_id and (path or "").startswith(branch.path)
            for branch in self.branches
        )

    def holds(self) -> ColumnElement[bool]:
        """That a posting, at whatever time, is one for which the asker answers."""
        whole = Posting.institution_id.in_(self.institution_ids)
        if not self.branches:
            return whole
        # Of each branch its institution too: the index of units begins with it.
        below = or_(
            *(
                (Unit.institution_id == branch.institution_id)
                & Unit.path.startswith(branch.path, autoescape=True)
                for branch in sorted(self.branches, key=lambda branch: branch.path)
            )
        )
        return or_(whole, Posting.unit_id.in_(select(Unit.id).where(below)))


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


def scope_keys(asker: Principal) -> frozenset[int]:
    """The keys of somebody's scope; none of who is nobody's HR officer."""
    units = asker.units_for(Permission.MANAGE_STAFF)
    return asker.institutions_for(Permission.MANAGE_STAFF) | {-unit_id for unit_id in units}


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
