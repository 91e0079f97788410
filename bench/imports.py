"""A staff list of many people: checked and put in force, in a process of its own.

`python -m bench.imports --people 1000000` measures it alone, on a new SQLite file or on an empty
PostgreSQL database.
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any, Self

import click
from flask import Flask
from sqlalchemy import Connection, Engine, Pool, event
from sqlalchemy.pool import ConnectionPoolEntry

from bench.server import ROOT, cpu_of_database, cpu_of_process, peak_memory
from config import Settings
from lms import create_app
from lms.clock import utc_now
from lms.db import is_storing, transaction
from lms.institutions.models import InstitutionKind
from lms.institutions.scope import Scope
from lms.institutions.service import save_institution
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.previews import preview_of
from lms.institutions.staff_lists.service import begin_import
from lms.institutions.staff_lists.sheets import read_list
from lms.institutions.units import add_unit

LISTED = 100_000
UNITS = 40
_NAMES = ("Sri", "Nur'aini", "Suharti", "Made", "Dewi", "Budi", "Ayu", "Yohana", "Rahmat", "Togar")
_TITLES = ("", ", S.Pd.", ", S.H., M.H.", ", A.Md.", "")


@dataclass(frozen=True, slots=True)
class ImportCosts:
    """Seconds on the wall, the longest write transaction in CPU milliseconds, and memory in MB.

    `check_cpu_seconds`, `apply_cpu_seconds`: of our process alone. `idle_mb`: before it began.
    `again_seconds`: to check the same list when it is in force. `database_seconds`: CPU seconds of
    PostgreSQL's own processes for all of it.
    """

    people: int
    check_cpu_seconds: float
    apply_cpu_seconds: float
    idle_mb: float
    check_seconds: float
    apply_seconds: float
    again_seconds: float
    longest_ms: float
    peak_mb: float
    database_seconds: float


def measure_imports(url: str, postmaster: int | None, people: int = LISTED) -> ImportCosts:
    """Measure in a process of its own, so that its memory is nobody else's."""
    command = [sys.executable, "-m", "bench.imports", "--url", url, "--people", str(people)]
    if postmaster is not None:
        command += ["--postmaster", str(postmaster)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return ImportCosts(**json.loads(done.stdout))


def write_list(people: int, target: IO[bytes]) -> None:
    """People who cannot be: born before 1920, and appointed after 2090 (as all of our examples)."""
    target.write(b"Nama;NIP;Surel;Unit kerja\n")
    for n in range(people):
        day, rest = divmod(n, 9_990)
        month, day = 1 + day // 28 % 12, 1 + day % 28
        year = 1900 + rest % 20
        appointed = 2090 + rest // 20 % 10
        number = f"{year}{month:02}{day:02}{appointed}{1 + n % 12:02}{1 + n % 2}{1 + rest % 999:03}"
        name = f"{_NAMES[n % 10]} {_NAMES[n // 10 % 10]} {chr(65 + n // 100 % 26)}{_TITLES[n % 5]}"
        line = f"{name};{number};p{n}@contoh.example;Unit {n % UNITS}\n"
        target.write(line.encode())


@contextmanager
def longest_write() -> Iterator[Callable[[], float]]:
    """The most CPU time that a write transaction of ours has taken meanwhile, in seconds.

    From its beginning until its connection is given back, so with the commit; and with what
    PostgreSQL's process at the other end has done for it.
    """
    longest = 0.0

    def begun(connection: Connection) -> None:
        if is_storing():
            connection.info["bench began"] = spent(connection.connection.driver_connection)

    def ended(raw: Any, entry: ConnectionPoolEntry) -> None:
        nonlocal longest
        began = entry.info.pop("bench began", None)
        if began is not None:
            longest = max(longest, spent(raw) - began)

    def spent(raw: Any) -> float:
        far = getattr(raw, "info", None)
        return time.thread_time() + (cpu_of_process(far.backend_pid) if far else 0.0)

    listeners: tuple[tuple[type, str, Any], ...] = (
        (Engine, "begin", begun),
        (Pool, "checkin", ended),
    )
    for listener in listeners:
        event.listen(*listener)
    yield lambda: longest
    for listener in listeners:
        event.remove(*listener)


def _measure(app: Flask, people: int, postmaster: int | None) -> ImportCosts:
    with app.app_context(), tempfile.TemporaryFile() as file:
        with transaction():
            code = f"B{secrets.randbelow(10**9)}"
            kind = InstitutionKind.CITY
            institution_id = save_institution(code, f"Pemerintah Kota Contoh {code}", kind).id
            for unit in range(UNITS):
                add_unit(institution_id, f"Unit {unit}")
        write_list(people, file)
        scope = Scope(None, frozenset({institution_id}))
        database = cpu_of_database(postmaster)
        idle = peak_memory()
        with longest_write() as longest:
            check, apply = _time_import(scope, institution_id, file)
            again, _ = _time_import(scope, institution_id, file, is_in_force=True)
            peak = peak_memory()
            return ImportCosts(
                people,
                check.cpu,
                apply.cpu,
                idle,
                check.wall,
                apply.wall,
                again.wall,
                longest() * 1000,
                peak,
                cpu_of_database(postmaster) - database,
            )


@dataclass(frozen=True, slots=True)
class _Clock:
    """What has gone by, in seconds on the wall and of our processor's time."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Self:
        return cls(time.perf_counter(), time.process_time())

    def since(self, before: "_Clock") -> "_Clock":
        return _Clock(self.wall - before.wall, self.cpu - before.cpu)


def _time_import(
    scope: Scope, institution_id: int, file: IO[bytes], *, is_in_force: bool = False
) -> tuple[_Clock, _Clock]:
    """What it takes to check a list, and to put it in force where it is not."""
    now = utc_now()
    began = _Clock.now()
    with closing(read_list(file)) as sheet:
        preview = preview_of(sheet)
    import_id = begin_import(scope, "ukur.csv", institution_id, preview.columns, now=now)
    check_list(import_id, scope, file, lambda *_: None, now=now)
    checked = _Clock.now()
    if not is_in_force:
        apply_list(import_id, scope, lambda *_: None, now=now)
    return checked.since(began), _Clock.now().since(checked)


def _settings(address: str) -> Settings:
    return Settings(database_url=address, secret_key=secrets.token_urlsafe())


def _bring_up_to_date(address: str) -> None:
    from flask_migrate import upgrade

    with create_app(_settings(address)).app_context():
        upgrade()


@click.command()
@click.option("--url", help="The database, brought up to date or empty; a new SQLite file if none.")
@click.option("--people", default=LISTED, show_default=True, help="How long the list is.")
@click.option("--postmaster", type=int, help="The number of PostgreSQL's first process.")
def main(url: str | None, people: int, postmaster: int | None) -> None:
    """Print what a list of so many people costs, as JSON."""
    with tempfile.TemporaryDirectory(prefix="sakuham-bench.") as folder:
        address = url or f"sqlite:///{Path(folder)}/bench.db"
        # In a process of its own: what migrations need in memory is not the import's.
        process = get_context("spawn").Process(target=_bring_up_to_date, args=(address,))
        process.start()
        process.join()
        app = create_app(_settings(address), with_commands=False)
        click.echo(json.dumps(asdict(_measure(app, people, postmaster))))


if __name__ == "__main__":
    main()
