"""`flask institutions`: public bodies, from a file."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError

from lms.accounts.rules import NAME_LENGTH
from lms.audit import record
from lms.cli.tables import read_or_end
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.errors import Invalid
from lms.institutions.models import InstitutionKind
from lms.institutions.queries import find_institution_id, list_codes_and_names
from lms.institutions.registry.models import SheetKind
from lms.institutions.registry.seeding import (
    region_batches,
    seed_regional_offices,
    seed_regions,
)
from lms.institutions.registry.sheet_lines import Action, read_lines
from lms.institutions.registry.sheets import apply_lines
from lms.institutions.service import save_institution
from lms.tables.models import Column, Line, iterate_batches
from lms.tables.reader import read_table

CODE_LENGTH = 20
BATCH = 5  # so that nobody who writes waits long
SEEDED_AT_ONCE = 50
_INSTITUTION_COLUMNS = (
    *map(Column, ("code", "name", "kind", "time_zone")),
    Column("domain", is_optional=True),
)
_ACTIONS = {
    Action.ADD: "added",
    Action.CHANGE: "changed",
    Action.SAME: "as they were",
    Action.REFUSE: "refused",
}
DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


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
def import_institutions(file: Path) -> None:
    """Add or correct institutions from a file with the columns code,name,kind,time_zone.

    A column domain may say what the addresses of an institution's people end in.

    kind is one of: kementerian koordinator, kementerian, lembaga, pemerintah provinsi, pemerintah
    kabupaten, pemerintah kota. Every line that is wrong is named, and then nothing is stored. What
    is right is stored some lines at a time, so that nobody who writes waits long.
    """
    table = read_or_end(lambda: read_table(file.read_bytes(), _INSTITUTION_COLUMNS))
    problems = [(bad.number, bad.reason) for bad in table.bad_lines]
    listed: list[_ListedInstitution] = []
    for line in table.lines:
        try:
            listed.append(_read_institution(line))
        except ValueError as error:
            problems.append((line.number, str(error)))
    problems += _find_taken_names(listed)
    if problems:
        told = [f"line {number}: {reason}" for number, reason in sorted(problems)]
        raise click.ClickException("\n".join(["nothing was stored", *told]))
    for batch in iterate_batches(listed, BATCH):
        try:
            with transaction():
                for each in batch:
                    save_institution(
                        each.code,
                        each.name,
                        each.kind,
                        time_zone=each.time_zone,
                        email_domain=each.domain or None,
                        now=utc_now(),
                    )
        except IntegrityError as error:
            raise click.ClickException(
                f"lines {batch[0].line} to {batch[-1].line}: somebody has meanwhile added an "
                "institution with such a code or name. The lines before are stored; import the "
                "file again, and it is said which line it is."
            ) from error
    count = len(listed)
    with transaction():
        record("institutions.imported", "institutions", actor_id=None, now=utc_now(), count=count)
    click.echo(f"{count} institutions")


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
    try:
        lines = read_lines(file.read_bytes(), SheetKind.UNITS)
    except Invalid as refusal:
        raise click.ClickException(str(refusal)) from refusal
    steps = apply_lines(
        SheetKind.UNITS, lines, institution_id=institution_id, is_dry=is_dry, clock=utc_now
    )
    counts = Counter(step.action for step in steps)
    told = ", ".join(f"{counts[action]} {word}" for action, word in _ACTIONS.items())
    click.echo(told)
    refused = [step for step in steps if step.problem is not None]
    for step in refused:
        click.echo(f"line {step.line}: {step.problem}", err=True)
    if refused:
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class _ListedInstitution:
    """What a line says about an institution."""

    line: int
    code: str
    name: str
    kind: InstitutionKind
    time_zone: str
    domain: str


def _read_institution(line: Line) -> _ListedInstitution:
    """What a line says; raises ValueError with what would mend it."""
    cells = line.cells
    code, name, zone = cells["code"], cells["name"], cells["time_zone"]
    _require(0 < len(code) <= CODE_LENGTH, f"code has 1 to {CODE_LENGTH} characters")
    _require(0 < len(name) <= NAME_LENGTH, f"name has 1 to {NAME_LENGTH} characters")
    _require(zone in TIME_ZONES, f"time_zone is one of {', '.join(TIME_ZONES)}")
    domain = cells.get("domain", "").lower().removeprefix("@")
    _require(
        not domain or (len(domain) <= NAME_LENGTH // 2 and DOMAIN.fullmatch(domain)),
        "domain is what addresses end in, such as contoh.go.id",
    )
    return _ListedInstitution(line.number, code, name, _read_kind(cells["kind"]), zone, domain)


def _read_kind(word: str) -> InstitutionKind:
    kinds = [kind.value for kind in InstitutionKind]
    _require(word in kinds, f"kind is one of {', '.join(kinds)}")
    return InstitutionKind(word)


def _find_taken_names(listed: list[_ListedInstitution]) -> list[tuple[int, str]]:
    """The lines whose name another institution has by then, taken one after the other."""
    with read_only():
        rows = list_codes_and_names()
    names = dict(rows)
    codes = {name: code for code, name in rows}
    taken = []
    for each in listed:
        if codes.get(each.name, each.code) != each.code:
            taken.append((each.line, "another institution has this name"))
            continue
        codes.pop(names.get(each.code, ""), None)
        names[each.code], codes[each.name] = each.name, each.code
    return taken


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def get_institution_id(code: str) -> int:
    """The key of the institution with a code; a code that nobody has ends the command."""
    institution_id = find_institution_id(code)
    if institution_id is None:
        raise click.ClickException(f"No institution has the code {code}.")
    return institution_id
