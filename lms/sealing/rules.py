"""When a service that fails is left alone: a circuit breaker, decided from values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

FAILURES_BEFORE_REST: Final = 3
FIRST_REST: Final = timedelta(minutes=2)
LONGEST_REST: Final = timedelta(hours=1)


def rests_until(failures: Iterable[datetime]) -> datetime | None:
    """Until when the service is left alone; None while it may be asked.

    Takes the ends of the rounds in which it did not answer since it last did, the latest first.
    From the third on it rests two minutes, and twice as long after each further one, up to an hour;
    then one round tries it again.
    """
    ends = list(failures)
    if len(ends) < FAILURES_BEFORE_REST:
        return None
    rest = FIRST_REST
    for _ in ends[FAILURES_BEFORE_REST:]:
        rest = min(2 * rest, LONGEST_REST)
    return ends[0] + rest
