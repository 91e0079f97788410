"""What stands still, whom to ring first, the pace, and the shares of provinces: from values."""

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lms.institutions.models import InstitutionKind

QUIET_DAYS: Final = 30
"""Who has had nobody new for so many days stands still."""

MOST_TO_RING: Final = 3
_FARTHEST: Final = 36_500  # days: a century ahead says nothing


class State(enum.Enum):
    """How an institution is on its way; the value is its word in addresses and files."""

    MOVING = "bergerak"
    STOPPED = "berhenti"
    NONE = "belum"
    REACHED = "tercapai"


STATES: Final = tuple(State)


@dataclass(frozen=True, slots=True)
class Line:
    """An institution, how many of its people a programme counts, and when the last one was added.

    `is_open`: whether it is in force. `officer_count`: of those who answer for all of it, not
    for some of its units alone.
    """

    id: int
    name: str
    kind: "InstitutionKind"
    region_code: str | None
    is_open: bool
    count: int
    target_count: int | None
    head_count: int | None
    officer_count: int
    last_on: date | None
    credit_hours: int = 0
    target_hours: int | None = None

    @property
    def goal(self) -> int | None:
        """How many are to be reached: what was set as its target, else all of its people."""
        return self.head_count if self.target_count is None else self.target_count

    @property
    def missing(self) -> int | None:
        """How many are not reached yet; None where nobody has said how many they are."""
        return None if self.goal is None else max(0, self.goal - self.count)

    @property
    def percent(self) -> float | None:
        """The share reached, in percent."""
        return share_of(self.count, self.goal)

    @property
    def province_code(self) -> str:
        """The province where it governs; empty for what governs everywhere."""
        return (self.region_code or "")[:2]


def share_of(count: int, goal: int | None) -> float | None:
    """In percent; None without a goal, or with one of nobody."""
    return 100 * count / goal if goal else None


def is_quiet(last_on: date | None, begun_on: date, today: date) -> bool:
    """Whether nobody was added for QUIET_DAYS days, by whom nobody was, since the beginning."""
    return (today - (last_on or begun_on)).days >= QUIET_DAYS


def state_of(line: Line, begun_on: date, today: date) -> State:
    """Where an institution stands today."""
    if line.goal and line.count >= line.goal:
        return State.REACHED
    if not line.count:
        return State.NONE
    return State.STOPPED if is_quiet(line.last_on, begun_on, today) else State.MOVING


def stands_still(line: Line, begun_on: date, today: date) -> bool:
    """Whether it is to be rung: in force, not there yet, and quiet, or nobody answers for it."""
    if not line.is_open or line.missing == 0:
        return False
    return not line.officer_count or is_quiet(line.last_on, begun_on, today)


def list_to_ring(
    lines: Iterable[Line], begun_on: date, today: date, most: int = MOST_TO_RING
) -> list[Line]:
    """Those that stand still, the most people who are not reached first.

    Of as many, who is quiet for longer comes first, then the name decides. Where nobody has said
    how many people there are, it comes after all others.
    """
    still = (line for line in lines if stands_still(line, begun_on, today))
    return sorted(still, key=lambda line: _urgency(line, begun_on))[:most]


def _urgency(line: Line, begun_on: date) -> tuple[bool, int, date, str, int]:
    is_unknown = line.missing is None
    return is_unknown, -(line.missing or 0), line.last_on or begun_on, line.name, line.id


@dataclass(frozen=True, slots=True)
class Pace:
    """How many were added in the last days, and how many a day it takes to be there by a day.

    `needed` is None where there is no such day, or it has come; `expected_on` is when the target
    would be reached if it went on as in these days, None where it would not, or never mind when.
    """

    added: int
    days: int
    missing: int
    until: date | None
    needed: float | None
    expected_on: date | None

    @property
    def per_day(self) -> float:
        """The average of the days."""
        return self.added / self.days

    @property
    def is_enough(self) -> bool:
        """Whether it goes as fast as it has to."""
        return self.needed is not None and self.per_day >= self.needed


def pace_of(added: int, *, missing: int, begun_on: date, until: date | None, today: date) -> Pace:
    """The pace, of a programme that began on a day, from what its last QUIET_DAYS days added.

    Of a younger one it is the average of the days that there were.
    """
    days = min(QUIET_DAYS, max(1, (today - begun_on).days + 1))
    left = 0 if until is None else (until - today).days
    needed = missing / left if left > 0 and missing else None
    expected = None
    if added > 0 and missing:
        ahead = -(-missing * days // added)
        expected = today + timedelta(ahead) if ahead <= _FARTHEST else None
    return Pace(added, days, missing, until, needed, expected)


@dataclass(frozen=True, slots=True)
class Sum:
    """Some institutions together; the goal is of those of which it is known, and so is the share.

    `counted`: the people reached where it is known how many there are. `without_officer`: how many
    institutions in force nobody answers for; `states`: how many of them stand where,
    in the order of State. `target_count`, `target_hours`: what the programme is to reach in all of
    it, where that was set; it comes before what its institutions' goals add up to.
    """

    institutions: int = 0
    count: int = 0
    counted: int = 0
    goal: int = 0
    without_officer: int = 0
    last_on: date | None = None
    states: tuple[int, ...] = (0,) * len(State)
    credit_hours: int = 0
    target_count: int | None = None
    target_hours: int | None = None

    @property
    def aim(self) -> int:
        """How many are to be reached; 0 where nobody has said."""
        return self.goal if self.target_count is None else self.target_count

    @property
    def reached(self) -> int:
        """How many of those are: all who count there, where a target was set for all of it."""
        return self.counted if self.target_count is None else self.count

    @property
    def percent(self) -> float | None:
        """The share reached, in percent, where it is known of how many."""
        return share_of(self.reached, self.aim)

    @property
    def missing(self) -> int:
        """How many are not reached yet, where it is known of how many."""
        return max(0, self.aim - self.reached)

    @property
    def level(self) -> int | None:
        """Which step of the map the share is on; None where it is not known."""
        return level_of(self.percent)

    def number_of(self, state: State) -> int:
        """How many institutions stand there."""
        return self.states[STATES.index(state)]


def add_up(sums: Collection[Sum]) -> Sum:
    """Sums together; what was set for each of them is not added up."""
    return Sum(
        sum(each.institutions for each in sums),
        sum(each.count for each in sums),
        sum(each.counted for each in sums),
        sum(each.goal for each in sums),
        sum(each.without_officer for each in sums),
        max((each.last_on for each in sums if each.last_on is not None), default=None),
        tuple(map(sum, zip(*(each.states for each in sums), strict=True))) or Sum().states,
        sum(each.credit_hours for each in sums),
    )


LEVELS: Final = (0.0, 10.0, 40.0, 80.0)


def level_of(percent: float | None) -> int | None:
    """Which step of the map a share is on: 0 nobody, then below 10, 40, 80, and 4 from there on."""
    if percent is None:
        return None
    return 0 if percent <= 0 else sum(percent >= bound for bound in LEVELS)
