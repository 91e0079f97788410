"""Rules of reports: whose they are, of which moment, what is hidden, and when two are the same."""

import enum
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple, Self
from zoneinfo import ZoneInfo

from lms.small_numbers import SMALL, wilson

SETTLED: Final = timedelta(hours=1)
"""Nothing that was begun so long ago is still on its way: the longest job is ended by then."""

ZONE: Final = ZoneInfo("Asia/Jakarta")
_KEY: Final = re.compile(r"institution:[1-9][0-9]{0,8}|province:[0-9]{2}|nation")


class SubjectKind(enum.Enum):
    """Whose figures they are."""

    INSTITUTION = "institution"
    PROVINCE = "province"
    NATION = "nation"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figures a report has: those of an institution, of a province's governments, or all."""

    kind: SubjectKind
    number: str = ""

    @classmethod
    def read(cls, key: str) -> Self | None:
        """From its key; None for what is none."""
        if not _KEY.fullmatch(key):
            return None
        kind, _, number = key.partition(":")
        return cls(SubjectKind(kind), number)

    @classmethod
    def institution(cls, institution_id: int) -> Self:
        """That of an institution."""
        return cls(SubjectKind.INSTITUTION, str(institution_id))

    @property
    def key(self) -> str:
        """How forms and rows name it."""
        return f"{self.kind.value}:{self.number}" if self.number else self.kind.value

    @property
    def institution_id(self) -> int | None:
        """Of one institution, its key."""
        return int(self.number) if self.kind is SubjectKind.INSTITUTION else None


NATION: Final = Subject(SubjectKind.NATION)


@dataclass(frozen=True, slots=True)
class Term:
    """The month that a report is of, and the moment up to which it counts."""

    month: date
    at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether it counts to the end of the month."""
        return self.at == end_of_month(self.month)

    @property
    def begins_at(self) -> datetime:
        """The first moment of the month."""
        return _midnight(self.month)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def end_of_month(month: date) -> datetime:
    """The moment at which a month, named by its first day, ends in the capital."""
    return _midnight((month + timedelta(31)).replace(day=1))


def list_terms(since: date, *, now: datetime) -> list[Term]:
    """The terms that can be asked for, the latest first.

    Of months that ended so long ago that nothing of them is on its way; and of the month that runs,
    up to the last whole minute of which the same holds.
    """
    until = (now - SETTLED).replace(second=0, microsecond=0)
    month = until.astimezone(ZONE).date().replace(day=1)
    terms = [] if until == _midnight(month) else [Term(month, until)]
    while month > since:
        month = (month - timedelta(1)).replace(day=1)
        terms.append(Term(month, end_of_month(month)))
    return terms


def find_term(month: str, since: date, *, now: datetime) -> Term | None:
    """The term of a month written as `2026-10`; None for one that cannot be asked for."""
    return next(
        (each for each in list_terms(since, now=now) if f"{each.month:%Y-%m}" == month), None
    )


class Answered(NamedTuple):
    """How many people had questions of an objective, and how these were answered at first."""

    people: int
    right: int
    drawn: int


class Interval(NamedTuple):
    """A share with the bounds between which it lies, each from 0 to 1."""

    share: float
    low: float
    high: float


def interval_of(answered: Answered) -> Interval | None:
    """The share of right answers with its 95 % interval; None of nobody.

    The interval is that of as many answers as there are people: the answers of one person are like
    each other, and so many more of them would make it look narrower than it is.
    """
    if not answered.drawn or not answered.people:
        return None
    share = answered.right / answered.drawn
    return Interval(share, *wilson(share, answered.people))


def hide_nested(levels: Sequence[Answered | None]) -> list[Answered | None]:
    """Of groups each within the next, those that can be told, from the smallest on.

    None are left out: those of fewer than five people, and those that have a few more than the last
    that is told, for what they add could be reckoned out.
    """
    told: list[Answered | None] = []
    last = 0
    for level in levels:
        if level is None or level.people < SMALL or 0 < level.people - last < SMALL:
            told.append(None)
        else:
            told.append(level)
            last = level.people
    return told


def hide_parts(parts: Sequence[Sequence[int]], hidden_elsewhere: Sequence[bool]) -> list[bool]:
    """Which parts of a whole that is told are to be hidden; each is how many people are how far.

    What another page hides is hidden, or it could be reckoned out of the two. One is hidden that
    has, in all or so far, one to four people. Were only one hidden, or so few people of all of them
    so far, the others and the whole would tell it: the next smallest goes with it, until that is
    not so or nothing is left.
    """
    hidden = [
        is_hidden or any(0 < count < SMALL for count in (sum(part), *part))
        for part, is_hidden in zip(parts, hidden_elsewhere, strict=True)
    ]
    for index in sorted(range(len(parts)), key=lambda index: (sum(parts[index]), index)):
        if not _would_tell(parts, hidden):
            break
        hidden[index] = hidden[index] or sum(parts[index]) > 0
    return hidden


def _would_tell(parts: Sequence[Sequence[int]], hidden: Sequence[bool]) -> bool:
    among = [part for part, is_hidden in zip(parts, hidden, strict=True) if is_hidden]
    sums = [sum(column) for column in zip(*among, strict=True)]
    return len(among) == 1 or any(0 < each < SMALL for each in sums)


def release(months: Iterable[Answered]) -> Answered | None:
    """What can be told of a group that grows by months: all so far, in steps of five or more.

    Of two reports of different months the difference then is of nobody, or of five or more.
    """
    told, so_far = Answered(0, 0, 0), Answered(0, 0, 0)
    for month in months:
        so_far = total([so_far, month])
        if so_far.people - told.people >= SMALL:
            told = so_far
    return told if told.people else None


def digest_of(numbers: Mapping[str, Any]) -> str:
    """The SHA-256 of numbers in their canonical form: the same numbers have the same."""
    text = json.dumps(numbers, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def total(each: Iterable[Answered]) -> Answered:
    """Those of several groups together."""
    people = right = drawn = 0
    for one in each:
        people, right, drawn = people + one.people, right + one.right, drawn + one.drawn
    return Answered(people, right, drawn)
