"""A database that is locked, away, full or read-only: told as what it is, and found in the log."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError

from lms import create_app
from lms.accounts.models import Account, Device
from lms.accounts.service import open_device
from lms.audit import record
from lms.db import Trouble, current_connection, db, read_only, sqlite, transaction, trouble_of
from lms.http.cookies import name_of
from lms.http.principal import COOKIE
from lms.http.request_bodies import BATCHES_AT_ONCE
from lms.web.bulk.views import PLACE
from tests.browser import Browser, Page
from tests.conftest import settings_for
from tests.factories import PASSWORD, Factory, Person
from tests.knocking import knock
from tests.waiting import crowding

Log = pytest.LogCaptureFixture


def reference_of(page: Page) -> str:
    """The number that the help desk asks for."""
    return page.words.split("Nomor rujukan:")[1].split()[0]


def is_told(page: Page, words: str, caplog: Log) -> None:
    """The page says what is the matter and when to come back, and the log knows its reference."""
    assert words in page.words
    assert int(page.headers["Retry-After"]) > 0
    assert "Content-Security-Policy" in page.headers
    said = [each.getMessage() for each in caplog.records if each.name == "sakuham"]
    assert any(reference_of(page) in line for line in said), said


def file_of(app: Flask) -> Path:
    """The embedded database's file."""
    return Path(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "")


def renew_connections(app: Flask) -> None:
    """Have every connection made anew."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits for long, so that a test does not either."""
    monkeypatch.setattr(sqlite, "LOCK_MILLISECONDS", 600)
    monkeypatch.setattr(sqlite, "TURN_SECONDS", 0.1)
    renew_connections(app)
    yield
    renew_connections(app)


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with closing(sqlite3.connect(file_of(app), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def full(app: Flask, person: Person, now: datetime) -> Iterator[None]:
    """The disk has no room for another page of the database, and no page has room for a device."""
    with app.app_context(), db.engine.connect() as one:
        pages = one.exec_driver_sql("PRAGMA page_count").scalar()
        one.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with app.app_context(), suppress(OperationalError):
        for _ in range(1_000):
            with transaction():
                open_device(person.id, "", now=now)
    try:
        yield
    finally:
        renew_connections(app)


def sign_in(browser: Browser, number: str, *, expect: int) -> Page:
    """Ask to be signed in, which stores a device."""
    return browser.post("/masuk", {"identifier": number, "password": PASSWORD}, expect=expect)


def test_a_lock_that_does_not_go_is_told_with_the_form_to_send_again(
    app: Flask, browser: Browser, make: Factory, impatient: None, caplog: Log
) -> None:
    person = make.learner(password=PASSWORD)
    browser.get("/masuk")
    with locked(app):
        page = sign_in(browser, person.number, expect=503)
    is_told(page, "giliran Anda belum tiba", caplog)
    assert page.form("/masuk").fields["identifier"] == [person.number]
    assert "password" not in page.form("/masuk").fields


def test_what_is_read_is_read_while_the_lock_does_not_go(
    app: Flask, browser: Browser, make: Factory
) -> None:
    person, book = make.learner(), make.book()
    browser.sign_in(person)
    with app.app_context(), transaction():
        # It was not seen for long, which is noted at the next request, if nobody is in the way.
        current_connection().execute(
            text("UPDATE devices SET last_seen_at = '2020-01-01 00:00:00.000000'")
        )
    with locked(app):
        before = monotonic()
        browser.get(f"/buku/{book.slug}")
        assert monotonic() - before < 2 * crowding()
    browser.get(f"/buku/{book.slug}")
    with app.app_context(), read_only():
        assert db.session.query(Device).one().last_seen_at > make.now.replace(year=2021)


def test_one_thread_waits_for_the_lock_and_the_others_are_free_soon(
    app: Flask, make: Factory, impatient: None
) -> None:
    def write(_: int) -> float:
        before = monotonic()
        with app.app_context(), suppress(OperationalError), transaction():
            record("uji", "uji", actor_id=None, now=make.now)
        return monotonic() - before

    with locked(app), ThreadPoolExecutor(4) as pool:
        waited = sorted(pool.map(write, range(4)))
    assert waited[2] < 0.5 * crowding()
    assert waited[3] > 0.5


def test_a_full_disk_is_told_and_what_was_stored_stays(
    app: Flask, browser: Browser, make: Factory, caplog: Log
) -> None:
    person = make.learner(password=PASSWORD)
    browser.get("/masuk")
    with full(app, person, make.now):
        page = sign_in(browser, person.number, expect=503)
        browser.get("/")
    is_told(page, "Penyimpanan server penuh", caplog)
    assert make.count(Account) == 1
    browser.get("/masuk")
    sign_in(browser, person.number, expect=302)


def test_a_database_that_may_only_be_read_is_told_and_is_read(
    app: Flask, browser: Browser, make: Factory, caplog: Log
) -> None:
    person, book = make.learner(password=PASSWORD), make.book()
    renew_connections(app)
    address = f"sqlite:///file:{file_of(app)}?mode=ro&uri=true"
    reader = Browser(create_app(settings_for(address)), make)
    reader.get(f"/buku/{book.slug}")
    reader.get("/masuk")
    is_told(sign_in(reader, person.number, expect=503), "hanya dapat dibaca", caplog)
    renew_connections(reader.app)


def test_a_commit_that_fails_is_an_accident_found_by_its_reference(
    app: Flask, browser: Browser, make: Factory, caplog: Log
) -> None:
    browser.sign_in(make.learner())
    with app.app_context(), transaction():
        # A number of nobody's is found out when all is to be stored for good.
        current_connection().execute(
            text(
                "CREATE TRIGGER accident AFTER DELETE ON devices BEGIN"
                " UPDATE employee_numbers SET account_id = -1; END"
            )
        )

    def check_at_the_end() -> None:
        current_connection().execute(text("PRAGMA defer_foreign_keys = ON"))

    app.before_request_funcs[None].append(check_at_the_end)
    try:
        page = browser.post("/keluar", expect=500)
    finally:
        app.before_request_funcs[None].remove(check_at_the_end)
    assert "bukan pada Anda" in page.words
    assert "Content-Security-Policy" in page.headers
    (said,) = [each for each in caplog.records if each.name == "sakuham"]
    assert said.getMessage().startswith(reference_of(page))
    assert said.exc_info is not None
    assert isinstance(said.exc_info[1], IntegrityError)
    assert make.count(Device) == 1


@contextmanager
def gone(app: Flask) -> Iterator[None]:
    """Nobody can open the database's file."""
    file = file_of(app)
    aside = file.with_suffix(".aside")
    renew_connections(app)
    file.rename(aside)
    file.mkdir()
    try:
        yield
    finally:
        renew_connections(app)
        file.rmdir()
        aside.rename(file)


def test_where_nobody_can_be_known_nobody_keeps_a_place_for_files(
    app: Flask, make: Factory, caplog: Log
) -> None:
    token = make.device(make.officer(at=make.institution()))
    with app.app_context():
        cookie = f"{name_of(COOKIE)}={token}"
    with gone(app):
        for _ in range(BATCHES_AT_ONCE + 1):
            is_told(Page(knock(app, cookie), PLACE), "Basis data sedang tidak terhubung", caplog)
    # The officer is known again, and what they announced is waited for.
    with pytest.raises(AssertionError, match="bytes were asked for"):
        knock(app, cookie)


@pytest.mark.both
def test_a_database_that_was_started_again_is_told_once_and_found_again(
    app: Flask, browser: Browser, make: Factory, caplog: Log, database: str
) -> None:
    if database == "sqlite":
        pytest.skip("it has no server")
    book = make.book()
    browser.get(f"/buku/{book.slug}")
    end_all_connections(app)
    page = browser.get(f"/buku/{book.slug}/1", expect=503)
    is_told(page, "Basis data sedang tidak terhubung", caplog)
    browser.get(f"/buku/{book.slug}/1")
    renew_connections(app)


def end_all_connections(app: Flask) -> None:
    """What a restart does to connections."""
    address = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        ("57P03", Trouble.AWAY),
        ("08006", Trouble.AWAY),
        ("53300", Trouble.BUSY),
        ("40P01", Trouble.BUSY),
        ("55P03", Trouble.BUSY),
        ("53100", Trouble.FULL),
        ("25006", Trouble.READ_ONLY),
        ("23505", None),
        ("42P01", None),
    ],
)
def test_what_postgresql_says_is_understood(
    app: Flask, state: str, trouble: Trouble | None
) -> None:
    said = OperationalError("SELECT 1", None, psycopg.errors.lookup(state)("told"))
    with app.app_context(), transaction():
        assert trouble_of(said) is trouble


def test_a_server_that_is_not_there_is_away(app: Flask) -> None:
    nobody = create_engine(
        "postgresql+psycopg://127.0.0.1:1/x", connect_args={"connect_timeout": 2}
    )
    with pytest.raises(OperationalError) as caught:
        nobody.connect()
    assert trouble_of(caught.value) is Trouble.AWAY
