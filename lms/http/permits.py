"""Permits: how many requests a process works on at once, and who waits for how long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from lms.measures import count_wait, note_permits


class Permits:
    """So many permits, and the requests that wait for one."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self._free.put(None)
        self._waiting: dict[object, float] = {}
        """Since when each waits, the oldest first."""
        self.on_wait: Callable[[], None] = _do_nothing
        """What is told whenever a request has to wait."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold one permit, as soon as there is one."""
        try:
            self._free.get_nowait()
        except Empty:
            self._wait()
        self._tell()
        try:
            yield
        finally:
            self._free.put(None)
            self._tell()

    @property
    def free_count(self) -> int:
        """How many nobody holds."""
        return self._free.qsize()

    def oldest_wait(self) -> float:
        """For how many seconds the oldest request has been waiting; 0 if none does."""
        try:
            began = next(iter(self._waiting.values()))
        except (StopIteration, RuntimeError):  # nobody waits, or one has just come or gone
            return 0.0
        return time.monotonic() - began

    def _wait(self) -> None:
        who, began = object(), time.monotonic()
        self._waiting[who] = began
        self.on_wait()
        try:
            self._free.get()
        finally:
            del self._waiting[who]
        count_wait(time.monotonic() - began)

    def _tell(self) -> None:
        note_permits(self._count - self.free_count, len(self._waiting))


def _do_nothing() -> None:
    """Nobody wants to be told."""
