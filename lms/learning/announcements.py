"""Events of learning, for packages above to listen to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPassed:
    """An attempt was just passed: what a certificate is made from.

    `passed_at` is when it was handed in. Where that was not passed then, but by a new grading, the
    reason stands in `regraded_because`.
    """

    attempt_id: int
    account_id: int
    module_id: int
    release_id: int
    passed_at: datetime
    now: datetime
    regraded_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBegan:
    """A person has read a first chapter of an edition to its end."""

    account_id: int
    now: datetime
