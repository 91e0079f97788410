"""Makes records of what happens to certificates, in the order of the public log.

Positions of the log have no gap, and those of one checkpoint become visible together: whoever has
read to a position has missed nothing before it. Institutions that stand at the same position are
read for together, so that what happens in the nation is read once and not for each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.db import AnyRow, current_connection
from lms.personnel.enums import RecordState
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.transparency.models import LogEntry
from lms.transparency.queries import find_checkpoint

LOOKED_THROUGH: Final = 5_000
"""So many positions of the log one step looks through."""

_BEHIND: Final = (
    select(PersonnelOptIn.next_position)
    .where(PersonnelOptIn.next_position < bindparam("size"))
    .order_by(PersonnelOptIn.next_position)
    .limit(1)
)
_AT: Final = (
    select(PersonnelOptIn.institution_id, PersonnelOptIn.ended_at)
    .where(PersonnelOptIn.next_position == bindparam("start"))
    .order_by(PersonnelOptIn.institution_id)
    .with_for_update()
)
_HAPPENED: Final = (
    select(
        LogEntry.position,
        LedgerEntry.kind,
        LedgerEntry.certificate_id,
        Certificate.institution_id,
    )
    .join(LedgerEntry, LedgerEntry.id == LogEntry.ledger_entry_id)
    .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
    .where(
        LogEntry.position >= bindparam("start"),
        LogEntry.position < bindparam("end"),
        Certificate.institution_id.in_(bindparam("institutions", expanding=True)),
    )
    .order_by(LogEntry.position)
)
_KNOWN: Final = (
    select(
        PersonnelRecord.certificate_id,
        PersonnelRecord.state,
        PersonnelRecord.position,
        PersonnelRecord.tried_count,
        PersonnelRecord.claim,
    )
    .where(
        PersonnelRecord.certificate_id.in_(
            select(LedgerEntry.certificate_id)
            .join(LogEntry, LogEntry.ledger_entry_id == LedgerEntry.id)
            .where(LogEntry.position >= bindparam("start"), LogEntry.position < bindparam("end"))
        )
    )
    .with_for_update()
)
_ADD: Final = insert(PersonnelRecord)
_records: Final = PersonnelRecord.__table__
_CHANGE: Final = update(_records).where(  # type: ignore[arg-type]  # a table, by its metadata
    _records.c.certificate_id == bindparam("of_certificate")
)
_MOVE: Final = (
    update(PersonnelOptIn)
    .where(PersonnelOptIn.next_position == bindparam("start"))
    .values(next_position=bindparam("end"))
    .execution_options(synchronize_session=False)
)


def has_unread() -> bool:
    """Whether something in the log was not read for an institution that sends its certificates."""
    checkpoint = find_checkpoint()
    if checkpoint is None:
        return False
    behind = current_connection().execute(_BEHIND, {"size": checkpoint.size})
    return behind.scalar_one_or_none() is not None


def gather(*, now: datetime) -> bool:
    """Follow the log one step for those who are furthest behind; whether there was anything to.

    Records and the position change together or not at all, and a record follows nothing twice: so
    a step that is cut off is taken again, and one that is taken by two workers is taken once.
    """
    connection = current_connection()
    checkpoint = find_checkpoint()  # first: whatever it counts is seen by the next statements
    size = 0 if checkpoint is None else checkpoint.size
    start = connection.execute(_BEHIND, {"size": size}).scalar_one_or_none()
    if start is None:
        return False
    institutions = connection.execute(_AT, {"start": start}).fetchall()
    stretch = {"start": start, "end": min(start + LOOKED_THROUGH, size)}
    open_ones = {each.institution_id: each.ended_at is None for each in institutions}
    happened: Iterable[AnyRow] = connection.execute(
        _HAPPENED, {**stretch, "institutions": sorted(open_ones)}
    )
    known = {row.certificate_id: row for row in connection.execute(_KNOWN, stretch)}
    _store(_follow_all(list(happened), known, open_ones, now=now))
    connection.execute(_MOVE, stretch)
    return True


def _follow_all(
    happened: Sequence[AnyRow],
    known: Mapping[int, AnyRow],
    open_ones: Mapping[int, bool],
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """The records that change, as they are afterwards; `is_new` says which there were none of."""
    changed: dict[int, dict[str, Any]] = {}
    for entry in happened:
        before = known.get(entry.certificate_id)
        if before is not None and entry.position <= before.position:
            continue
        last = changed.get(entry.certificate_id)
        state = last["state"] if last else before.state if before else None
        was_tried = before is not None and bool(before.tried_count or before.claim)
        is_open = open_ones[entry.institution_id]
        then = _follow(state, entry.kind, was_tried=was_tried, is_open=is_open)
        if then is None:
            continue
        row = changed.setdefault(
            entry.certificate_id,
            {
                "certificate_id": entry.certificate_id,
                "institution_id": entry.institution_id,
                "is_new": before is None,
                "is_other": False,
            },
        )
        row |= {"state": then, "position": entry.position}
        row["is_other"] |= then is not state
    return [row | {"now": now} for row in changed.values()]


def _follow(
    state: RecordState | None, kind: LedgerKind, *, was_tried: bool, is_open: bool
) -> RecordState | None:
    """The state of a record after something has happened to its certificate; None: there is none.

    `was_tried`: the service may know of it. `is_open`: new ones of the institution are sent.
    """
    match kind:
        case LedgerKind.ISSUED:
            return RecordState.WAITING if state is None and is_open else state
        case LedgerKind.REINSTATED:
            is_gone = state in {RecordState.TO_DELETE, RecordState.DELETED}
            return RecordState.WAITING if is_gone and is_open else state
        case LedgerKind.REVOKED | LedgerKind.REPLACED:
            if state is None or state is RecordState.DELETED:
                return state
            is_known = was_tried or state is not RecordState.WAITING
            return RecordState.TO_DELETE if is_known else RecordState.DELETED


def _store(rows: list[dict[str, Any]]) -> None:
    connection = current_connection()
    added, turned, noted = [], [], []
    for row in rows:
        is_due = row["state"] in {RecordState.WAITING, RecordState.TO_DELETE}
        due_at = row["now"] if is_due else None
        if row["is_new"]:
            added.append(
                {
                    name: row[name]
                    for name in ("certificate_id", "institution_id", "state", "position")
                }
                | {"due_at": due_at, "tried_count": 0, "words": "", "has_document": False}
            )
            continue
        change = {"of_certificate": row["certificate_id"], "position": row["position"]}
        if row["is_other"]:
            change |= {"state": row["state"], "due_at": due_at, "tried_count": 0}
            turned.append(change | {"trouble": None, "words": "", "has_document": False})
        else:
            noted.append(change)
    for statement, values in ((_ADD, added), (_CHANGE, turned), (_CHANGE, noted)):
        if values:
            connection.execute(statement, values)
