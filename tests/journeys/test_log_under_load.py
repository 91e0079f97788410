"""Certificates are issued while the log is written, and whoever does either is killed in between.

They are real processes, four that issue and two that sequence, on real databases. For how many
seconds is said by LOG_SECONDS; a few show that nothing is broken, sixty what is promised.
"""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from config import Settings
from lms import create_app
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.clock import utc_now
from lms.db import current_connection, db, read_only, transaction
from lms.keys.service import add_keys
from lms.transparency.entries import Change, Issue, decode, unbundle
from lms.transparency.models import LogCheckpoint, LogEntry, LogSalt, UnloggedEntry
from lms.transparency.paths import ENTRIES
from lms.transparency.queries import get_checkpoint, has_unlogged, list_tiles
from lms.transparency.sequencer import sequence_batch
from lms.web.transparency.archive import make_archive
from tests.conftest import MIGRATIONS, SETTINGS, settings_for
from tests.factories import Book, Factory, InstitutionRef
from tests.journeys.conftest import DATABASES, NewDatabase
from tests.keys import MADE_AT, key_material
from tests.waiting import wait_until
from tools import audit

pytestmark = pytest.mark.server

SECONDS = float(os.environ.get("LOG_SECONDS", "6"))
ISSUERS, SEQUENCERS = 4, 2
Work = Callable[..., None]
ORIGIN = "sakuham.example/log"
# So few, that many batches are under way when somebody is killed.
MOST = 7
LONGEST_LIFE = 1.0

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["lms.cli", "tests.factories", "lms.transparency.sequencer"])


def open_house(database_url: str, folder: Path) -> Flask:
    """The application in a process of its own, on the database of all; notes that it is at work."""
    app = create_app(
        Settings(
            database_url=database_url,
            secret_key=SETTINGS.secret_key,
            keys_passphrase=SETTINGS.keys_passphrase,
        ),
        with_commands=False,
    )
    note_of(folder, os.getpid()).touch()
    return app


def note_of(folder: Path, pid: int) -> Path:
    """What a process leaves when its start is behind it."""
    return folder / f"{pid}.at-work"


def issue(database_url: str, folder: Path, number: int, book: Book, at: InstitutionRef) -> None:
    """Have one person after the other earn a certificate; every fifth one is revoked."""
    app = open_house(database_url, folder)
    make = Factory(app, folder, utc_now())
    with app.app_context():
        for serial in range(1, 1000):
            # Whom SQLite kept waiting for too long is left behind, as a visitor would leave.
            with suppress(OperationalError):
                person = make.learner(
                    at=at,
                    # Born in 1905, by the number of the process: nobody's.
                    number=f"1905{number // 28 + 1:02}{number % 28 + 1:02}2099031{serial:03}",
                    email=f"p{number}-{serial}@contoh-a.example",
                )
                issued = make.certificate(person, book)
                if not serial % 5:
                    make.revoke(issued, by=person)
            db.session.rollback()


def sequence(database_url: str, folder: Path, *_: object) -> None:
    """Write into the log without a pause."""
    app = open_house(database_url, folder)
    with app.app_context():
        while True:
            with read_only():
                is_due = has_unlogged()
            if is_due:
                with suppress(OperationalError), transaction():
                    sequence_batch(ORIGIN, now=utc_now(), most=MOST)
            else:
                time.sleep(0.005)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """A new database, migrated, with a key for the log."""
    address = new_database(request.param)
    app = create_app(settings_for(address))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.session.remove()
        with transaction():
            add_keys(key_material(), now=MADE_AT)
        db.engine.dispose()
    return address


class Crew:
    """Processes that work until they are killed; each is another one's successor."""

    def __init__(self, database_url: str, folder: Path, *arguments: object) -> None:
        self.database_url = database_url
        self.folder = folder
        self.arguments = arguments
        self.started_count = 0
        self.running: list[tuple[Work, ForkServerProcess]] = []

    def start(self, work: Work) -> None:
        """One more that does this."""
        arguments = (self.database_url, self.folder, self.started_count, *self.arguments)
        self.started_count += 1
        process = FORKS.Process(target=work, args=arguments, daemon=True)
        process.start()
        self.running.append((work, process))

    def at_work(self) -> list[int]:
        """Which of them do what they are for: nobody is killed while it starts."""
        return [
            which
            for which, (_, process) in enumerate(self.running)
            if note_of(self.folder, process.pid or 0).exists()
        ]

    def kill(self, which: int) -> Work:
        """End one in the middle of whatever it does; returns what that was."""
        work, process = self.running.pop(which)
        process.kill()
        process.join()
        return work

    def kill_all(self, of: Work | None = None) -> None:
        """End all, or all that do this."""
        for which in reversed(range(len(self.running))):
            if of is None or self.running[which][0] is of:
                self.kill(which)


@pytest.fixture
def house(database_url: str) -> Iterator[Flask]:
    """The application, to look on."""
    app = create_app(settings_for(database_url))
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def crew(house: Flask, database_url: str, tmp_path: Path) -> Iterator[Crew]:
    """Nobody yet; nobody is left."""
    make = Factory(house, tmp_path, utc_now())
    crew = Crew(database_url, tmp_path, make.book(), make.institution())
    yield crew
    crew.kill_all()


def count(column: object) -> int:
    """How many rows there are, as of now; nobody who writes waits for it."""
    with read_only():
        return current_connection().scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_whoever_is_killed_every_certificate_has_one_entry_and_no_position_is_left_out(
    house: Flask, crew: Crew, tmp_path: Path
) -> None:
    chance = random.Random(20261130)  # noqa: S311 - moments, not secrets
    for work in [issue] * ISSUERS + [sequence] * SEQUENCERS:
        crew.start(work)
    wait_until(lambda: count(LogEntry.position), tell=lambda: "nothing is logged")
    kills: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        at_work = crew.at_work()
        if not at_work:
            continue
        killed = crew.kill(chance.choice(at_work))
        kills[killed.__name__] += 1
        crew.start(killed)
    crew.kill_all(issue)
    wait_until(
        lambda: not count(UnloggedEntry.ledger_entry_id), tell=lambda: "something is not logged"
    )
    crew.kill_all()

    ledger = db.session.execute(
        select(LedgerEntry.id, LedgerEntry.kind, LedgerEntry.certificate_id)
    ).all()
    logged = db.session.execute(
        select(LogEntry.position, LogEntry.ledger_entry_id).order_by(LogEntry.position)
    ).all()
    assert [row.position for row in logged] == [*range(len(ledger))]
    assert sorted(row.ledger_entry_id for row in logged) == sorted(row.id for row in ledger)
    certificates = set(db.session.scalars(select(Certificate.id)))
    issues = [row.certificate_id for row in ledger if row.kind is LedgerKind.ISSUED]
    assert sorted(issues) == sorted(certificates)
    assert set(db.session.scalars(select(LogSalt.certificate_id))) == certificates

    # Each entry is the one that its row says, and an end names the issue of its certificate.
    checkpoint = get_checkpoint()
    entries = [
        decode(entry)
        for _, _, content in list_tiles(checkpoint.size, ENTRIES, 0, most=1000)
        for entry in unbundle(content)
    ]
    by_id = {row.id: row for row in ledger}
    positions = {
        by_id[row.ledger_entry_id].certificate_id: row.position for row in reversed(logged)
    }
    for row, entry in zip(logged, entries, strict=True):
        of = by_id[row.ledger_entry_id]
        assert isinstance(entry, Issue if of.kind is LedgerKind.ISSUED else Change)
        if isinstance(entry, Change):
            assert entry.issue_position == positions[of.certificate_id]

    # Replayed from its first byte by the auditor's program, for every checkpoint there ever was.
    file = tmp_path / "log.tar"
    file.write_bytes(make_archive(checkpoint, 1))
    assert audit.main([str(file)]) == audit.ALL_RIGHT
    source = audit.open_source([str(file)])
    last = audit.Checkpoint.read(checkpoint.note.encode())
    replayed = audit.audit_log(source, last, now=utc_now().timestamp())
    notes = db.session.scalars(select(LogCheckpoint.note).order_by(LogCheckpoint.size)).all()
    for note in notes:
        kept = audit.Checkpoint.read(note.encode())
        assert audit.root_of(replayed.levels, kept.size) == kept.root
    print(  # noqa: T201 - the figures, for who asks for them with -s
        f"{len(certificates)} certificates, {len(entries)} entries, {len(notes)} checkpoints,"
        f" killed: {dict(kills)}"
    )
