"""`flask institutions`, `flask roles`, `flask staff`: who is who, from files and by hand."""

import csv
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.kinds import Role
from lms.accounts.queries import find_account
from lms.accounts.rules import NAME_LENGTH, read_email, read_employee_number, read_name
from lms.accounts.service import grant_role
from lms.audit import record
from lms.clock import utc_now
from lms.db import db, transaction
from lms.errors import Refusal
from lms.http.addresses import link_address
from lms.institutions.claims import is_vouched_for
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.scope import Scope
from lms.institutions.service import add_staff, found_institution

CODE_LENGTH = 20
TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


@click.group()
def institutions() -> None:
    """Public bodies."""


@institutions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_institutions(file: Path) -> None:
    """Add or correct institutions from a CSV file with the columns code,name,kind,time_zone.

    kind is one of: kementerian koordinator, kementerian, lembaga, pemerintah provinsi, pemerintah
    kabupaten, pemerintah kota. Every line that is wrong is named, and then nothing is stored.
    """
    problems: list[str] = []
    with transaction():
        lines = _read_lines(file, {"code", "name", "kind", "time_zone"})
        for number, line in lines:
            try:
                code, name, zone = line["code"], line["name"], line["time_zone"]
                _require(0 < len(code) <= CODE_LENGTH, f"code has 1 to {CODE_LENGTH} characters")
                _require(0 < len(name) <= NAME_LENGTH, f"name has 1 to {NAME_LENGTH} characters")
                _require(zone in TIME_ZONES, f"time_zone is one of {', '.join(TIME_ZONES)}")
                with db.session.begin_nested():
                    found_institution(code, name, InstitutionKind(line["kind"]), time_zone=zone)
            except ValueError as error:
                problems.append(f"line {number}: {error}")
            except IntegrityError:
                problems.append(f"line {number}: another institution has this name")
        _require_none(problems)
        record(
            "institutions.imported", "institutions", actor_id=None, now=utc_now(), count=len(lines)
        )
    click.echo(f"{len(lines)} institutions")


@click.group()
def staff() -> None:
    """Staff lists."""


@staff.command("import")
@click.argument("institution_code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_staff(institution_code: str, file: Path) -> None:
    """Put people on an institution's staff list, from a CSV file with name,number,email.

    Each gets an activation link by mail; who is on the list already is left alone. Every line that
    is wrong is named, and then nothing is stored.
    """
    problems: list[str] = []
    with transaction():
        institution = _institution(institution_code)
        scope = Scope(officer_id=None, institution_ids=frozenset({institution.id}))
        lines = _read_lines(file, {"name", "number", "email"})
        for number, line in lines:
            try:
                add_staff(
                    scope,
                    institution,
                    read_name(line["name"]),
                    read_email(line["email"]),
                    read_employee_number(line["number"]),
                    link_address,
                    now=utc_now(),
                )
            except Refusal as refusal:
                problems.append(f"line {number}: {refusal}")
        _require_none(problems)
        record(
            "staff.imported",
            f"institution:{institution.id}",
            actor_id=None,
            now=utc_now(),
            count=len(lines),
        )
    click.echo(f"{len(lines)} people")


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


def _read_lines(file: Path, columns: set[str]) -> list[tuple[int, dict[str, str]]]:
    """The lines of a CSV file by their numbers, each with every column, without spaces around."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            absent = columns - set(reader.fieldnames or ())
            if absent:
                raise click.ClickException(
                    f"The file lacks the columns {', '.join(sorted(absent))}."
                )
            return [
                (reader.line_num, {column: (line[column] or "").strip() for column in columns})
                for line in reader
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(f"The file is not CSV in UTF-8: {error}") from error


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - it is what is checked
    if not holds:
        raise ValueError(otherwise)


def _require_none(problems: list[str]) -> None:
    if problems:
        raise click.ClickException("\n".join(["nothing was stored", *problems]))
