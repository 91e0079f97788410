"""`flask programmes`: open one, fold its tally, and check the figure against the ledger."""

from datetime import datetime

import click

from lms.cli.failures import told_at_once
from lms.clock import utc_now
from lms.db import snapshot, transaction
from lms.programmes.queries import list_programmes
from lms.programmes.recounting import list_published, recount_figure
from lms.programmes.rollup import fold, reconcile
from lms.programmes.rules import Amount
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
    """Open the national programme with every module, or add modules that are new.

    Refused once coordinators have published a version of it, or closed it: /koordinator/program.
    """
    with told_at_once(), transaction():
        programme = open_national_programme(target, starts_on.date(), now=utc_now())
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


@programmes.command("recount")
@click.argument("slug", required=False)
def recount(slug: str | None) -> None:
    """Compute each published figure anew, of one programme or of all; exit 1 if one differs."""
    differing = 0
    with snapshot():
        versions = list_published(slug)
        for version in versions:
            found = recount_figure(version, now=utc_now())
            differing += not found.agrees
            figure, by_certificates = found.figure, found.certificates
            click.echo(
                f"{version.slug} version {figure.definition_version}"
                f" ({version.state.value}), ledger position {figure.ledger_position},"
                f" {figure.as_of.isoformat(timespec='seconds')}\n"
                f"  figure        {_amount(found.published)}\n"
                f"  tally         {_amount(found.tally)}\n"
                f"  certificates  {_amount(by_certificates) if by_certificates else 'ended'}"
            )
    if not versions:
        raise click.ClickException("No such programme is published.")
    click.echo(f"{differing} figures differ")
    if differing:
        raise SystemExit(1)


def _amount(amount: Amount) -> str:
    return f"{amount.people} people, {amount.credit_hours} JP"
