"""Which certificates are out of force, as lists of keys: for whoever publishes all their states."""

from typing import Final

from sqlalchemy import bindparam, func, select

from lms.certificates.ledger import ends
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import current_connection

_OUT_OF_FORCE: Final = select(LedgerEntry.certificate_id).where(
    ends(LedgerEntry),
    LedgerEntry.certificate_id >= bindparam("first"),
    LedgerEntry.certificate_id < bindparam("end"),
)
_LAST: Final = select(func.max(Certificate.id))


def list_ids_out_of_force(first: int, end: int) -> list[int]:
    """The ids of those revoked or replaced, of all from `first` on and before `end`."""
    rows = current_connection().execute(_OUT_OF_FORCE, {"first": first, "end": end})
    return list(rows.scalars())


def find_last_id() -> int | None:
    """The id of the newest certificate; None before there is one."""
    last: int | None = current_connection().execute(_LAST).scalar()
    return last
