"""`flask programmes`: open one, fold its tally, and check the figure against the ledger."""

from datetime import date, datetime

import click
from sqlalchemy import select

from lms.db import db, snapshot, transaction
from lms.pocketbooks.models import Module
from lms.programmes.folding import fold, reconcile
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL
from lms.programmes.service import open_programme

NATIONAL_NAME = "1 Juta ASN"
NATIONAL_TARGET = 1_000_000
NATIONAL_START = date(2025, 1, 1)


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


def open_national_programme(
    target: int | None = None, starts_on: date = NATIONAL_START
) -> Programme:
    """The programme "1 Juta ASN", counting every module that is offered."""
    if target is None:
        present = db.session.scalar(
            select(Programme.target_count).where(Programme.slug == NATIONAL)
        )
        target = present or NATIONAL_TARGET
    modules = db.session.scalars(select(Module).order_by(Module.id))
    return open_programme(NATIONAL, NATIONAL_NAME, target, modules, starts_on=starts_on)


@programmes.command("fold")
def fold_all() -> None:
    """Fold every programme's tally into its rollup."""
    with transaction():
        for programme in db.session.scalars(select(Programme).order_by(Programme.id)).all():
            click.echo(f"{programme.slug}: {fold(programme)} entries folded")


@programmes.command("reconcile")
def reconcile_all() -> None:
    """Recompute every figure from the ledger; exit 1 and name each difference if there is one."""
    differences = 0
    with snapshot():
        for programme in db.session.scalars(select(Programme).order_by(Programme.id)):
            found = reconcile(programme)
            differences += len(found)
            for each in found:
                click.echo(f"{programme.slug} {each}")
    click.echo(f"{differences} differences")
    if differences:
        raise SystemExit(1)
