"""`flask staff`: who works where, from an institution's own list."""

from pathlib import Path

import click
from flask_babel import force_locale

from lms.addresses import link_address
from lms.audit import record
from lms.cli.institutions import get_institution_id
from lms.cli.tables import read_or_end
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.errors import Sentence
from lms.http.i18n import translate
from lms.institutions.rules import Contradiction
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import Outcome
from lms.institutions.staff_files import read_staff_list, write_bad_lines
from lms.institutions.staff_imports import apply_import, check_import
from lms.tables.models import BadLine


@click.group()
def staff() -> None:
    """Staff lists."""


@staff.command("import")
@click.argument("institution_code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Say what would happen; store nothing.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the lines that have to be mended, to be imported again.",
)
@click.option(
    "--replace-addresses",
    is_flag=True,
    help="Give the file's addresses also to those who are on the list with others.",
)
def import_staff(
    institution_code: str,
    file: Path,
    *,
    only_check: bool,
    rejected: Path | None,
    replace_addresses: bool,
) -> None:
    """Put people on an institution's staff list, from a file with the columns name,number,email.

    CSV with commas, semicolons or tabs, or XLSX; nama, NIP and surel are understood too. Each new
    person gets an activation link by mail; who is on the list already is left alone, and named if
    their address is another one. Lines that are wrong are named with what would mend them (then the
    exit status is 1); all others are taken.
    """
    listed = read_or_end(lambda: read_staff_list(file.read_bytes(), _in_english))
    with read_only():
        institution_id = get_institution_id(institution_code)
    scope = Scope(officer_id=None, institution_ids=frozenset({institution_id}))
    if only_check:
        told = check_import(
            listed.people,
            scope,
            institution_id,
            now=utc_now(),
            replaces_addresses=replace_addresses,
        )
    else:
        told = apply_import(
            listed.people,
            scope,
            institution_id,
            link_address,
            now=utc_now(),
            replaces_addresses=replace_addresses,
        )
    for person, claim in told.overridden:
        click.echo(f"line {person.line}: {_overridden(claim)}")
    bad_lines = listed.bad_lines + [
        BadLine(
            person.line, (person.name, person.number.number, person.email), _in_english(sentence)
        )
        for person, sentence in told.refused
    ]
    outcomes, count = told.outcomes, told.outcomes.total()
    if not only_check:
        with transaction():
            record(
                "staff.imported",
                f"institution:{institution_id}",
                actor_id=None,
                now=utc_now(),
                count=count,
            )
    for bad in sorted(bad_lines, key=lambda each: each.number):
        click.echo(f"line {bad.number}: {bad.reason}", err=True)
    if rejected is not None and bad_lines:
        rejected.write_text(write_bad_lines(bad_lines), encoding="utf-8")
    details = ", ".join(f"{outcomes[each]} {each.value}" for each in Outcome if outcomes[each])
    click.echo(f"{count} people{f' ({details})' if details else ''}")
    if only_check:
        click.echo("nothing was stored: this was a check")
    if bad_lines:
        raise click.ClickException(
            f"Not taken: {len(bad_lines)} of the lines. Mend them, and import them again."
        )


def _in_english(sentence: Sentence) -> str:
    """A refusal's sentence in the language of the commands; mail has that of its readers."""
    with force_locale("en"):
        return translate(sentence)


def _overridden(claim: Contradiction) -> str:
    data = f"{claim.name}, {claim.number}, {claim.email}"
    if claim.is_listed:
        return f"stood on the list as {data}; what this list says holds"
    whose = f"as {data}" if claim.is_ours else "at another institution"
    return f"somebody has registered themselves {whose}; what the list says holds"
