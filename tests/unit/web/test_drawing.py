"""The drawings of the figure: as wide as a month, however young it is, and readable after years."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from lms.programmes.breakdown import Day
from lms.programmes.periods import Step, extend, gather, list_last_days
from lms.web.programmes.drawing import Drawing, Road, draw_bars, draw_sum

FIRST = date(2026, 3, 1)


def drawn(days: list[Day], target: int = 1_000_000) -> tuple[Drawing, Drawing]:
    """Both drawings of these days."""
    step, periods = gather(days)
    return draw_bars(step, periods), draw_sum(step, periods, target)


def test_the_first_day_is_a_bar_at_the_end_of_a_month() -> None:
    bars, curve = drawn([Day(FIRST, 3, 3)])
    assert bars.first == curve.first == date(2026, 1, 31)
    assert bars.last == curve.last == FIRST
    assert bars.width == curve.width == 30
    assert (bars.path, bars.top) == ("M29 0h0.75v3h-0.75z", 5)
    assert (curve.path, curve.top) == ("M0 0H29V3H30V0z", 5)


def test_days_that_added_nothing_are_gaps() -> None:
    days = [Day(FIRST, 4, 4), Day(FIRST + timedelta(40), 8, 12), Day(FIRST + timedelta(41), -1, 11)]
    bars, curve = drawn(days)
    assert (bars.first, bars.width) == (FIRST, 42)
    assert bars.path == "M0 0h0.75v4h-0.75zM40 0h0.75v8h-0.75z"
    assert curve.path == "M0 0H0V4H40V12H41V11H42V0z"
    assert curve.top == 20


@pytest.mark.parametrize(
    ("days", "step", "count", "first", "last"),
    [
        (62, Step.DAY, 62, FIRST, date(2026, 5, 1)),
        (63, Step.WEEK, 10, date(2026, 2, 23), date(2026, 5, 3)),
        (434, Step.WEEK, 63, date(2026, 2, 23), date(2027, 5, 9)),
        (435, Step.MONTH, 15, FIRST, date(2027, 5, 31)),
        (3650, Step.MONTH, 120, FIRST, date(2036, 2, 29)),
    ],
)
def test_the_longer_it_has_been_the_longer_is_a_bar(
    days: int, step: Step, count: int, first: date, last: date
) -> None:
    every = [Day(FIRST + timedelta(each), 10, 10 * (each + 1)) for each in range(days)]
    found, periods = gather(every)
    assert (found, len(periods)) == (step, count)
    assert sum(period.count for period in periods) == periods[-1].cumulative == 10 * days
    assert all(a.last + timedelta(1) == b.first for a, b in pairwise(periods))
    bars, curve = drawn(every)
    assert (bars.first, bars.last) == (curve.first, curve.last) == (first, last)
    assert bars.path.count("M") == bars.width == curve.width == count


@pytest.mark.parametrize(
    ("count", "target", "top"),
    [(5, 100, 5), (6, 100, 10), (11, 100, 20), (21, 100, 50), (60, 90, 90), (120, 90, 120)],
)
def test_the_scale_grows_until_it_is_the_target(count: int, target: int, top: int) -> None:
    _, curve = drawn([Day(FIRST, count, count)], target)
    assert curve.top == top


def test_the_target_is_a_line_where_the_scale_reaches_it() -> None:
    (step, periods), top = gather([Day(FIRST, 3, 3)]), 5
    assert draw_sum(step, periods, 1_000_000).target == ""
    assert draw_sum(step, periods, top).target == "M0 5H30"
    assert draw_sum(step, periods, None).target == ""
    assert draw_sum(step, periods, None).top == top


def test_the_road_to_the_target_runs_from_nobody_to_all() -> None:
    step, periods = gather([Day(FIRST, 3, 3)])
    first = date(2026, 1, 31)
    road = Road(first, first + timedelta(100))
    assert draw_sum(step, periods, 100, road).target == "M0 0L30 29"
    late = Road(first - timedelta(900), first + timedelta(100))
    assert draw_sum(step, periods, 100, late).target == ""
    ended = Road(first - timedelta(90), first)
    assert draw_sum(step, periods, 4, ended).target == "M0 4L30 4"
    assert draw_sum(step, periods, 4, Road(first, first)).target == "M0 0L30 4"


def test_the_last_days_are_there_whatever_they_brought() -> None:
    days = [Day(FIRST, 3, 3), Day(FIRST + timedelta(40), 2, 5), Day(FIRST + timedelta(60), 1, 6)]
    today = FIRST + timedelta(60)
    last = list_last_days(days, today)
    assert (len(last), last[0].first, last[-1].first) == (30, FIRST + timedelta(31), today)
    assert (last[0].cumulative, last[-1].cumulative) == (3, 6)
    assert sum(day.count for day in last) == 3
    assert draw_bars(Step.DAY, list_last_days([], today)).path == ""
    assert draw_bars(Step.DAY, last).width == 30


def test_what_has_stood_still_is_drawn_to_the_end() -> None:
    days = [Day(FIRST, 3, 3)]
    today = FIRST + timedelta(9)
    assert extend(days, today) == [*days, Day(today, 0, 3)]
    assert extend(days, FIRST) == days
    assert extend([], today) == []
    _, periods = gather(extend(days, today))
    assert (len(periods), periods[-1].cumulative) == (10, 3)
