"""Finds accounts that may be one person's, among an officer's own people."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_principal
from lms.db import among, current_connection, read_only
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.people.likeness import (
    BIRTH_LENGTH,
    base_name,
    is_evidently_one,
    mailbox_of,
    may_be_one,
)
from lms.institutions.reach import holds, same_scope
from lms.institutions.scope import Scope

# More of one block are no two accounts of one person, but a name or a mailbox of many.
LARGEST_BLOCK = 12


@dataclass(frozen=True, slots=True)
class Suspect:
    """One of two accounts that may be one person's, as their officer sees it."""

    posting_id: int
    account_id: int
    name: str
    number: str
    kind: EmployeeKind | None
    email: str
    institution_name: str
    unit_name: str | None
    is_confirmed: bool
    activated_at: datetime | None


class _Seen(NamedTuple):
    """As much of somebody as tells whether two are one."""

    posting_id: int
    name: str
    number: str
    email: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that may be one person's; `kept` is the one that the list would keep."""

    kept: Suspect
    other: Suspect

    @property
    def may_be_merged(self) -> bool:
        """Whether both are confirmed already."""
        return self.kept.is_confirmed and self.other.is_confirmed

    @property
    def is_evident(self) -> bool:
        """Whether names and present numbers say so, and not an address alone."""
        return is_evidently_one(self.kept, self.other)


def _find(scope: Scope) -> list[tuple[int, int]]:
    """The pairs among the asker's present people, as postings.

    Of everybody no more is read than what may tell that two are one.
    """
    blocks: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    rows = current_connection().execute(_of(scope, _SEEN)).all()
    for posting_id, name, number, email in rows:
        words = base_name(name).split()
        if not words:
            continue
        each = _Seen(posting_id, name, number or "", email or "")
        blocks["name", " ".join(sorted(words))].append(each)
        if number:
            blocks["birth", f"{number[:BIRTH_LENGTH]} {words[0]}"].append(each)
        if email:
            blocks["mail", mailbox_of(email)].append(each)
    return sorted(
        {
            (one.posting_id, other.posting_id)
            for block in blocks.values()
            if 2 <= len(block) <= LARGEST_BLOCK
            for one, other in combinations(sorted(block), 2)
            if may_be_one(one, other)
        }
    )


def _rank(suspect: Suspect) -> tuple[bool, bool, int]:
    """Whom to keep first: who is confirmed, then who has signed in, then the older account."""
    return (not suspect.is_confirmed, suspect.activated_at is None, suspect.account_id)


def list_duplicates(
    scope: Scope, posting_ids: Sequence[tuple[int, int]] | None = None
) -> list[Pair]:
    """The pairs among the asker's present people, each once, by the name of who is kept.

    `posting_ids` are pairs that were found before: those are read anew that are still the asker's,
    and may still be one person's.
    """
    found = _find(scope) if posting_ids is None else posting_ids
    people = _read(scope, {posting_id for pair in found for posting_id in pair})
    pairs = [
        Pair(*sorted((people[one], people[other]), key=_rank))
        for one, other in found
        if one in people and other in people and may_be_one(people[one], people[other])
    ]
    return sorted(pairs, key=lambda pair: (pair.kept.name, pair.kept.account_id))


def list_duplicates_of(asker_id: int, keys: frozenset[int]) -> list[Pair]:
    """The same for who asked earlier, when their scope had these keys.

    Raises NoInstitution, and NotInScope where they answer for others now.
    """
    with read_only():
        return list_duplicates(same_scope(get_principal(asker_id), keys))


def count_people(scope: Scope, most: int) -> int:
    """How many people the asker has now, counted up to `most`."""
    some = select(Posting.id).where(holds(scope), Posting.ended_on.is_(None)).limit(most).subquery()
    return current_connection().execute(select(func.count()).select_from(some)).scalar_one()


_SEEN = (Posting.id, Account.name, EmployeeNumber.number, Account.email)
_SHOWN = (
    Posting.id,
    Account.id,
    Account.name,
    func.coalesce(EmployeeNumber.number, ""),
    EmployeeNumber.kind,
    func.coalesce(Account.email, ""),
    Institution.name,
    Unit.name,
    Posting.confirmed_at.is_not(None),
    Account.activated_at,
)


@lru_cache(maxsize=1_000)
def _of(scope: Scope, columns: tuple[ColumnElement[Any] | Any, ...]) -> Select[Any]:
    """Columns of the asker's present people; kept, for to write it costs more than to ask it."""
    return (
        select(*columns)
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .where(holds(scope), Posting.ended_on.is_(None))
    )


def _read(scope: Scope, posting_ids: Collection[int]) -> dict[int, Suspect]:
    """Those of the asker's present people who have these postings, by posting."""
    if not posting_ids:
        return {}
    connection = current_connection()
    statement = (
        _of(scope, _SHOWN)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .where(among(Posting.id, sorted(posting_ids), connection))
    )
    return {row[0]: Suspect(*row) for row in connection.execute(statement)}
