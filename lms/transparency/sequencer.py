"""The sequencer: gives what the ledger has entered its place in the log, batch by batch."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.certificates.models import ISSUED, Certificate, LedgerEntry
from lms.db import AnyRow, current_connection
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer, list_public_keys
from lms.transparency.entries import SALT_SIZE, Change, Issue, bundle, commitment_to
from lms.transparency.enums import EntryKind
from lms.transparency.models import LogCheckpoint, LogEntry, LogSalt, LogTile, UnloggedEntry
from lms.transparency.notes import Head, read_head, sign_head
from lms.transparency.paths import ENTRIES
from lms.transparency.tree import TILE_HEIGHT, TILE_WIDTH, Edge, leaf_hash, width_of

BATCH: Final = 500
"""So many entries at most are written in one transaction, which takes some 50 ms of CPU time."""

# Chosen once; PostgreSQL's advisory locks are numbers that nobody else here uses.
_LOCK: Final = 6_962_001

_KINDS: Final = {
    "issued": EntryKind.ISSUE,
    "replaced": EntryKind.REPLACEMENT,
    "revoked": EntryKind.REVOCATION,
    "reinstated": EntryKind.REINSTATEMENT,
}

_WAITING: Final = (
    select(
        LedgerEntry.id,
        LedgerEntry.kind,
        LedgerEntry.certificate_id,
        *(getattr(Certificate, name) for name in FACT_NAMES),
    )
    .select_from(UnloggedEntry)
    .join(LedgerEntry, LedgerEntry.id == UnloggedEntry.ledger_entry_id)
    .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
    .order_by(UnloggedEntry.ledger_entry_id)
    .limit(bindparam("most"))
)
_LAST: Final = select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1)
_ISSUES: Final = (
    select(LedgerEntry.certificate_id, LogEntry.position)
    .join(LogEntry, LogEntry.ledger_entry_id == LedgerEntry.id)
    .where(LedgerEntry.kind == ISSUED)
    .where(LedgerEntry.certificate_id.in_(bindparam("certificates", expanding=True)))
)
_LET_GO: Final = delete(UnloggedEntry).where(
    UnloggedEntry.ledger_entry_id.in_(bindparam("entries", expanding=True))
)
_GROW: Final = (
    update(LogTile)
    .where(LogTile.level == bindparam("at_level"), LogTile.number == bindparam("at_number"))
    .values(content=bindparam("grown"))
)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is added to the log at once: bytes by position, and what they are about."""

    entries: list[bytes]
    ledger_ids: list[int]
    salts: dict[int, bytes]
    counts: Counter[EntryKind]


def sequence_batch(origin: str, *, now: datetime, most: int = BATCH) -> int:
    """Write what waits into the log, at most so many entries; returns how many.

    They get the next positions in the order in which the ledger has them, and are stored with
    tiles and checkpoint in the caller's transaction. 0 as well where another worker is at it, or
    where there is no key to sign with: then they wait. `origin` is the name of a new log; one that
    has a checkpoint keeps its own. Raises RuntimeError where the key cannot be opened.
    """
    public = {key.key_id: key for key in list_public_keys(Purpose.LOG)}
    if all(key.retired_at for key in public.values()) or not _is_alone():
        return 0
    signer = find_signer(Purpose.LOG)
    if signer is None:
        raise RuntimeError("The key for the log cannot be opened.")
    rows = current_connection().execute(_WAITING, {"most": most}).all()
    if not rows:
        return 0
    last = current_connection().execute(_LAST).one_or_none()
    size = 0 if last is None else last.size
    # Seconds, and never before those of the last batch, whatever the clock of this host says.
    moment = now.replace(microsecond=0)
    logged_at = moment if last is None else max(moment, last.logged_at)
    batch = _make_batch(rows, size, logged_at)
    edge = _store_tiles(size, batch.entries)
    head = Head(origin if last is None else read_head(last.note).origin, edge.size, edge.root())
    counts = batch.counts + _counts_of(last)
    connection = current_connection()
    connection.execute(
        insert(LogEntry),
        [
            {"position": size + each, "ledger_entry_id": ledger_id}
            for each, ledger_id in enumerate(batch.ledger_ids)
        ],
    )
    if batch.salts:
        connection.execute(
            insert(LogSalt),
            [{"certificate_id": of, "salt": salt} for of, salt in batch.salts.items()],
        )
    connection.execute(
        insert(LogCheckpoint),
        {
            "size": edge.size,
            "logged_at": logged_at,
            "note": sign_head(head, signer, public[signer.key_id].public_bytes),
            "issue_count": counts[EntryKind.ISSUE],
            "replacement_count": counts[EntryKind.REPLACEMENT],
            "revocation_count": counts[EntryKind.REVOCATION],
            "reinstatement_count": counts[EntryKind.REINSTATEMENT],
        },
    )
    connection.execute(_LET_GO, {"entries": batch.ledger_ids})
    return len(rows)


def _is_alone() -> bool:
    """Whether no other worker is at it; SQLite has one writer anyway."""
    connection = current_connection()
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _make_batch(rows: Sequence[AnyRow], size: int, logged_at: datetime) -> _Batch:
    """The entries of these rows, which follow one another from the position `size` on."""
    seconds = int(logged_at.astimezone(UTC).timestamp())
    kinds = [_KINDS[row.kind.value] for row in rows]
    issued_at = {
        row.certificate_id: size + each
        for each, (row, kind) in enumerate(zip(rows, kinds, strict=True))
        if kind is EntryKind.ISSUE
    }
    before = {row.certificate_id for row in rows} - issued_at.keys()
    if before:
        found = current_connection().execute(_ISSUES, {"certificates": sorted(before)})
        issued_at |= {row.certificate_id: row.position for row in found}
    entries = []
    salts: dict[int, bytes] = {}
    for row, kind in zip(rows, kinds, strict=True):
        if kind is EntryKind.ISSUE:
            salt = salts[row.certificate_id] = secrets.token_bytes(SALT_SIZE)
            entries.append(_issue_of(row, salt, seconds).encode())
        else:
            position = issued_at[row.certificate_id]
            entries.append(Change(kind=kind, logged_at=seconds, issue_position=position).encode())
    return _Batch(entries, [row.id for row in rows], salts, Counter(kinds))


def _issue_of(row: AnyRow, salt: bytes, seconds: int) -> Issue:
    facts = CertificateFacts(**dict(zip(FACT_NAMES, row[3:], strict=True)))
    return Issue(
        logged_at=seconds,
        month=(facts.completed_on.year, facts.completed_on.month),
        credit_hours=facts.credit_hours,
        module_code=facts.pocketbook_code or "",
        commitment=commitment_to(facts.canonical(), salt),
    )


def _counts_of(last: AnyRow | None) -> Counter[EntryKind]:
    if last is None:
        return Counter()
    return Counter(
        {
            EntryKind.ISSUE: last.issue_count,
            EntryKind.REPLACEMENT: last.replacement_count,
            EntryKind.REVOCATION: last.revocation_count,
            EntryKind.REINSTATEMENT: last.reinstatement_count,
        }
    )


def _store_tiles(size: int, entries: list[bytes]) -> Edge:
    """Let the tiles and bundles at the right edge grow by these entries; returns the new edge."""
    stored = _load_edge(size)
    edge = Edge(size, {level: tile for (level, _), tile in stored.items() if level != ENTRIES})
    edge.add(leaf_hash(entry) for entry in entries)
    grown = edge.grown()
    first = size // TILE_WIDTH
    content = stored.get((ENTRIES, first), b"")
    for number in range(first, (edge.size - 1) // TILE_WIDTH + 1):
        end = (number + 1) * TILE_WIDTH - size
        grown[ENTRIES, number] = content + bundle(entries[max(0, end - TILE_WIDTH) : end])
        content = b""
    changed = [
        {"at_level": level, "at_number": number, "grown": tile}
        for (level, number), tile in grown.items()
        if (level, number) in stored and tile != stored[level, number]
    ]
    added = [
        {"level": level, "number": number, "content": tile}
        for (level, number), tile in grown.items()
        if (level, number) not in stored
    ]
    connection = current_connection()
    if changed:
        connection.execute(_GROW, changed)
    if added:
        connection.execute(insert(LogTile), added)
    return edge


def _load_edge(size: int) -> dict[tuple[int, int], bytes]:
    """The tiles that are not full, and the bundle, by level and number."""
    wanted = list(_partial_tiles(size))
    if not wanted:
        return {}
    is_wanted = (and_(LogTile.level == level, LogTile.number == at) for level, at in wanted)
    rows = current_connection().execute(
        select(LogTile.level, LogTile.number, LogTile.content).where(or_(*is_wanted))
    )
    return {(row.level, row.number): row.content for row in rows}


def _partial_tiles(size: int) -> Iterable[tuple[int, int]]:
    if size % TILE_WIDTH:
        yield ENTRIES, size // TILE_WIDTH
    level = 0
    while size >> TILE_HEIGHT * level:
        number = (size >> TILE_HEIGHT * level) // TILE_WIDTH
        if width_of(size, level, number):
            yield level, number
        level += 1
