"""What this package announces."""

from blinker import Signal

person_confirmed = Signal("a person's institution vouches for them: account_id, now")
