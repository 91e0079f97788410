"""Throttling of sign-in: how often somebody may guess at one account's password, from anywhere.

Failures are counted in the database, for all processes together, under what was typed: so it is the
same whether that is somebody's or nobody's, and tells not what belongs together. After a few each
further guess has to wait, longer each time and a minute at most; what comes too early is not
counted. A device on which the person has signed in before is counted by itself, so that strangers
who guess without a pause do not hold it up; and a mailed link is never held up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, exists, select, update

from lms.accounts.errors import TooManyGuesses
from lms.accounts.models import SignInFailure
from lms.accounts.rules import FREE_GUESSES, pause_after, read_identifier
from lms.db import current_connection, db, insert_once, read_only, transaction

RETENTION = timedelta(days=1)

_FIND = select(SignInFailure.failed_count, SignInFailure.paused_until).where(
    SignInFailure.whose == bindparam("key")
)
_CLAIM = (
    update(SignInFailure)
    .where(SignInFailure.whose == bindparam("key"))
    .where(SignInFailure.failed_count == bindparam("seen"))
    .values(failed_count=bindparam("count"), paused_until=bindparam("until"))
)
_ONE_MORE = (
    update(SignInFailure)
    .where(SignInFailure.whose == bindparam("key"))
    .values(failed_count=SignInFailure.failed_count + 1, paused_until=bindparam("until"))
)
_FORGET = delete(SignInFailure).where(SignInFailure.whose == bindparam("key"))


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, known by a random word, on which a person has signed in before."""

    account_id: int
    device: str


def key_of_identifier(identifier: str) -> bytes:
    """The key of a stranger's guesses: what they typed.

    As a hash: what people type where a number belongs is theirs.
    """
    return _key(f"typed:{read_identifier(identifier)}")


def key_of_device(known_device: KnownDevice) -> bytes:
    """The key of guesses from a device, at the account that has signed in on it."""
    return _key(f"device:{known_device.account_id}:{known_device.device}")


def key_of_account(account_id: int) -> bytes:
    """The key of guesses of somebody signed in who is asked for their password again."""
    return _key(f"account:{account_id}")


def key_of_second_step(account_id: int) -> bytes:
    """The key of guesses at the codes of a second factor."""
    return _key(f"second step:{account_id}")


def _key(whose: str) -> bytes:
    return sha256(whose.encode()).digest()


def count_failures(key: bytes, *, now: datetime) -> int:
    """How often it has failed; raises TooManyGuesses while the next guess has to wait."""
    row = current_connection().execute(_FIND, {"key": key}).first()
    if row is None:
        return 0
    if row.paused_until > now:
        raise TooManyGuesses(row.paused_until - now)
    count: int = row.failed_count
    return count


def record_guess(key: bytes, seen: int, *, now: datetime) -> None:
    """Before a guess that is no longer free: count it as failed, in a transaction of its own.

    So that of many at once, who have all seen the same count, only one is looked at. Raises
    TooManyGuesses to the others.
    """
    if seen < FREE_GUESSES:
        return
    pause = pause_after(seen + 1)
    claim = {"key": key, "seen": seen, "count": seen + 1, "until": now + pause}
    with transaction():
        if current_connection().execute(_CLAIM, claim).rowcount == 0:
            raise TooManyGuesses(pause)


def record_failure(key: bytes, seen: int, *, now: datetime) -> None:
    """After a free guess: count that it has failed, in a transaction of its own."""
    if seen >= FREE_GUESSES:
        return
    with transaction():
        if current_connection().execute(_ONE_MORE, {"key": key, "until": now}).rowcount == 0:
            first = {"whose": key, "failed_count": 1, "paused_until": now}
            current_connection().execute(insert_once(SignInFailure, current_connection()), first)


def forget_failures(key: bytes) -> None:
    """Begin anew: the person was there."""
    current_connection().execute(_FORGET, {"key": key})


def forget_old_failures(*, now: datetime) -> None:
    """Forget what lies longer back than a day."""
    is_old = SignInFailure.paused_until < now - RETENTION
    with read_only():
        if not db.session.scalar(select(exists().where(is_old))):
            return
    with transaction():
        db.session.execute(delete(SignInFailure).where(is_old))
