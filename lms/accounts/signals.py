"""What this package announces."""

from blinker import Signal

registration_answered = Signal(
    "who registered has answered by mail and has an account now: account_id, institution_id, now"
)
