"""What runs beside the requests, in a process of its own: `flask jobs run`."""

import signal
from threading import Event

import click
from flask import Flask, current_app

from config import Settings, keep_private
from lms.jobs.rounds import run_rounds


@click.group()
def jobs() -> None:
    """The background process."""


@jobs.command("run")
def run() -> None:
    """Send mail, fold figures, reconcile at night; until SIGTERM or Ctrl-C."""
    stop = Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda *_: stop.set())
    settings: Settings = current_app.config["SAKUHAM"]
    keep_private(settings)
    run_rounds(settings, stop)


def init_jobs(app: Flask) -> None:
    """Hang the command into `flask`."""
    app.cli.add_command(jobs)
