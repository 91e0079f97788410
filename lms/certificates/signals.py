"""What this package announces."""

from dataclasses import dataclass

from blinker import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to a certificate, as its holder is told.

    code, title: of the certificate that was issued, or of the one that was revoked.
    email: the holder's address. A change that was not a pass of the quiz has a reason; with
    `is_revocation` it is a revocation, with `is_replacement` a replacement, else a new grading of
    the quiz. is_reopened: after a revocation the holder may sit the quiz again. saw_key: the
    certificate does not count, since they had the answer sheet.
    """

    code: str
    title: str
    email: str
    is_confirmed: bool
    reason: str | None = None
    is_revocation: bool = False
    is_reopened: bool = False
    is_replacement: bool = False
    saw_key: bool = False


certificates_changed = Signal(
    "a certificate of a person was issued, revoked or replaced, in the same transaction: "
    "account_id, change, now"
)
