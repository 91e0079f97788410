"""The figure drawn: what each day added, and the sum against its scale; a day is one unit wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lms.programmes.queries import Day

FEWEST_DAYS: Final = 30
"""A drawing is at least so many days wide, so that the first day is a bar and not a wall."""

MOST_BARS: Final = 90
"""Of so many days at most the bars are drawn: more would be thinner than a line on a phone."""

LOWEST_TOP: Final = 5
_BAR: Final = 0.75  # of a day's width


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of so many days: an SVG path from the lower left, in days and people.

    top: how many people its height is. first, last: the days at its ends.
    """

    first: date
    last: date
    width: int
    top: int
    path: str


def draw_bars(days: Sequence[Day]) -> Drawing:
    """What each of the last days added, a bar each; takes the days that added something."""
    first, last = _ends(days, most=MOST_BARS)
    shown = [day for day in days if day.day >= first and day.count > 0]
    bars = (f"M{(day.day - first).days} 0h{_BAR}v{day.count}h-{_BAR}z" for day in shown)
    top = _scale(max((day.count for day in shown), default=0))
    return Drawing(first, last, (last - first).days + 1, top, "".join(bars))


def draw_sum(days: Sequence[Day], target: int) -> Drawing:
    """The sum from the first day on; its scale grows with it until it is the target."""
    first, last = _ends(days)
    width = (last - first).days + 1
    steps = "".join(f"H{(day.day - first).days}V{max(0, day.cumulative)}" for day in days)
    highest = max(day.cumulative for day in days)
    top = max(highest, min(_scale(highest), target))
    return Drawing(first, last, width, top, f"M0 0{steps}H{width}V0z")


def _ends(days: Sequence[Day], *, most: int | None = None) -> tuple[date, date]:
    """The first and the last day of a drawing of so many days."""
    last = days[-1].day
    first = min(days[0].day, last - timedelta(FEWEST_DAYS - 1))
    return (first if most is None else max(first, last - timedelta(most - 1))), last


def _scale(highest: int) -> int:
    """The next of 5, 10, 20, 50, 100 … that is no lower."""
    top = LOWEST_TOP
    while top < highest:
        # 5 · 2 and 1 · 2 double, 2 to 5 is two and a half times.
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top
