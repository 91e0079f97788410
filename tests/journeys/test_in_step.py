"""A personnel system stays in step by the cursor alone, whoever is killed, and whenever.

Certificates are issued and revoked, while consumer and server are ended in the middle of whatever
they do; in the end both sides have the same, and nothing came twice. For how many rounds is said by
IN_STEP_ROUNDS.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from lms.accounts.queries import get_principal
from lms.certificates.enums import RevocationGround
from lms.certificates.models import Certificate, LedgerEntry
from lms.certificates.service import revoke_certificate
from lms.clock import utc_now
from lms.db import db, transaction
from lms.exchange.enums import TokenScope
from lms.exchange.service import make_token
from lms.institutions.reach import scope_of
from lms.transparency.models import LogEntry, UnloggedEntry
from tests.journeys.consumer import read_kept
from tests.journeys.site import ROOT, Site
from tests.waiting import wait_until

pytestmark = pytest.mark.server

ROUNDS = int(os.environ.get("IN_STEP_ROUNDS", "12"))
SERVER_DIES_EVERY = 4
LONGEST_LIFE = 1.5
REASON = "Nama pemegang keliru ditulis."


def make_key(site: Site) -> tuple[str, int]:
    """A key of the institution at which everybody works, and the institution."""
    officer = site.people.officer()
    with site.app.test_request_context(), transaction():
        scope = scope_of(get_principal(officer.account_id))
        (institution_id,) = scope.institution_ids
        scopes = [TokenScope.CERTIFICATES]
        key = make_token(scope, institution_id, "Simpeg", scopes, 30, now=utc_now())
    return key, institution_id


def issue_and_revoke(site: Site, is_over: Event) -> None:
    """Have one person after the other earn a certificate; every third is revoked."""
    serial = 0
    while not is_over.is_set():
        # Whom SQLite kept waiting for too long is left behind, as a visitor would leave.
        with suppress(OperationalError):
            holder, code = site.people.holder()
            serial += 1
            if serial % 3 == 0:
                with site.app.test_request_context(), transaction():
                    revoke_certificate(
                        code,
                        RevocationGround.MISTAKE,
                        REASON,
                        actor_id=holder.account_id,
                        now=utc_now(),
                    )


@contextmanager
def issuing(site: Site) -> Iterator[None]:
    """Certificates are issued and revoked inside."""
    is_over = Event()
    thread = Thread(target=issue_and_revoke, args=(site, is_over))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def start_consumer(site: Site, key: str, file: Path) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "tests.journeys.consumer", site.url, key, str(file)]
    return subprocess.Popen(program, cwd=ROOT)


def entries_of(site: Site, institution_id: int) -> list[tuple[int, str, str]]:
    """What the log has of an institution's certificates."""
    with site.rows() as session:
        rows = session.execute(
            select(LogEntry.position, LedgerEntry.kind, Certificate.code)
            .join(LedgerEntry, LedgerEntry.id == LogEntry.ledger_entry_id)
            .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
            .where(Certificate.institution_id == institution_id)
            .order_by(LogEntry.position)
        )
        return [(position, kind.value, code) for position, kind, code in rows]


def count_of(site: Site, column: object) -> int:
    with site.rows() as session:
        return session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_whoever_is_killed_nothing_is_missed_and_nothing_comes_twice(
    killable_site: Site, tmp_path: Path
) -> None:
    site, file = killable_site, tmp_path / "kept.db"
    key, institution_id = make_key(site)
    chance = random.Random(20261201)  # noqa: S311 - moments, not secrets
    with issuing(site):
        for number in range(1, ROUNDS + 1):
            consumer = start_consumer(site, key, file)
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            if number % SERVER_DIES_EVERY == 0:
                site.kill()
                site.start()
            assert consumer.poll() is None, "an entry came twice"
            consumer.kill()
            consumer.wait()
    with site.app.app_context():
        db.session.remove()
    wait_until(lambda: not count_of(site, UnloggedEntry.ledger_entry_id), tell=site.log.read_text)
    expected = entries_of(site, institution_id)
    assert {kind for _, kind, _ in expected} == {"issued", "revoked"}
    consumer = start_consumer(site, key, file)
    try:
        wait_until(
            lambda: len(read_kept(file)) >= len(expected),
            tell=lambda: f"{read_kept(file)[-3:]} of {expected[-3:]}",
            is_alive=lambda: consumer.poll() is None,
        )
        assert read_kept(file) == expected
    finally:
        consumer.kill()
        consumer.wait()
