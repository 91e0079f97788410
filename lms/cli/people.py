"""`flask institutions`, `flask roles`, `flask staff`: who is who, from files and by hand."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import click
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.kinds import Role
from lms.accounts.queries import find_account
from lms.accounts.rules import NAME_LENGTH
from lms.accounts.service import grant_role
from lms.audit import record
from lms.clock import utc_now
from lms.db import db, reading, transaction
from lms.errors import Refusal, Sentence
from lms.http.addresses import link_address
from lms.http.refusals import translate
from lms.institutions.claims import Contradiction, is_vouched_for
from lms.institutions.lists import ListedPerson, read_staff_list, write_bad_lines
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.scope import Scope
from lms.institutions.service import Outcome, add_staff, found_institution
from lms.tables import BadLine, Column, NotATable, iterate_batches, read_table

T = TypeVar("T")

CODE_LENGTH = 20
BATCH = 5  # so that nobody who writes waits long
_INSTITUTION_COLUMNS = (
    *map(Column, ("code", "name", "kind", "time_zone")),
    Column("domain", is_optional=True),
)
DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


@click.group()
def institutions() -> None:
    """Public bodies."""


@institutions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_institutions(file: Path) -> None:
    """Add or correct institutions from a file with the columns code,name,kind,time_zone.

    A column domain may say what the addresses of an institution's people end in.

    kind is one of: kementerian koordinator, kementerian, lembaga, pemerintah provinsi, pemerintah
    kabupaten, pemerintah kota. Every line that is wrong is named, and then nothing is stored.
    """
    table = _read(lambda: read_table(file.read_bytes(), _INSTITUTION_COLUMNS))
    problems = [f"line {bad.number}: {bad.reason}" for bad in table.bad_lines]
    with transaction():
        for line in table.lines:
            number, cells = line.number, line.cells
            try:
                code, name, zone = cells["code"], cells["name"], cells["time_zone"]
                _require(0 < len(code) <= CODE_LENGTH, f"code has 1 to {CODE_LENGTH} characters")
                _require(0 < len(name) <= NAME_LENGTH, f"name has 1 to {NAME_LENGTH} characters")
                _require(zone in TIME_ZONES, f"time_zone is one of {', '.join(TIME_ZONES)}")
                domain = cells.get("domain", "").lower().removeprefix("@")
                _require(
                    not domain or (len(domain) <= NAME_LENGTH // 2 and DOMAIN.fullmatch(domain)),
                    "domain is what addresses end in, such as contoh.go.id",
                )
                with db.session.begin_nested():
                    found_institution(
                        code,
                        name,
                        InstitutionKind(cells["kind"]),
                        time_zone=zone,
                        email_domain=domain or None,
                    )
            except ValueError as error:
                problems.append(f"line {number}: {error}")
            except IntegrityError:
                problems.append(f"line {number}: another institution has this name")
        _require_none(problems)
        count = len(table.lines)
        record("institutions.imported", "institutions", actor_id=None, now=utc_now(), count=count)
    click.echo(f"{count} institutions")


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
    listed = _read(lambda: read_staff_list(file.read_bytes(), _in_english))
    bad_lines = listed.bad_lines
    outcomes: Counter[Outcome] = Counter()
    with reading():
        institution_id = _institution(institution_code).id
    for batch in iterate_batches(listed.people, BATCH):
        stored, refused = _store(
            batch, institution_id, only_check=only_check, replace_addresses=replace_addresses
        )
        outcomes += stored
        bad_lines += refused
    count = outcomes.total()
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


def _store(
    people: list[ListedPerson], institution_id: int, *, only_check: bool, replace_addresses: bool
) -> tuple[Counter[Outcome], list[BadLine]]:
    """Put some people on the list in one transaction, which is undone if this is a check."""
    outcomes: Counter[Outcome] = Counter()
    refused: list[BadLine] = []
    scope = Scope(officer_id=None, institution_ids=frozenset({institution_id}))
    with suppress(_OnlyChecked), transaction():
        institution = db.session.get_one(Institution, institution_id)
        for person in people:
            try:
                with db.session.begin_nested():
                    added = add_staff(
                        scope,
                        institution,
                        person.name,
                        person.email,
                        person.number,
                        link_address,
                        now=utc_now(),
                        replaces_address=replace_addresses,
                    )
            except Refusal as refusal:
                cells = (person.name, person.number.number, person.email)
                refused.append(BadLine(person.line, cells, _in_english(refusal.sentence)))
                continue
            outcomes[added.outcome] += 1
            if added.overridden is not None:
                click.echo(f"line {person.line}: {_overridden(added.overridden)}")
        if only_check:
            raise _OnlyChecked
    return outcomes, refused


def _in_english(sentence: Sentence) -> str:
    """A refusal's sentence in the language of the commands; letters keep that of their readers."""
    with force_locale("en"):
        return translate(sentence)


class _OnlyChecked(Exception):
    """What was done was a rehearsal."""


def _overridden(claim: Contradiction) -> str:
    data = f"{claim.name}, {claim.number}, {claim.email}"
    if claim.is_listed:
        return f"stood on the list as {data}; what this list says holds"
    whose = f"as {data}" if claim.is_ours else "at another institution"
    return f"somebody has registered themselves {whose}; what the list says holds"


@click.group()
def roles() -> None:
    """Roles beyond learning."""


@roles.command("grant")
@click.argument("identifier")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--institution", "code", help="The institution's code; without it, nationally.")
def grant(identifier: str, role: str, code: str | None) -> None:
    """Let the person with this number or address hold a role."""
    with transaction():
        account = find_account(identifier)
        if account is None:
            raise click.ClickException(f"Nobody has {identifier}.")
        if "@" not in identifier and not is_vouched_for(account.id):
            raise click.ClickException(
                f"Whoever has {identifier} says so themselves; no staff list has confirmed it. "
                "Put the person on a staff list first, or name the address that they answer at."
            )
        institution = _institution(code) if code else None
        if role == Role.HR_OFFICER.value and institution is None:
            raise click.ClickException("An HR officer is one of an institution: --institution.")
        grant_role(account, Role(role), institution.id if institution else None, now=utc_now())
    click.echo(f"{account.name}: {role}")


def _institution(code: str) -> Institution:
    institution = db.session.scalar(select(Institution).where(Institution.code == code))
    if institution is None:
        raise click.ClickException(f"No institution has the code {code}.")
    return institution


def _read(read: Callable[[], T]) -> T:
    """What a file holds; the words of one that is no table end the command."""
    try:
        return read()
    except NotATable as problem:
        raise click.ClickException(str(problem)) from problem


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _require_none(problems: list[str]) -> None:
    if problems:
        raise click.ClickException("\n".join(["nothing was stored", *problems]))
