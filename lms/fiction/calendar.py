"""On which days people learn: workdays mostly, holidays hardly, and one day on which all do."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from lms.days import last_day_of

_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)})
_PEAK: Final = (12, 10)
"""The day of human rights, on which many sit together and pass."""
_PEAK_SHARE: Final = 0.06
_WEEKEND, _HOLIDAY = 0.08, 0.03


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days from the first to the last, and how many of all passes were before the end of each."""

    days: Sequence[date]
    written: Sequence[str]
    shares: Sequence[float]

    def draw(self, random: Random, after: int = 0) -> int:
        """The place of a day, not before that of another."""
        low = self.shares[after - 1] if after else 0.0
        drawn = low + random.random() * (self.shares[-1] - low)
        return min(bisect(self.shares, drawn), len(self.days) - 1)


def make_calendar(until: date) -> Calendar:
    """The two years that end on a day: slowly at first, and faster as more are told of it."""
    first = date(until.year - 2, until.month, min(until.day, 28)) + timedelta(1)
    days = [first + timedelta(number) for number in range((until - first).days + 1)]
    weights = [_weight(day) * (1 + 2 * place / len(days)) for place, day in enumerate(days)]
    peaks = [place for place, day in enumerate(days) if (day.month, day.day) == _PEAK]
    if peaks:
        weights[peaks[-1]] += _PEAK_SHARE * sum(weights)
    shares: list[float] = []
    total = 0.0
    for weight in weights:
        total += weight
        shares.append(total)
    return Calendar(days, [day.isoformat() for day in days], shares)


def _weight(day: date) -> float:
    if (day.month, day.day) in _HOLIDAYS:
        return _HOLIDAY
    return _WEEKEND if day.weekday() >= 5 else 1.0


def end_of_term(day: date, months: int | None) -> str | None:
    """The last day of a term that begins on a day, written; None for good."""
    return last_day_of(day, months).isoformat() if months else None
