"""What is counted while the house works, by all processes of a host together: for `/metrics`.

Where `PROMETHEUS_MULTIPROC_DIR` names a folder, each process keeps its numbers in a file there, and
whoever is asked adds them up; `flask serve` makes such a folder anew at each start. Else a process
knows its own. The labels are names that the code has, and never anything that was sent to us.
"""

import os
from functools import cache
from pathlib import Path
from time import perf_counter, thread_time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_JOB_SECONDS: Final = (0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)

_registry: Final = CollectorRegistry()
_requests: Final = Counter(
    "sakuham_requests",
    "Requests answered, by section of pages, method and status.",
    ("section", "method", "status"),
    registry=_registry,
)
_request_seconds: Final = Histogram(
    "sakuham_request_seconds",
    "How long a request took from its permit to its answer.",
    ("section",),
    buckets=_SECONDS,
    registry=_registry,
)
_request_cpu: Final = Counter(
    "sakuham_request_cpu_seconds",
    "CPU time of the thread that answered, by section of pages.",
    ("section",),
    registry=_registry,
)
_permits_used: Final = Gauge(
    "sakuham_permits_in_use",
    "Requests that are worked on at this moment.",
    multiprocess_mode="livesum",
    registry=_registry,
)
_permits_waited_for: Final = Gauge(
    "sakuham_permits_waited_for",
    "Requests that wait for a permit at this moment.",
    multiprocess_mode="livesum",
    registry=_registry,
)
_waits: Final = Histogram(
    "sakuham_permit_wait_seconds",
    "How long those requests waited that found no permit free.",
    buckets=_SECONDS,
    registry=_registry,
)
_troubles: Final = Counter(
    "sakuham_database_troubles",
    "Requests and jobs that the database could not serve, by reason.",
    ("trouble",),
    registry=_registry,
)
_level: Final = Gauge(
    "sakuham_service_level",
    "0: all; 1: figures are older; 2: no search; 3: exports wait; 4: sign-ups wait.",
    multiprocess_mode="livemax",
    registry=_registry,
)
_levels_reached: Final = Counter(
    "sakuham_service_level_reached",
    "How often a process came to a level of service, from the one above or below.",
    ("level",),
    registry=_registry,
)
_left_out: Final = Counter(
    "sakuham_left_out",
    "Requests that got less than what they asked for, by what was left out.",
    ("what",),
    registry=_registry,
)
_jobs: Final = Counter(
    "sakuham_jobs_ended",
    "Runs of jobs on this host, by kind and how they ended.",
    ("kind", "end"),
    registry=_registry,
)
_job_seconds: Final = Histogram(
    "sakuham_job_seconds",
    "How long a run of a job took.",
    ("kind",),
    buckets=_JOB_SECONDS,
    registry=_registry,
)
_job_cpu: Final = Counter(
    "sakuham_job_cpu_seconds",
    "CPU time of the thread that did a job, by kind.",
    ("kind",),
    registry=_registry,
)

# A look-up of labels takes as long as the counting; there are a few hundred of them.
_requests_of = cache(_requests.labels)
_request_seconds_of = cache(_request_seconds.labels)
_request_cpu_of = cache(_request_cpu.labels)


def count_request(section: str, method: str, status: str, seconds: float, cpu: float) -> None:
    """Count an answer: `status` is three digits, and a method that is none of HTTP's is "other"."""
    _requests_of(section, method if method in _METHODS else "other", status).inc()
    _request_seconds_of(section).observe(seconds)
    _request_cpu_of(section).inc(cpu)


def note_permits(used: int, waited_for: int) -> None:
    """Say how many requests this process works on, and how many wait there."""
    _permits_used.set(used)
    _permits_waited_for.set(waited_for)


def count_wait(seconds: float) -> None:
    """Count a request that found no permit free."""
    _waits.observe(seconds)


def count_trouble(trouble: str) -> None:
    """Count a request or a job that the database could not serve."""
    _troubles.labels(trouble).inc()


def note_level(level: int) -> None:
    """Say which level of service this process has come to."""
    _level.set(level)
    _levels_reached.labels(str(level)).inc()


def count_left_out(what: str) -> None:
    """Count a request that got less than what it asked for."""
    _left_out.labels(what).inc()


def count_job(kind: str, end: str, seconds: float, cpu: float) -> None:
    """Count a run of a job; `end` is done, refused, put off, given up or lost."""
    _jobs.labels(kind, end).inc()
    _job_seconds.labels(kind).observe(seconds)
    _job_cpu.labels(kind).inc(cpu)


class Stopwatch:
    """The seconds that have passed since it was made, and those of CPU of this thread."""

    __slots__ = ("_began", "_cpu")

    def __init__(self) -> None:
        self._began, self._cpu = perf_counter(), thread_time()

    def read(self) -> tuple[float, float]:
        """Seconds on the clock, and of CPU."""
        return perf_counter() - self._began, thread_time() - self._cpu


def counted() -> bytes:
    """All that was counted on this host, as Prometheus reads it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return generate_latest(_registry)
    _forget_dead(Path(folder))
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def _forget_dead(folder: Path) -> None:
    """Drop what processes were just doing that are there no more; what they counted stays."""
    numbers = {file.stem.rpartition("_")[2] for file in folder.glob("gauge_live*.db")}
    for number in filter(str.isdecimal, numbers):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            mark_process_dead(int(number), str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            continue  # it lives, and is somebody else's
