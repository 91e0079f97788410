"""Keeps long work from standing in everybody's way: short turns at writing, and pauses between."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

# SQLite has one writer at a time: a page that writes waits for a turn, and finds the pause.
TURN_SECONDS: Final = 0.05
FIRST, SMALLEST, LARGEST = 100, 250, 5_000
# PostgreSQL locks rows, and those of new people nobody waits for: what small turns cost is lost.
SMALLEST_AMONG_ROWS: Final = 1_000
PAUSE: Final = 0.3


@dataclass(slots=True)
class Pace:
    """How many lines a turn takes, by how long the last ones took.

    pause: how long nothing is written after a turn, as a part of the turn. smallest: how many
    lines a turn takes at least, however long they last. clock: by which seconds a turn is measured.

    The first turn is a short one: its statements have yet to be written for the database at hand.
    SQLite works in our own thread, and so is measured by its time: on a machine that others keep
    busy shorter turns would only be more of them, and take more of it.
    """

    size: int = FIRST
    pause: float = PAUSE
    smallest: int = SMALLEST
    clock: Callable[[], float] = time.thread_time

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Write for a while, then leave the others as much time."""
        began = self.clock()
        yield
        lasted = self.clock() - began
        fitting = self.size * TURN_SECONDS / max(lasted, 0.001)
        # A turn that was waited for says little of how long the next one takes.
        self.size = round(min(max(fitting, self.size / 2, self.smallest), self.size * 1.5, LARGEST))
        if self.pause:
            time.sleep(min(lasted, TURN_SECONDS) * self.pause)


def pace_of(connection: Connection) -> Pace:
    """A pace for the database at hand: PostgreSQL lets others write meanwhile."""
    if connection.dialect.name == "sqlite":
        return Pace()
    return Pace(pause=0.0, smallest=SMALLEST_AMONG_ROWS, clock=time.perf_counter)


@dataclass(slots=True)
class Reports:
    """Passes on how far the work is, once a second at most: each time somebody has to write."""

    tell: Callable[[int, int], None]
    every: float = 1.0
    _told_at: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Say that so much is done of so much."""
        now = time.monotonic()
        if now - self._told_at >= self.every:
            self._told_at = now
            self.tell(done, total)
