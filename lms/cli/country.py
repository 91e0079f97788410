"""`flask demo`: a fictional country to try things on."""

from datetime import datetime, timedelta

import click
from flask import current_app

from lms.certificates.numbers import NumberPattern
from lms.clock import utc_now
from lms.days import local_day
from lms.fiction.errors import NotFictional, NothingToLearn
from lms.fiction.names import MOST_PEOPLE
from lms.fiction.places import MOST_INSTITUTIONS
from lms.fiction.service import Progress, Wish, populate, usual_institutions

DEMO_PEOPLE = 2_000
SEED = 2026
_WORDS = {"people": "People", "progress": "Rows of lists"}


@click.group("demo")
def country() -> None:
    """A fictional country: people who cannot exist, and what they have learned."""


@country.command("populate")
@click.option("--people", type=click.IntRange(10, MOST_PEOPLE), default=DEMO_PEOPLE,
              show_default=True)  # fmt: skip
@click.option(
    "--institutions",
    type=click.IntRange(1, MOST_INSTITUTIONS),
    help="How many; else one for each 60 people, up to all.",
)
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which anybody has learned anything; else yesterday.",
)
def populate_country(
    people: int, institutions: int | None, seed: int, until: datetime | None
) -> None:
    """Make a country of so many people, two years old; the same seed and day make the same one.

    Refuses a database that holds people who may be real. Nothing else may use it meanwhile.
    """
    make_country(people, institutions, seed, until)


def make_country(
    people: int,
    institutions: int | None = None,
    seed: int = SEED,
    until: datetime | None = None,
) -> None:
    """The same as a function, with a bar that grows; ClickException says why there is none."""
    now = utc_now()
    wish = Wish(
        people,
        institutions or usual_institutions(people, MOST_INSTITUTIONS),
        seed,
        until.date() if until else local_day(now) - timedelta(days=1),
    )
    pattern = NumberPattern(current_app.config["SAKUHAM"].certificate_number_pattern)
    steps = populate(wish, pattern, now=now)
    try:
        step: Progress | None = next(steps)
    except (NotFictional, NothingToLearn) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    while step is not None:
        what, done = step.what, 0
        with click.progressbar(length=step.of, label=_WORDS[what]) as bar:
            while step is not None and step.what == what:
                bar.update(step.done - done)
                done, step = step.done, next(steps, None)
    click.echo(f"{people} people at {wish.institutions} institutions.")
