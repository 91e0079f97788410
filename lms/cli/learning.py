"""`flask learning`: grade anew what a wrong key failed."""

import click

from lms.accounts.queries import find_account
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.errors import Refusal
from lms.learning.regrading import (
    Failed,
    Regrader,
    count_failed,
    get_correction,
    get_regrader,
    list_failed,
    regrade,
    totals,
)


@click.group()
def learning() -> None:
    """What people have learned."""


@learning.command("regrade")
@click.argument("slug")
@click.argument("questions", nargs=-1, required=True)
@click.option("--by", "identifier", help="Number or address of a coordinator or administrator.")
@click.option("--reason", help="Why; the learner reads it. Without it nothing is changed.")
def regrade_all(
    slug: str, questions: tuple[str, ...], identifier: str | None, reason: str | None
) -> None:
    """Grade attempts anew that a wrong key of these QUESTIONS (their ids) has failed.

    Publish the corrected pocketbook first. Alone it says how many it concerns; with --by, who they
    are; with --reason too, it grades them: certificates are issued, and the people are told.
    """
    if reason is not None and identifier is None:
        raise click.ClickException("Who grades anew is said with --by.")
    try:
        with read_only():
            correction = get_correction(slug, questions)
            regrader = _regrader(identifier) if identifier else None
            listed = list_failed(regrader, correction) if regrader else []
            failed, passing = totals(listed) if regrader else count_failed(correction)
        for each in listed:
            click.echo(_line(each))
        click.echo(f"{failed} attempts were failed at these questions; {passing} people would pass")
        if regrader is None or reason is None:
            return
        done = 0
        for each in listed:
            if each.passes:
                with transaction():
                    done += regrade(regrader, correction, each.attempt_id, reason, now=utc_now())
        click.echo(f"{done} graded anew")
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _regrader(identifier: str) -> Regrader:
    account = find_account(identifier)
    if account is None:
        raise click.ClickException(f"Nobody has {identifier}.")
    return get_regrader(account.id)


def _line(each: Failed) -> str:
    outcome = "would pass" if each.passes else "would not pass"
    return (
        f"{each.submitted_at:%Y-%m-%d} {each.name}: {each.before} to {each.after} of {each.total}, "
        f"{outcome}"
    )
