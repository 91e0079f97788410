"""The log on a real database: every entry of the ledger once, in order, whoever stores it when."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DatabaseError
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tlog import Checkpoint as TheirCheckpoint

from lms.certificates.enums import RevocationGround
from lms.certificates.models import Certificate
from lms.certificates.queries import find_certificate
from lms.certificates.service import revoke_certificate
from lms.db import current_connection, db, transaction
from lms.keys.enums import Purpose
from lms.keys.material import make_plain
from lms.keys.service import rotate_keys
from lms.keys.vault import init_keys
from lms.transparency.entries import Change, Entry, Issue, commitment_to, decode, unbundle
from lms.transparency.enums import EntryKind
from lms.transparency.errors import NoSuchTile, NotLogged
from lms.transparency.models import LogCheckpoint, LogEntry, LogSalt, LogTile, UnloggedEntry
from lms.transparency.paths import ENTRIES, tile_path
from lms.transparency.queries import (
    find_checkpoint,
    find_inclusion,
    find_salt,
    get_checkpoint,
    get_tile,
    has_unlogged,
    list_tiles,
    list_verifier_keys,
)
from lms.transparency.sequencer import sequence_batch
from lms.transparency.tree import leaf_hash, width_of
from tests.conftest import Statements
from tests.factories import REASON, Factory, Issued
from tools.audit import root_by_proof

ORIGIN = "sakuham.example/log"


def sequence(now: datetime, most: int = 500) -> int:
    """Log what waits, as a worker does."""
    written = 0
    while True:
        db.session.rollback()
        with transaction():
            count = sequence_batch(ORIGIN, now=now, most=most)
        if not count:
            return written
        written += count


def issue(make: Factory, count: int) -> list[Issued]:
    """So many certificates of as many people."""
    book, ours = make.book(), make.institution()
    return [make.certificate(make.learner(at=ours), book) for _ in range(count)]


def logged() -> list[Entry]:
    """The log from its first entry on."""
    size = get_checkpoint().size
    return [
        decode(entry)
        for _, _, content in list_tiles(size, ENTRIES, 0, most=100)
        for entry in unbundle(content)
    ]


@pytest.mark.usefixtures("keys")
def test_every_entry_of_the_ledger_is_logged_once_and_in_order(
    make: Factory, now: datetime
) -> None:
    first, _, _ = issue(make, 3)
    make.revoke(first)
    assert has_unlogged()
    assert sequence(now, most=2) == 4
    assert not has_unlogged()
    assert sequence(now) == 0
    entries = logged()
    assert [entry.kind.name for entry in entries] == ["ISSUE", "ISSUE", "ISSUE", "REVOCATION"]
    assert entries[3] == Change(
        kind=EntryKind.REVOCATION, logged_at=int(now.timestamp()), issue_position=0
    )
    assert list(db.session.scalars(select(LogEntry.position).order_by(LogEntry.position))) == [
        0, 1, 2, 3,
    ]  # fmt: skip
    checkpoint = get_checkpoint()
    assert (checkpoint.size, checkpoint.in_force_count) == (4, 2)
    assert (checkpoint.issue_count, checkpoint.revocation_count) == (3, 1)


@pytest.mark.usefixtures("keys")
def test_a_replacement_is_logged_with_the_issue_that_follows(make: Factory, now: datetime) -> None:
    (old,) = issue(make, 1)
    sequence(now)
    make.rename(old.person, "Nama yang Benar, S.H.")
    make.replace(old)
    sequence(now)
    kinds = {entry.kind: entry for entry in logged()}
    assert kinds.keys() == {EntryKind.ISSUE, EntryKind.REPLACEMENT}
    replacement = kinds[EntryKind.REPLACEMENT]
    assert isinstance(replacement, Change)
    assert replacement.issue_position == 0
    assert get_checkpoint().in_force_count == 1


@pytest.mark.usefixtures("keys")
def test_a_revocation_and_its_withdrawal_are_two_entries(make: Factory, now: datetime) -> None:
    (issued,) = issue(make, 1)
    for step in (make.revoke, make.reinstate, make.revoke):
        step(issued)
        sequence(now)
    kinds = [entry.kind.name for entry in logged()]
    assert kinds == ["ISSUE", "REVOCATION", "REINSTATEMENT", "REVOCATION"]
    checkpoint = get_checkpoint()
    assert (checkpoint.revocation_count, checkpoint.reinstatement_count) == (2, 1)
    assert checkpoint.in_force_count == 0


@pytest.mark.usefixtures("keys")
def test_an_issue_says_month_hours_and_module_and_commits_to_the_facts(
    make: Factory, now: datetime
) -> None:
    (issued,) = issue(make, 1)
    sequence(now)
    (entry,) = logged()
    assert isinstance(entry, Issue)
    found = find_certificate(issued.code)
    assert found is not None
    facts, salt = found.facts, find_salt(issued.id)
    assert salt is not None
    assert len(salt) == 16
    assert entry == Issue(
        logged_at=int(now.timestamp()),
        month=(facts.completed_on.year, facts.completed_on.month),
        credit_hours=facts.credit_hours,
        module_code=facts.pocketbook_code or "",
        commitment=commitment_to(facts.canonical(), salt),
    )


@pytest.mark.usefixtures("keys")
def test_the_log_holds_nothing_of_a_person(make: Factory, now: datetime) -> None:
    (issued,) = issue(make, 1)
    sequence(now)
    stored = b"".join(db.session.scalars(select(LogTile.content)))
    certificate = db.session.get_one(Certificate, issued.id)
    number = certificate.employee_number or ""
    assert number
    for secret in (certificate.holder_name, number, certificate.code, certificate.number):
        assert secret.encode() not in stored
    # Whoever deletes the salt can open it no more, and nobody else ever could.
    db.session.execute(delete(LogSalt).where(LogSalt.certificate_id == issued.id))
    db.session.commit()
    assert find_salt(issued.id) is None
    assert find_inclusion(issued.id) is not None


def test_without_a_key_everything_waits(make: Factory, now: datetime) -> None:
    (issued,) = issue(make, 1)
    assert not has_unlogged()
    assert sequence(now) == 0
    assert find_checkpoint() is None
    assert find_inclusion(issued.id) is None
    assert db.session.scalar(select(func.count()).select_from(UnloggedEntry)) == 1
    with pytest.raises(NotLogged):
        get_checkpoint()


@pytest.mark.usefixtures("keys")
def test_a_key_that_cannot_be_opened_is_an_error_and_everything_waits(
    app: Flask, make: Factory, now: datetime
) -> None:
    issue(make, 1)
    right = app.extensions["keys"]
    init_keys(app, "another passphrase")
    try:
        with pytest.raises(RuntimeError, match="cannot be opened"), transaction():
            sequence_batch(ORIGIN, now=now)
    finally:
        app.extensions["keys"] = right
    assert sequence(now) == 1


@pytest.mark.usefixtures("keys")
def test_what_is_rolled_back_is_not_logged(make: Factory, now: datetime) -> None:
    (issued,) = issue(make, 1)
    revoke_certificate(issued.code, RevocationGround.MISTAKE, REASON, issued.person.id, now=now)
    db.session.rollback()
    assert sequence(now) == 1


@pytest.mark.usefixtures("keys")
def test_time_never_goes_back_in_the_log(make: Factory, now: datetime) -> None:
    first, _ = issue(make, 2)
    sequence(now, most=1)
    make.revoke(first)
    sequence(now - timedelta(days=3))
    times = [entry.logged_at for entry in logged()]
    assert times == [int(now.timestamp())] * 3


@pytest.mark.usefixtures("keys")
def test_a_log_keeps_its_name_and_tells_retired_keys(make: Factory, now: datetime) -> None:
    issue(make, 2)
    with transaction():
        sequence_batch(ORIGIN, now=now, most=1)
    with transaction():
        rotate_keys([make_plain(Purpose.LOG)], now=now)
    with transaction():
        sequence_batch("elsewhere.example/log", now=now)
    checkpoint = get_checkpoint()
    assert checkpoint.origin == ORIGIN
    lines = list_verifier_keys(checkpoint.origin)
    assert len(lines) == 2
    for size, line in ((2, lines[0]), (1, lines[1])):
        read = TheirCheckpoint.from_text(get_checkpoint(size).note)
        assert len(VkeySet(Vkey.from_string(line)).verify(read.signatures, read)) == 1


def write_log(folder: Path) -> None:
    """The log as static files, in the places of C2SP tlog-tiles."""
    checkpoint = get_checkpoint()
    (folder / "checkpoint").write_text(checkpoint.note)
    for level in range(ENTRIES, 4):
        for number, width, content in list_tiles(checkpoint.size, level, 0, most=1000):
            file = folder / "tile" / tile_path(level, number, width)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


@pytest.mark.usefixtures("keys")
def test_a_reader_that_is_not_ours_reads_the_log_and_proves_each_certificate(
    make: Factory, now: datetime, tmp_path: Path
) -> None:
    issued = issue(make, 5)
    fill(issued[0], 300)
    sequence(now, most=100)
    write_log(tmp_path)
    reader = TilesReader(LocalBackend(tmp_path))
    checkpoint = reader.get_checkpoint()
    key = Vkey.from_string(list_verifier_keys(ORIGIN)[0])
    assert VkeySet(key).verify(checkpoint.signatures, checkpoint)
    assert checkpoint.size == 305
    assert reader.calculate_root_hash() == checkpoint.root_hash
    for each in issued:
        ours = find_inclusion(each.id)
        assert ours is not None
        entry = reader.get_entry(ours.position)
        assert entry == ours.entry
        proof = reader.get_inclusion_proof(ours.position, checkpoint.size)
        proof.check(leaf_hash(entry), checkpoint.root_hash)
        assert tuple(proof.node_hashes) == ours.hashes
        root = root_by_proof(leaf_hash(entry), ours.position, checkpoint.size, [*ours.hashes])
        assert root == ours.checkpoint.root
    # A log that has grown contains the one of before.
    old = get_checkpoint(100)
    assert reader.get_consistency_proof(100, 305).node_hashes
    reader.set_size(100)
    assert reader.calculate_root_hash() == old.root


def fill(issued: Issued, count: int) -> None:
    """Enter so many certificates more: copies of one, each of which follows the one before."""
    follows = f"CASE WHEN n = 1000 THEN {issued.id} ELSE n - 1 END"
    varied = {"id": "n", "code": "'F' || n", "number": "'F/' || n", "replaces_id": follows}
    names = [column.name for column in Certificate.__table__.columns]
    values = ", ".join(varied.get(name, name) for name in names)
    copies = (
        "WITH RECURSIVE copies(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM copies"  # noqa: S608 - our own names
        f" WHERE n < {999 + count})"
    )
    with transaction():
        current_connection().execute(
            text(
                f"{copies} INSERT INTO certificates ({', '.join(names)})"  # noqa: S608 - as above
                f" SELECT {values} FROM certificates, copies WHERE id = {issued.id}"
            )
        )
        current_connection().execute(
            text(
                "INSERT INTO ledger_entries (kind, certificate_id, entered_at)"
                " SELECT 'issued', id, issued_at FROM certificates WHERE id >= 1000 ORDER BY id"
            )
        )


@pytest.mark.usefixtures("keys")
def test_a_tile_can_be_had_as_narrow_as_it_was_and_no_wider_than_it_is(
    make: Factory, now: datetime
) -> None:
    issue(make, 3)
    sequence(now)
    assert len(get_tile(0, 0, 3)) == 3 * 32
    assert get_tile(0, 0, 2) == get_tile(0, 0, 3)[:64]
    assert len(unbundle(get_tile(ENTRIES, 0, 2))) == 2
    for level, number, width in ((0, 0, 4), (0, 1, 1), (1, 0, 1), (ENTRIES, 0, 256)):
        with pytest.raises(NoSuchTile):
            get_tile(level, number, width)
    assert width_of(3, 0, 0) == 3


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    "change",
    [
        update(LogTile).values(content=b"x" * 64),
        update(LogTile).values(content=b""),
        update(LogTile).where(LogTile.level == 0).values(number=7),
        delete(LogTile),
        update(LogEntry).values(position=9),
        delete(LogEntry),
        update(LogCheckpoint).values(note="x"),
        delete(LogCheckpoint),
    ],
    ids=["other bytes", "fewer bytes", "another place", "no tile", "another position",
         "no entry", "another checkpoint", "no checkpoint"],
)  # fmt: skip
def test_the_database_itself_refuses_to_rewrite_the_log(
    change: object, make: Factory, now: datetime
) -> None:
    issue(make, 1)
    sequence(now)
    with pytest.raises(DatabaseError, match=r"append-only|only grow"):
        db.session.execute(change)  # type: ignore[call-overload]
    db.session.rollback()


@pytest.mark.usefixtures("keys")
def test_a_proof_costs_as_many_statements_in_a_large_log_as_in_a_small_one(
    make: Factory, now: datetime, statements: Statements
) -> None:
    (issued,) = issue(make, 1)
    sequence(now)
    with statements() as seen:
        find_inclusion(issued.id)
    fill(issued, 600)
    sequence(now)
    with statements() as seen_later:
        find_inclusion(issued.id)
    assert len(seen) == len(seen_later) == 2
