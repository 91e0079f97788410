"""Events of institutions, for packages above to listen to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfirmed:
    """A person's institution vouches for them now; `confirmer_id` is empty of no officer's word.

    is_told_later: they hear of it when the time to undo it is over, and not by this.
    """

    account_id: int
    institution_id: int
    confirmer_id: int | None
    now: datetime
    is_told_later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationTakenBack:
    """A person's institution does not vouch for them any more: it was a mistake."""

    account_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePosted:
    """These people are new, by a list: nothing is known of them but who they are and where."""

    account_ids: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsChanged:
    """Where these people work changed: posted, moved, in another unit, confirmed or ended."""

    account_ids: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtChanged:
    """A person's confirmation is doubted, or the doubt was answered: whether they count changes."""

    account_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReplanted:
    """A unit stands elsewhere in its institution's tree, with all below it: its path is another."""

    institution_id: int
    old: str
    new: str
