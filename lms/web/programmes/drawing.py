"""The figure drawn: what each period added, and the sum against its scale; a period is a unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from lms.programmes.periods import Period, Step

FEWEST_DAYS: Final = 30
"""A drawing of days is at least so wide, so that the first day is a bar and not a wall."""

LOWEST_TOP: Final = 5
_BAR: Final = 0.75  # of a period's width


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of so many periods: an SVG path from the lower left, in periods and people.

    top: how many people its height is. first, last: the days at its ends. target: the line that is
    to be reached, where it is within the height.
    """

    first: date
    last: date
    width: int
    top: int
    path: str
    target: str = ""


def draw_bars(step: Step, periods: Sequence[Period]) -> Drawing:
    """What each period added, a bar each."""
    before = _days_before(step, periods)
    bars = (
        f"M{number} 0h{_BAR}v{period.count}h-{_BAR}z"
        for number, period in enumerate(periods, before)
        if period.count > 0
    )
    top = _scale(max(period.count for period in periods))
    return _drawing(before, periods, top, "".join(bars))


@dataclass(frozen=True, slots=True)
class Road:
    """From nobody on the first day to the target on the last one."""

    first: date
    last: date


def draw_sum(
    step: Step, periods: Sequence[Period], target: int | None, road: Road | None = None
) -> Drawing:
    """The sum from the first period on; its scale grows with it until it is the target.

    The line is the road to the target, where there is one, else the target's height; none where
    that is above the scale, or there is no target.
    """
    before = _days_before(step, periods)
    steps = "".join(
        f"H{number}V{max(0, period.cumulative)}"
        for number, period in enumerate(periods, before)
        if period.count
    )
    highest = max(period.cumulative for period in periods)
    top = _scale(highest) if not target else max(highest, min(_scale(highest), target))
    width = before + len(periods)
    drawn = _drawing(before, periods, top, f"M0 0{steps}H{width}V0z")
    return replace(drawn, target=_draw_target(drawn, target, road)) if target else drawn


def _draw_target(drawn: Drawing, target: int, road: Road | None) -> str:
    if road is None:
        return f"M0 {target}H{drawn.width}" if target <= drawn.top else ""
    start, end = (_due(road, day, target) for day in (drawn.first, drawn.last))
    # It may leave the scale on its way; what is beyond is cut off by the drawing's frame.
    return f"M0 {start}L{drawn.width} {end}" if start <= drawn.top else ""


def _due(road: Road, day: date, target: int) -> int:
    """How many there should be on a day, or by the end of the road."""
    length = max(1, (road.last - road.first).days)
    gone = min(max(0, (day - road.first).days), length)
    return target * gone // length


def _days_before(step: Step, periods: Sequence[Period]) -> int:
    """How many empty days stand before the first."""
    return max(0, FEWEST_DAYS - len(periods)) if step is Step.DAY else 0


def _drawing(before: int, periods: Sequence[Period], top: int, path: str) -> Drawing:
    first = periods[0].first - timedelta(before)
    return Drawing(first, periods[-1].last, before + len(periods), top, path)


def _scale(highest: int) -> int:
    """The next of 5, 10, 20, 50, 100 … that is no lower."""
    top = LOWEST_TOP
    while top < highest:
        # 5 · 2 and 1 · 2 double, 2 to 5 is two and a half times.
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top
