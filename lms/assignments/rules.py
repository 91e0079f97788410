"""When somebody is reminded of what, decided from values.

A mail comes when something is assigned, seven days and one day before it is due, and one day, eight
and fifteen days after; in the office hours of the person's own zone, and never on a Sunday. Nobody
gets more than two in seven days: what is more waits, and several are told in one.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lms.days import SUNDAY, is_in_office_hours, local_day, morning_of, next_office_hour

CEILING: Final = 2
CEILING_SPAN: Final = timedelta(days=7)
# Three weeks after it was due it stays as it is: nobody new is asked, and nobody is reminded.
RUNS_ON: Final = timedelta(days=21)
FURTHEST_DUE: Final = timedelta(days=731)
WORDS_LENGTH: Final = 500


class Stage(enum.IntEnum):
    """Which reminder has had its turn."""

    NONE = 0
    ASSIGNED = 1
    WEEK_BEFORE = 2
    DAY_BEFORE = 3
    DAY_AFTER = 4
    WEEK_AFTER = 5
    LAST = 6


_DAYS: Final = {
    Stage.WEEK_BEFORE: -7,
    Stage.DAY_BEFORE: -1,
    Stage.DAY_AFTER: 1,
    Stage.WEEK_AFTER: 8,
    Stage.LAST: 15,
}


class News(enum.Enum):
    """What a mail says of an assignment."""

    ASSIGNED = "assigned"
    MOVED = "moved"
    SOON = "soon"
    LATE = "late"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Duty:
    """One person's part of an assignment, as far as reminders go.

    `is_open`: it is asked and not finished; `is_withdrawn`: it is asked no longer.
    """

    assignment_id: int
    title: str
    words: str
    due_on: date
    told_due_on: date | None
    stage: int
    is_open: bool
    is_withdrawn: bool
    time_zone: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a duty whose moment has come: what is told, and when it comes next."""

    duty: Duty
    news: News | None
    stage: int
    told_due_on: date | None
    remind_at: datetime | None


def day_of(stage: Stage, due_on: date) -> date:
    """The day of a reminder; one before the due date that falls on a Sunday comes on Saturday."""
    day = due_on + timedelta(days=_DAYS[stage])
    return day - timedelta(days=1) if day < due_on and day.weekday() == SUNDAY else day


def stage_on(due_on: date, day: date) -> Stage:
    """The last reminder whose day has come; that of the beginning always has."""
    come = [stage for stage in _DAYS if day_of(stage, due_on) <= day]
    return max(come, default=Stage.ASSIGNED)


def next_moment(stage: int, due_on: date, time_zone: str, *, now: datetime) -> datetime | None:
    """When the reminder after this one is to be thought of; None after the last."""
    if stage >= Stage.LAST:
        return None
    following = Stage(stage + 1)
    if following is Stage.ASSIGNED:
        return next_office_hour(now, time_zone)
    morning = morning_of(day_of(following, due_on), time_zone)
    return next_office_hour(max(morning, now), time_zone)


def take_turn(duty: Duty, *, now: datetime) -> Turn:
    """What is told of a duty now, if anything; outside of office hours it waits."""
    if not is_in_office_hours(now, duty.time_zone) and (duty.is_open or duty.is_withdrawn):
        at = next_office_hour(now, duty.time_zone)
        return Turn(duty, None, duty.stage, duty.told_due_on, at)
    if duty.is_withdrawn:
        news = None if duty.told_due_on is None else News.WITHDRAWN
        return Turn(duty, news, duty.stage, None, None)
    if not duty.is_open:
        return Turn(duty, None, duty.stage, duty.told_due_on, None)
    today = local_day(now, duty.time_zone)
    reached = stage_on(duty.due_on, today)
    remind_at = next_moment(reached, duty.due_on, duty.time_zone, now=now)
    return Turn(duty, _news(duty, reached, today), reached, duty.due_on, remind_at)


def _news(duty: Duty, reached: Stage, today: date) -> News | None:
    if duty.told_due_on is None:
        return News.ASSIGNED
    if duty.told_due_on != duty.due_on:
        return News.MOVED
    if reached <= duty.stage:
        return None
    return News.LATE if today > duty.due_on else News.SOON


def wait(duty: Duty, written_at: Sequence[datetime], *, now: datetime) -> Turn:
    """The turn of a duty of somebody who was written often enough: not before one is old enough."""
    at = next_office_hour(max(now, min(written_at) + CEILING_SPAN), duty.time_zone)
    return Turn(duty, None, duty.stage, duty.told_due_on, at)


def days_in_words(due_on: date, today: date) -> str:
    """How far off a due date is, for mail: `7 hari lagi`, `hari ini`, `lewat 3 hari`."""
    days = (due_on - today).days
    if days == 0:
        return "hari ini"
    if days == 1:
        return "besok"
    return f"{days} hari lagi" if days > 0 else f"lewat {-days} hari"
