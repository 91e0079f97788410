"""The pass mark, orders of choices, waiting: decided from values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

HIGHEST_SEQUENCE = 2**31 - 1
SHORTEST_GROWN = 5
LONGEST_GROWN = 24 * 60
# A browser counts choices one by one, and sends the last of those made without a connection; who
# leaps to the end could never choose anything else for that question.
LONGEST_LEAP = 10_000


@dataclass(frozen=True, slots=True)
class Score:
    """How many of an attempt's questions were answered right."""

    right_count: int
    total: int

    def is_pass(self, pass_mark: int) -> bool:
        """Whether the share of right answers reaches the pass mark, a whole percentage."""
        return Fraction(self.right_count * 100, max(self.total, 1)) >= pass_mark

    @property
    def percent(self) -> int:
        """The share of right answers in whole percent, rounded down: 79,9 is not 80."""
        return self.right_count * 100 // max(self.total, 1)


def choice_order(
    shuffled: Sequence[int], *, keeps_order: bool, pinned_last: int | None
) -> list[int]:
    """The order in which choices are shown: shuffled, unless the question keeps its order.

    A choice such as "Semua jawaban benar" (`pinned_last`) stays behind the others.
    """
    if keeps_order:
        return sorted(shuffled)
    return sorted(shuffled, key=lambda index: index == pinned_last)


def is_right(order: Sequence[int], chosen: Iterable[int], right: Collection[int]) -> bool:
    """Whether the choices made, as positions shown, are exactly the right ones (all or nothing)."""
    return {order[position] for position in chosen} == set(right)


def wait_after(failure_count: int, wait_minutes: int) -> int:
    """How many minutes to wait after so many attempts of an edition that were not passed.

    The author's wait holds for the first two; from the third on it doubles each time, and is
    ten minutes or more, so that no bank is learned by trying. It never grows beyond a day, unless
    the author's own is longer.
    """
    extra = failure_count - 2
    if extra <= 0:
        return wait_minutes
    grown = max(wait_minutes, SHORTEST_GROWN) << min(extra, 10)
    return max(wait_minutes, min(grown, LONGEST_GROWN))


def opens_at(submitted_at: datetime, wait_minutes: int) -> datetime:
    """When the next attempt may start after one that was not passed.

    At a whole minute, the next one: people are told it without seconds, and it holds as it is
    told. Where there is no wait, it is at once.
    """
    if not wait_minutes:
        return submitted_at
    whole_minute = submitted_at.replace(second=0, microsecond=0)
    begun_minute = 1 if submitted_at > whole_minute else 0
    return whole_minute + timedelta(minutes=wait_minutes + begun_minute)
