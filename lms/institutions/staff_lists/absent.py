"""Who is on an institution's list and not in a file that claims to be the whole of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, select

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.rules import NumberFacts
from lms.db import current_connection, read_only
from lms.institutions.models import Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope

AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Absent:
    """A person who would leave."""

    account_id: int
    name: str
    number: NumberFacts
    email: str | None


class Seen:
    """Keys of accounts, a bit for each: of a million people 125 KB."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        self._marks = bytearray()

    def add(self, account_id: int) -> None:
        """Remember one."""
        byte = account_id >> 3
        if byte >= len(self._marks):
            self._marks.extend(bytes(byte + 1024 - len(self._marks)))
        self._marks[byte] |= 1 << (account_id & 7)

    def __contains__(self, account_id: int) -> bool:
        """Whether it was added."""
        byte = account_id >> 3
        return byte < len(self._marks) and bool(self._marks[byte] & 1 << (account_id & 7))


def iterate_absent(scope: Scope, institution_id: int, seen: Seen) -> Iterator[list[Absent]]:
    """Confirmed people of an institution in the scope who are not among `seen`, some at a time.

    Who asks is not among them, nor is who has no number.
    """
    statement = (
        select(
            Posting.account_id,
            Account.name,
            EmployeeNumber.number,
            EmployeeNumber.kind,
            Account.email,
        )
        .join(Account, Account.id == Posting.account_id)
        .join(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .where(
            holds(scope),
            Posting.institution_id == institution_id,
            Posting.ended_on.is_(None),
            Posting.confirmed_at.is_not(None),
        )
        .order_by(Posting.account_id)
        .limit(AT_ONCE)
    )
    after = 0
    while True:
        with read_only():
            rows = current_connection().execute(statement.where(Posting.account_id > after)).all()
        if not rows:
            return
        after = rows[-1][0]
        yield [
            Absent(account_id, name, NumberFacts(number, EmployeeKind(kind)), email)
            for account_id, name, number, kind, email in rows
            if account_id not in seen and account_id != scope.officer_id
        ]
