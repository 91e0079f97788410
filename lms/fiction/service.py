"""Makes the country: some thousand people of one institution at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Final

from sqlalchemy import exists, func, or_, select

from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.numbers import NumberPattern
from lms.db import current_connection, read_only, transaction
from lms.fiction.calendar import make_calendar
from lms.fiction.codes import Codes
from lms.fiction.errors import NotFictional, NothingToLearn
from lms.fiction.people import Counting, Crowd, World
from lms.fiction.places import LARGEST, found_institutions, plan_sizes, settle
from lms.fiction.storing import Rows, analyze, at_ease, together
from lms.pocketbooks.queries import get_book, list_books
from lms.programmes.models import IS_COUNTED, Programme, ProgrammeModule
from lms.programmes.queries import list_programmes
from lms.programmes.rollup import fold
from lms.progress.rebuild import rebuild_progress

AT_ONCE: Final = 5_000
_PEOPLE_OF_AN_INSTITUTION: Final = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What country is wanted; the same wish on an empty database gives the same rows.

    `until` is the last day on which anybody has learned anything.
    """

    people: int
    institutions: int
    seed: int
    until: date


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: what is being made, how much of it is done, and how much there is."""

    what: str
    done: int
    of: int


def usual_institutions(people: int, most: int) -> int:
    """How many institutions so many people are in: some sixty people each, until all have some."""
    return max(1, min(most, people // _PEOPLE_OF_AN_INSTITUTION))


def require_fiction() -> None:
    """Raise NotFictional where anybody may be real, or where a country was made before."""
    number = EmployeeNumber.number
    with read_only():
        connection = current_connection()
        real = select(Account.id).where(
            or_(
                Account.email.not_like("%.example"),
                exists().where(
                    EmployeeNumber.account_id == Account.id,
                    or_(
                        number < "1900",
                        number >= "1920",
                        func.substr(number, 9, 3) != "209",
                    ),
                ),
            )
        )
        if connection.execute(real.limit(1)).first() is not None:
            raise NotFictional("This database holds people who may be real. Nothing was changed.")
        made = select(Account.id).where(Account.email.like(f"%.%@{LARGEST.lower()}.example"))
        if connection.execute(made.limit(1)).first() is not None:
            raise NotFictional(
                "A fictional country is there already. Another is made on an empty database."
            )


def populate(wish: Wish, pattern: NumberPattern, *, now: datetime) -> Iterator[Progress]:
    """Make a country, and tell how far it is; raises NotFictional and NothingToLearn.

    Nothing else may write meanwhile: keys are given out here. What was stored stays where it is
    ended early, and is to be thrown away then.
    """
    require_fiction()
    random = Random(wish.seed)  # noqa: S311 - the same country in every run
    world = _world(wish, random, pattern, now=now)
    sizes = plan_sizes(random, wish.people, wish.institutions)
    places = list(zip(found_institutions(wish.institutions), sizes, strict=True))
    with at_ease():
        with together() as in_parts:
            yield from _settle(wish, world, places, in_parts)
        analyze()
        with transaction():
            for programme in list_programmes():
                fold(programme)
        for rows_done, rows in rebuild_progress(now=now):
            yield Progress("progress", rows_done, rows)
        analyze()


def _settle(
    wish: Wish,
    world: World,
    places: Sequence[tuple[str, int]],
    in_parts: Callable[[], AbstractContextManager[None]],
) -> Iterator[Progress]:
    """Store the people of each institution, by its code and how many they are."""
    done = 0
    for code, people in places:
        with in_parts():
            place = settle(world.random, code, people, until=wish.until)
        for first in range(done, done + people, AT_ONCE):
            serials = range(first, min(first + AT_ONCE, done + people))
            with in_parts():
                rows = Rows(current_connection())
                Crowd(world, place, rows).settle(serials, has_officer=first == done)
                rows.store()
            yield Progress("people", serials.stop, wish.people)
        done += people


def _world(wish: Wish, random: Random, pattern: NumberPattern, *, now: datetime) -> World:
    with read_only():
        books = [get_book(line.slug) for line in list_books()]
        if not books:
            raise NothingToLearn("No pocketbook is published. First: flask content publish")
        counted = current_connection().execute(
            select(Programme.id, Programme.starts_on, Programme.ends_on, ProgrammeModule.module_id)
            .join(ProgrammeModule, ProgrammeModule.programme_id == Programme.id)
            .where(IS_COUNTED)
        )
        modules: dict[tuple[int, date, date | None], set[int]] = {}
        for programme_id, starts_on, ends_on, module_id in counted:
            modules.setdefault((programme_id, starts_on, ends_on), set()).add(module_id)
    programmes = [
        Counting(key, frozenset(ids), starts.isoformat(), ends.isoformat() if ends else None)
        for (key, starts, ends), ids in sorted(modules.items(), key=lambda each: each[0][0])
    ]
    moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")
    return World(
        random, make_calendar(wish.until), books, programmes, pattern, Codes(wish.seed), moment
    )
