"""What has happened to an institution's certificates, in the order of the public log.

Positions of the log have no gap, and those of one checkpoint become visible together, after all
before them: whoever has read to a position has missed nothing before it. Numbers of the ledger are
no such measure, since a lower one may be stored later.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from lms.certificates.enums import RevocationGround
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.db import AnyRow, current_connection
from lms.exchange.errors import BadCursor, CursorAhead
from lms.exchange.rules import read_cursor, write_cursor
from lms.institutions.scope import Scope
from lms.transparency.models import LogEntry
from lms.transparency.queries import find_checkpoint

LOOKED_THROUGH: Final = 5_000
"""So many positions of the log one question looks through: a small institution has few of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a certificate, and what the certificate says.

    position: in the public log. kind: of the ledger. replacement_number: of the certificate that
    stands in the place of one that was replaced.
    """

    position: int
    kind: LedgerKind
    entered_at: datetime
    reason: str | None
    ground: RevocationGround | None
    replacement_number: str | None
    number: str
    code: str
    holder_name: str
    employee_number: str | None
    institution_name: str | None
    was_confirmed: bool
    title: str
    pocketbook_code: str | None
    edition_name: str | None
    credit_hours: int
    completed_on: date
    issued_at: datetime
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened after a cursor, the cursor to ask with next, and whether there is more now."""

    entries: list[Change]
    next_cursor: str
    has_more: bool


_replacement = aliased(Certificate)
_CHANGES: Final = (
    select(
        LogEntry.position,
        LedgerEntry.kind,
        LedgerEntry.entered_at,
        LedgerEntry.reason,
        LedgerEntry.ground,
        _replacement.number,
        Certificate.number,
        Certificate.code,
        Certificate.holder_name,
        Certificate.employee_number,
        Certificate.institution_name,
        Certificate.was_confirmed,
        Certificate.title,
        Certificate.pocketbook_code,
        Certificate.edition_name,
        Certificate.credit_hours,
        Certificate.completed_on,
        Certificate.issued_at,
        Certificate.valid_until,
    )
    .join(LedgerEntry, LedgerEntry.id == LogEntry.ledger_entry_id)
    .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
    .outerjoin(_replacement, _replacement.id == LedgerEntry.replacement_id)
    .where(
        LogEntry.position >= bindparam("start"),
        LogEntry.position < bindparam("end"),
        Certificate.institution_id.in_(bindparam("institutions", expanding=True)),
    )
    .order_by(LogEntry.position)
    .limit(bindparam("most"))
)


def list_changes(scope: Scope, after: str | None, limit: int) -> Changes:
    """What happened after a cursor to certificates of the asker's institutions, at most so many.

    A certificate is of the institution that it names: the one of its day. So what was read stays
    as it was read, wherever people go and whatever institutions merge.

    An answer may be empty and yet say that there is more: of the log only a stretch is looked
    through at once. Raises BadCursor, and CursorAhead.
    """
    start = 0 if after is None else read_cursor(after)
    if start is None:
        raise BadCursor
    checkpoint = find_checkpoint()  # first: whatever it counts is seen by the next statement
    size = 0 if checkpoint is None else checkpoint.size
    if start > size:
        raise CursorAhead
    end = min(start + LOOKED_THROUGH, size)
    asked = {
        "start": start,
        "end": end,
        "institutions": sorted(scope.institution_ids),
        "most": limit,
    }
    rows = current_connection().execute(_CHANGES, asked).fetchall() if start < end else []
    entries = [_change(row) for row in rows]
    if len(entries) == limit:
        end = entries[-1].position + 1
    return Changes(entries, write_cursor(end), end < size)


def _change(row: AnyRow) -> Change:
    return Change(*row)
