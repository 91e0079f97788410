"""A service elsewhere seals whole sheets behind a code: activation, batch, refusal, time-out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from lms.audit import AuditEntry
from lms.certificates.models import Certificate
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import reinstate_certificate
from lms.db import db, read_only, transaction
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.sealing.client import DocumentSealer
from lms.sealing.errors import (
    CodeMissing,
    NothingToSeal,
    RoundUnderWay,
    SealingRefused,
    SealingUnavailable,
    ServiceRests,
)
from lms.sealing.models import Outcome, SealingRound
from lms.sealing.queries import Queue, find_sealed_sheet, get_queue, list_waiting_sheets
from lms.sealing.service import LOST_AFTER, begin_round, queue_sheet, take_code
from lms.wiring import wire
from lms.worker.sealing_rounds import seal_waiting
from tests.factories import REASON, Factory, Person
from tests.sealing_service import SEAL, SealingService, sealing_service


@pytest.fixture
def service() -> Iterator[SealingService]:
    with sealing_service() as running:
        yield running


@pytest.fixture
def registrar(make: Factory) -> Person:
    return make.coordinator()


@pytest.fixture
def waiting(make: Factory, now: datetime) -> dict[int, str]:
    """Three certificates whose sheets wait; a fourth one's does not."""
    codes = [make.attendance(make.learner()) for _ in range(4)]
    with make.inside():
        with transaction():
            for code in codes[:3]:
                queue_sheet(code, now=now)
        with read_only():
            wanted = select(Certificate.id, Certificate.code).where(Certificate.code.in_(codes[:3]))
            return {row.id: row.code for row in db.session.execute(wanted)}


def sheet_of(code: str) -> bytes:
    return f"%PDF-1.7 lembar {code}".encode()


def run_of(round_id: int) -> Run:
    return Run(1, "seal", {"round": round_id}, None, frozenset(), 1, "klaim")


def begin(code: str, registrar: Person, *, now: datetime) -> int:
    with transaction():
        begin_round(code, registrar.id, now=now)
        latest = select(SealingRound.id).order_by(SealingRound.id.desc()).limit(1)
        return db.session.scalars(latest).one()


def queue_of(*, now: datetime) -> Queue:
    with read_only():
        return get_queue(now=now)


def sheet_kept(number: int) -> bytes | None:
    with read_only():
        return find_sealed_sheet(number)


def seal(sealer: DocumentSealer, round_id: int) -> int:
    sealed: int = seal_waiting(sealer, run_of(round_id), sheet_of).result["sealed"]
    return sealed


def test_what_waits_is_sealed_in_one_call_behind_a_code(
    app: Flask, service: SealingService, registrar: Person, waiting: dict[int, str], now: datetime
) -> None:
    service.sealer().request_code()
    with app.app_context():
        number = begin("kode 0001".upper(), registrar, now=now)
        with read_only():
            job = db.session.scalars(select(Job)).one()
            asked = (job.kind, job.arguments, job.asker_id)
        assert asked == ("seal", {"round": number}, registrar.id)
        assert seal(service.sealer(), number) == 3
        assert service.calls == [3]
        for each, code in waiting.items():
            assert sheet_kept(each) == sheet_of(code) + SEAL
        queue = queue_of(now=now)
        assert (queue.waiting_count, queue.sealed_count, queue.is_under_way) == (0, 3, False)
        assert queue.last is not None
        assert (queue.last.outcome, queue.last.sealed_count) == (Outcome.DONE, 3)
        with read_only():
            noted = select(AuditEntry.action).where(AuditEntry.action.startswith("seal."))
            assert list(db.session.scalars(noted)) == ["seal.begun", "seal.done"]
        with transaction(), pytest.raises(NothingToSeal):
            begin_round("KODE0002", registrar.id, now=now)


def test_a_wrong_code_seals_nothing_and_everything_waits_on(
    app: Flask, service: SealingService, registrar: Person, waiting: dict[int, str], now: datetime
) -> None:
    with app.app_context():
        number = begin("KODE9999", registrar, now=now)
        assert seal(service.sealer(), number) == 0
        queue = queue_of(now=now)
        assert queue.waiting_count == 3
        assert queue.rests_until is None
        assert queue.last is not None
        assert (queue.last.outcome, queue.last.message) == (
            Outcome.REFUSED,
            "Kode tidak berlaku lagi",
        )


@pytest.mark.parametrize("fault", ["hangs", "breaks", "babbles", "swaps", "leads away"])
def test_a_service_that_fails_leaves_everything_as_it_was(
    app: Flask,
    service: SealingService,
    registrar: Person,
    waiting: dict[int, str],
    now: datetime,
    fault: str,
) -> None:
    service.sealer().request_code()
    service.fault = fault
    with app.app_context():
        number = begin("KODE0001", registrar, now=now)
        assert seal(service.sealer(timeout_seconds=1), number) == 0
        queue = queue_of(now=now)
        assert (queue.waiting_count, queue.sealed_count) == (3, 0)
        assert queue.last is not None
        assert queue.last.outcome is Outcome.UNAVAILABLE


def test_a_service_that_is_away_rests_after_three_rounds_and_is_tried_again(
    app: Flask, service: SealingService, registrar: Person, waiting: dict[int, str], now: datetime
) -> None:
    service.fault = "breaks"
    with app.app_context():
        for _ in range(3):
            seal(service.sealer(), begin("KODE0001", registrar, now=now))
            with transaction():
                db.session.execute(delete(Job))
        ended = queue_of(now=now).last
        assert ended is not None
        assert ended.ended_at is not None
        with transaction(), pytest.raises(ServiceRests, match=r"pukul \d\d\.\d\d WIB"):
            begin_round("KODE0001", registrar.id, now=ended.ended_at)
        service.fault = ""
        service.sealer().request_code()
        later = ended.ended_at + timedelta(minutes=3)
        assert seal(service.sealer(), begin("KODE0001", registrar, now=later)) == 3
        assert queue_of(now=later).rests_until is None


def test_a_code_works_once_also_where_a_worker_dies(
    app: Flask, service: SealingService, registrar: Person, waiting: dict[int, str], now: datetime
) -> None:
    service.sealer().request_code()
    with app.app_context():
        number = begin("KODE0001", registrar, now=now)
        with transaction():
            assert take_code(number) == "KODE0001"  # and then it died
        assert seal(service.sealer(), number) == 0
        assert service.calls == []
        with read_only():
            assert db.session.scalars(select(SealingRound.code)).all() == [None]
        assert queue_of(now=now).waiting_count == 3


def test_one_round_at_a_time_and_a_lost_one_makes_room(
    app: Flask, registrar: Person, waiting: dict[int, str], now: datetime
) -> None:
    with app.app_context():
        begin("KODE0001", registrar, now=now)
        with transaction(), pytest.raises(RoundUnderWay):
            begin_round("KODE0002", registrar.id, now=now)
        later = now + LOST_AFTER + timedelta(seconds=1)
        begin("KODE0002", registrar, now=later)
        assert queue_of(now=later).is_under_way


@pytest.mark.parametrize(
    "code", ["", "abc", "12 34 5", "kode-0001", "x" * 13, "\uff11\uff12\uff13\uff14\uff15"]
)
def test_what_is_no_code_is_refused(
    app: Flask, registrar: Person, waiting: dict[int, str], now: datetime, code: str
) -> None:
    with app.app_context(), transaction():
        if code == "12 34 5":
            begin_round(code, registrar.id, now=now)
            return
        with pytest.raises(CodeMissing):
            begin_round(code, registrar.id, now=now)


def test_a_certificate_out_of_force_waits_no_longer(
    app: Flask,
    make: Factory,
    service: SealingService,
    registrar: Person,
    waiting: dict[int, str],
    now: datetime,
) -> None:
    service.sealer().request_code()
    with app.app_context():
        number = begin("KODE0001", registrar, now=now)
        gone, code = next(iter(waiting.items()))
        make.revoke(code)
        output = seal_waiting(service.sealer(), run_of(number))
        assert output.result == {"sealed": 2}
        assert sheet_kept(gone) is None
        assert queue_of(now=now).waiting_count == 0


@pytest.fixture
def sealed_elsewhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is wired where a service seals."""
    monkeypatch.setitem(app.extensions, "listeners", {})
    pattern = NumberPattern(app.config["SAKUHAM"].certificate_number_pattern)
    wire(app, pattern, seals_elsewhere=True)
    return app


def test_a_certificate_that_is_in_force_again_waits_again_unless_it_is_sealed(
    sealed_elsewhere: Flask,
    make: Factory,
    service: SealingService,
    registrar: Person,
    waiting: dict[int, str],
    now: datetime,
) -> None:
    service.sealer().request_code()
    with sealed_elsewhere.app_context():
        first, second, _ = waiting.items()
        make.revoke(first[1])
        output = seal_waiting(service.sealer(), run_of(begin("KODE0001", registrar, now=now)))
        assert output.result == {"sealed": 2}
        make.revoke(second[1])
        with transaction():
            for _, code in (first, second):
                reinstate_certificate(code, REASON, registrar.id, now=now)
        with read_only():
            assert list_waiting_sheets(10) == dict([first])


def test_a_service_that_knows_us_not_says_so(service: SealingService) -> None:
    stranger = service.sealer()
    other = type(stranger)(stranger.address, "lain", "lain", "lain")
    with pytest.raises(SealingRefused, match="Pengguna tidak dikenal"):
        other.request_code()


def test_nobody_at_the_address_is_a_failure() -> None:
    with sealing_service() as service:
        sealer = service.sealer(timeout_seconds=2)
    with pytest.raises(SealingUnavailable):
        sealer.request_code()


def test_the_password_is_shown_nowhere(service: SealingService) -> None:
    assert "rahasia" not in repr(service.sealer())
