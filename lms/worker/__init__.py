"""What runs beside the requests, in a process of its own: `flask jobs run`."""

import os
import signal
from threading import Event

import click
from flask import Flask, current_app

from config import Settings, keep_private
from lms.version import VERSION
from lms.worker.loop import run_rounds

# A step has this long to end. A book takes ten times as long; it is made anew then.
STOP_SECONDS = 2


@click.group()
def jobs() -> None:
    """The background process."""


@jobs.command("run")
def run() -> None:
    """Send mail, fold figures, reconcile at night; until SIGTERM or Ctrl-C."""
    stop = Event()

    def end(*_: object) -> None:
        """Begin no further step; what is cut off in the middle of one, the next round does."""
        stop.set()
        signal.alarm(STOP_SECONDS)

    signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, end)
    settings: Settings = current_app.config["SAKUHAM"]
    keep_private(settings)
    click.echo(f"SakuHAM {VERSION} works in the background.", err=True)
    run_rounds(settings, stop)


def init_jobs(app: Flask) -> None:
    """Hang the command into `flask`."""
    app.cli.add_command(jobs)
