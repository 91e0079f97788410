"""What the coordinator's pages read beside the lines: programmes, days, officers, units.

Of people nothing but officers, by name: whom to ring. Everything else is a sum. The pages see to it
that only coordinators and administrators, who are national, ask.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, select, union_all

from lms.accounts.models import Account, Device, RoleGrant
from lms.coordination.lines import ASKED, FOLDED_THROUGH
from lms.db import current_connection
from lms.desk.figures import Share, list_shares, read_share
from lms.institutions.granting.officers import is_officer
from lms.institutions.models import Institution, Unit
from lms.institutions.scope import Scope
from lms.programmes.breakdown import Day
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import IS_CURRENT, Programme, RollupCell, TallyEntry
from lms.programmes.rules import is_over
from lms.progress.filters import StaffFilter
from lms.small_numbers import Cell, Veil, veil


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a programme counts; without an end it goes on, until it is closed."""

    slug: str
    name: str
    starts_on: date
    ends_on: date | None
    ended_at: datetime | None = None

    def is_over(self, today: date) -> bool:
        """Whether it is past, so that nothing is to be sped up and nobody to be rung."""
        return is_over(self.ended_at, self.ends_on, today)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for people of an institution, for all or of one unit, and how to reach them.

    `last_seen_at`: the latest of their devices that are signed in; None where none is.
    """

    name: str
    email: str | None
    unit: str | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to an institution: its officers, and what it has said of its HR office."""

    officers: tuple[Contact, ...] = ()
    hr_contact: str | None = None


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """A unit right below an institution; `finished` is None where `veil` says why it is hidden.

    Without a name: people whose unit nobody has said.
    """

    name: str
    total: int
    finished: int | None
    veil: Veil | None


_WINDOWS = (
    select(
        Programme.slug,
        Programme.name,
        Programme.starts_on,
        Programme.ends_on,
        Programme.ended_at,
    )
    .where(IS_CURRENT)
    .order_by(Programme.created_at, Programme.slug)
)


def list_windows() -> list[Window]:
    """Every programme with its time, the oldest first."""
    return [Window(*row) for row in current_connection().execute(_WINDOWS)]


def choose_window(windows: list[Window], slug: str) -> Window:
    """The programme of a name; raises NoSuchProgramme."""
    for window in windows:
        if window.slug == slug:
            return window
    raise NoSuchProgramme


_INSTITUTION_DAYS = union_all(
    select(RollupCell.counted_on, RollupCell.people_count.label("step")).where(
        RollupCell.programme_id == ASKED,
        RollupCell.institution_id == bindparam("institution_id"),
    ),
    select(TallyEntry.counted_on, TallyEntry.step).where(
        TallyEntry.programme_id == ASKED,
        TallyEntry.id > FOLDED_THROUGH,
        TallyEntry.institution_id == bindparam("institution_id"),
    ),
).subquery()
_BY_DAY = (
    select(_INSTITUTION_DAYS.c.counted_on, func.sum(_INSTITUTION_DAYS.c.step))
    .group_by(_INSTITUTION_DAYS.c.counted_on)
    .having(func.sum(_INSTITUTION_DAYS.c.step) != 0)
    .order_by(_INSTITUTION_DAYS.c.counted_on)
)


def list_days_of(slug: str, institution_id: int) -> list[Day]:
    """How many of an institution's people counted now earned it on which day, earliest first."""
    asked = {"slug": slug, "institution_id": institution_id}
    days: list[Day] = []
    total = 0
    for day, people in current_connection().execute(_BY_DAY, asked):
        total += int(people)
        days.append(Day(day, int(people), total))
    return days


_SEEN = (
    select(func.max(Device.last_seen_at)).where(Device.account_id == Account.id).scalar_subquery()
)
_WAYS = (
    select(
        Institution.id,
        Institution.hr_contact,
        Account.name,
        Account.email,
        Unit.name,
        _SEEN,
    )
    .select_from(Institution)
    .outerjoin(
        RoleGrant,
        and_(
            RoleGrant.institution_id == Institution.id,
            is_officer(bindparam("now")),
        ),
    )
    .outerjoin(Account, Account.id == RoleGrant.account_id)
    .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
    .where(Institution.id.in_(bindparam("institution_ids", expanding=True)))
    # Who answers for everybody comes first.
    .order_by(Institution.id, Unit.name.is_not(None), Account.name, Account.id)
)


def list_ways(institution_ids: list[int], *, now: datetime) -> dict[int, Ways]:
    """How each of these institutions is reached, in one statement for all."""
    if not institution_ids:
        return {}
    rows = current_connection().execute(_WAYS, {"institution_ids": institution_ids, "now": now})
    ways: dict[int, Ways] = {}
    for key, hr_contact, name, email, unit, seen_at in rows:
        before = ways.get(key, Ways((), hr_contact))
        # Without an officer the row is of the institution alone.
        own = () if name is None else (Contact(name, email, unit, seen_at),)
        ways[key] = replace(before, officers=before.officers + own)
    return ways


def read_people(institution_id: int, *, now: datetime) -> Share:
    """Of an institution's confirmed people how many have finished, and how many people wait."""
    return read_share(_whole(institution_id), _all_of(institution_id), now=now)


def list_units(institution_id: int, *, now: datetime) -> list[UnitFigure]:
    """The units right below an institution by name, without figures that would tell of few."""
    shares = list_shares(_whole(institution_id), _all_of(institution_id), now=now)
    cells = [Cell(each.share.finished, each.share.total) for each in shares]
    return [
        UnitFigure(each.name, cell.total, cell.finished if why is None else None, why)
        for each, cell, why in zip(shares, cells, veil(cells), strict=True)
    ]


def _whole(institution_id: int) -> Scope:
    """Nobody's scope: what is read by it here are sums, and small ones stay hidden."""
    return Scope(None, frozenset({institution_id}))


def _all_of(institution_id: int) -> StaffFilter:
    return StaffFilter(institution_id=institution_id)
