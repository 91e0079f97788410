"""A supervisor of processes: starts them, restarts what has died, and stops them as one.

Signals are waited for and never interrupt: what is blocked stays pending until `pause` takes it.
An interrupt that comes between two steps, or twice, or while something is put away, would
otherwise be lost or leave a part behind. A signal that the one who started us had set to be
ignored, as a shell does with Ctrl-C for what it starts in the background, arrives all the same.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import click

from lms.cli.failures import report_error

# What is told to stop has this long; `TIDY_SECONDS` is for what was killed, to be gone.
STOP_SECONDS = 4.0
TIDY_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
# Who has run for this long has recovered: the pauses begin anew.
SOUND_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
# The children of this process.
_living: set[int] = set()


class Stopped(BaseException):
    """Somebody wants us to stop: Ctrl-C, a service manager, or a terminal that was closed."""


def take_signals() -> None:
    """From here on signals wait until `pause` takes them; children get none of ours.

    Whoever starts us under nohup wants a closed terminal to mean nothing.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else the system would reap children by itself
    signal.pthread_sigmask(signal.SIG_BLOCK, _wishes() | {signal.SIGCHLD})


def pause(seconds: float) -> None:
    """Wait so long, or until a child has ended; raises Stopped when we are to stop."""
    taken = signal.sigtimedwait(_wishes() | {signal.SIGCHLD}, max(seconds, 0))
    if taken is not None and taken.si_signo != signal.SIGCHLD:
        raise Stopped


def _wishes() -> set[signal.Signals]:
    wishes = {signal.SIGINT, signal.SIGTERM}
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        wishes.add(signal.SIGHUP)
    return wishes


def fork(work: Callable[[], None]) -> int:
    """Do something in a process of its own and give its number; it ends with 0 if all went well.

    It leads a session of its own: a terminal's Ctrl-C reaches us alone, and we pass it on once. It
    stops when we are killed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number:
        _living.add(number)
        return number
    code = 1
    try:
        _living.clear()
        os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is told
        report_error(error)
    finally:
        with suppress(OSError):  # nobody reads any more
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def start(command: list[str], environment: dict[str, str]) -> int:
    """Run a program as `fork` does."""
    return fork(lambda: os.execvpe(command[0], command, environment))  # noqa: S606 - our own


def has_ended(process: int) -> bool:
    """Whether a child has ended; it stays to be reaped."""
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def finish(process: int) -> int:
    """Wait for the end of one of `fork`, and give its code; raises Stopped when we are to stop."""
    while not has_ended(process):
        pause(LONGEST_PAUSE_SECONDS)
    return _reap(process)


def _reap(process: int) -> int:
    """Take notice of a child's end; what it has left behind in its session is killed."""
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    _living.discard(process)
    return os.waitstatus_to_exitcode(status)


@dataclass
class Part:
    """Something that is to run as long as we do."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: int = field(default=0, init=False)
    """Its number; 0 while it waits to be started."""
    pause_seconds: float = FIRST_PAUSE_SECONDS
    """How long it is waited before the next start."""
    _due_at: float = field(default=0.0, init=False)
    _started_at: float = field(default=0.0, init=False)

    def tend(self) -> float:
        """Start it if it is due, and notice when it has ended; gives the seconds to its next turn.

        Each end is told, and each pause before the next start twice as long as the one before.
        """
        now = time.monotonic()
        if self.process and has_ended(self.process):
            code = _reap(self.process)
            self.process = 0
            if now - self._started_at >= SOUND_SECONDS:
                self.pause_seconds = FIRST_PAUSE_SECONDS
            say(
                f"{self.name} ended ({_describe(code)}) and is started again"
                f" in {self.pause_seconds:g} s.",
                err=True,
            )
            self._due_at = now + self.pause_seconds
            self.pause_seconds = min(2 * self.pause_seconds, LONGEST_PAUSE_SECONDS)
        if not self.process and now >= self._due_at:
            self.process = start(self.command, self.environment)
            self._started_at = now
        return LONGEST_PAUSE_SECONDS if self.process else self._due_at - now


def supervise(parts: Iterable[Part]) -> None:
    """Have all of them run until we are to stop; raises Stopped then."""
    while True:
        pause(min(part.tend() for part in parts))


def stop() -> None:
    """Tell all that we have started once, wait a moment, and leave nothing of theirs behind."""
    for process in _living:
        os.kill(process, signal.SIGTERM)
    _await_ends(STOP_SECONDS)
    for process in _living:
        # Each leads a group of its own, and so the workers of a server that died are ended too.
        for kill in (os.kill, os.killpg):
            with suppress(ProcessLookupError):
                kill(process, signal.SIGKILL)
    _await_ends(TIDY_SECONDS)
    for process in filter(has_ended, list(_living)):
        _reap(process)


def _await_ends(seconds: float) -> None:
    """Wait until all have ended, but no longer; whoever presses Ctrl-C again changes nothing."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and not all(map(has_ended, _living)):
        with suppress(Stopped):
            pause(left)


def say(words: str, *, err: bool = False) -> None:
    """Print a line, if anybody is there to read it."""
    with suppress(OSError):
        click.echo(words, err=err)


def _describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
