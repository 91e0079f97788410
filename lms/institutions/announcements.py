"""Events of institutions, for packages above to listen to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfirmed:
    """A person's institution vouches for them now."""

    account_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsChanged:
    """Where these people work changed: posted, moved, in another unit, confirmed or ended."""

    account_ids: tuple[int, ...]
    now: datetime
