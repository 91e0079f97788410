"""What a key looks like, how long it lives, and when it stops: from values alone."""

import base64
import binascii
import enum
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from lms.exchange.enums import TokenScope

MARK: Final = "sakuham_"
"""What every key begins with: whoever finds one in a file or a log knows what it is."""

SHOWN: Final = len(MARK) + 6
"""So many characters of a key are kept to be read; they are of no help in guessing the rest."""

LIFETIMES: Final = (30, 90, 180, 365)
"""For how many days a key may live."""

USED_EVERY: Final = timedelta(minutes=5)
"""So often at most it is noted that a key is in use."""

MOST_TOKENS: Final = 20
"""So many keys an institution may have that are not revoked."""


class TokenState(enum.Enum):
    """Whether a key opens anything, and why not.

    ENDED: its institution was merged or closed. ORPHANED: who made it answers for the whole
    institution no longer.
    """

    LIVE = "live"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"
    ORPHANED = "orphaned"


def state_of(
    *,
    revoked_at: datetime | None,
    expires_at: datetime,
    has_ended: bool,
    has_maker: bool,
    now: datetime,
) -> TokenState:
    """Whether a key opens anything now; what nobody can undo is said first."""
    if revoked_at is not None:
        return TokenState.REVOKED
    if expires_at <= now:
        return TokenState.EXPIRED
    if has_ended:
        return TokenState.ENDED
    return TokenState.LIVE if has_maker else TokenState.ORPHANED


def write_scopes(scopes: Iterable[TokenScope]) -> str:
    """Scopes as a row keeps them: in their order, between blanks."""
    chosen = set(scopes)
    return " ".join(scope.value for scope in TokenScope if scope in chosen)


def read_scopes(written: str) -> frozenset[TokenScope]:
    """The same back."""
    return frozenset(TokenScope(each) for each in written.split())


def write_cursor(position: int) -> str:
    """A position of the log as clients keep it: opaque, so that nobody reckons with it."""
    return base64.urlsafe_b64encode(b"1:%d" % position).decode().rstrip("=")


def read_cursor(text: str) -> int | None:
    """The position of a cursor; None for what we did not write."""
    if not text.isascii() or len(text) > 40:
        return None
    try:
        form, _, digits = (
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    is_ours = form == "1" and digits.isdecimal() and len(digits) <= 15
    return int(digits) if is_ours and write_cursor(int(digits)) == text else None
