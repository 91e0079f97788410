"""How an employee number is shown to who may not know it."""

from typing import Final

SHOWN_DIGITS: Final = 3


def mask_number(number: str) -> str:
    """Hide a NIP or NI PPPK for a public page: only its last three digits are left.

    The others tell a date of birth, and the fifteenth the sex. Takes the number with or without
    spaces and gives one character for each digit; three digits or fewer are hidden too.
    """
    digits = "".join(number.split())
    if len(digits) <= SHOWN_DIGITS:
        return "•" * len(digits)
    return "•" * (len(digits) - SHOWN_DIGITS) + digits[-SHOWN_DIGITS:]
