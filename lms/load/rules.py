"""Which level of service a process is at, by how long the oldest request has been waiting.

Threads take permits in no strict order, and the server in front has a queue that is not ours to
see. So not the length of a wait says how much is left out, but for how long waits have been long:
one step after each second of it, in the stated order, and one step back after five calm ones.
"""

import enum
from dataclasses import dataclass, replace
from typing import Final

LONG_WAIT: Final = 0.25
"""A request that has waited for so many seconds says that too much is asked."""
CALM_WAIT: Final = 0.1
"""Below this it is calm; what lies between changes nothing."""
STEP_SECONDS: Final = 1.0
"""For so long waits have been long before one thing more is left out."""
RETURN_SECONDS: Final = 5.0
"""For so long it has been calm before one thing less is left out."""

SECONDS_EACH: Final = 0.5
"""Of those who wait to sign up, a process takes in two a second."""
SHORTEST_SECONDS: Final = 15.0
"""Whoever has to wait waits for so long at least."""
TURN_LASTS_SECONDS: Final = 1800.0
"""Who comes later than that waits anew."""


class Level(enum.IntEnum):
    """What is left out; each has what those before it leave out too."""

    ALL = 0
    OLDER_FIGURES = 1
    NO_SEARCH = 2
    EXPORTS_WAIT = 3
    SIGN_UPS_WAIT = 4


@dataclass(frozen=True, slots=True)
class Course:
    """A level, and since when waits have been long (or short) without a step.

    Moments are seconds of a clock that only goes forward.
    """

    level: Level = Level.ALL
    is_crowded: bool = False
    since: float = 0.0


def follow(course: Course, oldest_wait: float, now: float) -> Course:
    """The course after a look at how long the oldest request has been waiting; 0 if none does."""
    is_crowded = oldest_wait >= (CALM_WAIT if course.is_crowded else LONG_WAIT)
    if is_crowded != course.is_crowded:
        return replace(course, is_crowded=is_crowded, since=now)
    lasted = now - course.since
    if is_crowded and lasted >= STEP_SECONDS and course.level < max(Level):
        return Course(Level(course.level + 1), is_crowded, now)
    if not is_crowded and lasted >= RETURN_SECONDS and course.level > min(Level):
        return Course(Level(course.level - 1), is_crowded, now)
    return course


def next_turn(last_turn: float, now: float) -> float:
    """When the turn of the next one in a line is: after the last one's, and not at once."""
    return max(now + SHORTEST_SECONDS, last_turn + SECONDS_EACH)


def people_ahead(turn: float, now: float) -> int:
    """How many of a line come before the one whose turn that is."""
    return max(0, round((turn - now - SHORTEST_SECONDS) / SECONDS_EACH))


def is_due(turn: float, now: float) -> bool:
    """Whether somebody's turn has come, and is not long past."""
    return turn <= now <= turn + TURN_LASTS_SECONDS
