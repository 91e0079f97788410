"""Rules of jobs: pauses before retries, the slots of periodic jobs, unique keys."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

# How long what failed waits before each further try; then it is given up, after two days.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(days=1),
)
# The same for what somebody waits for, who then asks again: it is given up after eleven minutes.
ASKED_PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
# The same for what has its turn every few seconds, and is never given up: the last one stays.
ROUND_PAUSES = tuple(timedelta(seconds=each) for each in (2, 4, 8, 16, 32, 60))
# A worker may be killed by no fault of the job; one that always kills it waits like what failed.
LOSSES_AT_ONCE = 3


def next_try(
    tried_count: int, pauses: Sequence[timedelta], *, now: datetime, is_endless: bool = False
) -> datetime | None:
    """When what has failed so often is tried again, or None where it is given up."""
    if is_endless:
        return now + pauses[min(tried_count, len(pauses)) - 1]
    return now + pauses[tried_count - 1] if tried_count <= len(pauses) else None


def slot_of(moment: datetime, every: timedelta) -> datetime:
    """The beginning of the turn that a moment falls into; turns begin at midnight UTC."""
    midnight = datetime(1970, 1, 1, tzinfo=UTC)
    return midnight + (moment - midnight) // every * every


def as_line(text: str, length: int) -> str:
    """A text of unknown origin, such as an error's, as one line that every database can keep."""
    line = " ".join(text.replace("\0", " ").split())
    return line.encode(errors="replace").decode()[:length]


def key_of(kind: str, arguments: Mapping[str, Any]) -> str:
    """The name of the one job of this kind with these arguments, such as `book:7`."""
    return ":".join([kind, *(str(arguments[name]) for name in sorted(arguments))])
