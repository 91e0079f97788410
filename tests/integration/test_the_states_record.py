"""Each certificate of an opted-in institution stands in the state's record once, whatever fails."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.audit import AuditEntry
from lms.certificates.models import Certificate
from lms.db import db, read_only, transaction
from lms.institutions.models import Institution
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Branch, Scope
from lms.personnel import comparing, gathering, sending
from lms.personnel.client import HttpPersonnelService, PersonnelService
from lms.personnel.comparing import Compared, compare
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.errors import (
    NoSuchRecord,
    NotAgreed,
    NotLetIn,
    NotWholeInstitution,
    ServiceAway,
)
from lms.personnel.gathering import gather, has_unread
from lms.personnel.models import PersonnelRecord
from lms.personnel.queries import find_entries, get_overview, list_records
from lms.personnel.rules import Course, NewCourse
from lms.personnel.sending import CLAIM_LENGTH, has_due, send_some
from lms.personnel.service import (
    begin_any_recording,
    begin_recording,
    end_recording,
    retry_record,
    retry_records,
)
from lms.transparency.sequencer import sequence_batch
from tests.factories import Factory, InstitutionRef, Person
from tests.personnel_service import FAULTS, PASSWORD, SECRET, StandIn, personnel_service

ISSUER = "Kementerian Contoh"
pytestmark = pytest.mark.usefixtures("keys")


@pytest.fixture
def service() -> Iterator[StandIn]:
    with personnel_service() as running:
        yield running


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution()


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer(at=ours)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def sheet_of(code: str) -> bytes:
    return f"%PDF-1.7 lembar {code}".encode()


def sequence(now: datetime) -> None:
    more = True
    while more:
        with transaction():
            more = sequence_batch("log.contoh", now=now) > 0


def follow(now: datetime) -> None:
    """Have everything logged, and records made of it."""
    sequence(now)
    more = True
    while more:
        with transaction():
            more = gather(now=now)


def begin(officer: Person, *, earlier: bool = True, now: datetime) -> None:
    assert officer.institution is not None
    with transaction():
        begin_recording(
            officer.scope, officer.institution.id, is_agreed=True, includes_earlier=earlier, now=now
        )


def send(service: PersonnelService, clock: Clock, *, rounds: int = 200) -> None:
    """Round after round, each later than the last, until nothing is due within days."""
    for _ in range(rounds):
        with suppress(ServiceAway, NotLetIn):
            send_some(service, sheet_of, ISSUER, clock)
        with read_only():
            if not has_due(now=clock() + timedelta(days=2)):
                return
        clock.now += timedelta(hours=1)
    raise AssertionError("it does not come to an end")


def records() -> list[PersonnelRecord]:
    with read_only():
        rows = db.session.scalars(select(PersonnelRecord).order_by(PersonnelRecord.id)).all()
        db.session.expunge_all()
        return list(rows)


def number_of(code: str) -> str:
    with read_only():
        return db.session.scalars(select(Certificate.number).where(Certificate.code == code)).one()


def certified(
    make: Factory, service: StandIn, ours: InstitutionRef, count: int = 1
) -> list[tuple[Person, str]]:
    """People of an institution whom the service knows, with a certificate each; its code."""
    people = [make.learner(at=ours) for _ in range(count)]
    service.people |= {person.number for person in people}
    return [(person, make.attendance(person)) for person in people]


def test_a_certificate_is_recorded_with_its_sheet_and_the_receipt_is_kept(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(person, code)] = certified(make, service, ours)
    certified(make, service, make.institution())  # theirs have not opted in
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        assert send_some(service.client(), sheet_of, ISSUER, clock) == 1
        number = number_of(code)
        [receipt] = service.of_number(number)
        [record] = records()
        assert (record.state, record.receipt_id, record.recorded_at, record.due_at) == (
            RecordState.RECORDED,
            receipt,
            clock(),
            None,
        )
        with read_only():
            assert find_entries([code])[code].receipt_id == receipt
    kept = service.kept[receipt]
    assert len(service.kept) == 1
    assert (kept.owner, kept.documents) == (person.number, [sheet_of(code)])
    day = f"{make.today:%d-%m-%Y}"
    assert kept.sent == {
        "id": None,
        "pnsOrangId": f"orang-{person.number}",
        "instansiId": "instansi-1",
        "namaKursus": "Seminar Hak atas Informasi",
        "institusiPenyelenggara": ISSUER,
        "jenisDiklatId": "212",
        "jenisKursus": "",
        "jenisKursusSertipikat": "T",
        "jumlahJam": 3,
        "tahunKursus": make.today.year,
        "tanggalKursus": day,
        "tanggalSelesaiKursus": day,
        "nomorSertipikat": number,
    }


@pytest.mark.parametrize(
    "fault",
    FAULTS,
)
@pytest.mark.parametrize("step", range(4))
def test_whatever_fails_once_there_is_one_record_in_the_end(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    fault: str,
    step: int,
) -> None:
    [(_, code)] = certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        service.faults = [""] * step + [fault]
        send(service.client(), clock)
        if fault == "409" and (records()[0].state, step) == (RecordState.REFUSED, 2):
            # It says that it has what it does not have: somebody has to look, and tries again.
            with transaction():
                retry_record(officer.scope, records()[0].id, now=clock())
            send(service.client(), clock)
        if records()[0].trouble is Trouble.DOCUMENT_REFUSED:
            with transaction():
                retry_records(officer.scope, ours.id, now=clock())
            send(service.client(), clock)
        [receipt] = service.of_number(number_of(code))
        assert (records()[0].state, records()[0].receipt_id) == (RecordState.RECORDED, receipt)
        assert records()[0].has_document
    assert service.kept[receipt].documents == [sheet_of(code)]


@pytest.mark.parametrize("seed", range(3))
def test_random_faults_and_revocations_end_with_exactly_one_record_each(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    seed: int,
) -> None:
    made = certified(make, service, ours, 8)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        service.shake(seed, 60)
        client = service.client()
        settle(client, officer, clock)
        for _, code in made[:4]:
            make.revoke(code)
        follow(clock())
        service.shake(seed + 100, 40)
        settle(client, officer, clock)
        for _, code in made[:2]:
            make.reinstate(code)
        make.rename(made[7][0], "Nama Sebenarnya")
        newer = make.replace(made[7][1])
        follow(clock())
        service.shake(seed + 200, 40)
        settle(client, officer, clock)
        counts = [len(service.of_number(number_of(code))) for _, code in made]
        assert counts == [1, 1, 0, 0, 1, 1, 1, 0]
        assert len(service.of_number(number_of(newer))) == 1


def settle(client: PersonnelService, officer: Person, clock: Clock) -> None:
    """As an officer who tries again what was refused, until nothing is left."""
    assert officer.institution is not None
    for _ in range(20):
        send(client, clock)
        with transaction():
            if not retry_records(officer.scope, officer.institution.id, now=clock()):
                return
    raise AssertionError("something is refused for ever")


class Killed(BaseException):
    """The process ends here."""


class Mortal:
    """A service in whose middle the process is killed: before or after the call of a number."""

    def __init__(self, service: HttpPersonnelService, at: int, *, after: bool) -> None:
        self.service = service
        self.left = at
        self.after = after

    def _call(self, work: Callable[[], Any]) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Killed
        result = work()
        if self.left == 0 and self.after:
            raise Killed
        return result

    def find_person(self, employee_number: str) -> tuple[str, str] | None:
        found: tuple[str, str] | None = self._call(
            lambda: self.service.find_person(employee_number)
        )
        return found

    def list_courses(self, employee_number: str) -> list[Course]:
        found: list[Course] = self._call(lambda: self.service.list_courses(employee_number))
        return found

    def save_course(self, course: NewCourse) -> str:
        return str(self._call(lambda: self.service.save_course(course)))

    def attach(self, course_id: str, document: bytes) -> None:
        self._call(lambda: self.service.attach(course_id, document))

    def delete_course(self, course_id: str) -> None:
        self._call(lambda: self.service.delete_course(course_id))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 5))
def test_a_worker_killed_at_any_step_leaves_one_record(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    step: int,
    after: bool,
) -> None:
    [(_, code)] = certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        with pytest.raises(Killed):
            send_some(Mortal(service.client(), step, after=after), sheet_of, ISSUER, clock)
        db.session.remove()
        assert send_some(service.client(), sheet_of, ISSUER, clock) == 0  # it is in dead hands
        clock.now += CLAIM_LENGTH
        send(service.client(), clock)
        assert len(service.of_number(number_of(code))) == 1
        make.revoke(code)
        follow(clock())
        if step <= 3:  # to look, to delete, to look again
            with pytest.raises(Killed):
                send_some(Mortal(service.client(), step, after=after), sheet_of, ISSUER, clock)
            db.session.remove()
            clock.now += CLAIM_LENGTH
        send(service.client(), clock)
        assert service.of_number(number_of(code)) == []
        assert records()[0].state is RecordState.DELETED


@pytest.mark.parametrize("place", ["_settle", "_claim", "_attach", "_tidy"])
def test_an_exception_within_our_own_steps_leaves_one_record(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [(_, code)] = certified(make, service, ours)
    real = getattr(sending, place)
    for call in range(1, 4):
        calls = 0

        def die(*args: Any, at: int = call, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == at:
                raise Killed
            return real(*args, **kwargs)

        with app.app_context():
            if call == 1:
                begin(officer, now=clock())
                follow(clock())
            with monkeypatch.context() as patch:
                patch.setattr(sending, place, die)
                try:
                    send(service.client(), clock)
                except Killed:
                    db.session.remove()
            clock.now += CLAIM_LENGTH
    with app.app_context():
        send(service.client(), clock)
        assert len(service.of_number(number_of(code))) == 1
        assert records()[0].has_document


def test_a_silent_service_is_waited_for_a_moment_and_then_left_alone(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours, 5)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        service.faults = ["hangs"] * 5
        with pytest.raises(ServiceAway):
            send_some(service.client(seconds=0.2), sheet_of, ISSUER, clock)
        assert [record.tried_count for record in records()] == [0, 0, 1, 1, 1]
        service.released.set()
        service.faults = []
        send(service.client(), clock)
        assert {record.state for record in records()} == {RecordState.RECORDED}


def test_pauses_grow_and_do_not_end(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        pauses = []
        for _ in range(9):
            service.faults = ["500"]
            send_some(service.client(), sheet_of, ISSUER, clock)
            due_at = records()[0].due_at
            assert due_at is not None
            pauses.append(due_at - clock())
            clock.now = due_at
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1]) == (timedelta(minutes=1), timedelta(days=1))


def test_wrong_credentials_stop_the_round_and_are_told_nowhere(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    certified(make, service, ours, 2)
    service.lets_in = False
    with app.app_context(), caplog.at_level(logging.DEBUG):
        begin(officer, now=clock())
        follow(clock())
        with pytest.raises(NotLetIn) as refused:
            send_some(service.client(), sheet_of, ISSUER, clock)
        troubled = [record for record in records() if record.trouble]
        assert [record.trouble for record in troubled] == [Trouble.NOT_LET_IN]
    told = f"{refused.value!r} {caplog.text} {service.settings()!r}"
    assert SECRET not in told
    assert PASSWORD not in told


def test_words_that_repeat_a_secret_are_not_kept(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        service.refusal = f"tidak boleh: {SECRET}"
        send(service.client(), clock)
        [record] = records()
        assert (record.state, record.trouble, record.words) == (
            RecordState.REFUSED,
            Trouble.REFUSED,
            "",
        )
        service.refusal = "Jam pelajaran\ntidak sah " + "x" * 500
        with transaction():
            retry_record(officer.scope, record.id, now=clock())
        send(service.client(), clock)
        assert records()[0].words.startswith("Jam pelajaran tidak sah x")
        assert len(records()[0].words) == 200


def test_an_expired_token_is_renewed_once(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours, 3)
    client = service.client()
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(client, sheet_of, ISSUER, clock, at_most=1)
        assert service.token_count == 1
        service.tokens.clear()
        send_some(client, sheet_of, ISSUER, clock)
        assert service.token_count == 2
        assert len(service.kept) == 3


def test_what_the_office_has_entered_itself_is_taken_and_not_entered_twice(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(person, code)] = certified(make, service, ours)
    with app.app_context():
        number = number_of(code)
        theirs = service.write(person.number, number.lower(), "Seminar HAM", "BKPSDM")
        service.kept[theirs].sent["nomorSertipikat"] = f" {number} "
        begin(officer, now=clock())
        follow(clock())
        send(service.client(), clock)
        assert records()[0].receipt_id == theirs
    assert list(service.kept) == [theirs]


def test_who_is_not_confirmed_is_not_asked_about_until_they_are(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    person = make.learner(at=ours, confirmed=False)
    service.people.add(person.number)
    make.attendance(person)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(service.client(), sheet_of, ISSUER, clock)
        assert records()[0].trouble is Trouble.UNCONFIRMED
        assert service.requests == []
        make.confirm(person)
        clock.now += timedelta(hours=7)
        send_some(service.client(), sheet_of, ISSUER, clock)
        assert (records()[0].state, records()[0].trouble) == (RecordState.RECORDED, None)


def test_somebody_whom_the_service_does_not_know_is_refused_in_words(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours)
    service.people.clear()
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(service.client(), sheet_of, ISSUER, clock)
        [record] = records()
        assert (record.state, record.trouble) == (RecordState.REFUSED, Trouble.UNKNOWN_PERSON)
        with read_only():
            page = list_records(ours.id, "masalah", 99)
        assert [line.may_retry for line in page.lines] == [True]


def test_a_wrong_address_neither_records_nor_deletes(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(_, code)] = certified(make, service, ours)
    settings = service.settings(address=f"{service.address}/salah")
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(HttpPersonnelService(settings), sheet_of, ISSUER, clock)
        assert (records()[0].state, records()[0].trouble) == (RecordState.WAITING, Trouble.AWAY)
        send(service.client(), clock)
        make.revoke(code)
        follow(clock())
        send_some(HttpPersonnelService(settings), sheet_of, ISSUER, clock)
        assert records()[0].state is RecordState.TO_DELETE


def test_only_what_comes_after_is_sent_unless_earlier_ones_are_wished(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(_, earlier)] = certified(make, service, ours)
    with app.app_context():
        sequence(clock())
        begin(officer, earlier=False, now=clock())
        [(_, later)] = certified(make, service, ours)
        make.revoke(earlier)
        follow(clock())
        assert len(records()) == 1
        make.reinstate(earlier)
        follow(clock())
        begin(officer, earlier=True, now=clock())
        begin(officer, earlier=True, now=clock())
        follow(clock())
        send(service.client(), clock)
        assert {len(service.of_number(number_of(code))) for code in (earlier, later)} == {1}
        follow(clock())
        assert {record.state for record in records()} == {RecordState.RECORDED}


def test_ending_drops_what_waits_and_still_takes_back_what_is_revoked(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    first, second = certified(make, service, ours, 2)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(service.client(), sheet_of, ISSUER, clock, at_most=1)
        for _ in range(2):
            with transaction():
                end_recording(officer.scope, ours.id, now=clock())
        certified(make, service, ours)
        follow(clock())
        [record] = records()
        assert record.state is RecordState.RECORDED
        [code] = [code for _, code in (first, second) if service.of_number(number_of(code))]
        make.revoke(code)
        follow(clock())
        send(service.client(), clock)
        assert service.kept == {}
        make.reinstate(code)
        follow(clock())
        send(service.client(), clock)
        assert service.kept == {}
        begin(officer, now=clock())
        follow(clock())
        send(service.client(), clock)
        assert len(service.kept) == 3
        with read_only():
            noted = select(AuditEntry.action).where(AuditEntry.action.startswith("personnel."))
            assert list(db.session.scalars(noted.order_by(AuditEntry.id))) == [
                "personnel.begun",
                "personnel.ended",
                "personnel.begun",
            ]


def test_one_in_hand_when_it_is_ended_is_not_sent_afterwards(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        with pytest.raises(Killed):
            send_some(Mortal(service.client(), 1, after=False), sheet_of, ISSUER, clock)
        db.session.remove()
        with transaction():
            end_recording(officer.scope, ours.id, now=clock())
        assert len(records()) == 1
        clock.now += CLAIM_LENGTH
        send_some(service.client(), sheet_of, ISSUER, clock)
        assert records() == []
    assert service.kept == {}


def test_a_revocation_while_it_is_sent_is_not_overwritten(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(_, code)] = certified(make, service, ours)

    class Meanwhile(Mortal):
        def save_course(self, course: NewCourse) -> str:
            receipt = self.service.save_course(course)
            make.revoke(code)
            follow(clock())
            return receipt

    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(Meanwhile(service.client(), 0, after=False), sheet_of, ISSUER, clock, at_most=1)
        [record] = records()
        assert (record.state, record.claim) == (RecordState.TO_DELETE, None)
        send(service.client(), clock)
    assert service.kept == {}


def test_whose_hands_were_too_slow_change_nothing_any_more(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(_, code)] = certified(make, service, ours)

    class Asleep(Mortal):
        def find_person(self, employee_number: str) -> tuple[str, str] | None:
            clock.now += CLAIM_LENGTH
            send(service.client(), clock)
            return self.service.find_person(employee_number)

    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send_some(Asleep(service.client(), 0, after=False), sheet_of, ISSUER, clock, at_most=1)
        assert len(service.of_number(number_of(code))) == 1
        assert records()[0].state is RecordState.RECORDED


def test_what_is_revoked_before_the_log_says_so_is_not_sent(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    [(_, code)] = certified(make, service, ours)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        make.revoke(code)
        send_some(service.client(), sheet_of, ISSUER, clock)
        assert service.requests == []
        follow(clock())
        assert records()[0].state is RecordState.DELETED


def test_the_night_repairs_what_it_can_and_tells_the_rest(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparing, "PAGE", 2)
    made = certified(make, service, ours, 5)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send(service.client(), clock)
        numbers = [number_of(code) for _, code in made]
        title = "Seminar Hak atas Informasi"
        make.revoke(made[4][1])
        follow(clock())
        send(service.client(), clock)
        del service.kept[service.of_number(numbers[0])[0]]  # gone there
        service.write(made[1][0].number, numbers[1], title, ISSUER)  # ours, twice
        service.write(made[2][0].number, numbers[2], "Seminar", "BKPSDM")  # theirs too
        service.write(made[3][0].number, "HAM.00/999999/2020", title, ISSUER)  # of no certificate
        service.write(made[4][0].number, numbers[4], title, ISSUER)  # revoked, and there again
        clock.now += timedelta(days=1)
        assert compare(service.client(), ISSUER, clock) == Compared(5, 3, 2)
        assert compare(service.client(), ISSUER, clock) == Compared(0, 0, 0)
        send(service.client(), clock)
        assert [len(service.of_number(number)) for number in numbers] == [1, 1, 2, 1, 0]
        with read_only():
            overview = get_overview(ours.id)
            assert (overview.compared_count, overview.repaired_count) == (5, 3)
            assert overview.unsettled_count == 2
            [line] = list_records(ours.id, "masalah", 1).lines
            assert (line.trouble, line.may_retry) == (Trouble.TWICE, False)
        for name in [each for each in service.of_number(numbers[2]) if each.startswith("lain")]:
            del service.kept[name]
        clock.now += timedelta(days=1)
        assert compare(service.client(), ISSUER, clock) == Compared(5, 0, 1)
        with read_only():
            assert list_records(ours.id, "masalah", 1).lines == []


def test_a_night_that_is_cut_off_goes_on_where_it_was(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparing, "PAGE", 2)
    certified(make, service, ours, 5)
    with app.app_context():
        begin(officer, now=clock())
        follow(clock())
        send(service.client(), clock)
        service.faults = ["", "", "", "500"]
        with pytest.raises(ServiceAway):
            compare(service.client(), ISSUER, clock)
        assert compare(service.client(), ISSUER, clock) == Compared(3, 0, 0)
        with read_only():
            assert get_overview(ours.id).compared_count == 5


def test_only_who_answers_for_the_whole_decides_and_only_knowingly(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
) -> None:
    other = make.officer(at=make.institution())
    part = Scope(officer.id, frozenset(), frozenset({Branch(ours.id, 1, "/1/")}))
    certified(make, service, ours)
    service.people.clear()
    with app.app_context():
        for scope in (other.scope, part):
            with transaction(), pytest.raises(NotWholeInstitution):
                begin_recording(scope, ours.id, is_agreed=True, includes_earlier=True, now=clock())
            with transaction(), pytest.raises(NotWholeInstitution):
                end_recording(scope, ours.id, now=clock())
        with transaction(), pytest.raises(NotAgreed):
            begin_recording(
                officer.scope, ours.id, is_agreed=False, includes_earlier=True, now=clock()
            )
        with transaction(), pytest.raises(NoSuchRecord):
            begin_any_recording(
                officer.id, 9_999, is_agreed=True, includes_earlier=False, now=clock()
            )
        begin(officer, now=clock())
        follow(clock())
        send_some(service.client(), sheet_of, ISSUER, clock)
        record_id = records()[0].id
        for scope in (other.scope, part):
            with transaction(), pytest.raises(NoSuchRecord):
                retry_record(scope, record_id, now=clock())
            with transaction(), pytest.raises(NotWholeInstitution):
                retry_records(scope, ours.id, now=clock())
        with transaction():
            end_recording(officer.scope, ours.id, now=clock())
            db.session.execute(
                update(Institution).where(Institution.id == ours.id).values(ended_on=make.today)
            )
        with transaction(), pytest.raises(HasEnded):
            begin_recording(
                officer.scope, ours.id, is_agreed=True, includes_earlier=True, now=clock()
            )


def test_the_log_is_read_in_stretches_and_once_for_all_who_have_come_as_far(
    app: Flask,
    make: Factory,
    service: StandIn,
    ours: InstitutionRef,
    officer: Person,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "LOOKED_THROUGH", 2)
    theirs = make.institution()
    other = make.officer(at=theirs)
    certified(make, service, ours, 3)
    certified(make, service, theirs, 2)
    with app.app_context():
        begin(officer, now=clock())
        sequence(clock())
        with transaction():
            assert gather(now=clock())
        begin(other, now=clock())
        steps = 0
        with read_only():
            assert has_unread()
        while True:
            with transaction():
                if not gather(now=clock()):
                    break
            steps += 1
        assert steps == 3  # 0–2 for the newcomer, then 2–4 and 4–5 for both
        assert len(records()) == 5
