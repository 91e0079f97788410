"""Who of those who wait stands on the officer's own newest staff list just as they registered.

Number, name and address all have to be the list's, and the address has to be proved: by the link
that was mailed to it. So a number that somebody else has taken is never enough, and nothing tells
them whether a list knows it.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any, Final

from sqlalchemy import and_, select

from lms.accounts.models import Account, EmployeeNumber
from lms.db import among, current_connection, read_only
from lms.institutions.models import Institution, Posting
from lms.institutions.oneself import list_own_accounts
from lms.institutions.people.likeness import base_name
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.models import ImportState, StaffImport, StaffImportLine
from lms.institutions.staff_lists.standings import Standing

BATCH: Final = 1_000
"""Of whom what is read is held at once."""


class Match(enum.Enum):
    """How somebody who waits compares with a list; all but SAME are decided one by one."""

    SAME = "same"
    NAME_DIFFERS = "name differs"
    ADDRESS_DIFFERS = "address differs"
    ADDRESS_MISSING = "address missing"
    UNPROVED = "unproved"
    LEFT = "left"
    NOT_LISTED = "not listed"
    ONESELF = "oneself"


@dataclass(frozen=True, slots=True)
class ComparedList:
    """The list that people are compared with: whose, since when in force, under which name."""

    import_id: int
    institution_id: int
    institution_name: str
    name: str
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Somebody who waits, and what the list says of them where it says otherwise."""

    posting_id: int
    name: str
    number: str
    email: str
    match: Match
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a list says of somebody."""

    name: str
    email: str
    is_active: bool


def compare(name: str, email: str, lines: Sequence[Line], *, is_proved: bool) -> tuple[Match, str]:
    """How a person compares with the lines of their number, and what these say otherwise.

    A number that a list has twice has to be the same person's each time.
    """
    if not lines:
        return Match.NOT_LISTED, ""
    for line in lines:
        if not line.is_active:
            return Match.LEFT, ""
        if base_name(line.name) != base_name(name):
            return Match.NAME_DIFFERS, line.name
        if not line.email:
            return Match.ADDRESS_MISSING, ""
        if line.email.casefold() != email.casefold():
            return Match.ADDRESS_DIFFERS, line.email
    return (Match.SAME, "") if is_proved and email else (Match.UNPROVED, "")


def list_compared_lists(scope: Scope, institution_id: int | None = None) -> list[ComparedList]:
    """The asker's own newest list in force of each institution, or of one, while it is kept."""
    rows = current_connection().execute(
        select(
            StaffImport.id,
            StaffImport.institution_id,
            Institution.name,
            StaffImport.name,
            StaffImport.changed_at,
            StaffImport.scope,
        )
        .join(Institution, Institution.id == StaffImport.institution_id)
        .where(
            StaffImport.asker_id == scope.officer_id,
            StaffImport.state == ImportState.APPLIED,
            StaffImport.institution_id.in_(scope.all_institution_ids),
        )
        .order_by(StaffImport.changed_at.desc(), StaffImport.id.desc())
    )
    newest: dict[int, ComparedList] = {}
    for row in rows:
        if set(row.scope) == scope.keys and institution_id in {None, row.institution_id}:
            key, place, institution_name, name, applied_at, _ = row
            kept = ComparedList(key, place, institution_name, name, applied_at)
            newest.setdefault(place, kept)
    return sorted(newest.values(), key=lambda each: each.institution_name)


def compare_waiting(scope: Scope, lists: Sequence[ComparedList]) -> Iterator[Compared]:
    """Everybody who waits at the institutions of some lists, BATCH at a time; nobody else's."""
    for kept in lists:
        after = 0
        while rows := _read_waiting(scope, kept.institution_id, after):
            yield from _compare(scope, kept, rows)
            after = rows[-1].posting_id


def group_waiting(
    scope: Scope, lists: Sequence[ComparedList], most: int
) -> dict[Match, tuple[int, list[Compared]]]:
    """How many of them compare how, and the first so many of these by name."""
    numbers: Counter[Match] = Counter()
    first: defaultdict[Match, list[Compared]] = defaultdict(list)
    for each in compare_waiting(scope, lists):
        numbers[each.match] += 1
        first[each.match].append(each)
        if len(first[each.match]) >= 2 * BATCH:
            first[each.match] = _first(first[each.match], most)
    return {
        match: (numbers[match], _first(first[match], most)) for match in Match if match in first
    }


def _first(people: list[Compared], most: int) -> list[Compared]:
    return nsmallest(most, people, key=lambda each: (base_name(each.name), each.posting_id))


def list_matching(scope: Scope, institution_id: int | None = None) -> list[int]:
    """Where those stand who are as the asker's lists have them; takes long, so others may write.

    Raises RuntimeError where something was stored before.
    """
    with read_only():
        compared = compare_waiting(scope, list_compared_lists(scope, institution_id))
        return [each.posting_id for each in compared if each.match is Match.SAME]


def _compare(scope: Scope, kept: ComparedList, waiting: Sequence[Any]) -> Iterator[Compared]:
    lines = _read_lines(kept.import_id, [row.number for row in waiting if row.number])
    own = list_own_accounts(scope, [row.account_id for row in waiting])
    for row in waiting:
        number, email = row.number or "", row.email or ""
        is_proved = row.address_proved_at is not None
        match, listed = compare(row.name, email, lines[number], is_proved=is_proved)
        if row.account_id in own:
            match, listed = Match.ONESELF, ""
        yield Compared(row.posting_id, row.name, number, email, match, listed)


def _read_waiting(scope: Scope, institution_id: int, after: int) -> Sequence[Any]:
    return (
        current_connection()
        .execute(
            select(
                Posting.id.label("posting_id"),
                Posting.account_id,
                Account.name,
                Account.email,
                Account.address_proved_at,
                EmployeeNumber.number,
            )
            .join(Account, Account.id == Posting.account_id)
            .outerjoin(
                EmployeeNumber,
                and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
            )
            .where(
                holds(scope),
                Posting.institution_id == institution_id,
                Posting.confirmed_at.is_(None),
                Posting.ended_on.is_(None),
                Posting.id > after,
            )
            .order_by(Posting.id)
            .limit(BATCH)
        )
        .all()
    )


def _read_lines(import_id: int, numbers: Sequence[str]) -> defaultdict[str, list[Line]]:
    """What a list says of these numbers."""
    line, on = StaffImportLine, current_connection()
    found: defaultdict[str, list[Line]] = defaultdict(list)
    if not numbers:
        return found
    rows = on.execute(
        select(line.number, line.name, line.email, line.standing).where(
            line.staff_import_id == import_id, line.line > 0, among(line.number, numbers, on)
        )
    )
    for row in rows:
        is_active = row.standing in {None, Standing.ACTIVE.value}
        found[row.number or ""].append(Line(row.name or "", row.email or "", is_active))
    return found
