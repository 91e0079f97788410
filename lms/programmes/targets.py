"""What a version is to reach at each institution and in each province."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, literal, select
from sqlalchemy.orm import aliased

from lms.audit import record
from lms.db import current_connection, db
from lms.institutions.models import Institution, InstitutionKind
from lms.programmes.models import Programme, ProgrammeTarget
from lms.programmes.rules import Goal, TargetPlace

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Target:
    """A place's target: the place, its name and code, and how many people and JP are to be reached.

    code: of an institution its own in the registry, of a province `provinsi 34`, by which a sheet
    names it.
    """

    place: TargetPlace
    name: str
    code: str
    goal: Goal


_PROVINCE = aliased(Institution)
_PROVINCE_NAME = (
    select(func.min(_PROVINCE.name))
    .where(
        _PROVINCE.kind == InstitutionKind.PROVINCE,
        _PROVINCE.ended_on.is_(None),
        _PROVINCE.region_code == ProgrammeTarget.province_code,
    )
    .scalar_subquery()
)
_NAME = func.coalesce(Institution.name, _PROVINCE_NAME, ProgrammeTarget.province_code)
_TARGETS = (
    select(
        ProgrammeTarget.institution_id,
        ProgrammeTarget.province_code,
        _NAME.label("name"),
        func.coalesce(Institution.code, literal("provinsi ") + ProgrammeTarget.province_code),
        ProgrammeTarget.people_count,
        ProgrammeTarget.credit_hours,
    )
    .outerjoin(Institution, Institution.id == ProgrammeTarget.institution_id)
    .where(ProgrammeTarget.programme_id == bindparam("programme_id"))
    .order_by(ProgrammeTarget.province_code.is_(None), _NAME, ProgrammeTarget.id)
)
_SOME = _TARGETS.limit(PAGE_SIZE).offset(bindparam("before"))
_COUNT = select(func.count()).where(ProgrammeTarget.programme_id == bindparam("programme_id"))
_COPY = insert(ProgrammeTarget).from_select(
    ["programme_id", "institution_id", "province_code", "people_count", "credit_hours"],
    select(
        bindparam("to", type_=ProgrammeTarget.programme_id.type),
        ProgrammeTarget.institution_id,
        ProgrammeTarget.province_code,
        ProgrammeTarget.people_count,
        ProgrammeTarget.credit_hours,
    )
    .where(ProgrammeTarget.programme_id == bindparam("programme_id"))
    .order_by(ProgrammeTarget.id),
)


def list_targets(programme_id: int) -> list[Target]:
    """The targets of a version, provinces first, each by name."""
    rows = current_connection().execute(_TARGETS, {"programme_id": programme_id})
    return [_target(*row) for row in rows]


def list_some_targets(programme_id: int, page: int) -> list[Target]:
    """A page of them."""
    asked = {"programme_id": programme_id, "before": (page - 1) * PAGE_SIZE}
    return [_target(*row) for row in current_connection().execute(_SOME, asked)]


def count_targets(programme_id: int) -> int:
    """How many there are."""
    return int(current_connection().execute(_COUNT, {"programme_id": programme_id}).scalar_one())


def _target(
    institution_id: int | None,
    province_code: str | None,
    name: str,
    code: str,
    people: int | None,
    hours: int | None,
) -> Target:
    return Target(TargetPlace(institution_id, province_code), name, code, Goal(people, hours))


def copy_targets(from_id: int, to_id: int) -> None:
    """Give a version the targets of another."""
    current_connection().execute(_COPY, {"programme_id": from_id, "to": to_id})


def set_targets(
    programme: Programme,
    goals: Mapping[TargetPlace, Goal | None],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Set targets of places of a version that is prepared; None takes one away.

    What is prepared is held by whoever asks, so that of two who set the same place one comes after
    the other.
    """
    for place, goal in goals.items():
        db.session.execute(
            delete(ProgrammeTarget).where(
                ProgrammeTarget.programme_id == programme.id,
                ProgrammeTarget.institution_id == place.institution_id
                if place.institution_id is not None
                else ProgrammeTarget.province_code == place.province_code,
            )
        )
        if goal is not None:
            db.session.add(
                ProgrammeTarget(
                    programme_id=programme.id,
                    institution_id=place.institution_id,
                    province_code=place.province_code,
                    people_count=goal.people,
                    credit_hours=goal.credit_hours,
                )
            )
    db.session.flush()
    record(
        "programme.targets",
        f"programme:{programme.slug}",
        actor_id=actor_id,
        now=now,
        version=programme.definition_version,
        count=len(goals),
    )
