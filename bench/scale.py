"""`python -m bench.scale`: what an officer's desk costs as the country grows.

A fictional country of each size is made on each database, and every screen is asked for in this
process: CPU time is its own and that of all of PostgreSQL. `bin/bench scale` brings PostgreSQL.
Each size on each database is kept as soon as it is measured (`bench.scale_figures`).
"""

import gc
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from typing import Final

import click
from flask import Flask
from sqlalchemy import create_engine, func, make_url, select, text

from bench.client import TOKEN
from bench.content import prepare_database
from bench.imports import measure_imports
from bench.report import describe_machine
from bench.scale_figures import DATABASES, SIZES, Figures, Kept, ScreenCost
from bench.scale_report import as_document, as_lines
from bench.scale_screens import Keys, Screen, find_forgotten, list_others, list_screens
from bench.scale_tasks import time_task
from bench.server import ROOT, cpu_of_database
from bench.yardstick import Yardstick, slowness_of
from config import Settings
from lms import create_app
from lms.accounts.enums import Role
from lms.accounts.models import EmployeeNumber, RoleGrant
from lms.accounts.people import create_account, grant_role
from lms.accounts.rules import read_employee_number
from lms.accounts.service import open_device
from lms.certificates.models import Certificate
from lms.clock import utc_now
from lms.db import current_connection, db, read_only, transaction
from lms.fiction.places import LARGEST
from lms.http.principal import COOKIE
from lms.institutions.models import Institution, Posting, Unit
from lms.jobs.models import Job, JobState
from lms.programmes.service import open_national_programme
from lms.progress.refresh import refresh_progress

DOCUMENT: Final = ROOT / "docs" / "benchmarks-scale.md"
_MEASURERS: Final = "190501172099031001"
AGENT: Final = "Mozilla/5.0 (Linux; Android 14)"
_ROUNDS, _FEW_ROUNDS, _SLOW_MS = 25, 5, 500.0
_IMPORTED: Final = 20_000
_REFRESHED: Final = 200


@click.command()
@click.option("--people", "sizes", type=int, multiple=True, help="Sizes; else 10,000 to a million.")
@click.option("--database", type=click.Choice(DATABASES), help="Only this one.")
@click.option("--continue", "goes_on", is_flag=True, help="Measure what is not kept yet.")
@click.option("--postgresql", "postgresql_url", help="The address of an empty server.")
@click.option("--postmaster", type=int, help="The number of its first process.")
@click.option("--revision", default="?", help="The commit that is measured.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def main(
    sizes: tuple[int, ...],
    database: str | None,
    postgresql_url: str | None,
    postmaster: int | None,
    revision: str,
    *,
    goes_on: bool,
    as_object: bool,
) -> None:
    """Measure and print; without --people and --database write docs/benchmarks-scale.md too.

    What is measured is kept in var/bench, by size and database. The document is written anew with
    each of them, so that a run that is broken off has left what it knew.
    """
    kept = Kept()
    databases = (database,) if database else DATABASES
    wanted = [(each, people) for people in sizes or SIZES for each in databases]
    for each in () if goes_on else wanted:
        kept.forget(*each)
    for name, people in wanted:
        if (found := kept.find(name, people)) and found.is_whole:
            _tell(name, people, "is kept")
            continue
        with _empty_database(name, people, postgresql_url) as url:
            figures = Figures.begin(name, people, revision)
            for _ in _measure(figures, url, postmaster if name == "postgresql" else None):
                kept.keep(figures)
        if database is None and not sizes:
            _write(kept)
    if goes_on and database is None and not sizes:
        _write(kept)
    measured = [found for each in wanted if (found := kept.find(*each))]
    if as_object:
        click.echo(json.dumps([asdict(each) for each in measured], indent=2))
    else:
        click.echo("\n".join(as_lines(measured)))


def _write(kept: Kept) -> None:
    DOCUMENT.write_text(as_document(describe_machine(0.0), list(kept.list())))


@contextmanager
def _empty_database(database: str, people: int, server: str | None) -> Iterator[str]:
    """A database for one size, removed afterwards: a country is made on an empty one."""
    with ExitStack() as stack:
        if database == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sakuham-scale."))
            yield f"sqlite:///{Path(folder)}/scale.db"
            return
        if server is None:
            raise click.UsageError("PostgreSQL needs --postgresql and --postmaster.")
        yield stack.enter_context(_own_database(server, people))


@contextmanager
def _own_database(server: str, people: int) -> Iterator[str]:
    """A database for one size, removed afterwards: a country is made on an empty one."""
    name = f"scale_{people}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _measure(figures: Figures, url: str, postmaster: int | None) -> Iterator[None]:
    """Measure, and stop wherever there is something more to be kept."""
    database, people = figures.database, figures.people
    settings = Settings(
        database_url=url,
        secret_key=secrets.token_urlsafe(),
        keys_passphrase=secrets.token_urlsafe(),
    )
    app = create_app(settings)
    _tell(database, people, "getting ready")
    prepare_database(app)
    with app.app_context(), transaction():
        open_national_programme(now=utc_now())

    yardstick = Yardstick()

    def do(*what: str) -> None:
        _tell(database, people, " ".join(what))
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
        before = yardstick.slowness()
        took = time_task(url, postmaster, *what)
        slowness = (before + yardstick.slowness()) / 2
        figures.tasks[what[0]] = replace(took, slowness=slowness)

    do("populate", str(people))
    yield
    with app.app_context():
        keys, cookies = _enter()
    visitors = {who: Visitor(app, cookie) for who, cookie in cookies.items()}

    def fetch(path: str) -> str:
        return visitors["officer"].get(path).decode()

    screens = list(list_screens(keys, fetch))
    others = list(list_others(app, keys, screens))
    screens += [each for each in others if visitors[each.who].is_page(each.path)]
    if forgotten := find_forgotten(app, [*screens, *others]):
        raise click.ClickException(f"Neither measured nor said why not: {', '.join(forgotten)}")
    _tell(database, people, f"{len(screens)} screens")
    for screen in screens:
        get = visitors[screen.who].get
        figures.screens[screen.title] = _cost(screen, get, postmaster, yardstick)
    with app.app_context():
        figures.refresh_ms = _time_refresh(postmaster)
    yield
    job_id = _ask_for_export(app, visitors["officer"])
    do("job", str(job_id))
    figures.exported = _rows_of_export(app, job_id)
    yield
    do("rebuild")
    do("reconcile")
    yield
    _tell(database, people, "an import")
    figures.imported = measure_imports(url, postmaster, min(_IMPORTED, people))
    with app.app_context():
        db.engine.dispose()
    figures.is_whole = True
    yield


def _enter() -> tuple[Keys, dict[str, str | None]]:
    """What there is to see in the largest institution, and cookies of those who see it."""
    now = utc_now()
    with transaction():
        found = select(Institution.id).where(Institution.code == LARGEST)
        institution_id = db.session.scalars(found).one()
        officer = db.session.scalars(
            select(RoleGrant.account_id).where(
                RoleGrant.institution_id == institution_id, RoleGrant.role == Role.HR_OFFICER
            )
        ).first()
        assert officer is not None  # noqa: S101 - each institution has one
        coordinator = create_account(
            "Pengukur", "pengukur@contoh.example", read_employee_number(_MEASURERS), now=now
        )
        coordinator.activated_at = now
        grant_role(coordinator, Role.COORDINATOR, None, now=now)
        db.session.flush()
        posting = (
            select(Posting.id, Posting.account_id, EmployeeNumber.number)
            .join(EmployeeNumber, EmployeeNumber.account_id == Posting.account_id)
            .join(Certificate, Certificate.account_id == Posting.account_id)
            .where(Posting.institution_id == institution_id, Posting.account_id != officer)
            .where(Posting.confirmed_at.is_not(None))
            .order_by(Posting.id)
            .offset(50)
            .limit(1)
        )
        posting_id, learner, number = db.session.execute(posting).one()
        unit_id = db.session.scalars(
            select(func.min(Unit.id)).where(Unit.institution_id == institution_id)
        ).one()
        cookies = {
            "officer": open_device(officer, AGENT, now=now).token,
            "learner": open_device(learner, AGENT, now=now).token,
            "coordinator": open_device(coordinator.id, AGENT, now=now).token,
            "nobody": None,
        }
    return Keys(institution_id, unit_id, posting_id, number), cookies


class Visitor:
    """Somebody who asks this process for pages."""

    def __init__(self, app: Flask, cookie: str | None) -> None:
        self._client = app.test_client()
        if cookie is not None:
            self._client.set_cookie(COOKIE, cookie)

    def get(self, path: str) -> bytes:
        """A page; ends the measurement for anything else than a page."""
        answer = self._client.get(path, headers={"User-Agent": AGENT})
        if answer.status_code != HTTPStatus.OK:
            raise click.ClickException(f"{path}: {answer.status_code}")
        return bytes(answer.data)

    def is_page(self, path: str) -> bool:
        """Whether an address answers with a page, and leads nowhere else."""
        answer = self._client.get(path, headers={"User-Agent": AGENT})
        return answer.status_code == HTTPStatus.OK

    def send(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form that stands on the page of the same address."""
        headers = {"User-Agent": AGENT, "Sec-Fetch-Site": "same-origin"}
        token = TOKEN.search(self.get(path).decode())
        data = {"csrf_token": token[1] if token else ""} | dict(fields)
        answer = self._client.post(path, data=data, headers=headers)
        if answer.status_code not in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
            raise click.ClickException(f"{path}: {answer.status_code}")


def _cost(
    screen: Screen, get: Callable[[str], bytes], postmaster: int | None, yardstick: Yardstick
) -> ScreenCost:
    page = get(screen.path)
    cpu: list[float] = []
    wall: list[float] = []
    checks: list[float] = []
    rounds = _ROUNDS
    gc.collect()
    while len(wall) < rounds:
        began, spent = time.perf_counter(), _cpu(postmaster)
        get(screen.path)
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((_cpu(postmaster) - spent) * 1000)
        checks.append(yardstick.check_ms())
        if wall[0] > _SLOW_MS:
            rounds = _FEW_ROUNDS
    p95 = quantiles(wall, n=20)[18]
    return ScreenCost(min(cpu), p95, len(page) / 1024, slowness_of(min(checks)))


def _cpu(postmaster: int | None) -> float:
    return time.process_time() + cpu_of_database(postmaster)


def _time_refresh(postmaster: int | None) -> float:
    """CPU-ms to bring one person's rows up to date, in a transaction each."""
    with read_only():
        found = select(Posting.account_id).where(Posting.ended_on.is_(None))
        ids = current_connection().execute(found.order_by(Posting.id.desc()).limit(_REFRESHED))
        account_ids = list(ids.scalars())
    began = _cpu(postmaster)
    for account_id in account_ids:
        with transaction():
            refresh_progress([account_id], now=utc_now())
    return (_cpu(postmaster) - began) * 1000 / len(account_ids)


def _ask_for_export(app: Flask, officer: Visitor) -> int:
    """Ask for the officer's whole list as a workbook; gives the job."""
    officer.send("/kepegawaian/ekspor", {"format": "xlsx"})
    with app.app_context(), read_only():
        return db.session.scalars(select(func.max(Job.id))).one()


def _rows_of_export(app: Flask, job_id: int) -> int:
    """How many people it has."""
    with app.app_context(), read_only():
        job = db.session.get_one(Job, job_id)
        if job.state is not JobState.DONE:
            raise click.ClickException(f"The export has ended as {job.state}.")
        return int((job.result or {}).get("rows", 0))


def _tell(database: str, people: int, what: str) -> None:
    click.echo(f"{database}, {people:,}: {what}", err=True)


if __name__ == "__main__":
    main()
