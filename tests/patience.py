"""An end to a hang: for tests that feed hostile input to what might read it without end.

How fast something is belongs to `bin/bench`. This tells seconds from forever, and nothing finer:
what the tests do under it takes a second at most, and on a machine shared with others, with
coverage, six times that was seen.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE_SECONDS = 120


class Hang(AssertionError):
    """It did not come to an end."""


@contextmanager
def ends() -> Iterator[None]:
    """Raise Hang in what takes more than `PATIENCE_SECONDS` of the process's own CPU time."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"It worked for {PATIENCE_SECONDS} s of CPU time without coming to an end.")

    former = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)
