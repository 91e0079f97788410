"""Pages of the state's record: turned on knowingly, receipts shown, refusals with what to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from config import Settings
from lms.accounts.enums import Role
from lms.certificates.models import Certificate
from lms.db import db, transaction
from lms.jobs.kind import Run
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.models import PersonnelRecord
from lms.personnel.service import begin_recording
from lms.transparency.sequencer import sequence_batch
from lms.worker.personnel_rounds import (
    compare_records,
    find_comparison,
    find_records,
    keep_records,
    service_of,
)
from tests.browser import Browser
from tests.factories import Factory, InstitutionRef, Issued, Person
from tests.personnel_service import CLIENT, PASSWORD, SECRET, SIGN_ON, USER, personnel_service

PAGE = "/kepegawaian/riwayat-negara"
RUN = Run(1, "personnel", {}, None, frozenset(), 1, "klaim")


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution()


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratih", at=ours)


@pytest.fixture
def issued(make: Factory, ours: InstitutionRef) -> Issued:
    return make.certificate(make.learner("Sari Contoh", at=ours), make.book())


@pytest.fixture
def unset(app: Flask) -> Iterator[None]:
    """As an operator leaves it."""
    kept: Settings = app.config["SAKUHAM"]
    app.config["SAKUHAM"] = replace(kept, personnel_service_url="")
    yield
    app.config["SAKUHAM"] = kept


def put(app: Flask, officer: Person, issued: Issued, state: RecordState, **others: object) -> None:
    """Have a certificate stand there in some way."""
    assert officer.institution is not None
    with app.app_context(), transaction():
        row = PersonnelRecord(
            certificate_id=issued.id,
            institution_id=officer.institution.id,
            state=state,
            position=0,
            due_at=None,
        )
        for name, value in others.items():
            setattr(row, name, value)
        db.session.add(row)


def begin(app: Flask, officer: Person, now: datetime) -> None:
    assert officer.institution is not None
    with app.app_context(), transaction():
        begin_recording(
            officer.scope, officer.institution.id, is_agreed=True, includes_earlier=True, now=now
        )


def test_it_says_what_goes_where_and_begins_only_with_consent(
    browser: Browser, ours: InstitutionRef, officer: Person, issued: Issued
) -> None:
    browser.sign_in(officer)
    page = browser.get(f"{PAGE}/{ours.id}")
    text = page.text
    assert "layanan kepegawaian negara (SIASN)" in text
    assert "UU 27/2022" in text
    assert "tidak menyala" in text
    refused = browser.post(f"{PAGE}/{ours.id}/mulai", {"includes_earlier": "y"}, expect=422)
    text = refused.text
    assert "Centang bahwa pimpinan" in text
    assert text.count("checked") == 1
    browser.post(f"{PAGE}/{ours.id}/mulai", {"is_agreed": "y", "includes_earlier": "y"})
    text = browser.get(f"{PAGE}/{ours.id}").text
    assert "dinyalakan oleh" in text
    assert "Ratih" in text
    browser.post(f"{PAGE}/{ours.id}/hentikan", {})
    assert "dihentikan" in browser.get(f"{PAGE}/{ours.id}").text


@pytest.mark.usefixtures("unset")
def test_without_settings_there_is_no_page_no_link_and_no_job(
    app: Flask,
    browser: Browser,
    ours: InstitutionRef,
    officer: Person,
    issued: Issued,
    now: datetime,
) -> None:
    begin(app, officer, now)
    browser.sign_in(officer)
    for address in (PAGE, f"{PAGE}/{ours.id}"):
        browser.get(address, expect=404)
    assert PAGE not in browser.get("/kepegawaian").text
    assert "kepegawaian negara" not in browser.get("/privasi").text
    settings = app.config["SAKUHAM"]
    with app.app_context():
        assert list(find_records(settings, now)) == []
        assert list(find_comparison(settings, now.replace(hour=19))) == []
        service = service_of(settings)
        keep_records(settings, service, RUN)
        compare_records(settings, service, RUN)


def test_holder_and_officer_are_shown_the_receipt(
    app: Flask, browser: Browser, officer: Person, issued: Issued, now: datetime
) -> None:
    put(app, officer, issued, RecordState.RECORDED, receipt_id="rw-77", recorded_at=now)
    browser.sign_in(issued.person)
    text = browser.get(f"/sertifikat/{issued.code}").text
    assert "Tercatat di riwayat SIASN, nomor" in text
    assert "rw-77" in text
    assert "rw-77" in browser.get("/akun/data").text
    browser.sign_in(officer)
    text = browser.get(f"/kepegawaian/{issued.person.posting_id}").text
    assert "Tercatat di riwayat SIASN, nomor" in text


@pytest.mark.parametrize(
    ("state", "trouble", "words"),
    [
        (RecordState.WAITING, None, "Menunggu dicatat di riwayat SIASN"),
        (RecordState.WAITING, Trouble.UNCONFIRMED, "mengonfirmasi Anda"),
        (RecordState.REFUSED, Trouble.NO_NUMBER, "tidak memuat NIP"),
        (RecordState.REFUSED, Trouble.UNKNOWN_PERSON, "tidak dikenal di sana"),
        (RecordState.REFUSED, Trouble.REFUSED, "Pengelola kepegawaian instansi Anda"),
        (RecordState.TO_DELETE, None, "Menunggu dihapus"),
        (RecordState.DELETED, None, "Dihapus dari riwayat SIASN"),
    ],
)
def test_a_holder_reads_how_far_it_is_and_what_to_do(
    app: Flask,
    browser: Browser,
    officer: Person,
    issued: Issued,
    state: RecordState,
    trouble: Trouble | None,
    words: str,
) -> None:
    put(app, officer, issued, state, trouble=trouble, receipt_id="rw-1")
    browser.sign_in(issued.person)
    assert words in browser.get(f"/sertifikat/{issued.code}").text


def test_what_was_refused_is_listed_with_what_to_do_and_tried_again(
    app: Flask,
    browser: Browser,
    ours: InstitutionRef,
    officer: Person,
    issued: Issued,
    now: datetime,
) -> None:
    begin(app, officer, now)
    words = "<b>Jam</b> tidak sah"
    put(app, officer, issued, RecordState.REFUSED, trouble=Trouble.REFUSED, words=words)
    browser.sign_in(officer)
    text = browser.get(f"{PAGE}/{ours.id}").text
    assert "Selesaikan sebabnya di sana" in text
    assert "&lt;b&gt;Jam&lt;/b&gt; tidak sah" in text
    browser.post(f"{PAGE}/catatan/1/ulang", {})
    with app.app_context():
        row = db.session.scalars(select(PersonnelRecord)).one()
        assert (row.state, row.due_at is not None) == (RecordState.WAITING, True)
        db.session.execute(update(PersonnelRecord).values(state=RecordState.REFUSED))
        db.session.commit()
    browser.post(f"{PAGE}/{ours.id}/ulang", {})
    text = browser.get(f"{PAGE}/{ours.id}?keadaan=menunggu").text
    assert issued.number in text
    for wanted in ("tercatat", "dihapus", "apa saja", "masalah&halaman=99"):
        browser.get(f"{PAGE}/{ours.id}?keadaan={wanted}")


def test_coordinators_see_who_has_it_on_and_may_turn_it_on_or_off(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    browser.sign_in(make.coordinator())
    address = f"/koordinator/riwayat-negara/{ours.id}"
    assert "Belum ada instansi" in browser.get("/koordinator/riwayat-negara").text
    browser.post(f"{address}/mulai", {"is_agreed": "y"})
    text = browser.get("/koordinator/riwayat-negara").text
    assert ours.name in text
    assert "menyala" in text
    browser.post(f"{address}/hentikan", {})
    text = browser.get("/koordinator/riwayat-negara").text
    assert "dihentikan" in text
    browser.get("/koordinator/riwayat-negara/99999", expect=404)


def test_an_officer_of_several_institutions_chooses(
    browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    theirs = make.institution()
    both = make.learner(at=ours, roles=((Role.HR_OFFICER, ours), (Role.HR_OFFICER, theirs)))
    browser.sign_in(both)
    text = browser.get(PAGE).text
    assert f"{PAGE}/{ours.id}" in text
    assert f"{PAGE}/{theirs.id}" in text


def test_the_privacy_notice_says_whom_data_is_passed_to(
    app: Flask,
    browser: Browser,
    ours: InstitutionRef,
    officer: Person,
    issued: Issued,
    now: datetime,
) -> None:
    text = browser.get("/privasi").text
    assert "Layanan kepegawaian negara (SIASN)" in text
    assert "menyalakannya sejak" not in text
    begin(app, officer, now)
    browser.sign_in(issued.person)
    text = browser.get("/privasi").text
    assert f"{ours.name} menyalakannya sejak" in text


@pytest.mark.usefixtures("keys")
def test_a_round_takes_a_certificate_from_the_log_to_the_record_with_its_real_sheet(
    app: Flask, browser: Browser, officer: Person, issued: Issued, now: datetime
) -> None:
    begin(app, officer, now)
    with personnel_service() as stand_in, app.app_context():
        stand_in.people.add(issued.person.number)
        settings = replace(
            app.config["SAKUHAM"],
            personnel_service_url=f"{stand_in.address}/apisiasn/1.0",
            personnel_token_url=f"{stand_in.address}/oauth2/token",
            personnel_client_id=CLIENT,
            personnel_client_secret=SECRET,
            personnel_sign_on_url=f"{stand_in.address}/sso/token",
            personnel_sign_on_client=SIGN_ON,
            personnel_sign_on_user=USER,
            personnel_sign_on_password=PASSWORD,
        )
        with transaction():
            sequence_batch("log.contoh", now=now)
        assert list(find_records(settings, now)) == [{}]
        service = service_of(settings)
        keep_records(settings, service, RUN)
        [receipt] = stand_in.of_number(issued.number)
        [sheet] = stand_in.kept[receipt].documents
        assert sheet.startswith(b"%PDF-")
        assert list(find_records(settings, now)) == []
        compare_records(settings, service, RUN)
        title = db.session.scalars(select(Certificate.title)).one()
        assert stand_in.kept[receipt].sent["namaKursus"] == title
    browser.sign_in(issued.person)
    assert receipt in browser.get(f"/sertifikat/{issued.code}").text
