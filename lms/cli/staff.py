"""`flask institutions`, `flask roles`, `flask staff`: who is who, from files and by hand."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.enums import Role
from lms.accounts.queries import find_account
from lms.accounts.rules import NAME_LENGTH
from lms.accounts.service import grant_role
from lms.addresses import link_address
from lms.audit import record
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.errors import Refusal, Sentence
from lms.http.i18n import translate
from lms.institutions.claims import Contradiction, is_vouched_for
from lms.institutions.lists import ListedPerson, read_staff_list, write_bad_lines
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.scope import Scope
from lms.institutions.service import Outcome, add_staff, found_institution
from lms.tables import BadLine, Column, Line, NotATable, iterate_batches, read_table

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
    kabupaten, pemerintah kota. Every line that is wrong is named, and then nothing is stored. What
    is right is stored some lines at a time, so that nobody who writes waits long.
    """
    table = _read(lambda: read_table(file.read_bytes(), _INSTITUTION_COLUMNS))
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
                    found_institution(
                        each.code,
                        each.name,
                        each.kind,
                        time_zone=each.time_zone,
                        email_domain=each.domain or None,
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
    return _ListedInstitution(line.number, code, name, InstitutionKind(cells["kind"]), zone, domain)


def _find_taken_names(listed: list[_ListedInstitution]) -> list[tuple[int, str]]:
    """The lines whose name another institution has by then, taken one after the other."""
    with read_only():
        rows = db.session.execute(select(Institution.code, Institution.name)).all()
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
    with read_only():
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
