"""Rules of rows of progress: how states of modules are packed, and the hours of a year."""

import enum
from datetime import date
from typing import Final


class Status(enum.Enum):
    """How far a person is: with a certificate in force, with a finished chapter, or neither."""

    FINISHED = "finished"
    STARTED = "started"
    NOT_STARTED = "not_started"

    @property
    def code(self) -> int:
        """As it stands in rows: 0 not started, 1 started, 2 finished."""
        return _CODES.index(self)


_CODES: Final = (Status.NOT_STARTED, Status.STARTED, Status.FINISHED)

MOST_MODULES: Final = 31
"""Modules that a row has room for, two bits each; of a later one only the row shown knows."""

BEGUN: Final = 1 << 2 * MOST_MODULES
"""Set where anything was begun, a module without a place among the bits too."""

NEVER: Final = date.min
"""The day on which who has finished nothing did so."""

FOR_GOOD: Final = date.max
"""The last day of certificates that do not end."""

YEAR_UNIT: Final = 10_000
"""What a year stands for in `year_hours`: hours of one year stay below it."""


def status_of(code: int) -> Status:
    """The status that a row's number stands for."""
    return _CODES[code]


def states_of(modules: int) -> dict[int, int]:
    """The states other than not started that a row's bits hold, by the module's ordinal."""
    states: dict[int, int] = {}
    rest, ordinal = modules & ~BEGUN, 0
    while rest:
        if rest & 3:
            states[ordinal] = min(rest & 3, Status.FINISHED.code)
        rest, ordinal = rest >> 2, ordinal + 1
    return states


def hours_in(year: int, year_hours: int) -> int:
    """The credit hours of a year, from a row's latest year with any and its hours."""
    latest, hours = divmod(year_hours, YEAR_UNIT)
    return hours if latest == year else 0
