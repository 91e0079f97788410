"""Where the people of a list work: institutions of the scope, whole or with some of their units."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, or_, select

from lms.days import local_day
from lms.db import asked_once, current_connection
from lms.institutions.models import Unit
from lms.institutions.queries import list_scope_places
from lms.institutions.scope import Scope
from lms.progress.filters import StaffFilter


@dataclass(frozen=True, slots=True)
class Place:
    """An institution, of which the asker sees everybody, or the units below these paths.

    `today` is the day there.
    """

    institution_id: int
    name: str
    today: date
    paths: tuple[str, ...] | None

    @property
    def tops(self) -> list[int]:
        """The keys of the topmost units: none stands below another of them."""
        paths = self.paths or ()
        return [
            int(path.rstrip("/").rpartition("/")[-1])
            for path in paths
            if not any(path != other and path.startswith(other) for other in paths)
        ]

    def units(self) -> Select[int]:
        """The keys of the units below the paths."""
        return select(Unit.id).where(self.has(Unit.path, Unit.institution_id))

    def has(
        self, path: SQLColumnExpression[str], institution_id: SQLColumnExpression[int]
    ) -> ColumnElement[bool]:
        """That a unit is one of the place's."""
        here = institution_id == self.institution_id
        if self.paths is None:
            return here
        return here & or_(*(path.startswith(each, autoescape=True) for each in self.paths))


_UNIT = select(Unit.institution_id, Unit.path).where(Unit.id == bindparam("unit_id"))


def list_places(scope: Scope, wanted: StaffFilter, *, now: datetime) -> list[Place]:
    """Where the people of a list may work; none where the asker answers for nobody of it."""
    is_only = scope.all_institution_ids == {wanted.institution_id}
    institution_id = None if is_only else wanted.institution_id
    return list(_list_places(scope, institution_id, wanted.unit_id, now))


@asked_once
def _list_places(
    scope: Scope, institution_id: int | None, unit_id: int | None, now: datetime
) -> list[Place]:
    ids = scope.all_institution_ids
    if institution_id is not None:
        ids &= {institution_id}
    below = None
    if unit_id is not None:
        unit = current_connection().execute(_UNIT, {"unit_id": unit_id}).one_or_none()
        if unit is None:
            return []
        below = unit.path
        ids &= {unit.institution_id}
    if not ids:
        return []
    places = [
        Place(key, name, local_day(now, zone), _paths(scope, key, below))
        for key, name, zone in sorted(list_scope_places(scope))
        if key in ids
    ]
    return [place for place in places if place.paths != ()]


def _paths(scope: Scope, institution_id: int, below: str | None) -> tuple[str, ...] | None:
    """The paths of an institution that a scope and a unit have in common; None for all of it."""
    if scope.covers(institution_id):
        return None if below is None else (below,)
    branches = sorted(
        branch.path for branch in scope.branches if branch.institution_id == institution_id
    )
    if below is None:
        return tuple(branches)
    if any(below.startswith(path) for path in branches):
        return (below,)
    return tuple(path for path in branches if path.startswith(below))
