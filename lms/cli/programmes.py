"""`flask programmes`: open one, fold its tally, and check the figure against the ledger."""

from datetime import datetime

import click

from lms.db import snapshot, transaction
from lms.programmes.queries import list_programmes
from lms.programmes.rollup import fold, reconcile
from lms.programmes.service import NATIONAL_START, NATIONAL_TARGET, open_national_programme


@click.group()
def programmes() -> None:
    """Programmes and their figures."""


@programmes.command("open-national")
@click.option("--target", type=int, help=f"People; at first {NATIONAL_TARGET}, then as it is.")
@click.option(
    "--starts-on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=NATIONAL_START.isoformat(),
    show_default=True,
)
def open_national(target: int | None, starts_on: datetime) -> None:
    """Open the national programme with every module, or add modules that are new."""
    with transaction():
        programme = open_national_programme(target, starts_on.date())
        click.echo(f"{programme.name}: {programme.target_count}")


@programmes.command("fold")
def fold_all() -> None:
    """Fold every programme's tally into its rollup."""
    with transaction():
        for programme in list_programmes():
            click.echo(f"{programme.slug}: {fold(programme)} entries folded")


@programmes.command("reconcile")
def reconcile_all() -> None:
    """Recompute every figure from the ledger; exit 1 and name each difference if there is one."""
    differences = 0
    with snapshot():
        for programme in list_programmes():
            found = reconcile(programme)
            differences += len(found)
            for each in found:
                click.echo(f"{programme.slug} {each}")
    click.echo(f"{differences} differences")
    if differences:
        raise SystemExit(1)
