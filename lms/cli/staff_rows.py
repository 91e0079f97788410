"""`flask staff rebuild` and `flask staff reconcile`: the rows that lists are read from."""

import click

from lms.cli.staff import staff
from lms.clock import utc_now
from lms.db import snapshot
from lms.progress.rebuild import rebuild_progress, reconcile, refresh_lapsed

__all__ = ["staff"]


@staff.command("rebuild")
def rebuild() -> None:
    """Make the rows and counts of staff lists anew, such as after rows were brought in by hand.

    In short transactions: pages go on answering meanwhile.
    """
    last = 0
    with click.progressbar(length=1, label="institutions", show_eta=True) as bar:
        for done, of in rebuild_progress(now=utc_now()):
            bar.length = of
            bar.update(done - last)
            last = done
    click.echo(f"{last} institutions")


@staff.command("reconcile")
def reconcile_rows() -> None:
    """Compare rows and counts with their sources; exit 1 and name each difference."""
    refresh_lapsed(now=utc_now())
    with snapshot():
        found = reconcile(now=utc_now())
    for each in found:
        click.echo(str(each))
    click.echo(f"{len(found)} differences")
    if found:
        raise SystemExit(1)
