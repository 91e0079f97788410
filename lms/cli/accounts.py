"""`flask accounts`: what an operator does for people who cannot help themselves."""

import click

from lms.accounts.queries import find_account
from lms.accounts.second_factor import reset_second_factor
from lms.clock import utc_now
from lms.db import transaction

SHORTEST_REASON = 10


@click.group()
def accounts() -> None:
    """Accounts of people who cannot help themselves."""


@accounts.command("reset-second-factor")
@click.argument("identifier")
@click.option("--reason", required=True, help="Why, and how you know who asks; it is kept.")
def reset(identifier: str, reason: str) -> None:
    """Take away the second factor of who has lost their device; they are told by mail."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise click.ClickException("Say in --reason why, and how you know who asks.")
    with transaction():
        account = find_account(identifier)
        if account is None:
            raise click.ClickException(f"Nobody has {identifier}.")
        reset_second_factor(account.id, reason, now=utc_now())
        name = account.name
    click.echo(f"{name}: without a second factor, and signed out everywhere")
