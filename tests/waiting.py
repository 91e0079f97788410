"""Waiting on a machine that may be busy with other things: for what must come, not for seconds.

A wait ends when its condition has come, or at once when that has died which was to bring it. Only
what hangs reaches the ceiling, so the ceiling is generous. Where seconds are promised, they are
those of a machine that does nothing else: `crowding` says how much slower this one is now.
"""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

HANG_SECONDS = 120.0
LOOK_SECONDS = 0.05


def wait_until(
    has_come: Callable[[], object],
    *,
    tell: Callable[[], str],
    is_alive: Callable[[], bool] = lambda: True,
    within: float = HANG_SECONDS,
) -> None:
    """Wait for what must come, so many seconds of a quiet machine at most.

    Raises AssertionError with what `tell` gives when it has not come in time, and at once when it
    has not come and nothing is alive that could bring it.
    """
    began = time.monotonic()
    while True:
        could_come = is_alive()  # asked first: what it brought with its last breath counts
        if has_come():
            return
        assert could_come, f"It died first:\n{tell()}"
        waited = time.monotonic() - began
        assert waited < within * crowding(), f"Not within {waited:.0f} s:\n{tell()}"
        time.sleep(LOOK_SECONDS)


def crowding() -> float:
    """How many want to run for each processor that we may use: 1 on a quiet machine, never less."""
    (running,) = (
        int(line.split()[1])
        for line in Path("/proc/stat").read_text().splitlines()
        if line.startswith("procs_running ")
    )
    return max(1.0, running / len(os.sched_getaffinity(0)))


def hold_port() -> socket.socket:
    """A port of this machine that is ours until it is closed, as a socket that does not listen.

    Nobody else is given it, whereas a server that we start can listen at it.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def number_of(held: socket.socket) -> int:
    """The number of a port that is held."""
    number: int = held.getsockname()[1]
    return number


def is_listened_at(port: int) -> bool:
    """Whether somebody listens at a port of this machine; a server would find it taken."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return True
    return False
