"""Which certificates are out of force, as lists of keys: for whoever publishes all their states.

A list is read once in a process for as long as nothing is entered. The ledger is only ever added
to: the number of its entries tells whether anything was, in whatever order they were stored.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, func, select

from lms.certificates.ledger import ends
from lms.certificates.models import ISSUED, Certificate, LedgerEntry
from lms.db import current_connection, is_storing

_IN_RANGE: Final = (
    LedgerEntry.kind != ISSUED,
    LedgerEntry.certificate_id >= bindparam("first"),
    LedgerEntry.certificate_id < bindparam("end"),
)
_OUT_OF_FORCE: Final = select(LedgerEntry.certificate_id).where(ends(LedgerEntry), *_IN_RANGE)
_COUNT: Final = select(func.count()).select_from(LedgerEntry).where(*_IN_RANGE)
_LAST: Final = select(func.max(Certificate.id))
NO_END: Final = (1 << 31) - 1  # the greatest that PostgreSQL's column holds


@dataclass(frozen=True, slots=True, eq=False)
class OutOfForce:
    """The ids of those revoked or replaced, in order; the same object while nothing is entered."""

    certificate_ids: tuple[int, ...]


def find_out_of_force(first: int = 0, end: int = NO_END) -> OutOfForce:
    """Those out of force now, of all from `first` on and before `end`."""
    if is_storing():  # what is not stored yet must not be kept
        return _read(first, end)
    asked = {"first": first, "end": end}
    count: int = current_connection().execute(_COUNT, asked).scalar_one()
    return _kept(first, end, count)


@lru_cache(maxsize=64)
def _kept(first: int, end: int, _entry_count: int) -> OutOfForce:
    return _read(first, end)


def _read(first: int, end: int) -> OutOfForce:
    rows = current_connection().execute(_OUT_OF_FORCE, {"first": first, "end": end})
    return OutOfForce(tuple(sorted(rows.scalars())))


def forget_out_of_force() -> None:
    """Read anew at the next question; for tests, whose databases follow one another."""
    _kept.cache_clear()


def find_last_id() -> int | None:
    """The id of the newest certificate; None before there is one."""
    last: int | None = current_connection().execute(_LAST).scalar()
    return last
