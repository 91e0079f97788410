"""The password that a person has, asked for anew before what is dear to undo."""

from datetime import datetime

from lms.accounts.errors import WrongPassword
from lms.accounts.passwords import is_right_password
from lms.accounts.queries import get_account
from lms.accounts.throttling import (
    count_failures,
    forget_failures,
    key_of_account,
    record_failure,
    record_guess,
)
from lms.db import read_only


def has_password(account_id: int) -> bool:
    """Whether somebody has chosen a password; who came by sign-on alone has none."""
    return get_account(account_id).password_hash is not None


def require_present_password(account_id: int, present: str, *, now: datetime) -> None:
    """Raise WrongPassword unless `present` is the account's.

    To be called before anything is stored. Raises TooManyGuesses where many have failed before, and
    TooBusy.
    """
    key = key_of_account(account_id)
    with read_only():
        stored = get_account(account_id).password_hash
        failed_count = count_failures(key, now=now)
    record_guess(key, failed_count, now=now)
    if not is_right_password(stored, present):
        record_failure(key, failed_count, now=now)
        raise WrongPassword
    forget_failures(key)
