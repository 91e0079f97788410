"""`flask roles`: roles beyond learning."""

from datetime import datetime

import click

from lms.accounts.enums import Role
from lms.accounts.queries import find_account
from lms.cli.failures import told_at_once
from lms.cli.institutions import get_institution_id
from lms.clock import utc_now
from lms.days import local_day
from lms.db import transaction
from lms.institutions.claims import is_vouched_for
from lms.institutions.granting.rules import Place, require_fit
from lms.institutions.granting.service import grant_by_operator, withdraw_by_operator
from lms.institutions.registry.queries import find_unit_id


@click.group()
def roles() -> None:
    """Roles beyond learning."""


_AT = (
    click.option("--institution", "code", help="An HR officer's institution, by its code."),
    click.option(
        "--unit",
        "unit",
        help="The unit of the institution, by its code or #key, where the role ends with it.",
    ),
)


@roles.command("grant")
@click.argument("identifier")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@_AT[0]
@_AT[1]
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day, in the institution's time zone.",
)
def grant(
    identifier: str, role: str, code: str | None, unit: str | None, until: datetime | None
) -> None:
    """Let the person with this number or address hold a role.

    Who holds it already holds it to this last day from now on, or without one.
    """
    now = utc_now()
    with transaction():
        account = find_account(identifier)
        if account is None:
            raise click.ClickException(f"Nobody has {identifier}.")
        if "@" not in identifier and not is_vouched_for(account.id):
            raise click.ClickException(
                f"Whoever has {identifier} says so themselves; no staff list has confirmed it. "
                "Put the person on a staff list first, or name the address that they answer at."
            )
        place = _find_place(role, code, unit)
        ends_on = until.date() if until else None
        with told_at_once():
            require_fit(Role(role), place, ends_on, today=local_day(now))
            grant_by_operator(account, Role(role), place, ends_on, now=now)
    click.echo(f"{account.name}: {role}" + (f" until {ends_on}" if ends_on else ""))


@roles.command("withdraw")
@click.argument("identifier")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@_AT[0]
@_AT[1]
def withdraw(identifier: str, role: str, code: str | None, unit: str | None) -> None:
    """Take a role back from the person with this number or address; they are told by mail."""
    with transaction():
        account = find_account(identifier)
        if account is None:
            raise click.ClickException(f"Nobody has {identifier}.")
        place = _find_place(role, code, unit)
        with told_at_once():
            was_held = withdraw_by_operator(account, Role(role), place, now=utc_now())
    if not was_held:
        raise click.ClickException(f"{account.name} does not hold that role there.")
    click.echo(f"{account.name}: {role} withdrawn")


def _find_place(role: str, code: str | None, unit: str | None) -> Place:
    """Where a role is meant to be held; ends the command for what is none."""
    institution_id = get_institution_id(code) if code else None
    if role == Role.HR_OFFICER.value and institution_id is None:
        raise click.ClickException("An HR officer is one of an institution: --institution.")
    if role != Role.HR_OFFICER.value and institution_id is not None:
        raise click.ClickException(
            f"What a role like {role} allows holds everywhere: leave --institution out."
        )
    if unit is None:
        return Place(institution_id)
    if institution_id is None:
        raise click.ClickException("A unit is one of an institution: --institution.")
    unit_id = find_unit_id(institution_id, unit)
    if unit_id is None:
        raise click.ClickException(f"{code} has no unit {unit}.")
    return Place(institution_id, unit_id)
