"""How far the people of each unit are: what a head asks for on Friday."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from lms.certificates.models import LedgerEntry
from lms.db import AnyRow, current_connection
from lms.exports.asked import Asked
from lms.institutions.models import Unit
from lms.institutions.scope import Scope
from lms.progress.models import NO_UNIT, StaffProgress
from lms.progress.places import Place, list_places
from lms.progress.rules import YEAR_UNIT, Status


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How many people of a unit are how far, and their credit hours of this year.

    `parents` are the names of the units above, from the top; `name` is empty for who stands in no
    unit.
    """

    institution_name: str
    name: str
    parents: tuple[str, ...]
    people: int
    finished: int
    started: int
    credit_hours: int

    @property
    def not_started(self) -> int:
        """Those who have neither a certificate nor a finished chapter."""
        return self.people - self.finished - self.started

    @property
    def share(self) -> float:
        """The part that has finished, from 0 to 1."""
        return self.finished / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class UnitReport:
    """The units of the asker's people, each with those who stand in it and in none below.

    `ledger_position` is the ledger's last entry as they were counted.
    """

    units: list[UnitFigures]
    ledger_position: int

    @property
    def total(self) -> UnitFigures:
        """Everybody."""
        return _sum("", "", (), self.units)

    def by_top(self) -> list[UnitFigures]:
        """The topmost units, each with everybody in it and below."""
        found: dict[tuple[str, str], list[UnitFigures]] = defaultdict(list)
        for unit in self.units:
            found[unit.institution_name, (*unit.parents, unit.name)[0]].append(unit)
        return [_sum(*key, (), units) for key, units in found.items()]


def report_units(
    scope: Scope, asked: Asked, *, confirmed_only: bool = False, now: datetime
) -> UnitReport:
    """Count the asker's people by unit, where the filter's institution and unit say.

    All of the list, or those alone whom their institution has confirmed.
    """
    connection = current_connection()
    units: list[UnitFigures] = []
    for place in list_places(scope, asked.filter, now=now):
        counted = {
            row.unit_id: row
            for row in connection.execute(_count(place, confirmed_only=confirmed_only))
        }
        units += _figures(place, counted)
    position = select(func.coalesce(func.max(LedgerEntry.id), 0))
    return UnitReport(units, connection.execute(position).scalar_one())


def _count(place: Place, *, confirmed_only: bool) -> Select[*tuple[Any, ...]]:
    year = place.today.year * YEAR_UNIT
    hours = case(
        (StaffProgress.year_hours >= year, StaffProgress.year_hours - year),
        else_=0,
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            StaffProgress.unit_id,
            func.count().label("people"),
            func.sum(case((StaffProgress.status == Status.FINISHED.code, 1), else_=0)).label(
                "finished"
            ),
            func.sum(case((StaffProgress.status == Status.STARTED.code, 1), else_=0)).label(
                "started"
            ),
            func.sum(hours).label("hours"),
        )
        .where(StaffProgress.institution_id == place.institution_id)
        .group_by(StaffProgress.unit_id)
    )
    if place.paths is not None:
        statement = statement.where(StaffProgress.unit_id.in_(place.units()))
    if confirmed_only:
        statement = statement.where(StaffProgress.is_confirmed)
    return statement


def _figures(place: Place, counted: dict[int, AnyRow]) -> list[UnitFigures]:
    """Each unit that has people or is still there, in the order of the tree's names."""
    rows = current_connection().execute(
        select(Unit.id, Unit.name, Unit.path, Unit.ended_on).where(
            place.has(Unit.path, Unit.institution_id)
        )
    )
    names: dict[int, str] = {}
    paths: dict[int, tuple[int, ...]] = {}
    for unit_id, name, path, ended_on in rows:
        names[unit_id] = name
        if ended_on is None or unit_id in counted:
            paths[unit_id] = tuple(map(int, path.strip("/").split("/")))
    placed = sorted(
        ([names.get(each, "") for each in path], unit_id) for unit_id, path in paths.items()
    )
    found = [
        _of(place, name[-1], tuple(filter(None, name[:-1])), counted.get(unit_id))
        for name, unit_id in placed
    ]
    if NO_UNIT in counted:
        found.append(_of(place, "", (), counted[NO_UNIT]))
    return found


def _of(place: Place, name: str, parents: tuple[str, ...], row: AnyRow | None) -> UnitFigures:
    if row is None:
        return UnitFigures(place.name, name, parents, 0, 0, 0, 0)
    return UnitFigures(
        place.name, name, parents, row.people, int(row.finished), int(row.started), int(row.hours)
    )


def _sum(
    institution_name: str, name: str, parents: tuple[str, ...], units: Iterable[UnitFigures]
) -> UnitFigures:
    counted = list(units)
    return UnitFigures(
        institution_name,
        name,
        parents,
        sum(each.people for each in counted),
        sum(each.finished for each in counted),
        sum(each.started for each in counted),
        sum(each.credit_hours for each in counted),
    )
