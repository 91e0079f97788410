"""The one figure that a head asks for, of a whole list and of the units below."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, select, union_all

from lms.db import current_connection
from lms.institutions.models import Unit
from lms.institutions.scope import Scope
from lms.progress.counts import summarise_tally, tally
from lms.progress.models import ALL_UNITS, OVERALL, StaffCount, StaffCountStep
from lms.progress.places import Place, list_places
from lms.progress.staff import StaffFilter, Status

MOST_OFFERED = 300


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many confirmed people how many have finished, and how many wait to be confirmed."""

    finished: int
    total: int
    waiting: int = 0

    @property
    def percent(self) -> int:
        """In whole percent, downwards: 100 is everybody."""
        return self.finished * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class UnitShare:
    """The same of a unit with all below it; unit_id None: people whose unit nobody has named."""

    unit_id: int | None
    name: str
    share: Share


@dataclass(frozen=True, slots=True)
class OfferedUnit:
    """A unit that a list can be narrowed to, and how deep below the first of them."""

    unit_id: int
    name: str
    depth: int


def read_share(scope: Scope, wanted: StaffFilter, *, now: datetime) -> Share:
    """The figure where a filter says that people work, from the counts."""
    place = StaffFilter(institution_id=wanted.institution_id, unit_id=wanted.unit_id)
    counted = tally(list_places(scope, place, now=now), {OVERALL})
    confirmed = summarise_tally(counted, OVERALL, is_confirmed=True)
    return Share(confirmed.finished, confirmed.total, summarise_tally(counted, OVERALL).waiting)


def list_shares(scope: Scope, wanted: StaffFilter, *, now: datetime) -> list[UnitShare]:
    """The figure of each unit right below where a filter says, by name; of one institution."""
    places = list_places(scope, wanted, now=now)
    if len(places) != 1:
        return []
    place = places[0]
    connection = current_connection()
    units = connection.execute(
        select(Unit.id, Unit.name, Unit.path, Unit.parent_id).where(
            place.has(Unit.path, Unit.institution_id)
        )
    ).all()
    known = {row.id for row in units}
    tops = {
        row.id: row.name
        for row in units
        if (row.parent_id == wanted.unit_id if wanted.unit_id else row.parent_id not in known)
    }
    both = union_all(
        *(
            select(model.unit_id, model.status, people.label("people")).where(
                model.institution_id == place.institution_id,
                model.ordinal == OVERALL,
                model.is_confirmed,
                model.unit_id != ALL_UNITS,
            )
            for model, people in (
                (StaffCount, StaffCount.people_count),
                (StaffCountStep, StaffCountStep.step),
            )
        )
    ).subquery()
    keys = (both.c.unit_id, both.c.status)
    below: dict[int, int | None] = {}
    for row in sorted(units, key=lambda row: len(row.path)):
        below[row.id] = row.id if row.id in tops else below.get(row.parent_id)
    finished: Counter[int | None] = Counter()
    total: Counter[int | None] = Counter()
    for unit_id, status, people in connection.execute(
        select(*keys, func.sum(both.c.people)).group_by(*keys)
    ).all():
        if place.paths is not None and unit_id not in below:
            continue
        top = below.get(unit_id)
        total[top] += int(people)
        finished[top] += int(people) if status == Status.FINISHED.code else 0
    shares = [
        UnitShare(key, name, Share(finished[key], total[key]))
        for key, name in sorted(tops.items(), key=lambda item: item[1].casefold())
    ]
    rest = [UnitShare(None, "", Share(finished[None], total[None]))] if total[None] else []
    return shares + rest


def list_offered_units(scope: Scope, wanted: StaffFilter, *, now: datetime) -> list[OfferedUnit]:
    """The units that a list can be narrowed to: those above the chosen one, it, and right below.

    Without a chosen one the first ones. MOST_OFFERED at most, for others the search is there.
    """
    places = list_places(scope, StaffFilter(institution_id=wanted.institution_id), now=now)
    if len(places) != 1:
        return []
    place = places[0]
    connection = current_connection()
    path = None
    if wanted.unit_id is not None:
        path = connection.execute(_path(place), {"unit_id": wanted.unit_id}).scalar()
    if path is None:
        rows = connection.execute(_offered(place, is_narrowed=False)).all()
        return [OfferedUnit(row.id, row.name, 0) for row in rows]
    chosen = [int(key) for key in path.split("/") if key]
    given = {"line": chosen, "chosen": chosen[-1]}
    rows = connection.execute(_offered(place, is_narrowed=True), given).all()
    above = sorted((row for row in rows if row.id in chosen), key=lambda row: len(row.path))
    below = [row for row in rows if row.id not in chosen]
    return [
        *(OfferedUnit(row.id, row.name, depth) for depth, row in enumerate(above)),
        *(OfferedUnit(row.id, row.name, len(above)) for row in below),
    ]


@lru_cache(maxsize=500)
def _path(place: Place) -> Select[str]:
    return select(Unit.path).where(
        Unit.id == bindparam("unit_id"), place.has(Unit.path, Unit.institution_id)
    )


@lru_cache(maxsize=500)
def _offered(place: Place, *, is_narrowed: bool) -> Select[int, str, str]:
    """Kept for each officer and day: to write it costs more than to ask it."""
    offered = select(Unit.id, Unit.name, Unit.path).where(
        place.has(Unit.path, Unit.institution_id), Unit.ended_on.is_(None)
    )
    if is_narrowed:
        is_above = Unit.id.in_(bindparam("line", expanding=True))
        offered = offered.where(is_above | (Unit.parent_id == bindparam("chosen")))
    elif place.paths is None:
        offered = offered.where(Unit.parent_id.is_(None))
    else:
        offered = offered.where(Unit.path.in_(place.paths))
    return offered.order_by(Unit.name, Unit.id).limit(MOST_OFFERED)
