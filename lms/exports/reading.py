"""The people of an export and their certificates, some at a time, while the asker may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.queries import get_principal
from lms.db import read_only
from lms.exports.asked import Asked
from lms.exports.queries import CertificateRow, read_certificates
from lms.institutions.reach import same_scope
from lms.institutions.scope import Scope
from lms.progress.staff import BATCH, StaffRow, list_staff


@dataclass(frozen=True, slots=True)
class Portion:
    """Some people in the order of the list, and their certificates by account."""

    people: list[StaffRow]
    certificates: dict[int, list[CertificateRow]]


def read_portion(
    scope: Scope,
    asked: Asked,
    *,
    after: str | None,
    since: int | None,
    with_certificates: bool,
    now: datetime,
) -> tuple[Portion, str | None]:
    """People after a key, and where the list goes on, if it does."""
    page = list_staff(scope, asked.filter, asked.sort, now=now, after=after, size=BATCH)
    ids = [person.account_id for person in page.rows] if with_certificates else []
    return Portion(page.rows, read_certificates(ids, since=since)), page.next


def read_portions(
    asker_id: int,
    keys: frozenset[int],
    asked: Asked,
    *,
    since: int | None,
    with_certificates: bool,
    now: datetime,
) -> Iterator[Portion]:
    """The whole list, each portion in a transaction of its own.

    Whether the asker still answers for these people is asked anew each time, so that nobody is
    told who has left the scope meanwhile. Raises NoInstitution and NotInScope.
    """
    after: str | None = None
    while True:
        with read_only():
            scope = same_scope(get_principal(asker_id), keys)
            portion, after = read_portion(
                scope,
                asked,
                after=after,
                since=since,
                with_certificates=with_certificates,
                now=now,
            )
        yield portion
        if after is None:
            return
