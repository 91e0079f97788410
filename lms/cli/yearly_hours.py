"""`flask yearly-hours`: how many credit hours a year asks of each kind of civil servant."""

from datetime import datetime

import click

from lms.accounts.enums import EmployeeKind
from lms.clock import utc_now
from lms.days import local_day
from lms.db import read_only, transaction
from lms.errors import Refusal
from lms.progress.duties import (
    Setting,
    YearlyHours,
    list_current_settings,
    list_settings,
    remove_yearly_hours,
    set_yearly_hours,
)

_KIND = click.Choice([kind.value for kind in EmployeeKind])
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("yearly-hours")
def yearly_hours() -> None:
    """Credit hours that a year asks of a kind of civil servant, or lets them have at most."""


@yearly_hours.command("list")
def list_all() -> None:
    """What was set, by kind, the latest first; what holds today has a star."""
    with read_only():
        settings = list_settings()
        current = list_current_settings(local_day(utc_now())).values()
    for each in settings:
        mark = "*" if each in current else " "
        click.echo(f"{mark} {each.kind.value} {each.from_day}  {_words(each)}  {each.source}")


@yearly_hours.command("set")
@click.argument("kind", type=_KIND)
@click.argument("from_day", type=_DAY)
@click.option("--least", type=int, help="A duty: so many hours at least.")
@click.option("--most", type=int, help="A limit and no duty: so many at most.")
@click.option("--source", required=True, help="Where that is written, in words.")
def set_hours(
    kind: str, from_day: datetime, least: int | None, most: int | None, source: str
) -> None:
    """Say what holds for KIND from a day on, in place of what was said of that day."""
    if (least is None) == (most is None):
        raise click.ClickException("Say either --least or --most.")
    hours = YearlyHours(least if least is not None else most or 0, is_most=least is None)
    _set(Setting(EmployeeKind(kind), from_day.date(), hours, source))


@yearly_hours.command("end")
@click.argument("kind", type=_KIND)
@click.argument("from_day", type=_DAY)
@click.option("--source", required=True, help="What ends it, in words.")
def end(kind: str, from_day: datetime, source: str) -> None:
    """Let nothing hold for KIND from a day on."""
    _set(Setting(EmployeeKind(kind), from_day.date(), None, source))


@yearly_hours.command("remove")
@click.argument("kind", type=_KIND)
@click.argument("from_day", type=_DAY)
def remove(kind: str, from_day: datetime) -> None:
    """Take back what was said of a day by mistake; what was said before it holds on."""
    try:
        with transaction():
            remove_yearly_hours(EmployeeKind(kind), from_day.date(), actor_id=None, now=utc_now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{kind} {from_day:%Y-%m-%d}: removed")


def _set(setting: Setting) -> None:
    try:
        with transaction():
            set_yearly_hours(setting, actor_id=None, now=utc_now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{setting.kind.value} {setting.from_day}: {_words(setting)}")


def _words(setting: Setting) -> str:
    if setting.hours is None:
        return "nothing holds"
    return f"{'at most' if setting.hours.is_most else 'at least'} {setting.hours.hours}"
