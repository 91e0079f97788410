"""Runs a job by its id: claims it, does it, and stores its end whatever happens meanwhile."""

import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from flask import Flask

from lms.clock import utc_now
from lms.db import transaction, trouble_of
from lms.errors import Refusal
from lms.jobs.errors import ClaimLost
from lms.jobs.files import keep_file
from lms.jobs.kind import LONGEST, Kind, Output, Run
from lms.jobs.service import (
    claim,
    extend_claims,
    note_progress,
    put_off,
    refuse,
    release,
    settle,
)
from lms.measures import Stopwatch, count_job, count_trouble

log = logging.getLogger("sakuham.jobs")


@dataclass(slots=True)
class _Held:
    """A run under way: until when its claim holds, and from when on it is taken for hung."""

    until: datetime
    hangs_at: datetime | None = None
    title: str = ""


class Runner:
    """Does jobs in any number of threads, and extends their leases."""

    def __init__(self, app: Flask, kinds: Mapping[str, Kind], lease: timedelta) -> None:
        self._app = app
        self._kinds = kinds
        self._lease = lease
        self._held: dict[str, _Held] = {}
        """The runs under way by their claims."""
        self._lock = Lock()

    def run_job(self, job_id: int) -> None:
        """Do a job, unless somebody else has it; raises nothing.

        Where the database cannot be used, the job is done again when its lease has run out.
        """
        # The host and the process are for operators; what makes it this run's own is the rest.
        name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(8)}"
        with self._app.app_context():
            try:
                self._claim_and_do(job_id, name)
            except ClaimLost:
                log.info("job %s was cancelled, or is done by another worker", job_id)
            except Exception as error:  # noqa: BLE001 - it ends this run, and nothing else
                tell(f"job {job_id} could not be noted down", error)
            finally:
                with self._lock:
                    self._held.pop(name, None)

    def _claim_and_do(self, job_id: int, name: str) -> None:
        now = utc_now()
        until = now + self._lease
        with self._lock:
            self._held[name] = _Held(until)
        with transaction():
            run = claim(job_id, name, now=now, until=until, kinds=self._kinds)
        if run is None:
            return
        kind = self._kinds[run.kind]
        with self._lock:
            self._held[name] = _Held(until, now + LONGEST[kind.lane], _title(run))
        watch, end = Stopwatch(), "lost"
        try:
            end = self._do(run, kind)
        finally:
            count_job(run.kind, end, *watch.read())

    def _do(self, run: Run, kind: Kind) -> str:
        """Do a job, and say how that ended."""
        try:
            output = kind.work(replace(run, report=partial(_report, run))) or Output()
            if output.file is not None:
                keep_file(run, output.file, _store, now=utc_now())
            with transaction():
                settle(run, output, now=utc_now())
        except ClaimLost:
            raise
        except Refusal as refusal:
            if run.asker_id is None:  # there is nobody to read it but the operator
                return self._fail(run, kind, refusal)
            with transaction():
                refuse(run, str(refusal.sentence), now=utc_now())
            return "refused"
        except Exception as error:  # noqa: BLE001 - whatever it was, it is noted with the job
            return self._fail(run, kind, error)
        if run.tried_count > 1:
            log.warning("%s works again after %s failures", _title(run), run.tried_count - 1)
        return "done"

    def _fail(self, run: Run, kind: Kind, error: Exception) -> str:
        with transaction():
            due_at = put_off(run, kind, f"{type(error).__name__}: {error}", now=utc_now())
        if due_at is None:
            tell(f"{_title(run)} is given up", error)
        elif run.tried_count == 1:
            tell(f"{_title(run)} failed and is tried again, later each time", error)
        return "given up" if due_at is None else "put off"

    def extend(self, *, now: datetime) -> None:
        """Extend the leases of what this process does; cheap where nothing takes long.

        What has taken too long is held no longer, so that another thread or worker may do it.
        """
        with self._lock:
            hung = [
                (name, held.title)
                for name, held in self._held.items()
                if held.hangs_at is not None and held.hangs_at <= now
            ]
            for name, _ in hung:
                del self._held[name]
            ending = [
                name for name, held in self._held.items() if held.until - now < self._lease * 2 / 3
            ]
        for _, title in hung:
            log.error("%s takes too long and is left to others; its thread may hang", title)
        if ending:
            until = now + self._lease
            with transaction():
                extend_claims(ending, now=now, until=until)
            with self._lock:
                for name in ending:
                    if name in self._held:
                        self._held[name].until = until

    def give_back(self) -> None:
        """Let other workers have at once what this process will not finish."""
        with self._lock:
            names = list(self._held)
        if names:
            with transaction():
                release(names)


def _report(run: Run, done_count: int, total_count: int) -> None:
    with transaction():
        note_progress(run, done_count, total_count, now=utc_now())


def _store(work: Callable[[], None]) -> None:
    with transaction():
        work()


def _title(run: Run) -> str:
    """Such as `mail`, or `book (job 7)` where there are several."""
    return f"{run.kind} (job {run.job_id})" if run.arguments or run.asker_id else run.kind


def tell(what: str, error: Exception) -> None:
    """Into the log: with its traceback, or in one line where the database is in trouble."""
    trouble = trouble_of(error)
    if trouble is None:
        log.error("%s", what, exc_info=error)
    else:
        count_trouble(trouble.value)
        log.error("%s: the database is %s", what, trouble.value)
