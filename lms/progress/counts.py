"""How many people are how far: cells that were folded, and the steps since."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
)

from lms.accounts.enums import EmployeeKind
from lms.db import among, asked_once, current_connection
from lms.progress.cells import add_to_cells, hold_still, of_units_above, with_all_units
from lms.progress.models import ALL_UNITS, OVERALL, StaffCount, StaffCountStep, StaffSum
from lms.progress.places import Place
from lms.progress.refresh import Cell
from lms.progress.rules import Status

_STEP = (
    StaffCountStep.institution_id,
    StaffCountStep.unit_id,
    StaffCountStep.ordinal,
    StaffCountStep.kind,
    StaffCountStep.is_confirmed,
    StaffCountStep.status,
)


@dataclass(frozen=True, slots=True)
class StaffSummary:
    """How many people are how far, how many of them wait to be confirmed, and how many there are.

    Of one module, where it was asked for.
    """

    finished: int
    started: int
    not_started: int
    waiting: int

    @property
    def total(self) -> int:
        """Everybody."""
        return self.finished + self.started + self.not_started


Tally = Counter[tuple[int, str, bool, int]]
"""People by ordinal, kind, whether they are confirmed, and status."""


def tally(places: Sequence[Place], ordinals: Collection[int]) -> Tally:
    """How many people of some places are how far, overall (OVERALL) and in these modules."""
    return _tally(tuple(places), frozenset(ordinals))


@asked_once
def _tally(places: tuple[Place, ...], ordinals: frozenset[int]) -> Tally:
    asked: dict[str, Any] = {"ordinals": sorted(ordinals)}
    whole = [place.institution_id for place in places if place.paths is None]
    parts = [place for place in places if place.paths is not None]
    statements = []
    if whole:
        asked["institution_ids"] = whole
        statements.append(_WHOLE)
    if parts:
        statements.append(_of_parts(tuple(parts)))
    counted: Tally = Counter()
    for statement in statements:
        rows = current_connection().execute(statement, asked)
        for ordinal, kind, is_confirmed, status, people in rows:
            counted[ordinal, kind, is_confirmed, status] += int(people)
    return counted


def count_in_places(places: Sequence[Place]) -> int:
    """How many people work in some places."""
    return tally(places, [OVERALL]).total()


def summarise_tally(
    counted: Tally,
    ordinal: int,
    *,
    kind: EmployeeKind | None = None,
    is_confirmed: bool | None = None,
) -> StaffSummary:
    """How many are how far, overall or in a module, of one kind or of those confirmed or not."""
    by_status: Counter[int] = Counter()
    everybody = waiting = 0
    for (of, of_kind, confirmed, status), people in counted.items():
        if kind is not None and of_kind != kind.value:
            continue
        if is_confirmed is not None and confirmed is not is_confirmed:
            continue
        if of == ordinal:
            by_status[status] += people
        if of == OVERALL:
            everybody += people
            waiting += 0 if confirmed else people
    finished, started = by_status[Status.FINISHED.code], by_status[Status.STARTED.code]
    return StaffSummary(finished, started, everybody - finished - started, waiting)


_Counts = type[StaffCount] | type[StaffSum] | type[StaffCountStep]
_ORDINALS: BindParameter[int] = bindparam("ordinals", expanding=True)
_INSTITUTION_IDS: BindParameter[int] = bindparam("institution_ids", expanding=True)


def _summed(
    cells: type[StaffCount] | type[StaffSum], is_of: Callable[[_Counts], ColumnElement[bool]]
) -> Select[Any]:
    """The people of cells and of steps together, with what a tally tells apart."""
    both = union_all(
        *(
            select(model.ordinal, model.kind, model.is_confirmed, model.status, people)
            .where(model.ordinal.in_(_ORDINALS), is_of(model))
            .select_from(model)
            for model, people in (
                (cells, cells.people_count.label("people")),
                (StaffCountStep, StaffCountStep.step.label("people")),
            )
        )
    ).subquery()
    keys = (both.c.ordinal, both.c.kind, both.c.is_confirmed, both.c.status)
    return select(*keys, func.sum(both.c.people)).group_by(*keys)


def _is_whole(model: _Counts) -> ColumnElement[bool]:
    here = model.institution_id.in_(_INSTITUTION_IDS)
    # Cells have a row for all units; of steps each is one.
    return and_(here, model.unit_id == ALL_UNITS) if model is StaffCount else here


_WHOLE = _summed(StaffCount, _is_whole)


@lru_cache(maxsize=500)
def _of_parts(places: tuple[Place, ...]) -> Select[Any]:
    """Kept for each officer and day: to write it costs more than to ask it."""
    return _summed(StaffSum, lambda model: or_(*(_is_in(model, place) for place in places)))


def _is_in(model: _Counts, place: Place) -> ColumnElement[bool]:
    here = model.institution_id == place.institution_id
    # A sum is of all below already; of steps each is where its person stands.
    units = place.tops if model is StaffSum else place.units()
    return and_(here, model.unit_id.in_(units))


def has_steps() -> bool:
    """Whether there is something to fold."""
    return bool(current_connection().execute(select(exists().select_from(StaffCountStep))).scalar())


_WITH_STEPS = select(StaffCountStep.institution_id).distinct()


def fold_counts() -> int:
    """Move steps into the cells and the sums; returns how many there were.

    They are taken in the statement that reads them, so that one that is stored meanwhile stays; so
    do those of an institution whose units are just being moved, until the next fold.
    """
    connection = current_connection()
    held = hold_still(connection.execute(_WITH_STEPS).scalars().all())
    taken = (
        delete(StaffCountStep)
        .where(among(StaffCountStep.institution_id, held, connection))
        .returning(*_STEP, StaffCountStep.step)
    )
    counted: Counter[Cell] = Counter()
    number = 0
    for row in connection.execute(taken) if held else ():
        number += 1
        counted[Cell(*row[:-1])] += row[-1]
    add_to_cells(with_all_units(counted))
    add_to_cells(of_units_above(counted), StaffSum)
    return number
