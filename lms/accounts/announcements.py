"""Events of accounts, for packages above to listen to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationAnswered:
    """Who registered has answered by mail, and has an account now."""

    account_id: int
    institution_id: int | None
    """Where they say that they work; None of who did not find it, and wrote `institution_words`."""
    now: datetime
    unit_id: int | None = None
    institution_words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegrouped:
    """Two accounts were found to be one person's, or not to be; both are named."""

    account_ids: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTakenBack:
    """Who had proved a mailbox has taken their account back, which was given another one."""

    account_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHandedOver:
    """An account is another person's now; whoever used it before is to be out of it."""

    account_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChanged:
    """Names, addresses, numbers, kinds or the activation of these people changed."""

    account_ids: tuple[int, ...]
    now: datetime
