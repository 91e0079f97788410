"""An officer's people: a page of them, all of them one after another, how many, and how far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import add

from sqlalchemy import Select, func, literal, literal_column, select

from lms.db import count_together, current_connection
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.progress.conditions import Asked
from lms.progress.counts import StaffSummary, summarise_tally, tally
from lms.progress.duties import list_yearly_hours
from lms.progress.filters import BY_NAME, Cursor, Group, Sort, SortBy, StaffFilter
from lms.progress.models import ACTIVATED, OVERALL, UNKNOWN
from lms.progress.modules import list_modules
from lms.progress.places import Place, list_places
from lms.progress.rows import ModuleState, StaffRow, read_rows
from lms.progress.rules import Status
from lms.progress.walks import find_few, types_of, walk, who

PAGE_SIZE = 50
BATCH = 1_000
MOST_COUNTED = 1_000
MOST_WALKED = 10_000

__all__ = [
    "BY_NAME",
    "PAGE_SIZE",
    "Count",
    "Group",
    "ModuleState",
    "Page",
    "Sort",
    "SortBy",
    "StaffFilter",
    "StaffRow",
    "StaffSummary",
    "Status",
    "count",
    "count_each",
    "get_person",
    "iterate",
    "list_staff",
    "people_left",
    "summarise",
]


@dataclass(frozen=True, slots=True)
class Count:
    """How many people; is_more: these and more, which were not counted."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and what to ask for the one before and the one after, if there is any."""

    rows: list[StaffRow]
    previous: str | None
    next: str | None


def summarise(scope: Scope, wanted: StaffFilter, *, now: datetime) -> StaffSummary:
    """How many people are how far, from the counts.

    Of the filter it heeds where people work, their kind and whether they are confirmed; with a
    module, how far they are in that one.
    """
    places = list_places(scope, wanted, now=now)
    ordinal = OVERALL
    if wanted.module_id is not None:
        asked = Asked(wanted, list_modules())
        ordinal = UNKNOWN if asked.ordinal is None else asked.ordinal
    counted = tally(places, {OVERALL, ordinal})
    return summarise_tally(counted, ordinal, kind=wanted.kind, is_confirmed=wanted.is_confirmed)


def count(scope: Scope, wanted: StaffFilter, *, now: datetime) -> Count:
    """How many people a filter leaves: exactly, or "more than" so many.

    Of a search those are 1,000, and 10,000 of those below their duty, whom no index knows.
    """
    places, asked = _ask(scope, wanted, now=now)
    if not places:
        return Count(0)
    if not wanted.asks_beyond_counts:
        return Count(_counted(places, asked))
    most = MOST_COUNTED if asked.words else MOST_WALKED if wanted.below_duty else None
    limit = None if most is None else most + 1
    number = sum(_number_of(place, asked, limit) for place in places)
    if most is not None and number > most:
        return Count(most, is_more=True)
    return Count(number)


def _number_of(place: Place, asked: Asked, limit: int | None) -> int:
    """How many people of a place a filter leaves, so many at most."""
    if limit is not None and place.paths is None and asked.searches_alone:
        # They are fetched for the list already, or known to be more than are counted.
        found = find_few(place, asked.words)
        return limit if found is None else min(len(found), limit)
    return _number(who(place, asked, limit))


def _counted(places: list[Place], asked: Asked) -> int:
    """How many a filter leaves that asks nothing beyond what is counted."""
    wanted = asked.filter
    status, ordinal = wanted.status, OVERALL
    if wanted.module_id is not None and wanted.module_status is not None:
        if asked.ordinal is None:
            return 0
        status, ordinal = wanted.module_status, asked.ordinal
    elif wanted.is_activated is not None:
        status = Status.FINISHED if wanted.is_activated else Status.NOT_STARTED
        ordinal = ACTIVATED
    summary = summarise_tally(
        tally(places, {OVERALL, ordinal}),
        ordinal,
        kind=wanted.kind,
        is_confirmed=wanted.is_confirmed,
    )
    if status is None:
        return summary.total
    return {
        Status.FINISHED: summary.finished,
        Status.STARTED: summary.started,
        Status.NOT_STARTED: summary.not_started,
    }[status]


def _number(people: Select[int]) -> int:
    return current_connection().execute(_numbered(people)).scalar_one()


def _numbered(people: Select[int]) -> Select[int]:
    return select(func.count(literal_column("*"))).select_from(people.subquery())


def count_each(scope: Scope, wanted: Sequence[StaffFilter], *, now: datetime) -> list[int]:
    """How many people each of some filters leaves, which ask of groups or days and nothing else.

    They are asked in one statement.
    """
    return count_together(
        [people_left(scope, each, now=now) for each in wanted], current_connection()
    )


def people_left(scope: Scope, wanted: StaffFilter, *, now: datetime) -> Select[int]:
    """What counts the people whom such a filter leaves."""
    places = list_places(scope, wanted, now=now)
    return _left(current_connection().dialect.name, tuple(places), wanted)


@lru_cache(maxsize=1_000)
def _left(_dialect: str, places: tuple[Place, ...], wanted: StaffFilter) -> Select[int]:
    """Kept for each officer and day: to write it, as a database wants it, costs more than it."""
    everywhere = [_numbered(who(each, Asked(wanted), None)).scalar_subquery() for each in places]
    return select(reduce(add, everywhere) if everywhere else literal(0))


def list_staff(
    scope: Scope,
    wanted: StaffFilter,
    sort: Sort = BY_NAME,
    *,
    now: datetime,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """A page of the asker's people: the first, or what comes after or before another page.

    `after` and `before` are a page's `next` and `previous`; anything else asks for the first page.
    """
    places, asked = _ask(scope, wanted, now=now)
    if not places:
        return Page([], None, None)
    types = types_of(sort)
    at, is_back = Cursor.read(after, types), False
    if at is None:
        at = Cursor.read(before, types)
        is_back = at is not None
    found = walk(places, asked, sort, at, size + 1, is_back=is_back)
    has_more = len(found) > size
    if has_more:
        found = found[1:] if is_back else found[:size]
    has_before, has_after = (has_more, True) if is_back else (at is not None, has_more)
    rows = read_rows([key for key, _ in found], places, asked.modules)
    return Page(
        rows,
        found[0][1].write() if found and has_before else None,
        found[-1][1].write() if found and has_after else None,
    )


def iterate(
    scope: Scope, wanted: StaffFilter, sort: Sort = BY_NAME, *, now: datetime
) -> Iterator[StaffRow]:
    """All of the asker's people that a filter leaves, read some thousand at a time."""
    places, asked = _ask(scope, wanted, now=now)
    at: Cursor | None = None
    while places:
        found = walk(places, asked, sort, at, BATCH, is_back=False)
        yield from read_rows([key for key, _ in found], places, asked.modules)
        if len(found) < BATCH:
            return
        at = found[-1][1]


_PERSON = select(Posting.account_id, Posting.institution_id).where(Posting.ended_on.is_(None))


def get_person(scope: Scope, posting_id: int, *, now: datetime) -> StaffRow:
    """One of the asker's people; raises NoSuchStaff for anybody else's."""
    statement = _PERSON.where(Posting.id == posting_id, holds(scope))
    found = current_connection().execute(statement).one_or_none()
    if found is None:
        raise NoSuchStaff
    places = list_places(scope, StaffFilter(institution_id=found.institution_id), now=now)
    rows = read_rows([found.account_id], places, list_modules())
    if not rows:
        raise NoSuchStaff
    return rows[0]


def _ask(scope: Scope, wanted: StaffFilter, *, now: datetime) -> tuple[list[Place], Asked]:
    places = list_places(scope, wanted, now=now)
    if not places:
        return [], Asked(wanted)
    duties = list_yearly_hours(places[0].today) if wanted.below_duty else {}
    return places, Asked(wanted, list_modules(), tuple(duties.items()))
