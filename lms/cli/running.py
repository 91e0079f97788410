"""`flask serve`: everything that runs, started and stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask import current_app
from flask_migrate import upgrade

from config import VAR, Settings
from lms.cli.content import find_folders, publish_one
from lms.cli.demonstration import Demonstration, demonstrate
from lms.cli.tallying import open_national_programme
from lms.db import transaction

READY_SECONDS = 90
# An answer that takes longer is given up: what was acknowledged is stored already.
GRACE_SECONDS = 2
STOP_SECONDS = 4
STOP_STEP_SECONDS = 0.02
WATCH_SECONDS = 1
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - they are told apart, not bound
PR_SET_PDEATHSIG = 1


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--threads", default=2, show_default=True, help="Threads in each of them.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Bring the database up to date, publish content/, and serve until Ctrl-C."""
    settings: Settings = current_app.config["SAKUHAM"]
    _require_free(host, port)
    VAR.mkdir(exist_ok=True)
    upgrade()
    name = socket.gethostname() if host in EVERYWHERE else host
    environment = {"PUBLIC_URL": f"http://{name}:{port}"} | dict(os.environ)
    server = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--workers-kill-timeout", str(GRACE_SECONDS), "--respawn-failed-workers"),
        *("--log-level", "warning"),
        *("--factory", "wsgi:worker"),
    ]
    # Those who wait for a page come first.
    runner = ["nice", "-n", "10", sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    children: list[subprocess.Popen[bytes]] = []
    try:
        # In sessions of their own: a terminal's Ctrl-C reaches us alone, and we pass it on once.
        children += [_start(command, environment) for command in (server, runner)]
        # While the server starts: it reads what there is at every request.
        demonstration = _prepare(settings)
        _wait_until_ready(f"http://{host}:{port}/", children[0])
        click.echo(_greeting(f"http://{host}:{port}", demonstration))
        _watch(children, lambda: _start(runner, environment))
        raise click.ClickException("The server ended by itself; its words stand above.")
    except KeyboardInterrupt:
        click.echo("\nStopping …")
    finally:
        _stop(children)


def _start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, start_new_session=True, preexec_fn=_end_with_us
    )


def _watch(
    children: list["subprocess.Popen[bytes]"], start_runner: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    """Wait until the server ends; the background process is started again when it does."""
    while not _has_ended(children[0]):
        if _has_ended(children[1]):
            click.echo("The background process ended and is started again.", err=True)
            _reap(children.pop())
            children.append(start_runner())
        time.sleep(WATCH_SECONDS)


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    """Whether a child has ended; it stays to be reaped.

    Popen's own waiting takes a lock, and an interrupt at the wrong moment leaves it locked: whoever
    waits after that waits for ever.
    """
    state = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return state is not None


def _reap(child: "subprocess.Popen[bytes]") -> None:
    """Take notice of a child's end, and let Popen know."""
    _, status = os.waitpid(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)


def _end_with_us() -> None:
    """Have Linux tell a child to stop when we are killed, or our terminal is closed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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


def _prepare(settings: Settings) -> Demonstration | None:
    for folder in find_folders(None):
        try:
            publication = publish_one(folder)
        except click.ClickException as problem:
            click.echo(f"{folder.name} is not published anew:\n{problem.message}", err=True)
        else:
            if publication.is_new:
                click.echo(f"Published {publication.slug} {publication.release_name}")
    with transaction():
        open_national_programme()
        return demonstrate() if settings.development else None


def _wait_until_ready(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if _has_ended(server):
            raise click.ClickException("The server did not start; its words stand above.")
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise click.ClickException(f"No answer from {address} within {READY_SECONDS} s.")


def _greeting(address: str, demonstration: Demonstration | None) -> str:
    lines = ["", f"SakuHAM: {address}    (Ctrl-C stops it)"]
    if demonstration is not None:
        lines += ["", "Demonstration accounts, all with their passwords:"]
        lines += [f"  {line}" for line in demonstration.lines()]
        lines += ["", f"Mail that would be sent: {address}/surel"]
    return "\n".join(lines)


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    """Tell them once, wait a moment, and leave nothing of theirs behind."""
    for impatient in (signal.SIGINT, signal.SIGTERM):
        signal.signal(impatient, signal.SIG_IGN)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        os.kill(child.pid, signal.SIGTERM)
    while time.monotonic() < deadline and not all(map(_has_ended, children)):
        time.sleep(STOP_STEP_SECONDS)
    for child in children:
        # Each leads a group of its own, and so the workers of a server that died are ended too.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        _reap(child)
