"""A programme's figure by institution and by day: a coarse rollup and the tally's tail."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, union_all

from lms.accents import contains_letters
from lms.db import current_connection
from lms.institutions.models import Institution, InstitutionKind
from lms.programmes.models import (
    IS_CURRENT,
    Programme,
    ProgrammeTarget,
    RollupDay,
    RollupInstitution,
    TallyEntry,
)

PAGE_SIZE = 20

_IS_ASKED = and_(Programme.slug == bindparam("slug"), IS_CURRENT)
_ASKED = select(Programme.id).where(_IS_ASKED).scalar_subquery()
# A value of its own, so that the index leads to the tail; as the condition of a join it would be
# compared with every entry there ever was.
_FOLDED_THROUGH = select(Programme.folded_through).where(_IS_ASKED).scalar_subquery()


class Level(enum.Enum):
    """Where in the state an institution stands, for whoever looks for a few of them."""

    CENTRAL = "pusat"
    PROVINCE = "provinsi"
    REGENCY_OR_CITY = "kabupaten-kota"


_PROVINCES = frozenset({InstitutionKind.PROVINCE})
_BELOW = frozenset(
    {InstitutionKind.REGENCY, InstitutionKind.CITY, InstitutionKind.ADMINISTRATIVE_REGION}
)
KINDS = {
    Level.CENTRAL: frozenset(InstitutionKind) - _PROVINCES - _BELOW,
    Level.PROVINCE: _PROVINCES,
    Level.REGENCY_OR_CITY: _BELOW,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which institutions are asked for: by words of the name, the level, a province's code."""

    search: str = ""
    level: Level | None = None
    province_code: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.search or self.level or self.province_code)


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Reached:
    """An institution, how many of its people are counted, and how many it has, where that is known.

    `target`: how many the programme is to reach there; None where none is set.
    """

    name: str
    kind: InstitutionKind
    count: int
    head_count: int | None
    credit_hours: int = 0
    target: int | None = None
    target_hours: int | None = None

    @property
    def percent(self) -> float | None:
        """The share of its people, in percent; None where nobody has said how many they are."""
        return 100 * self.count / self.head_count if self.head_count else None


@dataclass(frozen=True, slots=True)
class Day:
    """What a day added, and how many there were at its end."""

    day: date
    count: int
    cumulative: int


_INSTITUTIONS = union_all(
    select(
        RollupInstitution.institution_id,
        RollupInstitution.people_count.label("step"),
        RollupInstitution.credit_hours.label("hours"),
    ).where(RollupInstitution.programme_id == _ASKED),
    select(TallyEntry.institution_id, TallyEntry.step, TallyEntry.hours_step).where(
        TallyEntry.programme_id == _ASKED, TallyEntry.id > _FOLDED_THROUGH
    ),
).subquery()
_SUMS = (
    select(
        _INSTITUTIONS.c.institution_id,
        func.sum(_INSTITUTIONS.c.step).label("count"),
        func.sum(_INSTITUTIONS.c.hours).label("hours"),
    )
    .group_by(_INSTITUTIONS.c.institution_id)
    .subquery()
)
_REACHED = func.coalesce(_SUMS.c.count, 0)
_DAYS = union_all(
    select(RollupDay.counted_on, RollupDay.people_count.label("step")).where(
        RollupDay.programme_id == _ASKED
    ),
    select(TallyEntry.counted_on, TallyEntry.step).where(
        TallyEntry.programme_id == _ASKED, TallyEntry.id > _FOLDED_THROUGH
    ),
).subquery()
_BY_DAY = (
    select(_DAYS.c.counted_on, func.sum(_DAYS.c.step))
    .group_by(_DAYS.c.counted_on)
    .having(func.sum(_DAYS.c.step) != 0)
    .order_by(_DAYS.c.counted_on)
)


@dataclass(frozen=True, slots=True)
class ReachedPage:
    """A page of institutions, its number, and how many institutions there are on all pages."""

    rows: list[Reached]
    number: int
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PAGE_SIZE))


_AT = select(func.coalesce(func.sum(_INSTITUTIONS.c.step), 0)).where(
    _INSTITUTIONS.c.institution_id.in_(bindparam("institutions", expanding=True))
)


def count_at(slug: str, institution_ids: Collection[int]) -> int:
    """How many people of a programme are counted at these institutions."""
    asked = {"slug": slug, "institutions": sorted(institution_ids)}
    return int(current_connection().execute(_AT, asked).scalar_one())


def list_by_institution(slug: str, wanted: Wanted = ALL) -> list[Reached]:
    """How many people each institution has, the most first.

    All that have any, where nothing is asked for; else those that are asked for and are there still
    or have any.
    """
    rows = current_connection().execute(_listed(wanted), {"slug": slug})
    return [_reached(*row) for row in rows]


def get_page(slug: str, wanted: Wanted = ALL, number: int = 1) -> ReachedPage:
    """A page of the same; behind the last one, that one."""
    asked = {"slug": slug, "size": PAGE_SIZE, "before": (number - 1) * PAGE_SIZE}
    rows = current_connection().execute(_paged(wanted), asked).all()
    if not rows and number > 1:
        count = len(list_by_institution(slug, wanted))
        return get_page(slug, wanted, max(1, -(-count // PAGE_SIZE)))
    count = rows[0][-1] if rows else 0
    return ReachedPage([_reached(*row[:-1]) for row in rows], number, count)


def _reached(
    name: str,
    kind: InstitutionKind,
    people: int,
    head_count: int | None,
    hours: int,
    *targets: int | None,
) -> Reached:
    return Reached(name, kind, int(people), head_count, int(hours), *targets)


@lru_cache(maxsize=64)
def _paged(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """How many there are stands beside each: to sum them a second time would cost as much again."""
    every = _listed(wanted).add_columns(func.count().over())
    return every.limit(bindparam("size")).offset(bindparam("before"))


@lru_cache(maxsize=64)
def _listed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Institution.name,
            Institution.kind,
            _REACHED,
            Institution.head_count,
            func.coalesce(_SUMS.c.hours, 0),
            ProgrammeTarget.people_count,
            ProgrammeTarget.credit_hours,
        )
        .outerjoin(_SUMS, _SUMS.c.institution_id == Institution.id)
        .outerjoin(
            ProgrammeTarget,
            and_(
                ProgrammeTarget.institution_id == Institution.id,
                ProgrammeTarget.programme_id == _ASKED,
            ),
        )
        .where(*_conditions(wanted))
        .order_by(_REACHED.desc(), Institution.name)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [contains_letters(Institution.name, word) for word in wanted.search.split()]
    conditions.append(
        _REACHED > 0 if wanted.is_all else or_(_REACHED > 0, Institution.ended_on.is_(None))
    )
    if wanted.level is not None:
        conditions.append(Institution.kind.in_(KINDS[wanted.level]))
    if wanted.province_code:
        conditions.append(
            or_(
                Institution.region_code == wanted.province_code,
                Institution.region_code.startswith(f"{wanted.province_code}.", autoescape=True),
            )
        )
    return conditions


_PROVINCE_NAMES = (
    select(Institution.region_code, Institution.name)
    .where(
        Institution.kind == InstitutionKind.PROVINCE,
        Institution.region_code.is_not(None),
        Institution.ended_on.is_(None),
    )
    .order_by(Institution.name)
)


def list_provinces() -> list[tuple[str, str]]:
    """Code and name of each province whose government is registered, by name."""
    rows = current_connection().execute(_PROVINCE_NAMES)
    return [(code or "", name) for code, name in rows]


def list_by_day(slug: str) -> list[Day]:
    """How many of the people counted now earned it on which day, the earliest day first."""
    rows = current_connection().execute(_BY_DAY, {"slug": slug})
    days: list[Day] = []
    total = 0
    for day, people in rows:
        total += int(people)
        days.append(Day(day, int(people), total))
    return days
