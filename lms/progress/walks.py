"""Who stands on a page: a walk over an index from where the last page ended.

A list is one or more stretches, one after the other, each sorted by columns that an index has in
this order. Within them a page goes on at a key and never by a number of rows to pass over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    any_,
    bindparam,
    false,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.db import among, asked_once, current_connection
from lms.institutions.models import Unit
from lms.progress.conditions import Asked, matches, plain
from lms.progress.counts import count_in_places
from lms.progress.filters import Cursor, Sort, SortBy
from lms.progress.models import NO_UNIT, StaffProgress
from lms.progress.places import Place

FEW = 2_000
"""People of units up to which they are looked up and sorted; more are walked to."""

FOUND_AT_ONCE = 1_000
"""People whom a search finds, up to which their keys are fetched."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list: by which columns it is sorted, whose types these are, and who is on it."""

    keys: tuple[InstrumentedAttribute[Any], ...]
    types: tuple[type, ...]
    only: tuple[SQLColumnExpression[bool], ...] = ()
    joins_units: bool = False


_NAME = (StaffProgress.sort_name, StaffProgress.account_id)
_BY: dict[SortBy, tuple[Stretch, ...]] = {
    SortBy.NAME: (Stretch(_NAME, (str, int)),),
    SortBy.WAITING: (
        Stretch(_NAME, (str, int), (~StaffProgress.is_confirmed,)),
        Stretch(_NAME, (str, int), (StaffProgress.is_confirmed,)),
    ),
    SortBy.FINISHED_ON: (Stretch((StaffProgress.finished_on, *_NAME), (date, str, int)),),
    SortBy.CREDIT_HOURS: (Stretch((StaffProgress.year_hours, *_NAME), (int, str, int)),),
    SortBy.UNIT: (
        Stretch((Unit.name, Unit.id, *_NAME), (str, int, str, int), joins_units=True),
        Stretch(_NAME, (str, int), (StaffProgress.unit_id == NO_UNIT,)),
    ),
}


def types_of(sort: Sort) -> tuple[tuple[type, ...], ...]:
    """The types of a cursor's key, by stretch."""
    return tuple(stretch.types for stretch in _BY[sort.by])


def walk(
    places: Sequence[Place],
    asked: Asked,
    sort: Sort,
    at: Cursor | None,
    size: int,
    *,
    is_back: bool,
) -> list[tuple[int, Cursor]]:
    """The next people after a key, or the last before it: accounts, each with its own key.

    In the order of the list, whichever way they were found.
    """
    connection = current_connection()
    # Whom a search finds or somebody has picked is a part of the statement; all others are kept.
    is_by_people = asked.searches_words or asked.filter.picks_people
    write = _written if is_by_people else _kept
    few = tuple(place for place in places if _is_few(place))
    runs_down = sort.is_down != is_back
    found: list[tuple[int, Cursor]] = []
    numbers = range(len(_BY[sort.by]))
    for number in reversed(numbers) if runs_down else numbers:
        if at is not None and (number > at.stretch if runs_down else number < at.stretch):
            continue
        key = at.key if at is not None and at.stretch == number else None
        walked = _Walked(sort.by, number, goes_on=key is not None, runs_down=runs_down)
        statement = write(connection.dialect.name, tuple(places), few, asked, walked)
        if statement is not None:
            given = {_name_of(place): value for place, value in enumerate(key or ())}
            rows = connection.execute(statement, given | {"size": size - len(found)})
            found += [(row[-1], Cursor(number, tuple(row))) for row in rows]
        if len(found) >= size:
            break
    return found[::-1] if is_back else found


class _Walked(NamedTuple):
    """A stretch of a list, by its number, whether it goes on at a key, and which way it runs."""

    by: SortBy
    number: int
    goes_on: bool
    runs_down: bool


def _name_of(place: int) -> str:
    """The parameter of a key's value."""
    return f"key_{place}"


def _written(
    _dialect: str,
    places: tuple[Place, ...],
    few: tuple[Place, ...],
    asked: Asked,
    walked: _Walked,
) -> Select[Any] | None:
    """The statement of a page: its parameters are the values of a key, and `size`."""
    parts = [_of_place(place, asked, walked, is_few=place in few) for place in places]
    if len(parts) < 2:
        return parts[0] if parts else None
    # Of each institution no more than a page, and of these the first.
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    columns = list(merged.c)
    return _sorted(select(*columns), columns, runs_down=walked.runs_down)


_kept = lru_cache(maxsize=500)(_written)
"""For each officer and day, since to write one costs more than to ask it."""


def _of_place(place: Place, asked: Asked, walked: _Walked, *, is_few: bool) -> Select[Any]:
    """A page of an institution's people.

    By name, every filter is asked of one index on the way. Whom a search or a few units have are
    looked up first, and sorted then; so are they where another order meets a filter, since its
    index has nothing to ask and would have each person looked up.
    """
    stretch, runs_down = _BY[walked.by][walked.number], walked.runs_down
    by_day = _is_by_day(place, asked) and walked.by is SortBy.FINISHED_ON
    conditions = [
        *asked.conditions(place, by_day=by_day),
        *stretch.only,
        *_works_in(place, is_few=is_few),
    ]
    rows: Select[Any] = select(*stretch.keys).where(*conditions)
    if stretch.joins_units:
        works_there = Unit.institution_id == StaffProgress.institution_id
        rows = rows.join(Unit, works_there & (Unit.id == StaffProgress.unit_id))
        rows = rows.where(Unit.institution_id == place.institution_id)
    rows = _found_at(rows, place, asked)
    is_by_name = len(stretch.keys) == len(_NAME)
    is_walked = stretch.joins_units or is_by_name or by_day or asked.filter.leaves_everybody
    keys: Sequence[ColumnElement[Any]] = [each.expression for each in stretch.keys]
    border = [bindparam(_name_of(place), type_=key.type) for place, key in enumerate(keys)]
    is_looked_up = is_few or asked.searches_words or asked.filter.picks_people
    if is_walked and not is_looked_up:
        if stretch.joins_units and walked.goes_on:
            # What an index of units can look for.
            first = border[0]
            rows = rows.where(Unit.name <= first if runs_down else Unit.name >= first)
    else:
        found = rows.cte().prefix_with("MATERIALIZED")
        keys = list(found.c)
        rows = select(*keys)
    if walked.goes_on:
        here, there = tuple_(*keys), tuple_(*border)
        rows = rows.where(here < there if runs_down else here > there)
    return _sorted(rows, keys, runs_down=runs_down)


def _found_at(rows: Select[Any], place: Place, asked: Asked) -> Select[Any]:
    """Of these people those of an institution: who is picked, and whom a search finds."""
    institution_id = StaffProgress.institution_id
    if asked.filter.picks_people:
        for picked in asked.picked(place):
            rows = rows.where(_is_one_of(picked))
        if not asked.searches_words:
            # Begun with those who are picked, and not with the institution's list.
            return rows.where(plain(institution_id) == place.institution_id)
    if not asked.searches_words:
        return rows.where(institution_id == place.institution_id)
    account_id, few = StaffProgress.account_id, find_few(place, asked.words)
    if few is not None:
        # Nobody's key for none: of an empty array PostgreSQL concludes that any index will do.
        theirs = among(account_id, few or [0], current_connection())
        return rows.where(theirs, plain(institution_id) == place.institution_id)
    # Left to the planner, a frequent word would have it walk the whole list in search of it.
    found = select(matches(place, asked.words).cte().prefix_with("MATERIALIZED").c.found)
    if current_connection().dialect.name == "postgresql":
        return rows.where(_is_one_of(found), institution_id == place.institution_id)
    return rows.where(_is_one_of(found), plain(institution_id) == place.institution_id)


def _is_one_of(found: Select[int]) -> ColumnElement[bool]:
    """That somebody is one of those whom a statement finds, who are looked up one by one."""
    if current_connection().dialect.name == "postgresql":
        # As an array: whatever is joined may be read whole, the nation's postings to their end,
        # once PostgreSQL keeps a plan for any value.
        return StaffProgress.account_id == any_(func.array(found.scalar_subquery()))
    return StaffProgress.account_id.in_(found)


@asked_once
def find_few(place: Place, words: str) -> list[int] | None:
    """Whom a search finds at an institution, once for their list and their number; None of many."""
    found = current_connection().execute(matches(place, words).limit(FOUND_AT_ONCE + 1))
    ids = list(found.scalars())
    return None if len(ids) > FOUND_AT_ONCE else ids


def who(place: Place, asked: Asked, limit: int | None) -> Select[int]:
    """The accounts of an institution's people whom a filter leaves, so many at most."""
    is_few = _is_few(place)
    by_day = _is_by_day(place, asked)
    conditions = [*asked.conditions(place, by_day=by_day), *_works_in(place, is_few=is_few)]
    rows = select(StaffProgress.account_id).where(*conditions)
    return _found_at(rows, place, asked).limit(limit)


def _is_by_day(place: Place, asked: Asked) -> bool:
    """Whether the index of days has all that is asked, and whose those days are."""
    return place.paths is None and asked.filter.asks_of_days_alone


def _is_few(place: Place) -> bool:
    return place.paths is not None and count_in_places([place]) <= FEW


def _works_in(place: Place, *, is_few: bool) -> list[ColumnElement[bool]]:
    """That somebody works in the units of a place."""
    if place.paths is None:
        return []
    if not place.paths:
        return [false()]
    unit_id = StaffProgress.unit_id
    return [(unit_id if is_few else plain(unit_id)).in_(place.units())]


def _sorted(
    rows: Select[Any], keys: Sequence[SQLColumnExpression[Any]], *, runs_down: bool
) -> Select[Any]:
    order = [key.desc() if runs_down else key.asc() for key in keys]
    return rows.order_by(*order).limit(bindparam("size", type_=Integer))
