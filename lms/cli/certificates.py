"""`flask certificates`: what stands at the head of certificates, and who signs."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask_babel import force_locale

from lms.certificates.letterhead_versions import (
    add_letterhead,
    find_emblem_of,
    find_letterhead_on,
    get_letterhead,
    keep_emblem,
    list_letterheads,
)
from lms.certificates.letterheads import Letterhead
from lms.clock import utc_now
from lms.days import local_day
from lms.db import read_only, transaction
from lms.errors import Invalid
from lms.http.i18n import translate

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_BLANK = Letterhead(unit_name="", signatory_name="", office="", place="")


@click.group()
def certificates() -> None:
    """Certificates."""


@certificates.command("letterhead")
@click.option("--unit", "unit_name", help="The part of the issuer that gives certificates.")
@click.option("--office", help="The signatory's office.")
@click.option("--signatory", "signatory_name", help="Their name with titles.")
@click.option("--place", help="Where it is signed, before the day of issue.")
@click.option("--rank", help='Their rank, "" for none.')
@click.option("--number", "employee_number", help='Their NIP, "" for none.')
@click.option(
    "--emblem",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An SVG or a PNG of at most 200 KB; letters in an SVG as shapes.",
)
@click.option("--no-emblem", is_flag=True, help="Do without the emblem that there is.")
@click.option("--from", "valid_from", type=_DAY, help="The first day, if not today.")
@click.option("--until", "valid_until", type=_DAY, help="The last day, if there is one.")
def letterhead(
    *,
    emblem: Path | None,
    no_emblem: bool,
    valid_from: datetime | None,
    valid_until: datetime | None,
    **texts: str | None,
) -> None:
    """Set a letterhead for certificates that are issued from now on, or list those that were set.

    What is not given stays as it is in the letterhead of today. None that was set ever changes:
    certificates keep theirs, and of those whose time it is the one set last is used.
    """
    given = {name: text for name, text in texts.items() if text is not None}
    if not given and emblem is None and not no_emblem:
        _list()
        return
    now = utc_now()
    today = local_day(now)
    with transaction():
        current = find_letterhead_on(today)
        before = _BLANK if current is None else get_letterhead(current)
        try:
            kept = None if current is None or no_emblem else find_emblem_of(current)
            number = add_letterhead(
                replace(before, emblem=None, **given),
                kept if emblem is None else keep_emblem(emblem.read_bytes(), now=now),
                valid_from=today if valid_from is None else valid_from.date(),
                valid_until=None if valid_until is None else valid_until.date(),
                actor_id=None,
                now=now,
            )
        except Invalid as refusal:
            with force_locale("en"):
                raise click.ClickException(
                    f"{refusal.field}: {translate(refusal.sentence)}"
                ) from refusal
    click.echo(f"Letterhead {number} is set")


def _list() -> None:
    """Every version, the one that was set last first; the one of today is marked."""
    with read_only():
        current = find_letterhead_on(local_day(utc_now()))
        for version in list_letterheads():
            head = version.letterhead
            until = version.valid_until or "…"
            mark = "*" if version.id == current else " "
            click.echo(
                f"{mark} {version.id:4} {version.valid_from} – {until}  {head.unit_name}: "
                f"{head.signatory_name}, {head.office}, {head.place}"
                f"{'' if head.emblem is None else ' (emblem)'}"
            )
        if current is None:
            click.echo("Certificates are issued without a letterhead today.")
