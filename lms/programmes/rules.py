"""What a person counts for, and the steps from what was counted of them to what is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Self

Key = tuple[int, int]
"""A programme's version and a person, by the account that was kept."""

Place = tuple[int, int, date]
"""A programme's version, an institution and a day."""


class Amount(NamedTuple):
    """People, and the credit hours of their certificates that count."""

    people: int
    credit_hours: int


class Counted(NamedTuple):
    """By which certificate a person counts, where and on which day, and with how many hours."""

    certificate_id: int
    institution_id: int
    counted_on: date
    credit_hours: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a version holds of a person, and what is due; None is not to be counted."""

    key: Key
    held: Counted | None
    due: Counted | None

    @classmethod
    def between(cls, held: Mapping[Key, Counted], due: Mapping[Key, Counted]) -> list[Self]:
        """Where the two differ, in a fixed order."""
        keys = sorted(held.keys() | due.keys())
        pairs = ((key, held.get(key), due.get(key)) for key in keys)
        return [cls(*pair) for pair in pairs if pair[1] != pair[2]]


def sum_up(rows: Iterable[tuple[Any, ...]]) -> dict[Key, Counted]:
    """What counts of each person: the first certificate says where and when, all give their hours.

    Rows are programme, person, certificate, institution, day and hours, of each person the
    earliest first.
    """
    counted: dict[Key, Counted] = {}
    for programme, person, certificate, institution, day, hours in rows:
        key = programme, person
        first = counted.get(key)
        counted[key] = (
            Counted(certificate, institution, day, hours)
            if first is None
            else first._replace(credit_hours=first.credit_hours + hours)
        )
    return counted


def add_up(changes: Iterable[Change]) -> dict[Place, Amount]:
    """The steps of changes, each place once, in a fixed order; what changes nothing is none."""
    steps: dict[Place, Amount] = {}
    for change in changes:
        for counted, sign in ((change.held, -1), (change.due, 1)):
            if counted is not None:
                place = change.key[0], counted.institution_id, counted.counted_on
                people, hours = steps.get(place, (0, 0))
                steps[place] = Amount(people + sign, hours + sign * counted.credit_hours)
    return {place: steps[place] for place in sorted(steps) if any(steps[place])}


class Goal(NamedTuple):
    """What is to be reached: people, credit hours, or both."""

    people: int | None
    credit_hours: int | None


class TargetPlace(NamedTuple):
    """An institution, or a province with all that is in it; one of the two."""

    institution_id: int | None
    province_code: str | None


def is_over(ended_at: datetime | None, ends_on: date | None, today: date) -> bool:
    """Whether nothing that is earned today counts: it was closed, or its last day is past."""
    return ended_at is not None or (ends_on is not None and ends_on < today)
