"""How long the write lock is held: SQLite has one writer, and everybody else's writes wait for it.

What is measured is the work that the thread does between BEGIN and COMMIT (or ROLLBACK), in seconds
of its own CPU time: on a machine that does other things beside, time on the wall says nothing about
us. Python's tidying up is taken off, since it comes when it likes. Waiting inside of a transaction
(for a lock, the network, the gate of passwords) costs no CPU time; what it is for usually does.
"""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from lms.db import is_storing

# What we do takes 130 ms at most; with coverage, on a machine shared with others, eight times as
# much was seen, for caches are shared too. What holds everybody up takes seconds.
LONGEST_SECONDS = 2.0


class WriteTransactions:
    """The transactions of the application's own units of work that lasted too long."""

    def __init__(self) -> None:
        self._long: list[str] = []
        self._tidying = threading.local()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Measure every transaction meanwhile."""
        listeners = (("begin", self._begun), ("commit", self._ended), ("rollback", self._ended))
        for name, listener in listeners:
            event.listen(Engine, name, listener)
        gc.callbacks.append(self._tidied)
        try:
            yield
        finally:
            gc.callbacks.remove(self._tidied)
            for name, listener in listeners:
                event.remove(Engine, name, listener)

    def forget(self) -> None:
        """Begin anew."""
        self._long.clear()

    def long_ones(self) -> list[str]:
        """What was found since."""
        return list(self._long)

    def _begun(self, connection: Connection) -> None:
        if is_storing():
            connection.info["began"] = self._work()

    def _ended(self, connection: Connection) -> None:
        if connection.invalidated:  # its server is gone, and with it what it stored
            return
        began = connection.info.pop("began", None)
        if began is not None and (lasted := self._work() - began) > LONGEST_SECONDS:
            self._long.append(f"a write transaction of {lasted * 1000:.0f} ms of CPU time")

    def _work(self) -> float:
        """The CPU time of this thread without what went into tidying up."""
        return time.thread_time() - getattr(self._tidying, "seconds", 0.0)

    def _tidied(self, phase: str, _info: dict[str, Any]) -> None:
        if phase == "start":
            self._tidying.began = time.thread_time()
        else:
            spent = time.thread_time() - self._tidying.began
            self._tidying.seconds = getattr(self._tidying, "seconds", 0.0) + spent
