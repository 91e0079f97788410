"""`flask serve`: everything that runs, started and stopped together."""

import os
import socket
import sys
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from config import Settings, make_private
from lms.cli.content import find_folders, publish_one
from lms.cli.country import DEMO_PEOPLE, make_country
from lms.cli.demo import PEOPLE, Demonstration, demonstrate
from lms.cli.failures import describe_database_error
from lms.cli.keys import make_missing_keys
from lms.cli.supervisor import (
    Part,
    Stopped,
    finish,
    fork,
    has_ended,
    pause,
    say,
    stop,
    supervise,
    take_signals,
)
from lms.clock import utc_now
from lms.db import transaction
from lms.measures import FOLDER as MEASURES
from lms.programmes.service import keep_national_programme_open
from lms.version import VERSION

READY_SECONDS = 90
# An answer that takes longer is given up: what was acknowledged is stored already.
GRACE_SECONDS = 2
THREADS = 64
HEAD_SECONDS = 10
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - they are told apart, not bound


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--demo", "with_country", is_flag=True, help="Make a fictional country first.")
def serve(host: str, port: int, workers: int, *, with_country: bool) -> None:
    """Bring the database up to date, publish content/, and serve until Ctrl-C."""
    settings: Settings = current_app.config["SAKUHAM"]
    if with_country and not settings.development:
        raise click.ClickException("--demo is for development, on this machine's own address.")
    _require_free(host, port)
    make_private(settings)
    name = socket.gethostname() if host in EVERYWHERE else host
    # With an arena for each of a worker's many threads the C library keeps what all of them freed.
    ours = {"PUBLIC_URL": f"http://{name}:{port}", "MALLOC_ARENA_MAX": "2"}
    counts = TemporaryDirectory(prefix="sakuham-counts.")
    environment = ours | dict(os.environ) | {MEASURES: counts.name}
    server = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--http1-header-read-timeout", str(HEAD_SECONDS * 1000)),
        *("--workers-kill-timeout", str(GRACE_SECONDS), "--respawn-failed-workers"),
        # It warns of so many threads; most of ours wait, and few work (lms/http/request_bodies.py).
        *("--log-level", "error"),
        *("--factory", "wsgi:worker"),
    ]
    # Those who wait for a page come first.
    runner = ["nice", "-n", "10", sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
    parts = [
        Part("The server", server, environment),
        Part("The background process", runner, environment),
    ]
    take_signals()
    try:
        _complete(upgrade)
        for part in parts:
            part.tend()
        # While the server starts: it reads what there is at every request.
        _complete(lambda: _prepare(settings, with_country=with_country))
        _wait_until_ready(f"http://{host}:{port}/", parts[0])
        say(_greeting(f"http://{host}:{port}", settings, is_exposed=not _is_loopback(host)))
        supervise(parts)
    except Stopped:
        say("\nStopping …")
    finally:
        stop()
        counts.cleanup()


def _complete(work: Callable[[], None]) -> None:
    """Do something beside us, so that we hear Ctrl-C at any moment of it."""
    if finish(fork(work)) != 0:
        raise SystemExit(1)  # it has said why


def _require_free(host: str, port: int) -> None:
    """Say at once that the port is taken, before anything is done."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(
            f"{host}:{port} cannot be used ({reason}). Try another one, for example "
            f"bin/serve --port {port + 1}."
        ) from error


def _prepare(settings: Settings, *, with_country: bool = False) -> None:
    make_missing_keys(settings.issuer_name)
    for folder in find_folders(None):
        try:
            publication = publish_one(folder)
        except click.ClickException as problem:
            say(f"{folder.name} is not published anew:\n{problem.message}", err=True)
        except OperationalError as error:
            reason = describe_database_error(error)
            say(f"{folder.name} is not published anew: {reason}", err=True)
        else:
            if publication.is_new:
                say(f"Published {publication.slug} {publication.release_name}")
    with transaction():
        keep_national_programme_open(now=utc_now())
    if settings.development:
        with transaction():
            demonstrate()
    if with_country:
        try:
            make_country(DEMO_PEOPLE)
        except click.ClickException as refusal:
            say(refusal.message)


def _wait_until_ready(address: str, server: Part) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if has_ended(server.process):
            raise click.ClickException("The server did not start; its words stand above.")
        try:
            with urlopen(address, timeout=1):  # noqa: S310 - our own address
                return
        except (URLError, ConnectionError, TimeoutError):
            pause(0.1)
    raise click.ClickException(f"No answer from {address} within {READY_SECONDS} s.")


def _is_loopback(host: str) -> bool:
    """Whether an address is one of this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _greeting(address: str, settings: Settings, *, is_exposed: bool) -> str:
    lines = ["", f"SakuHAM {VERSION}: {address}    (Ctrl-C stops it)"]
    if is_exposed:
        lines += [
            "",
            "Others may reach this address, without the TLS and the limits of a proxy: what is",
            "sent can be read on its way, and hundreds of slow connections would stop everybody.",
            "docs/operator.md, part 5, has the proxy.",
        ]
    if settings.development:
        lines += ["", "Demonstration accounts, all with their passwords:"]
        lines += [f"  {line}" for line in Demonstration(PEOPLE).lines()]
        lines += ["", f"Mail that would be sent: {address}/surel"]
    return "\n".join(lines)
