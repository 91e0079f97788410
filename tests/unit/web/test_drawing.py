"""The drawings of the figure: as wide as a month, however young it is."""

from datetime import date, timedelta

import pytest

from lms.programmes.queries import Day
from lms.web.programmes.drawing import draw_bars, draw_sum

FIRST = date(2026, 3, 1)


def test_the_first_day_is_a_bar_at_the_end_of_a_month() -> None:
    day = Day(FIRST, 3, 3)
    bars, curve = draw_bars([day]), draw_sum([day], 1_000_000)
    assert bars.first == curve.first == date(2026, 1, 31)
    assert bars.last == curve.last == FIRST
    assert bars.width == curve.width == 30
    assert (bars.path, bars.top) == ("M29 0h0.75v3h-0.75z", 5)
    assert (curve.path, curve.top) == ("M0 0H29V3H30V0z", 5)


def test_days_that_added_nothing_are_gaps() -> None:
    days = [Day(FIRST, 4, 4), Day(FIRST + timedelta(40), 8, 12), Day(FIRST + timedelta(41), -1, 11)]
    bars, curve = draw_bars(days), draw_sum(days, 1_000_000)
    assert (bars.first, bars.width) == (FIRST, 42)
    assert bars.path == "M0 0h0.75v4h-0.75zM40 0h0.75v8h-0.75z"
    assert curve.path == "M0 0H0V4H40V12H41V11H42V0z"
    assert curve.top == 20


def test_of_years_the_bars_are_those_of_a_quarter_and_the_sum_is_whole() -> None:
    days = [Day(FIRST + timedelta(each), 10, 10 * (each + 1)) for each in range(800)]
    bars, curve = draw_bars(days), draw_sum(days, 1_000_000)
    assert bars.width == 90
    assert bars.path.count("M") == 90
    assert (curve.first, curve.width) == (FIRST, 800)


@pytest.mark.parametrize(
    ("count", "target", "top"),
    [(5, 100, 5), (6, 100, 10), (11, 100, 20), (21, 100, 50), (60, 90, 90), (120, 90, 120)],
)
def test_the_scale_grows_until_it_is_the_target(count: int, target: int, top: int) -> None:
    assert draw_sum([Day(FIRST, count, count)], target).top == top
