"""`python -m bench`: measure on each database, and tell; `bin/bench` brings PostgreSQL along."""

import secrets
import signal
import tempfile
from functools import partial
from pathlib import Path

import click

from bench.bulk import measure_bulk
from bench.content import prepare_database
from bench.imports import LISTED, measure_imports
from bench.log import measure_audit, measure_log
from bench.measuring import measure_costs
from bench.people import People
from bench.report import Figures, as_document, as_json, as_lines, describe_machine
from bench.server import ROOT, serving
from bench.sheets import measure_sheets
from bench.weights import weigh_pages
from config import Settings
from lms import create_app

DOCUMENT = ROOT / "docs" / "benchmarks.md"


@click.command()
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="Only this one.")
@click.option("--postgresql", "postgresql_url", help="The address of an empty database.")
@click.option("--postmaster", type=int, help="The number of its server's first process.")
@click.option("--people", default=LISTED, show_default=True, help="How long a staff list is.")
def main(
    as_object: bool,  # noqa: FBT001 - click gives a flag
    database: str | None,
    postgresql_url: str | None,
    postmaster: int | None,
    people: int,
) -> None:
    """Measure, print, and without --database rewrite docs/benchmarks.md."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    click.echo("checking a log of a million entries", err=True)
    machine = describe_machine(measure_audit())
    figures = []
    with tempfile.TemporaryDirectory(prefix="sakuham-bench.") as folder:
        if database != "postgresql":
            figures.append(_measure("sqlite", f"sqlite:///{Path(folder)}/bench.db", None, people))
        if database != "sqlite":
            if postgresql_url is None or postmaster is None:
                raise click.UsageError("PostgreSQL needs --postgresql and --postmaster.")
            figures.append(_measure("postgresql", postgresql_url, postmaster, people))
    click.echo(as_json(machine, figures) if as_object else "\n".join(as_lines(machine, figures)))
    if database is None:
        DOCUMENT.write_text(as_document(machine, figures))


def _measure(database: str, url: str, postmaster: int | None, listed: int) -> Figures:
    settings = Settings(database_url=url, secret_key=secrets.token_urlsafe(), trusted_proxies=1)
    tell = partial(_tell, database)
    tell("getting ready")
    app = create_app(settings)
    prepare_database(app)
    people = People(app)
    with serving(settings, postmaster) as server:
        weights = weigh_pages(server.port, people)
        costs = measure_costs(server, people, tell)
        worker_mb = max(server.worker_memory())
        tell("many certificates at once")
        bulk = measure_bulk(app, server, people)
    tell("sealed sheets")
    sheets = measure_sheets(app, postmaster)
    tell("a staff list")
    imports = measure_imports(url, postmaster, listed)
    tell("the log")
    return Figures(
        database=database,
        version=people.database_version,
        costs=costs,
        bulk=bulk,
        weights=weights,
        worker_mb=worker_mb,
        idle_ms_per_second=costs.idle_ms_per_second,
        start=server.start,
        sheets=sheets,
        imports=imports,
        log=measure_log(app, postmaster),
    )


def _tell(database: str, what: str) -> None:
    click.echo(f"{database}: {what}", err=True)


main()
