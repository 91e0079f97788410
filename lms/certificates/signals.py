"""What this package announces."""

from blinker import Signal

certificates_changed = Signal(
    "a person's certificates were issued, revoked or replaced, in the same transaction: "
    "account_id, now"
)
