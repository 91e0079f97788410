"""Worker processes: scheduler and runners of background jobs (`flask jobs run`).

Jobs are rows (`lms/jobs`). A scheduler sends their numbers over a queue of Huey's to threads, which
claim and do them; any number of such processes, on any number of hosts, share the work.
"""

import gc
import os
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import click
from flask import Flask, current_app

from config import Settings, make_private
from lms.clock import utc_now
from lms.db import transaction
from lms.jobs.kind import Kind, Lane
from lms.load.service import beat
from lms.version import VERSION

# What is under way has this long to end. A book takes ten times as long; it is made anew then.
STOP_SECONDS = 2
TICK_SECONDS = 1.0
THREADS = {Lane.QUICK: 2, Lane.SLOW: 1}


def init_jobs(app: Flask, kinds: Sequence[Kind]) -> None:
    """Register the command with `flask`; `kinds` are those that its workers can do."""

    @click.group("jobs")
    def jobs() -> None:
        """What is done beside the requests."""

    @jobs.command("run")
    def run() -> None:
        """Do jobs: mail, figures, books, lists; until SIGTERM or Ctrl-C."""
        settings: Settings = current_app.config["SAKUHAM"]
        make_private(settings)
        click.echo(f"SakuHAM {VERSION} works in the background.", err=True)
        run_worker(app, settings, kinds)

    app.cli.add_command(jobs)


def run_worker(app: Flask, settings: Settings, kinds: Sequence[Kind]) -> None:
    """Schedule and do jobs until SIGTERM or Ctrl-C, which it takes as its own.

    What is under way then is given back after a moment, and the process ends.
    """
    # No other command needs them.
    from lms.worker.queues import LONGEST_REST, LONGEST_WAIT, open_queue
    from lms.worker.runner import Runner
    from lms.worker.scheduler import Queue, Scheduler, Step

    stop = Event()

    def end(*_: object) -> None:
        """Begin nothing more; what is cut off in the middle is done again by others."""
        stop.set()
        signal.alarm(STOP_SECONDS)

    lease = timedelta(seconds=settings.jobs_lease_seconds)
    known = {kind.name: kind for kind in kinds}
    runner = Runner(app, known, lease)
    consumers = []
    queues = {}
    for lane, threads in THREADS.items():
        huey = open_queue(settings, lane)
        queues[lane] = Queue(huey.task(name="run_job")(runner.run_job), huey.pending_count)
        consumers.append(
            huey.create_consumer(
                workers=threads,
                periodic=False,
                initial_delay=0.05,
                max_delay=LONGEST_WAIT if huey.storage.blocking else LONGEST_REST,
                scheduler_interval=60,  # it schedules nothing: when a job is due stands in its row
                check_worker_health=False,
            )
        )
    closing = signal.getsignal(signal.SIGHUP)
    for consumer in consumers:
        consumer.start()
    # Each consumer has set handlers of its own, as if there were no other.
    signal.signal(signal.SIGHUP, closing)
    signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, end)
    scheduler = Scheduler(known, queues, lease)
    steps = [
        Step("scheduler", scheduler.tick),
        Step("lease", lambda: runner.extend(now=utc_now())),
    ]
    if settings.database_replica_url:
        steps.append(Step("replica's clock", _beat))
    # A collection of everything takes a tenth of a second, and would come inside of a transaction.
    gc.collect()
    gc.freeze()
    while not stop.is_set():
        for step in steps:
            step.take()
        stop.wait(TICK_SECONDS)
    for consumer in consumers:
        consumer.stop()
    threads_left = [thread for consumer in consumers for _, thread in consumer.worker_threads]
    deadline = time.monotonic() + STOP_SECONDS / 2
    for thread in threads_left:
        thread.join(max(0.0, deadline - time.monotonic()))
    Step("handing back", runner.give_back).take()
    # A thread that is in the middle of something would be in the way of an orderly end.
    os._exit(0)


def _beat() -> None:
    with transaction():
        beat(now=utc_now())
