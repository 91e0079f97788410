"""What `flask serve` does with the processes that it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lms.cli.running import _has_ended, _stop

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a group of its own, as the server is; and our handlers as they were."""
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    process = subprocess.Popen(SLEEPER, start_new_session=True)
    yield process
    for each, handler in handlers.items():
        signal.signal(each, handler)


def test_an_interrupt_that_left_popens_lock_locked_does_not_keep_it_from_stopping(
    child: "subprocess.Popen[bytes]",
) -> None:
    lock = child._waitpid_lock  # type: ignore[attr-defined]  # noqa: SLF001 - to spoil it
    assert lock.acquire(blocking=False)
    assert not _has_ended(child)
    _stop([child])
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)
    lock.release()
