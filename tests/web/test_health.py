"""What a load balancer asks: whether a process lives, and whether it can serve."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import text

from lms import create_app
from lms.clock import utc_now
from lms.db import db
from lms.http.health import ALIVE, NEWEST_REVISION, Liveness
from lms.http.request_bodies import RequestBuffering
from lms.jobs.kind import Kind, Output, Turn
from lms.jobs.service import arm, claim, send_waiting, settle
from lms.mail import write_mail
from lms.version import VERSION
from tests.browser import Browser
from tests.conftest import settings_for
from tests.factories import Factory

pytestmark = pytest.mark.both


@contextmanager
def revision(app: Flask, number: str) -> Iterator[None]:
    """A database that has had the migrations up to another one."""

    def say(number: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})

    say(number)
    yield
    say(NEWEST_REVISION)


def test_a_process_that_lives_says_so_and_gives_no_cookie(browser: Browser) -> None:
    answer = browser.client.get("/healthz")
    assert (answer.status_code, answer.data) == (200, ALIVE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    head = browser.client.head("/healthz")
    assert (head.status_code, head.data) == (200, b"")
    assert browser.client.post("/healthz").status_code == 404


def test_a_process_that_is_busy_at_all_its_places_still_lives() -> None:
    come, go = Event(), Event()

    def slow(_environ: object, start_response: object) -> list[bytes]:
        come.set()
        go.wait(10)
        return [b""]

    outside = Liveness(RequestBuffering(slow, at_once=1))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    busy = Thread(target=lambda: outside(dict(environ), lambda *_: None))  # type: ignore[arg-type]
    busy.start()
    try:
        assert come.wait(10)
        told: list[str] = []
        body = outside(
            environ | {"PATH_INFO": "/healthz"},
            lambda status, *_: told.append(status),  # type: ignore[arg-type]
        )
        assert (told, list(body)) == (["200 OK"], [ALIVE])
    finally:
        go.set()
        busy.join()


def test_who_is_ready_says_so_and_is_kept_nowhere(browser: Browser) -> None:
    answer = browser.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "version": VERSION,
        "database": "ok",
        "migration": NEWEST_REVISION,
        "jobs_silent_seconds": None,
        "mail_delay_seconds": 0,
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_mail_that_does_not_leave_is_told_and_takes_nobody_out(
    app: Flask, browser: Browser, make: Factory
) -> None:
    with make.inside():
        now = utc_now()
        write_mail("a@b.example", "Halo", "Isi", now=now - timedelta(minutes=10))
        write_mail("a@b.example", "Halo", "Isi", now=now + timedelta(minutes=10))
        db.session.commit()
    answer = browser.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert 600 <= answer.json["mail_delay_seconds"] < 700


def test_it_says_for_how_long_no_job_was_begun(browser: Browser, make: Factory) -> None:
    hour = Kind("hour", lambda _run: None, turn=Turn(timedelta(hours=1), lambda _now: [{}]))

    def silent_seconds() -> int:
        answer = browser.client.get("/readyz")
        assert answer.json is not None
        return int(answer.json["jobs_silent_seconds"])

    begun_at = utc_now() - timedelta(minutes=50)
    with make.inside():
        assert arm(hour, {}, now=begun_at)
        (job_id,) = send_waiting(now=begun_at, again_before=begun_at, kinds=["hour"], limit=1)
        run = claim(job_id, "a worker", now=begun_at, until=utc_now(), kinds=["hour"])
        db.session.commit()
    assert run is not None
    assert 3000 <= silent_seconds() < 3100
    with make.inside():
        settle(run, Output(), now=begun_at)
        db.session.commit()
    assert 3000 <= silent_seconds() < 3100
    with make.inside():
        assert arm(hour, {}, now=begun_at + timedelta(hours=1))
        db.session.commit()
    assert 3000 <= silent_seconds() < 3100


def test_a_database_that_lacks_a_migration_is_not_ready_and_one_ahead_is(
    app: Flask, browser: Browser
) -> None:
    with revision(app, "0001"):
        answer = browser.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json == {
            "ready": False,
            "version": VERSION,
            "database": "ok",
            "migration": "0001",
        }
    with revision(app, "9999"):
        assert browser.client.get("/readyz").status_code == 200


def test_a_database_that_is_away_is_told_in_the_answer_and_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(settings_for(f"sqlite:///{tmp_path}/none/sakuham.db")).test_client()
    with caplog.at_level(logging.INFO):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "version": VERSION, "database": "away"}
    assert [each for each in caplog.records if each.name.startswith("sakuham")] == []
    alive = client.get("/healthz")
    assert (alive.status_code, alive.data) == (200, ALIVE)


def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    client = create_app(settings_for(f"sqlite:///{tmp_path}/empty.db")).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "version": VERSION, "database": "unusable"}
