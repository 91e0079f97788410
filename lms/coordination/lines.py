"""Institutions with their figures: pages of them, whom to ring, and sums by province.

The database filters, sorts and sums, so that a page costs what it shows and not what there is; what
its conditions mean is said by `rules.py`, and a test holds the two together.
"""

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Date, Select, and_, bindparam, case, func, or_, select

from lms.accents import contains_letters
from lms.accounts.models import RoleGrant
from lms.coordination.errors import NoSuchLine
from lms.coordination.rules import MOST_TO_RING, QUIET_DAYS, STATES, Line, State, Sum, list_to_ring
from lms.days import local_day
from lms.db import AnyRow, current_connection
from lms.institutions.granting.officers import answers_for_all
from lms.institutions.models import Institution
from lms.programmes.breakdown import ALL, KINDS, Wanted
from lms.programmes.models import (
    IS_CURRENT,
    Programme,
    ProgrammeTarget,
    RollupInstitution,
    TallyEntry,
)

PAGE_SIZE: Final = 20


class Order(enum.Enum):
    """How a list is sorted; the value is its word in addresses."""

    MISSING = "belum"
    SHARE = "persen"
    LAST = "terakhir"
    NAME = "nama"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which institutions are asked for: as on the public page, and by where they stand."""

    wanted: Wanted = ALL
    state: State | None = None
    order: Order = Order.MISSING


@dataclass(frozen=True, slots=True)
class View:
    """Of which programme figures are read, since when it counts, and at which moment they are."""

    slug: str
    begun_on: date
    now: datetime

    @property
    def today(self) -> date:
        """The day in the capital."""
        return local_day(self.now)

    @property
    def asked(self) -> dict[str, object]:
        """What the statements ask for."""
        quiet = self.today - timedelta(QUIET_DAYS)
        return {
            "slug": self.slug,
            "begun_on": self.begun_on,
            "quiet_on": quiet,
            "now": self.now,
        }


_IS_ASKED = and_(Programme.slug == bindparam("slug"), IS_CURRENT)
ASKED = select(Programme.id).where(_IS_ASKED).scalar_subquery()
# As in `lms.programmes.breakdown`: a value of its own, so that the index leads to the tail.
FOLDED_THROUGH = select(Programme.folded_through).where(_IS_ASKED).scalar_subquery()
_TAIL = (
    select(
        TallyEntry.institution_id,
        func.sum(TallyEntry.step).label("step"),
        func.sum(TallyEntry.hours_step).label("hours_step"),
        func.max(case((TallyEntry.step > 0, TallyEntry.counted_on))).label("added_on"),
    )
    .where(TallyEntry.programme_id == ASKED, TallyEntry.id > FOLDED_THROUGH)
    .group_by(TallyEntry.institution_id)
    .subquery()
)
_OFFICERS = (
    select(RoleGrant.institution_id, func.count().label("number"))
    .where(RoleGrant.institution_id.is_not(None), answers_for_all(bindparam("now")))
    .group_by(RoleGrant.institution_id)
    .subquery()
)
_FACTS = (
    select(
        Institution.id,
        Institution.name,
        Institution.kind,
        Institution.region_code,
        Institution.ended_on.is_(None).label("is_open"),
        (func.coalesce(RollupInstitution.people_count, 0) + func.coalesce(_TAIL.c.step, 0)).label(
            "people_count"
        ),
        # What the programme is to reach there, else what the registry says of any.
        func.coalesce(ProgrammeTarget.people_count, Institution.target_count).label("target_count"),
        Institution.head_count,
        func.coalesce(_OFFICERS.c.number, 0).label("officer_count"),
        RollupInstitution.last_counted_on,
        _TAIL.c.added_on,
        (
            func.coalesce(RollupInstitution.credit_hours, 0) + func.coalesce(_TAIL.c.hours_step, 0)
        ).label("credit_hours"),
        ProgrammeTarget.credit_hours.label("target_hours"),
    )
    .select_from(Institution)
    .outerjoin(
        RollupInstitution,
        (RollupInstitution.programme_id == ASKED)
        & (RollupInstitution.institution_id == Institution.id),
    )
    .outerjoin(
        ProgrammeTarget,
        (ProgrammeTarget.programme_id == ASKED)
        & (ProgrammeTarget.institution_id == Institution.id),
    )
    .outerjoin(_TAIL, _TAIL.c.institution_id == Institution.id)
    .outerjoin(_OFFICERS, _OFFICERS.c.institution_id == Institution.id)
)
_ONE = _FACTS.where(Institution.id == bindparam("institution_id"))

_of = _FACTS.subquery("facts").c
_COUNT, _IS_OPEN = _of.people_count, _of.is_open
_GOAL = func.coalesce(_of.target_count, _of.head_count)
_MISSING = case((_GOAL > _COUNT, _GOAL - _COUNT), (_GOAL.is_not(None), 0))
_SHARE = _COUNT * 1.0 / func.nullif(_GOAL, 0)
_LAST_ON = case(
    (or_(_of.last_counted_on.is_(None), _of.added_on > _of.last_counted_on), _of.added_on),
    else_=_of.last_counted_on,
)
_since = func.coalesce(_LAST_ON, bindparam("begun_on", type_=Date))
_IS_QUIET = _since <= bindparam("quiet_on", type_=Date)
_IS_REACHED = (_GOAL > 0) & (_COUNT >= _GOAL)
_IS = {
    State.REACHED: _IS_REACHED,
    State.NONE: ~func.coalesce(_IS_REACHED, False) & (_COUNT == 0),
    State.STOPPED: ~func.coalesce(_IS_REACHED, False) & (_COUNT != 0) & _IS_QUIET,
    State.MOVING: ~func.coalesce(_IS_REACHED, False) & (_COUNT != 0) & ~_IS_QUIET,
}
_IS_THERE = _IS_OPEN | (_COUNT > 0)
_UNKNOWN_LAST = _GOAL.is_(None)
_ORDERS = {
    Order.MISSING: (_UNKNOWN_LAST, _MISSING.desc()),
    Order.SHARE: (_SHARE.is_(None), _SHARE),
    Order.LAST: (_LAST_ON.is_not(None), _LAST_ON),
    Order.NAME: (),
}
_BY_NAME = (_of.name, _of.id)
_COLUMNS = tuple(_of)
_province = func.coalesce(func.substr(_of.region_code, 1, 2), "")


def get_line(view: View, institution_id: int) -> Line:
    """One institution, also where it has ended with nobody; raises NoSuchLine."""
    asked = view.asked | {"institution_id": institution_id}
    row = current_connection().execute(_ONE, asked).one_or_none()
    if row is None:
        raise NoSuchLine
    return _line(row)


def list_lines(view: View, choice: Choice) -> list[Line]:
    """The institutions that are asked for, all of them: in force, or with anybody counted."""
    return [_line(row) for row in current_connection().execute(_chosen(choice), view.asked)]


def get_page(view: View, choice: Choice, number: int) -> tuple[list[Line], int]:
    """A page of them, and how many there are; behind the last page none."""
    asked = view.asked | {"size": PAGE_SIZE, "before": (number - 1) * PAGE_SIZE}
    rows = current_connection().execute(_paged(choice), asked).all()
    if not rows and number > 1:
        return [], len(list_lines(view, choice))
    return [_line(row) for row in rows], rows[0][-1] if rows else 0


@lru_cache(maxsize=64)
def _paged(choice: Choice) -> Select[*tuple[Any, ...]]:
    # How many there are stands beside each: to count them a second time would cost as much again.
    every = _chosen(choice).add_columns(func.count().over())
    return every.limit(bindparam("size")).offset(bindparam("before"))


@lru_cache(maxsize=64)
def _chosen(choice: Choice) -> Select[*tuple[Any, ...]]:
    wanted = choice.wanted
    conditions = [contains_letters(_of.name, word) for word in wanted.search.split()]
    if wanted.level is not None:
        conditions.append(_of.kind.in_(KINDS[wanted.level]))
    if wanted.province_code:
        conditions.append(_province == wanted.province_code)
    if choice.state is not None:
        conditions.append(_IS[choice.state])
    return (
        select(*_COLUMNS).where(_IS_THERE, *conditions).order_by(*_ORDERS[choice.order], *_BY_NAME)
    )


_STILL = (
    select(*_COLUMNS)
    .where(
        _IS_OPEN,
        or_(_MISSING > 0, _GOAL.is_(None)),
        or_(_of.officer_count == 0, _IS_QUIET),
    )
    .order_by(_UNKNOWN_LAST, _MISSING.desc(), _since, *_BY_NAME)
    .limit(MOST_TO_RING)
)
_STILL_IN_PROVINCE = _STILL.where(_province == bindparam("province"))


def list_ringing(view: View, province_code: str = "") -> list[Line]:
    """Whom to ring first, of the nation or of a province: as the rule has it, of the first few."""
    statement = _STILL_IN_PROVINCE if province_code else _STILL
    asked = view.asked | ({"province": province_code} if province_code else {})
    rows = current_connection().execute(statement, asked)
    return list_to_ring(map(_line, rows), view.begun_on, view.today)


def _number_of(condition: Any) -> Any:
    return func.sum(case((_IS_OPEN & condition, 1), else_=0))


_IS_KNOWN = _GOAL.is_not(None)
_SUMS = (
    select(
        _province,
        _number_of(_IS_OPEN),
        func.sum(_COUNT),
        func.sum(case((_IS_OPEN & _IS_KNOWN, _COUNT), else_=0)),
        func.sum(case((_IS_OPEN & _IS_KNOWN, _GOAL), else_=0)),
        _number_of(_of.officer_count == 0),
        func.max(_LAST_ON),
        func.sum(_of.credit_hours),
        *(_number_of(_IS[state]) for state in STATES),
    )
    .where(_IS_THERE)
    .group_by(_province)
)
_SUM_OF = _SUMS.where(_province == bindparam("province"))
_PROVINCE_TARGETS = select(
    ProgrammeTarget.province_code, ProgrammeTarget.people_count, ProgrammeTarget.credit_hours
).where(ProgrammeTarget.programme_id == ASKED, ProgrammeTarget.province_code.is_not(None))


def sum_by_province(view: View, only: str | None = None) -> dict[str, Sum]:
    """The sums of each province by its code, or of one; "" is what governs everywhere.

    Each with what the programme is to reach there, where that was set, also of a province of which
    no institution is known.
    """
    statement, asked = _SUMS, view.asked
    if only is not None:
        statement, asked = _SUM_OF, asked | {"province": only}
    connection = current_connection()
    found = {}
    for code, *facts in connection.execute(statement, asked):
        institutions, count, counted, goal, without_officer, last_on, hours, *states = facts
        found[code] = Sum(
            int(institutions),
            int(count),
            int(counted),
            int(goal),
            int(without_officer),
            last_on,
            tuple(map(int, states)),
            int(hours),
        )
    for code, people, hours in connection.execute(_PROVINCE_TARGETS, {"slug": view.slug}):
        if only in {None, code}:
            whole = found.get(code, Sum())
            found[code] = replace(whole, target_count=people, target_hours=hours)
    return found


def _line(row: AnyRow) -> Line:
    days = [day for day in (row.last_counted_on, row.added_on) if day is not None]
    return Line(
        row.id,
        row.name,
        row.kind,
        row.region_code,
        row.is_open,
        int(row.people_count),
        row.target_count,
        row.head_count,
        row.officer_count,
        max(days, default=None),
        int(row.credit_hours),
        row.target_hours,
    )
