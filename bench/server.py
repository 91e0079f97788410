"""The real server as processes of its own, and what they cost: time, memory, the database."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from config import Settings

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60.0
# What is left to do after an answer was sent (a transaction's end) belongs to its request.
SETTLE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Start:
    """How long it took until the first page was there, and how much CPU time of all processes."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its granian with the workers, and its database's processes if any."""

    port: int
    supervisor: int
    master: int
    runner: int
    postmaster: int | None
    start: Start

    def cpu(self) -> tuple[float, float]:
        """CPU seconds used so far, user and system: by the server, and by the database.

        The job runner is not in it. PostgreSQL's are those of the whole cluster, of processes
        that have ended too.
        """
        time.sleep(SETTLE_SECONDS)
        server = sum(map(cpu_of_process, [self.master, *_offspring(self.master)]))
        return server, cpu_of_database(self.postmaster)

    def runner_cpu(self) -> float:
        """CPU seconds used so far by the process of background jobs."""
        return cpu_of_process(self.runner)

    def runner_memory(self) -> float:
        """The proportional set size of the process of background jobs, in MB."""
        return _pss(self.runner)

    def memory(self) -> float:
        """The proportional set size of all processes that it started, itself included, in MB."""
        parts = [self.supervisor, *_offspring(self.supervisor)]
        return sum(map(_pss, parts))

    def worker_memory(self) -> list[float]:
        """The proportional set size of each worker, in MB."""
        return [_pss(pid) for pid in _offspring(self.master) if _is_worker(pid)]


def cpu_of_database(postmaster: int | None) -> float:
    """CPU seconds used so far by a whole cluster of PostgreSQL; 0 where there is none."""
    if postmaster is None:
        return 0.0
    parts = [postmaster, *_offspring(postmaster)]
    return sum(map(cpu_of_process, parts)) + _seconds_of_ended(postmaster)


def peak_memory() -> float:
    """The most memory that this process has held since it began, in MB.

    The kernel's figure for who asks about a child has the parent's in it, of before the program
    was begun.
    """
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


@contextmanager
def serving(settings: Settings, postmaster: int | None, *, workers: int = 2) -> Iterator[Server]:
    """Start what `bin/serve` starts, as in production, and stop it at the end.

    Raises RuntimeError when it does not answer.
    """
    port = _free_port()
    # All of them: with an operator's own mail server, our made-up people would get mail.
    environment = os.environ | {name.upper(): str(v) for name, v in asdict(settings).items()}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    began = time.monotonic()
    # In a session of its own, so that Ctrl-C reaches it once: from here.
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_ready(port, process)
        seconds = time.monotonic() - began
        spent = sum(map(cpu_of_process, [process.pid, *_offspring(process.pid)]))
        start = Start(seconds, spent + _seconds_of_ended(process.pid))
        commands = {pid: _command(pid) for pid in _children(process.pid)}
        master = next(pid for pid, command in commands.items() if "granian" in command)
        runner = next(pid for pid, command in commands.items() if "jobs run" in command)
        yield Server(port, process.pid, master, runner, postmaster, start)
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError("The server did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_of_process(pid: int) -> float:
    """User and system time of a live process to the nanosecond: its own CPU clock.

    The same that /proc/<pid>/stat shows in steps of 10 ms; the number of the clock is made as
    clock_getcpuclockid() makes it.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0  # it has just ended, and stands with its parent


def _seconds_of_ended(pid: int) -> float:
    """User and system time of the children that a process has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):  # that thread has just ended
            found += map(int, file.read_text().split())
    return found


def _offspring(parent: int) -> list[int]:
    return [each for child in _children(parent) for each in (child, *_offspring(child))]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _is_worker(pid: int) -> bool:
    return "resource_tracker" not in _command(pid)


def _pss(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended
    found = re.search(r"^Pss: +(\d+) kB$", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
