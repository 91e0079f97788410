"""The one figure that a head asks for, of a whole list and of the units below."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    func,
    null,
    select,
    union_all,
)

from lms.db import current_connection
from lms.institutions.models import Unit
from lms.institutions.scope import Scope
from lms.progress.cells import keys_of
from lms.progress.counts import summarise_tally, tally
from lms.progress.models import ALL_UNITS, OVERALL, StaffCount, StaffCountStep, StaffSum
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
    tops = connection.execute(
        _tops(place, is_below=wanted.unit_id is not None), {"unit_id": wanted.unit_id}
    ).all()
    whole = [ALL_UNITS] if place.paths is None else place.tops
    asked = sorted({*whole, *(key for key, _ in tops)})
    finished: Counter[int] = Counter()
    total: Counter[int] = Counter()
    given = {"institution_id": place.institution_id, "unit_ids": asked}
    for unit_id, path, status, people in connection.execute(_SUMMED, given):
        # A step is taken for each unit that its person stands below.
        for key in [unit_id] if path is None else [ALL_UNITS, *keys_of(path)]:
            total[key] += int(people)
            finished[key] += int(people) if status == Status.FINISHED.code else 0
    shares = [
        UnitShare(key, name, Share(finished[key], total[key]))
        for key, name in sorted(tops, key=lambda top: top[1].casefold())
    ]
    rest = Share(
        sum(finished[key] for key in whole) - sum(each.share.finished for each in shares),
        sum(total[key] for key in whole) - sum(each.share.total for each in shares),
    )
    return [*shares, UnitShare(None, "", rest)] if rest.total else shares


@lru_cache(maxsize=500)
def _tops(place: Place, *, is_below: bool) -> Select[int, str]:
    """The units right below one, or the topmost that an officer sees."""
    tops = select(Unit.id, Unit.name).where(place.has(Unit.path, Unit.institution_id))
    if is_below:
        tops = tops.where(Unit.parent_id == bindparam("unit_id"))
    elif place.paths is None:
        tops = tops.where(Unit.parent_id.is_(None))
    else:
        tops = tops.where(Unit.id.in_(place.tops))
    return tops.order_by(Unit.id)


def _are_confirmed(model: type[StaffCount | StaffSum | StaffCountStep]) -> ColumnElement[bool]:
    here = model.institution_id == bindparam("institution_id")
    return and_(here, model.ordinal == OVERALL, model.is_confirmed)


_UNIT_IDS: BindParameter[int] = bindparam("unit_ids", expanding=True)
_SUMMED: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(StaffSum.unit_id, null().label("path"), StaffSum.status, StaffSum.people_count).where(
        _are_confirmed(StaffSum), StaffSum.unit_id.in_(_UNIT_IDS)
    ),
    select(StaffCount.unit_id, null(), StaffCount.status, StaffCount.people_count).where(
        _are_confirmed(StaffCount),
        StaffCount.unit_id.in_(_UNIT_IDS),
        StaffCount.unit_id == ALL_UNITS,
    ),
    select(
        StaffCountStep.unit_id,
        func.coalesce(Unit.path, "/"),
        StaffCountStep.status,
        StaffCountStep.step,
    )
    .outerjoin(Unit, Unit.id == StaffCountStep.unit_id)
    .where(_are_confirmed(StaffCountStep)),
)
"""Sums of units or of the whole, and the steps since, with the path of where each stands."""


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
