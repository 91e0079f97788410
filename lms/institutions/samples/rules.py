"""How many are drawn and who, and what the answers come to; from values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from heapq import nsmallest
from math import ceil, floor
from typing import Final

from lms.institutions.samples.errors import WhyNot
from lms.institutions.samples.models import SampleAnswer
from lms.small_numbers import wilson

SURELY_DRAWN_FROM: Final = 20
"""Of so many confirmations at least one is drawn."""
REMIND_AFTER: Final = timedelta(days=7)
PASS_ON_AFTER: Final = timedelta(days=14)
SHORTEST, LONGEST = 10, 500
_NOISE: Final = 1e-9
"""Of floating point: a whole per cent is to stay one."""


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def size_of(pool_count: int, percent: int) -> int:
    """How many are drawn of so many: the share, rounded, and one of SURELY_DRAWN_FROM at least."""
    if percent <= 0:
        return 0
    share = (pool_count * percent + 50) // 100
    return min(pool_count, max(share, 1 if pool_count >= SURELY_DRAWN_FROM else 0))


def rank_of(seed: str, account_id: int) -> str:
    """By what people stand in line to be drawn: a hash that nobody can choose but by the seed."""
    return sha256(f"{seed}:{account_id}".encode()).hexdigest()


def draw(seed: str, account_ids: Iterable[int], count: int) -> list[int]:
    """The first so many in that line; the order in which they are given plays no part."""
    return nsmallest(count, set(account_ids), key=lambda key: (rank_of(seed, key), key))


def read_reason(answer: SampleAnswer, text: str) -> str | None:
    """Why somebody says so, as it is kept; raises WhyNot of who says no without a reason."""
    reason = " ".join(text.split())
    if answer is SampleAnswer.NO and not SHORTEST <= len(reason) <= LONGEST:
        raise WhyNot
    return reason[:LONGEST] or None


@dataclass(frozen=True, slots=True)
class Trust:
    """What the answers of an institution come to."""

    yes: int
    no: int
    unknown: int
    waiting: int

    @property
    def checked(self) -> int:
        """Of how many somebody knew the answer."""
        return self.yes + self.no

    @property
    def interval(self) -> tuple[int, int] | None:
        """Between how many in a hundred confirmations are right, in whole percent (Wilson's 95 %).

        None where nobody was checked. Outwards: it never promises more than the answers do.
        """
        total = self.checked
        if not total:
            return None
        low, high = wilson(self.yes / total, total)
        return floor(low * 100 + _NOISE), ceil(high * 100 - _NOISE)
