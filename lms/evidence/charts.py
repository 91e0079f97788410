"""Charts of a report as SVG, without letters in them: scale and names stand beside them as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lms.evidence.figures import MonthFigures
from lms.evidence.rules import Interval
from lms.evidence.words import read_month, write_month, write_number

WIDTH: Final = 640
HEIGHT: Final = 160
DEEP: Final = "#1f3b63"
WARM: Final = "#c98a1b"
PALE: Final = "#d9d2c2"
_ROW: Final = 26


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and what it says, for whoever does not see it; `top` is what its height means."""

    svg: str
    words: str
    top: str = ""
    first: str = ""
    last: str = ""


def scale(highest: int) -> int:
    """The next of 5, 10, 20, 50, 100 … that is no lower."""
    top = 5
    while top < highest:
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top


def every_month(months: Sequence[MonthFigures], last: str) -> list[MonthFigures]:
    """The months without a gap, from the first on that added anybody to the last of the report."""
    known = {each.month: each for each in months}
    if not known:
        return []
    found: list[MonthFigures] = []
    month, end = min(known), max(*known, last)
    total = 0
    while month <= end:
        each = known.get(month, MonthFigures(month, 0, total))
        total = each.total
        found.append(each)
        month = _following(month)
    return found


def draw_added(months: Sequence[MonthFigures]) -> Chart:
    """A bar for what each month added; months that took away more than they added have none."""
    top = scale(max(each.added for each in months))
    step = WIDTH / len(months)
    wide = min(step * 0.75, 40.0)
    bars = "".join(
        f'<rect x="{index * step + (step - wide) / 2:.1f}" y="{HEIGHT - high:.1f}" '
        f'width="{wide:.1f}" height="{high:.1f}" fill="{DEEP}"/>'
        for index, each in enumerate(months)
        if (high := HEIGHT * max(0, each.added) / top)
    )
    return _over_time("Batang ASN yang bertambah tiap bulan", bars, top, months)


def draw_total(months: Sequence[MonthFigures]) -> Chart:
    """How many people there were at the end of each month."""
    top = scale(max(each.total for each in months))
    step = WIDTH / len(months)
    path = "".join(
        f"H{index * step:.1f}V{HEIGHT - HEIGHT * max(0, each.total) / top:.1f}"
        for index, each in enumerate(months)
    )
    curve = f'<path d="M0 {HEIGHT}{path}H{WIDTH}V{HEIGHT}z" fill="{DEEP}" fill-opacity="0.75"/>'
    return _over_time("Kurva jumlah ASN yang tercapai", curve, top, months)


def draw_rows(values: Sequence[int], words: str) -> Chart:
    """A bar lying for each value, one below the other."""
    top = scale(max(values))
    bars = "".join(
        f'<rect x="0" y="{index * _ROW + 4}" width="{WIDTH * max(0, value) / top:.1f}" '
        f'height="{_ROW - 8}" fill="{DEEP}"/>'
        for index, value in enumerate(values)
    )
    return Chart(_svg(len(values) * _ROW, bars), words, write_number(top))


def draw_interval(interval: Interval, words: str) -> Chart:
    """A share as a point between its bounds, on a line from 0 to 100 percent."""
    high = 24
    low, up, at = (WIDTH * each for each in (interval.low, interval.high, interval.share))
    drawn = (
        f'<rect x="0" y="11" width="{WIDTH}" height="2" fill="{PALE}"/>'
        f'<rect x="{low:.1f}" y="7" width="{max(up - low, 2):.1f}" height="10" fill="{WARM}"/>'
        f'<rect x="{at - 3:.1f}" y="2" width="6" height="20" fill="{DEEP}"/>'
    )
    return Chart(_svg(high, drawn), words)


def _over_time(what: str, drawn: str, top: int, months: Sequence[MonthFigures]) -> Chart:
    first, last = (write_month(read_month(each.month)) for each in (months[0], months[-1]))
    words = f"{what}, dari {first} sampai {last}"
    return Chart(_svg(HEIGHT, drawn), words, write_number(top), first, last)


def _svg(height: int, drawn: str) -> str:
    base = f'<rect x="0" y="{height - 1}" width="{WIDTH}" height="1" fill="{PALE}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none">{base}{drawn}</svg>'
    )


def _following(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
