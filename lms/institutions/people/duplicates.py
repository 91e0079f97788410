"""Finds accounts that may be one person's, among an officer's own people."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Select, and_, func, select

from lms.accents import fold
from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_principal
from lms.accounts.rules import NAME_SIGNS
from lms.db import among, current_connection, read_only
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.reach import holds, same_scope
from lms.institutions.scope import Scope

BIRTH_LENGTH = 8
# More of one block are no two accounts of one person, but a name or a mailbox of many.
LARGEST_BLOCK = 12
# Letters that look like Latin ones, in small letters; a name may stand in them as a whole.
_LOOK_ALIKES = str.maketrans(
    # Cyrillic, Greek, and some that are Latin.
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u043a\u043c\u0442\u0432\u043d\u0455\u0458\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b5\u03bd\u03bf\u03c1\u03c4\u03c5\u03b9\u03ba\u03b3"
    "\u0131\u0251\u0261",
    "aeopcyxikmtbhsjhdqwaevoptuikyiag",
)
_APOSTROPHES = "'\u2019\u2018\u02bc`\u00b4"
_WITHOUT_SIGNS = str.maketrans(dict.fromkeys(NAME_SIGNS, " ") | dict.fromkeys(_APOSTROPHES, ""))


class Known(Protocol):
    """Somebody's name, number and address; "" for what they have not."""

    @property
    def name(self) -> str:
        """With titles."""

    @property
    def number(self) -> str:
        """One of theirs."""

    @property
    def email(self) -> str:
        """Where they get mail."""


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


def base_name(name: str) -> str:
    """A name without the titles after it, as it is compared: small letters, no signs.

    Signs make nobody somebody else: what stands before a comma is the name if it has letters.
    """
    for part in name.split(","):
        words = fold(part).translate(_WITHOUT_SIGNS).split()
        if not part.isascii():
            words = [word.translate(_LOOK_ALIKES) for word in words]
        if words:
            return " ".join(words)
    return ""


def is_like(name: str, other: str) -> bool:
    """Whether two base names may be one: the same, or one's words are all in the other's."""
    words, others = set(name.split()), set(other.split())
    return bool(words) and bool(others) and (words <= others or others <= words)


def is_mistyped(number: str, other: str) -> bool:
    """Whether two numbers differ in one digit, or in two neighbours that were swapped."""
    if len(number) != len(other) or number == other:
        return False
    places = [place for place, (a, b) in enumerate(zip(number, other, strict=True)) if a != b]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and number[places[0]] == other[places[1]]
        and number[places[1]] == other[places[0]]
    )


def may_be_one(one: Known, other: Known) -> bool:
    """Whether two accounts may be one person's.

    The names must be alike, and either the birth dates in the numbers are the same (another
    contract, or PPPK and then PNS), or the numbers differ by a typing error, or the addresses have
    the same beginning, without dots and what follows a plus.
    """
    local, other_local = _mailbox(one.email), _mailbox(other.email)
    is_like_address = local != "" and local == other_local
    return is_evidently_one(one, other) or (is_like_address and _are_named_alike(one, other))


def is_evidently_one(one: Known, other: Known) -> bool:
    """Whether names and numbers say that two accounts are one person's.

    An address says nothing of that: whoever registers chooses it.
    """
    is_like_number = one.number != "" and one.number[:BIRTH_LENGTH] == other.number[:BIRTH_LENGTH]
    return _are_named_alike(one, other) and (
        is_like_number or is_mistyped(one.number, other.number)
    )


def _are_named_alike(one: Known, other: Known) -> bool:
    return is_like(base_name(one.name), base_name(other.name))


def _mailbox(email: str) -> str:
    """What stands before the @, as far as it tells mailboxes apart.

    Many services deliver `ayu+2` and `a.yu` where they deliver `ayu`.
    """
    return email.partition("@")[0].partition("+")[0].replace(".", "").lower()


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
            blocks["mail", _mailbox(email)].append(each)
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
