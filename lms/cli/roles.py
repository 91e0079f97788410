"""`flask roles`: roles beyond learning."""

import click

from lms.accounts.enums import Role
from lms.accounts.people import grant_role
from lms.accounts.queries import find_account
from lms.cli.institutions import get_institution_id
from lms.clock import utc_now
from lms.db import transaction
from lms.institutions.claims import is_vouched_for
from lms.institutions.registry.queries import find_unit_id


@click.group()
def roles() -> None:
    """Roles beyond learning."""


@roles.command("grant")
@click.argument("identifier")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--institution", "code", help="An HR officer's institution, by its code.")
@click.option(
    "--unit",
    "unit",
    help="The unit of the institution, by its code or #key, where the role ends with it.",
)
def grant(identifier: str, role: str, code: str | None, unit: str | None) -> None:
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
        institution_id = get_institution_id(code) if code else None
        if role == Role.HR_OFFICER.value and institution_id is None:
            raise click.ClickException("An HR officer is one of an institution: --institution.")
        if role != Role.HR_OFFICER.value and institution_id is not None:
            raise click.ClickException(
                f"What a role like {role} allows holds everywhere: leave --institution out."
            )
        unit_id = None
        if unit is not None:
            if institution_id is None:
                raise click.ClickException("A unit is one of an institution: --institution.")
            unit_id = find_unit_id(institution_id, unit)
            if unit_id is None:
                raise click.ClickException(f"{code} has no unit {unit}.")
        grant_role(account, Role(role), institution_id, now=utc_now(), unit_id=unit_id)
    click.echo(f"{account.name}: {role}")
