"""What the public log costs: to write an entry, to prove one, and to check all of a million."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import insert, select

from bench.nation import FIRST
from bench.server import ROOT, cpu_of_database
from lms.certificates.models import LedgerEntry
from lms.clock import utc_now
from lms.db import current_connection, read_only, transaction
from lms.keys.signers import LocalSigner
from lms.transparency.entries import Change, Issue, bundle
from lms.transparency.enums import EntryKind
from lms.transparency.models import UnloggedEntry
from lms.transparency.notes import Head, sign_head, verifier_key
from lms.transparency.paths import ENTRIES, tile_path
from lms.transparency.queries import find_inclusion
from lms.transparency.sequencer import BATCH, sequence_batch
from lms.transparency.tree import HASH_SIZE, TILE_WIDTH, Edge, leaf_hash

ORIGIN = "bench.example/log"
LOGGED = 20_000
PROOFS = 200
AUDITED = 1_000_000


@dataclass(frozen=True, slots=True)
class LogCosts:
    """CPU time: microseconds for an entry, of which the database's, and milliseconds for the rest.

    `longest_ms` is the worst of all write transactions, of our process alone.
    """

    entry_us: float
    database_us: float
    longest_ms: float
    proof_ms: float


def measure_log(app: Flask, postmaster: int | None) -> LogCosts:
    """Log entries of strangers, and prove some of them; while no server runs that would help."""
    with app.app_context():
        with transaction():
            entries = select(LedgerEntry.id).where(LedgerEntry.id >= FIRST).limit(LOGGED)
            current_connection().execute(
                insert(UnloggedEntry).from_select(("ledger_entry_id",), entries)
            )
        _batch()  # what the first statements cost is not counted
        gc.collect()
        gc.freeze()  # as the jobs process does
        took, database, count = [], cpu_of_database(postmaster), 0
        while True:
            before = time.process_time()
            written = _batch()
            if not written:
                break
            took.append(time.process_time() - before)
            count += written
        database = cpu_of_database(postmaster) - database
        with read_only():
            find_inclusion(FIRST)
            before = time.process_time()
            for number in range(PROOFS):
                find_inclusion(FIRST + number * 37)
            proofs = time.process_time() - before
    return LogCosts(
        entry_us=(sum(took) + database) / count * 1e6,
        database_us=database / count * 1e6,
        longest_ms=max(took) * 1e3,
        proof_ms=proofs / PROOFS * 1e3,
    )


def _batch() -> int:
    with transaction():
        return sequence_batch(ORIGIN, now=utc_now(), most=BATCH)


def measure_audit() -> float:
    """CPU seconds in which `tools/audit.py` checks and recounts a log of a million entries."""
    with tempfile.TemporaryDirectory(prefix="sakuham-log.") as name:
        write_log(Path(name), AUDITED)
        before = os.times()
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, str(ROOT / "tools" / "audit.py"), name],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = os.times()
    spent = after.children_user - before.children_user
    return spent + after.children_system - before.children_system


def write_log(folder: Path, count: int) -> None:
    """An invented log as static files: of fifty entries one revokes what was issued before."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    edge = Edge(0, {})
    for first in range(0, count, TILE_WIDTH):
        entries = [_entry(number) for number in range(first, min(first + TILE_WIDTH, count))]
        edge.add(leaf_hash(entry) for entry in entries)
        _put(folder, ENTRIES, first // TILE_WIDTH, len(entries), bundle(entries))
    for (level, number), tile in edge.grown().items():
        _put(folder, level, number, len(tile) // HASH_SIZE, tile)
    head = Head(ORIGIN, edge.size, edge.root())
    (folder / "checkpoint").write_text(sign_head(head, LocalSigner("log-1", key), public))
    (folder / "kunci").write_text(verifier_key(ORIGIN, public) + "\n")


def _entry(number: int) -> bytes:
    logged_at = 1_780_000_000 + number // 100
    if number % 50 == 49:
        kind = EntryKind.REVOCATION
        return Change(kind=kind, logged_at=logged_at, issue_position=number - 7).encode()
    return Issue(
        logged_at=logged_at,
        month=(2026, 5),
        credit_hours=3,
        module_code=f"HAM-{number % 12:02}",
        commitment=number.to_bytes(HASH_SIZE, "big"),
    ).encode()


def _put(folder: Path, level: int, number: int, width: int, content: bytes) -> None:
    file = folder / "tile" / tile_path(level, number, width)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
