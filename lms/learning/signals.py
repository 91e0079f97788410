"""What this package announces."""

from blinker import Signal

attempt_passed = Signal("an attempt was handed in and passed, in the same transaction: passed, now")
