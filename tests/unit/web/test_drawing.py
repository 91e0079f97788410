"""The drawings of the figure: as wide as a month, however young it is, and readable after years."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from lms.programmes.breakdown import Day
from lms.programmes.periods import Step, gather
from lms.web.programmes.drawing import Drawing, draw_bars, draw_sum

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
