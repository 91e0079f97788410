"""*Pekerjaan saya*: what takes long is asked for, followed, fetched, stopped and done anew."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select

from lms.accounts.models import RoleGrant
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.db import db, transaction
from lms.http.streaming import STREAMS_OF_ONE
from lms.job_kinds import job_kinds
from lms.jobs.files import FILE_LENGTH, PART_SIZE
from lms.jobs.kind import File, Kind, Output
from lms.jobs.models import Job, JobFile, JobState
from lms.jobs.service import MOST_OPEN, enqueue
from lms.web.exports import jobs
from lms.worker.runner import Runner
from tests.browser import Browser, Page
from tests.conftest import SETTINGS
from tests.factories import Factory, Person
from tests.memory import peak_memory

LEASE = timedelta(minutes=1)
LIST = "/kepegawaian/ekspor"


@pytest.fixture
def officer(make: Factory, monkeypatch: pytest.MonkeyPatch) -> Person:
    """An officer of three people, which are so many here that their list takes long."""
    monkeypatch.setattr(jobs, "LARGEST_AT_ONCE", 2)
    institution = make.institution("Kota Contoh")
    for name in ("Ayu", "Budi"):
        make.learner(name, at=institution)
    make.learner("Orang Lain", at=make.institution("Kota Lain"))
    return make.officer("Ratna", at=institution)


def ask(browser: Browser, **fields: str) -> Page:
    """Ask for the list by the button on its page."""
    page = browser.get("/kepegawaian")
    return browser.submit(page.form(LIST), {"format": "xlsx", **fields})


def file_of(page: Page) -> str:
    """Where the one file of the page is."""
    (address,) = [link for link in page.links if link.endswith("/berkas")]
    return address


def work(app: Flask) -> None:
    """Do all that was asked for, as a worker does."""
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    with app.app_context():
        job_ids = list(db.session.scalars(select(Job.id).order_by(Job.id)))
    for job_id in job_ids:
        Runner(app, kinds, LEASE).run_job(job_id)


def test_a_large_staff_list_is_asked_for_and_fetched_when_it_is_made(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    page = ask(browser, cari="Ayu")
    assert "Menunggu" in page.words
    assert "Belum selesai: 1." in page.words
    work(app)
    page = browser.get("/pekerjaan")
    assert "Semua sudah berakhir." in page.words
    file = browser.get(file_of(page))
    rows = CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Nama", "Ayu"]
    assert file.headers["Cache-Control"] == "no-store"
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry).where(AuditEntry.actor_id == officer.id))
        assert "staff.exported" in {each.action for each in deeds}


def keep(app: Flask, person: Person, parts: int, now: datetime) -> int:
    """A file of so many parts that a job of somebody's has left; the job's number."""
    kind = Kind(
        "files",
        lambda _run: Output({}, File("besar.zip", "application/zip", bytes(parts * PART_SIZE))),
    )
    with app.app_context():
        with transaction():
            job_id = enqueue(kind.name, {}, asker_id=person.id, now=now).id
        Runner(app, {kind.name: kind}, LEASE).run_job(job_id)
    return job_id


@pytest.mark.both
def test_a_large_file_is_fetched_in_parts_of_which_few_are_held(
    app: Flask, browser: Browser, officer: Person, now: datetime
) -> None:
    job_id = keep(app, officer, 24, now)
    browser.sign_in(officer)
    with peak_memory() as peak:
        answer = browser.client.get(f"/pekerjaan/{job_id}/berkas")
        assert answer.headers["Content-Length"] == str(24 * PART_SIZE)
        sizes = [len(part) for part in answer.iter_encoded()]
        answer.close()
    assert sizes == [PART_SIZE] * 24
    assert peak() < 6 * PART_SIZE


def test_who_fetches_two_large_files_is_told_to_wait_with_the_next_and_pages_are_shown(
    app: Flask, browser: Browser, officer: Person, now: datetime
) -> None:
    large, small = (f"/pekerjaan/{keep(app, officer, parts, now)}/berkas" for parts in (2, 1))
    browser.sign_in(officer)
    under_way = [browser.client.get(large) for _ in range(STREAMS_OF_ONE)]
    page = browser.get(large, expect=503)
    assert "Anda sedang mengunduh 2 berkas besar" in page.words
    assert int(page.headers["Retry-After"]) > 0
    assert len(browser.get(small).data) == PART_SIZE
    for answer in under_way:
        answer.close()
    assert len(browser.get(large).data) == 2 * PART_SIZE


def test_a_large_list_is_not_made_in_a_request(browser: Browser, officer: Person) -> None:
    browser.sign_in(officer)
    browser.get(f"{LIST}/berkas.xlsx", expect=302)


def test_a_list_is_written_in_the_language_in_which_it_was_asked_for(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    browser.get("/tampilan?bahasa=en", expect=302)
    ask(browser, format="csv")
    work(app)
    page = browser.get("/pekerjaan")
    text = browser.get(file_of(page)).data.decode("utf-8-sig")
    assert text.startswith("Name;")


def test_an_officer_who_has_lost_an_institution_meanwhile_gets_no_list_of_it(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    ask(browser)
    with app.app_context():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
        db.session.commit()
    work(app)
    page = browser.get("/pekerjaan")
    assert "Tidak selesai" in page.words
    assert "Anda belum menjadi pengelola kepegawaian suatu instansi." in page.words
    with app.app_context():
        assert db.session.scalar(select(JobFile)) is None


def test_an_officer_who_has_lost_an_institution_cannot_fetch_the_list_made_before(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    ask(browser)
    work(app)
    address = file_of(browser.get("/pekerjaan"))
    browser.get(address)
    with app.app_context():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
        db.session.commit()
    browser.get(address, expect=404)


def test_nobody_else_gets_the_file(
    app: Flask, browser: Browser, officer: Person, make: Factory
) -> None:
    browser.sign_in(officer)
    ask(browser)
    work(app)
    address = file_of(browser.get("/pekerjaan"))
    browser.sign_in(make.admin())
    browser.get(address, expect=404)
    assert "Belum ada yang Anda minta." in browser.get("/pekerjaan").words


def test_a_file_that_has_expired_is_gone_and_says_so(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    ask(browser)
    work(app)
    address = file_of(browser.get("/pekerjaan"))
    with app.app_context():
        db.session.scalars(select(JobFile)).one().expires_at -= FILE_LENGTH
        db.session.commit()
    assert "Mintalah sekali lagi" in browser.get(address, expect=404).words
    assert "Unduh" not in browser.get("/pekerjaan").words


def test_a_job_is_cancelled_and_done_anew(app: Flask, browser: Browser, officer: Person) -> None:
    browser.sign_in(officer)
    page = ask(browser)
    page = browser.submit(page.form("/batal"))
    assert "Dibatalkan" in page.words
    work(app)
    page = browser.get("/pekerjaan")
    assert "Unduh" not in page.words
    browser.submit(page.form("/ulang"))
    work(app)
    assert "Unduh" in browser.get("/pekerjaan").words


def test_who_asks_for_too_much_at_once_is_refused(browser: Browser, officer: Person) -> None:
    browser.sign_in(officer)
    for _ in range(MOST_OPEN):
        ask(browser)
    page = browser.get("/kepegawaian")
    refused = browser.submit(page.form(LIST), {"format": "csv"}, expect=409)
    assert "belum selesai" in refused.words


def test_a_list_that_cannot_be_made_is_given_up_while_its_asker_still_waits(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    with app.app_context(), transaction():
        job_id = enqueue(jobs.EXPORT, {}, asker_id=officer.id, now=utc_now()).id  # of what list?
    waited, tries = timedelta(), 0
    while "gangguan di sistem kami" not in browser.get("/pekerjaan").words:
        work(app)
        tries += 1
        with app.app_context(), transaction():
            row = db.session.get_one(Job, job_id)
            if row.state is JobState.WAITING:
                waited += row.due_at - utc_now()
                row.due_at = utc_now()
    assert tries == 3
    assert waited < timedelta(minutes=15)
    assert "Semua sudah berakhir." in browser.get("/pekerjaan").words


@pytest.mark.both
@pytest.mark.parametrize("kind", [jobs.FORMER_LIST, jobs.FORMER_SHEETS])
def test_what_was_asked_for_before_an_update_ends_with_a_sentence(
    app: Flask,
    browser: Browser,
    officer: Person,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    arguments = {"format": "xlsx", "search": "", "status": "", "language": "id", "part": 1}
    with app.app_context(), transaction():
        enqueue(kind, arguments, asker_id=officer.id, now=utc_now())
    work(app)
    browser.sign_in(officer)
    page = browser.get("/pekerjaan")
    assert "diminta sebelum sistem diperbarui" in page.words
    assert "Semua sudah berakhir." in page.words
    assert not caplog.records


def test_lists_are_not_asked_for_without_end(browser: Browser, officer: Person) -> None:
    browser.sign_in(officer)
    form = browser.get("/kepegawaian").form(LIST)
    statuses = [browser.client.post(LIST, data=form.fields).status_code for _ in range(61)]
    assert 429 not in statuses[:60]
    assert statuses[60] == 429


def test_the_account_page_leads_to_jobs_once_there_are_any(
    browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    assert "Pekerjaan saya" not in browser.get("/akun").words
    ask(browser)
    assert "Pekerjaan saya" in browser.get("/akun").words


def test_a_job_of_a_kind_that_is_not_known_here_is_shown_with_its_reason(
    app: Flask, browser: Browser, officer: Person
) -> None:
    with app.app_context(), transaction():
        job = enqueue("later_kind", {}, asker_id=officer.id, now=utc_now())
        job.state, job.failure = JobState.FAILED, "Nilai lulus 80 % belum tercapai."
    browser.sign_in(officer)
    assert "Nilai lulus 80 % belum tercapai." in browser.get("/pekerjaan").words


def test_a_small_list_is_fetched_at_once(
    browser: Browser, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGEST_AT_ONCE", 3)
    browser.sign_in(officer)
    (address,) = [link for link in browser.get("/kepegawaian").links if ".xlsx" in link]
    browser.get(address)
