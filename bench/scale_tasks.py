"""`python -m bench.scale_tasks`: what `bench.scale` has done in a process of its own.

So that the memory of each is its own, and what came before is not in it.
"""

import json
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Final

import click
from flask import Flask

from bench.scale_figures import TaskCost
from bench.server import ROOT, cpu_of_database, peak_memory
from config import Settings
from lms import create_app
from lms.clock import utc_now
from lms.db import snapshot

UNTIL: Final = date(2026, 11, 1)
SEED: Final = 2026
_LEASE: Final = timedelta(minutes=30)
_TOLD_EVERY: Final = 10.0


def time_task(url: str, postmaster: int | None, *what: str) -> TaskCost:
    """Have something done; raises ClickException where it fails, whose words it has said itself."""
    command = [sys.executable, "-m", "bench.scale_tasks", "--url", url, *what]
    before = cpu_of_database(postmaster)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise click.ClickException(f"{' '.join(what)}: exit {done.returncode}")
    took = TaskCost(**json.loads(done.stdout))
    return replace(took, cpu_seconds=took.cpu_seconds + cpu_of_database(postmaster) - before)


@dataclass(frozen=True, slots=True)
class _Begun:
    """An application that is ready, and since when."""

    app: Flask
    seconds: float
    cpu_seconds: float


@click.group()
@click.option("--url", required=True, help="The database, brought up to date.")
@click.pass_context
def main(context: click.Context, url: str) -> None:
    """Do one thing on a database, and print what it took, as JSON."""
    app = create_app(Settings(database_url=url, secret_key=secrets.token_urlsafe()))
    context.with_resource(app.app_context())
    context.obj = _Begun(app, time.monotonic(), time.process_time())


@main.result_callback()
@click.pass_context
def tell(context: click.Context, /, _result: object, **_: object) -> None:
    """What it took since the application was ready; memory is that of all."""
    begun: _Begun = context.obj
    seconds, cpu = time.monotonic() - begun.seconds, time.process_time() - begun.cpu_seconds
    click.echo(json.dumps(asdict(TaskCost(seconds, cpu, peak_memory()))))


@main.command("populate")
@click.argument("people", type=int)
@click.pass_obj
def make_country(begun: _Begun, people: int) -> None:
    """Make the country."""
    from lms.certificates.numbers import NumberPattern
    from lms.fiction.places import MOST_INSTITUTIONS
    from lms.fiction.service import Wish, populate, usual_institutions

    pattern = NumberPattern(begun.app.config["SAKUHAM"].certificate_number_pattern)
    wish = Wish(people, usual_institutions(people, MOST_INSTITUTIONS), SEED, UNTIL)
    told_at = 0.0
    for step in populate(wish, pattern, now=utc_now()):
        if time.monotonic() - told_at > _TOLD_EVERY:
            told_at = time.monotonic()
            click.echo(f"{step.what} {step.done:,} of {step.of:,}", err=True)


@main.command("rebuild")
def rebuild() -> None:
    """Make the rows of all lists anew."""
    from lms.progress.rebuild import rebuild_progress

    for _ in rebuild_progress(now=utc_now()):
        pass


@main.command("reconcile")
def reconcile_all() -> None:
    """Compare the rows of all lists and the figure with their sources; fails if they differ."""
    from lms.programmes import rollup
    from lms.programmes.queries import list_programmes
    from lms.progress.rebuild import reconcile

    with snapshot():
        found: list[object] = [*reconcile(now=utc_now())]
        for programme in list_programmes():
            found += rollup.reconcile(programme)
    if found:
        raise click.ClickException(f"{len(found)} differences, such as {found[0]}")


@main.command("job")
@click.argument("job_id", type=int)
@click.pass_obj
def do_job(begun: _Begun, job_id: int) -> None:
    """Do a job, as who does jobs."""
    from lms.job_kinds import job_kinds
    from lms.worker.runner import Runner

    kinds = {kind.name: kind for kind in job_kinds(begun.app.config["SAKUHAM"])}
    Runner(begun.app, kinds, _LEASE).run_job(job_id)


if __name__ == "__main__":
    main()
