"""What pages show of roles: who may grant, who holds what where, and where nobody holds one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from lms.accounts.enums import Role
from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.audit import AuditEntry
from lms.db import current_connection, db
from lms.institutions.granting.errors import NoSuchGrant
from lms.institutions.granting.officers import answers_for_all
from lms.institutions.granting.rules import AT_INSTITUTIONS, Granter, Held, Place
from lms.institutions.models import Institution, Unit
from lms.institutions.scope import Scope

PAGE_SIZE: Final = 50
SOON: Final = timedelta(days=30)
"""What ends within it is listed as ending soon."""
MOST_CHANGES: Final = 50


@dataclass(frozen=True, slots=True)
class WantedGrants:
    """Which grants are asked for; what is empty matters not."""

    role: Role | None = None
    institution_id: int | None = None
    ends_soon: bool = False
    after: int | None = None
    """The key of the last one of the page before."""


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant in a list, and on its own page."""

    id: int
    account_id: int
    name: str
    email: str | None
    role: Role
    institution_id: int | None
    institution: str | None
    unit_id: int | None
    unit: str | None
    granted_at: datetime
    ends_on: date | None
    granter: str | None

    @property
    def held(self) -> Held:
        """The grant as the rules read it."""
        return Held(self.role, Place(self.institution_id, self.unit_id), self.ends_on)


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """A role of one's own, where and until when."""

    role: Role
    institution: str | None
    unit: str | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some grants, and the key to ask for the next ones by, if there are any."""

    rows: Sequence[GrantLine] = field(default_factory=list)
    next: int | None = None


def find_granter(account_id: int, *, now: datetime) -> Granter:
    """What somebody holds now, as the rules of granting read it."""
    rows = current_connection().execute(
        select(
            RoleGrant.role, RoleGrant.institution_id, RoleGrant.unit_id, RoleGrant.ends_on
        ).where(RoleGrant.account_id == account_id, is_in_force(now))
    )
    held = tuple(Held(role, Place(at, unit_id), ends_on) for role, at, unit_id, ends_on in rows)
    return Granter(account_id, held)


def list_own_grants(account_id: int, *, now: datetime) -> list[OwnGrant]:
    """A person's own roles, the widest first."""
    rows = current_connection().execute(
        select(RoleGrant.role, Institution.name, Unit.name, RoleGrant.ends_on)
        .outerjoin(Institution, Institution.id == RoleGrant.institution_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.account_id == account_id, is_in_force(now))
        .order_by(RoleGrant.unit_id.is_not(None), Institution.name, Unit.name, RoleGrant.id)
    )
    return [OwnGrant(*row) for row in rows]


_granter = aliased(Account)


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleGrant.id,
            RoleGrant.account_id,
            Account.name,
            Account.email,
            RoleGrant.role,
            RoleGrant.institution_id,
            Institution.name,
            RoleGrant.unit_id,
            Unit.name,
            RoleGrant.granted_at,
            RoleGrant.ends_on,
            _granter.name,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(Institution, Institution.id == RoleGrant.institution_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .outerjoin(_granter, _granter.id == RoleGrant.granter_id)
    )


def list_grants(wanted: WantedGrants, *, now: datetime) -> Page:
    """Grants in force of the whole country, for who oversees roles: the newest first.

    Of those that end soon the next to end is the first.
    """
    conditions: list[ColumnElement[bool]] = [is_in_force(now)]
    if wanted.role is not None:
        conditions.append(RoleGrant.role == wanted.role)
    if wanted.institution_id is not None:
        conditions.append(RoleGrant.institution_id == wanted.institution_id)
    if wanted.ends_soon:
        conditions.append(and_(RoleGrant.ends_at.is_not(None), RoleGrant.ends_at <= now + SOON))
        order: list[ColumnElement[Any]] = [RoleGrant.ends_at.asc(), RoleGrant.id.asc()]
    else:
        order = [RoleGrant.id.desc()]
    if wanted.after is not None:
        conditions.append(_is_after(wanted.after, ends_soon=wanted.ends_soon))
    rows = db.session.execute(
        _lines().where(*conditions).order_by(*order).limit(PAGE_SIZE + 1)
    ).all()
    lines = [GrantLine(*row) for row in rows[:PAGE_SIZE]]
    return Page(lines, lines[-1].id if len(rows) > PAGE_SIZE else None)


def _is_after(after: int, *, ends_soon: bool) -> ColumnElement[bool]:
    if not ends_soon:
        return RoleGrant.id < after
    last = aliased(RoleGrant)
    ended = select(last.ends_at).where(last.id == after).scalar_subquery()
    return tuple_(RoleGrant.ends_at, RoleGrant.id) > tuple_(ended, after)


def list_officers_of(scope: Scope, *, now: datetime) -> list[GrantLine]:
    """The officers whom one of them knows: of their institutions, and of a branch with its units.

    Of a branch those for the whole institution are among them, to whom its officers turn.
    """
    rows = db.session.execute(
        _lines()
        .where(
            RoleGrant.role.in_(AT_INSTITUTIONS),
            RoleGrant.institution_id.in_(scope.all_institution_ids),
            is_in_force(now),
            _is_known(scope),
        )
        .order_by(Institution.name, RoleGrant.unit_id.is_not(None), Unit.path, Account.name)
        .order_by(RoleGrant.id)
        .limit(500)
    )
    return [GrantLine(*row) for row in rows]


def _is_known(scope: Scope) -> ColumnElement[bool]:
    return or_(
        RoleGrant.institution_id.in_(scope.institution_ids),
        and_(RoleGrant.institution_id.in_(scope.all_institution_ids), RoleGrant.unit_id.is_(None)),
        *(
            and_(
                RoleGrant.institution_id == branch.institution_id,
                Unit.path.startswith(branch.path, autoescape=True),
            )
            for branch in sorted(scope.branches, key=lambda branch: branch.path)
        ),
    )


def get_grant(grant_id: int, scope: Scope | None, *, now: datetime) -> GrantLine:
    """One grant in force; of an officer's scope one that they know. Raises NoSuchGrant."""
    statement = _lines().where(RoleGrant.id == grant_id, is_in_force(now))
    if scope is not None:
        statement = statement.where(RoleGrant.role.in_(AT_INSTITUTIONS), _is_known(scope))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NoSuchGrant
    return GrantLine(*row)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One line of the history of somebody's roles."""

    entered_at: datetime
    action: str
    actor: str | None
    details: dict[str, Any]


def list_role_changes(line: GrantLine) -> list[RoleChange]:
    """What became of a role of somebody at that very place, the newest first."""
    rows = db.session.execute(
        select(AuditEntry.entered_at, AuditEntry.action, Account.name, AuditEntry.details)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == f"account:{line.account_id}", AuditEntry.action.like("role.%"))
        .order_by(AuditEntry.entered_at.desc(), AuditEntry.id.desc())
        .limit(MOST_CHANGES)
    )
    return [each for each in (RoleChange(*row) for row in rows) if _is_about(each, line)]


def _is_about(change: RoleChange, line: GrantLine) -> bool:
    # Entries of before say nothing of the institution.
    told = change.details
    return (
        told.get("role") == line.role.value
        and told.get("unit_id") == line.unit_id
        and told.get("institution_id", line.institution_id) == line.institution_id
    )


def list_without_officers(after: str = "", *, now: datetime) -> list[tuple[int, str]]:
    """Institutions in force for all of which nobody answers, by name; PAGE_SIZE and one more."""
    statement = (
        select(Institution.id, Institution.name)
        .where(_has_nobody(now), Institution.name > after)
        .order_by(Institution.name)
        .limit(PAGE_SIZE + 1)
    )
    return [(key, name) for key, name in db.session.execute(statement)]


def count_without_officers(*, now: datetime) -> int:
    """How many institutions in force there are for all of which nobody answers."""
    statement = select(func.count()).select_from(Institution).where(_has_nobody(now))
    return db.session.scalar(statement) or 0


def _has_nobody(now: datetime) -> ColumnElement[bool]:
    held = select(RoleGrant.id).where(
        RoleGrant.institution_id == Institution.id, answers_for_all(now)
    )
    return and_(Institution.ended_on.is_(None), ~held.exists())


def count_ending_soon(*, now: datetime) -> int:
    """How many grants end within a month."""
    ends = and_(RoleGrant.ends_at > now, RoleGrant.ends_at <= now + SOON)
    return db.session.scalar(select(func.count()).select_from(RoleGrant).where(ends)) or 0
