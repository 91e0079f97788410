"""Days gathered into weeks or months, so that years are read as easily as the first weeks."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lms.programmes.breakdown import Day

MOST_PERIODS: Final = 62
"""So many days are shown as days, and so many weeks as weeks; what is longer is shown by months."""

LAST_DAYS: Final = 30
"""How many days are looked at to see how fast it goes."""


class Step(enum.Enum):
    """How long a period is; a week begins on Monday."""

    DAY = "hari"
    WEEK = "pekan"
    MONTH = "bulan"


@dataclass(frozen=True, slots=True)
class Period:
    """What the days from the first to the last added, and how many there were at its end."""

    first: date
    last: date
    count: int
    cumulative: int


def choose_step(first: date, last: date) -> Step:
    """The shortest step in which the time from the first to the last day is not too many."""
    days = (last - first).days + 1
    if days <= MOST_PERIODS:
        return Step.DAY
    return Step.WEEK if days <= 7 * MOST_PERIODS else Step.MONTH


def gather(days: Sequence[Day]) -> tuple[Step, list[Period]]:
    """Days, at least one, as periods without a gap, the earliest first."""
    step = choose_step(days[0].day, days[-1].day)
    added: dict[date, int] = {}
    for day in days:
        begun = _beginning(day.day, step)
        added[begun] = added.get(begun, 0) + day.count
    periods: list[Period] = []
    begun, total = _beginning(days[0].day, step), 0
    while begun <= days[-1].day:
        following = _following(begun, step)
        total += added.get(begun, 0)
        periods.append(Period(begun, following - timedelta(1), added.get(begun, 0), total))
        begun = following
    return step, periods


def extend(days: Sequence[Day], today: date) -> list[Day]:
    """Days up to this one, so that a drawing shows that nothing has come since."""
    if not days or days[-1].day >= today:
        return list(days)
    return [*days, Day(today, 0, days[-1].cumulative)]


def list_last_days(days: Sequence[Day], today: date, length: int = LAST_DAYS) -> list[Period]:
    """So many days up to this one, each a period, those too on which nothing was added."""
    first = today - timedelta(length - 1)
    added = {day.day: day.count for day in days if first <= day.day <= today}
    total = sum(day.count for day in days if day.day < first)
    periods: list[Period] = []
    for number in range(length):
        day = first + timedelta(number)
        total += added.get(day, 0)
        periods.append(Period(day, day, added.get(day, 0), total))
    return periods


def _beginning(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - timedelta(day.weekday()) if step is Step.WEEK else day


def _following(begun: date, step: Step) -> date:
    if step is Step.MONTH:
        return (begun + timedelta(31)).replace(day=1)
    return begun + timedelta(7 if step is Step.WEEK else 1)
