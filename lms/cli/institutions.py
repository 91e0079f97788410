"""`flask institutions`: public bodies, from a file."""

from collections import Counter
from pathlib import Path

import click

from lms.audit import record
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.errors import Invalid
from lms.institutions.queries import find_institution_id
from lms.institutions.registry.models import SheetKind
from lms.institutions.registry.seeding import (
    region_batches,
    seed_regional_offices,
    seed_regions,
)
from lms.institutions.registry.sheet_lines import Action, read_lines
from lms.institutions.registry.sheets import apply_lines

SEEDED_AT_ONCE = 50
_ACTIONS = {
    Action.ADD: "added",
    Action.CHANGE: "changed",
    Action.SAME: "as they were",
    Action.REFUSE: "refused",
}


@click.group()
def institutions() -> None:
    """Public bodies."""


@institutions.command("seed")
def seed() -> None:
    """Add the governments of all provinces, regencies and cities, and the regional offices.

    What is there already, by its code or its name, stays as it is.
    """
    with transaction():
        offices = seed_regional_offices()
    added = 0
    for batch in region_batches(SEEDED_AT_ONCE):
        with transaction():
            added += len(seed_regions(batch))
    with transaction():
        record("institutions.seeded", "institutions", actor_id=None, now=utc_now(), count=added)
    click.echo(f"{added} institutions and {offices} regional offices added")


@institutions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "is_dry", is_flag=True, help="Say what would happen, and store nothing.")
def import_institutions(file: Path, *, is_dry: bool) -> None:
    """Add or correct institutions from a sheet with the columns kode, nama, jenis.

    Others are those of the registry's export. A column that the file has not is left alone, and an
    empty cell empties. Lines that cannot be taken are named, and the others taken.
    """
    _bring(SheetKind.INSTITUTIONS, file, is_dry=is_dry)


@institutions.command("import-units")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "is_dry", is_flag=True, help="Say what would happen, and store nothing.")
def import_units(code: str, file: Path, *, is_dry: bool) -> None:
    """Add, rename and move units of the institution with a code from a file: kode, nama, induk.

    A parent is written by its code, its name, or the names from the top parted by >. What the file
    does not name stays as it is. Lines that cannot be taken are named, and the others taken.
    """
    with read_only():
        institution_id = get_institution_id(code)
    _bring(SheetKind.UNITS, file, institution_id=institution_id, is_dry=is_dry)


def _bring(kind: SheetKind, file: Path, *, institution_id: int | None = None, is_dry: bool) -> None:
    """Apply a sheet as coordinators and officers do, and say what came of it; exit 1 if refused."""
    try:
        lines = read_lines(file.read_bytes(), kind)
    except Invalid as refusal:
        raise click.ClickException(str(refusal)) from refusal
    steps = apply_lines(kind, lines, institution_id=institution_id, is_dry=is_dry, clock=utc_now)
    counts = Counter(step.action for step in steps)
    click.echo(", ".join(f"{counts[action]} {word}" for action, word in _ACTIONS.items()))
    refused = [step for step in steps if step.problem is not None]
    for step in refused:
        click.echo(f"line {step.line}: {step.problem}", err=True)
    if refused:
        raise click.exceptions.Exit(1)


def get_institution_id(code: str) -> int:
    """The key of the institution with a code; a code that nobody has ends the command."""
    institution_id = find_institution_id(code)
    if institution_id is None:
        raise click.ClickException(f"No institution has the code {code}.")
    return institution_id
