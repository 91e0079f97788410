"""What the registry shows: institutions, their units level by level, officers, and history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account, RoleGrant
from lms.db import AnyRow, db
from lms.institutions.granting.officers import is_officer
from lms.institutions.models import Institution, InstitutionKind, Posting, Unit
from lms.institutions.queries import IN_FORCE_FIRST
from lms.institutions.registry.errors import NoSuchEntry, NoSuchUnit
from lms.institutions.registry.models import EventKind, RegionalOffice, RegistryEvent
from lms.institutions.registry.rules import Editor

PAGE_SIZE = 50
MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which institutions of the registry are asked for; what is empty matters not."""

    search: str = ""
    kind: InstitutionKind | None = None
    province_code: str = ""
    regional_office_id: int | None = None
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An institution in a list."""

    id: int
    code: str
    name: str
    kind: InstitutionKind
    regional_office: str | None
    head_count: int | None
    target_count: int | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class FullEntry:
    """An institution with all that the registry says of it."""

    institution: Institution
    regional_office: str | None
    successor: str | None
    unit_count: int


@dataclass(frozen=True, slots=True)
class Officer:
    """Who answers for the people of an institution, or of a unit of it."""

    name: str
    email: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One line of an institution's history."""

    happened_on: date
    entered_at: datetime
    kind: EventKind
    unit: str | None
    actor: str | None
    before: dict[str, Any]
    after: dict[str, Any]


def list_regional_offices() -> Sequence[RegionalOffice]:
    """All regional offices, by name."""
    return db.session.scalars(select(RegionalOffice).order_by(RegionalOffice.name)).all()


def count_entries(wanted: Wanted) -> int:
    """How many institutions these are."""
    counted = select(func.count()).select_from(Institution).where(*_conditions(wanted))
    return db.session.scalar(counted) or 0


def list_entries(wanted: Wanted, *, page: int | None = None) -> list[Entry]:
    """These institutions by name: one page of them, or all."""
    statement = (
        select(
            Institution.id,
            Institution.code,
            Institution.name,
            Institution.kind,
            RegionalOffice.name,
            Institution.head_count,
            Institution.target_count,
            Institution.ended_on,
        )
        .outerjoin(RegionalOffice, RegionalOffice.id == Institution.regional_office_id)
        .where(*_conditions(wanted))
        .order_by(Institution.name, Institution.id)
    )
    if page is not None:
        statement = statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return [Entry(*row) for row in db.session.execute(statement)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [
        or_(
            func.lower(Institution.name).contains(word, autoescape=True),
            func.lower(Institution.code) == word,
        )
        for word in wanted.search.lower().split()
    ]
    if not wanted.has_ended:
        conditions.append(Institution.ended_on.is_(None))
    if wanted.kind is not None:
        conditions.append(Institution.kind == wanted.kind)
    if wanted.province_code:
        conditions.append(Institution.region_code.startswith(wanted.province_code, autoescape=True))
    if wanted.regional_office_id is not None:
        conditions.append(Institution.regional_office_id == wanted.regional_office_id)
    return conditions


def get_entry(institution_id: int) -> FullEntry:
    """One institution; raises NoSuchEntry."""
    successor = aliased(Institution)
    units = (
        select(func.count())
        .where(Unit.institution_id == Institution.id, Unit.ended_on.is_(None))
        .scalar_subquery()
    )
    row: AnyRow | None = db.session.execute(
        select(Institution, RegionalOffice.name, successor.name, units)
        .outerjoin(RegionalOffice, RegionalOffice.id == Institution.regional_office_id)
        .outerjoin(successor, successor.id == Institution.successor_id)
        .where(Institution.id == institution_id)
    ).one_or_none()
    if row is None:
        raise NoSuchEntry
    return FullEntry(*row)


def list_officers(institution_id: int, *, now: datetime) -> list[Officer]:
    """Who answers for an institution's people, by name."""
    statement = (
        select(Account.name, Account.email, Unit.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.institution_id == institution_id,
            is_officer(now),
        )
        .order_by(Account.name, Account.id)
    )
    return [Officer(*row) for row in db.session.execute(statement)]


def list_events(institution_id: int, unit_id: int | None = None) -> list[PastEvent]:
    """The latest events of an institution and its units, or of one unit, the newest first."""
    statement = (
        select(
            RegistryEvent.happened_on,
            RegistryEvent.entered_at,
            RegistryEvent.kind,
            Unit.name,
            Account.name,
            RegistryEvent.before,
            RegistryEvent.after,
        )
        .outerjoin(Unit, Unit.id == RegistryEvent.unit_id)
        .outerjoin(Account, Account.id == RegistryEvent.actor_id)
        .where(RegistryEvent.institution_id == institution_id)
        .order_by(RegistryEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    if unit_id is not None:
        statement = statement.where(RegistryEvent.unit_id == unit_id)
    return [PastEvent(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit at one level of the tree: how many stand right below it, and how many people in it."""

    id: int
    name: str
    code: str | None
    path: str
    child_count: int
    people_count: int


@dataclass(frozen=True, slots=True)
class Level:
    """What stands right below a unit or at the top, one page of it, and what stands above."""

    above: list[UnitLine]
    units: list[UnitLine]
    total: int


def get_level(
    editor: Editor, institution_id: int, parent_id: int | None, *, search: str = "", page: int = 1
) -> Level:
    """One level of an institution's tree; with a search every unit of that name instead.

    An officer of a branch begins at its top. Raises NoSuchUnit for what the editor may not see.
    """
    if not editor.may_see(institution_id):
        raise NoSuchUnit
    parent = None if parent_id is None else get_unit(editor, institution_id, parent_id)
    conditions: list[ColumnElement[bool]] = [
        Unit.institution_id == institution_id,
        Unit.ended_on.is_(None),
    ]
    tops = _tops(editor, institution_id)
    if search:
        conditions += [
            func.lower(Unit.name).contains(word, autoescape=True) for word in search.lower().split()
        ]
        if tops is not None:
            conditions.append(
                or_(*(Unit.path.startswith(path, autoescape=True) for path in tops.values()))
            )
    elif parent is not None:
        conditions.append(Unit.parent_id == parent.id)
    elif tops is not None:
        conditions.append(Unit.id.in_(tops))
    else:
        conditions.append(Unit.parent_id.is_(None))
    total = db.session.scalar(select(func.count()).select_from(Unit).where(*conditions)) or 0
    rows = db.session.execute(
        _lines()
        .where(*conditions)
        .order_by(Unit.name, Unit.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Level(
        [] if parent is None else list_above(editor, parent),
        [UnitLine(*row) for row in rows],
        total,
    )


def _lines() -> Select[Any]:
    below = aliased(Unit)
    children = (
        select(func.count())
        .where(below.parent_id == Unit.id, below.ended_on.is_(None))
        .scalar_subquery()
    )
    people = (
        select(func.count())
        .where(Posting.unit_id == Unit.id, Posting.ended_on.is_(None))
        .scalar_subquery()
    )
    return select(Unit.id, Unit.name, Unit.code, Unit.path, children, people)


def _tops(editor: Editor, institution_id: int) -> dict[int, str] | None:
    """The topmost units of an officer's branches; None of who may change the whole tree."""
    if editor.may_change(institution_id, None):
        return None
    assert editor.scope is not None  # noqa: S101 - without a scope the whole tree is the editor's
    return {
        branch.unit_id: branch.path
        for branch in editor.scope.branches
        if branch.institution_id == institution_id
    }


def get_unit(editor: Editor, institution_id: int, unit_id: int) -> Unit:
    """A unit of an institution that the editor may change; raises NoSuchUnit."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.institution_id != institution_id:
        raise NoSuchUnit
    editor.require(institution_id, unit.path)
    return unit


def list_above(editor: Editor, unit: Unit) -> list[UnitLine]:
    """A unit and those above it that the editor may change, from the top."""
    keys = [int(key) for key in unit.path.strip("/").split("/")]
    rows = db.session.execute(_lines().where(Unit.id.in_(keys)).order_by(func.length(Unit.path)))
    lines = [UnitLine(*row) for row in rows]
    return [line for line in lines if editor.may_change(unit.institution_id, line.path)]


def find_unit_id(institution_id: int, reference: str) -> int | None:
    """The key of a unit in force by its own code, or by `#` and its key."""
    key = reference.removeprefix("#")
    is_key = reference.startswith("#") and key.isascii() and key.isdigit() and len(key) < 10
    return db.session.scalar(
        select(Unit.id).where(
            Unit.institution_id == institution_id,
            Unit.ended_on.is_(None),
            Unit.id == int(key) if is_key else Unit.code == reference,
        )
    )


def list_named(institution_ids: Collection[int]) -> list[tuple[int, str]]:
    """Key and name of these institutions, by name, those that have ended last."""
    statement = (
        select(Institution.id, Institution.name)
        .where(Institution.id.in_(institution_ids))
        .order_by(*IN_FORCE_FIRST)
    )
    return [(key, name) for key, name in db.session.execute(statement)]
