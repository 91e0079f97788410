"""What Prometheus is told, and whom else: nobody outside, unless they have the token."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from config import BadSetting, Settings
from lms import create_app
from lms.clock import utc_now
from lms.db import db
from lms.jobs.service import enqueue
from lms.mail import write_mail
from lms.version import VERSION
from tests.browser import Browser
from tests.conftest import dispose, settings_for
from tests.factories import Factory

pytestmark = pytest.mark.both

TOKEN = "a token of forty letters that none guess"
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


def metrics(app: Flask, **environ: str) -> TestResponse:
    """What is told to whoever asks so."""
    return app.test_client().get("/metrics", environ_overrides=HERE | environ)


def values(app: Flask) -> Mapping[tuple[str, ...], float]:
    """The numbers told, by name and labels in the order of their names."""
    told = metrics(app).get_data(as_text=True)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


@pytest.fixture
def closed(tmp_path: Path) -> Flask:
    """An application with a token."""
    return create_app(settings_for(f"sqlite:///{tmp_path}/none.db", metrics_token=TOKEN))


def test_this_machine_reads_what_was_answered(app: Flask, browser: Browser) -> None:
    before = values(app)
    browser.get("/tentang")
    browser.get("/tidak-ada", expect=404)
    after = values(app)
    for labels in (("GET", "site", "200"), ("GET", "none", "404")):
        name = ("sakuham_requests_total", *labels)
        assert after[name] == before.get(name, 0) + 1
    seconds, cpu = "sakuham_request_seconds_count", "sakuham_request_cpu_seconds_total"
    assert after[seconds, "site"] == before.get((seconds, "site"), 0) + 1
    assert after[cpu, "site"] > before.get((cpu, "site"), 0)
    assert after["sakuham_build_info", VERSION] == 1
    assert after["sakuham_database_up",] == 1
    assert after["sakuham_permits_in_use",] == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "10.1.2.3"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_HOST": "sakuham.example"},
        {"HTTP_HOST": "lain.example:8000"},
        {"HTTP_HOST": ""},
        {"REMOTE_ADDR": ""},
    ],
    ids=str,
)
def test_nobody_else_finds_a_page(app: Flask, environ: dict[str, str]) -> None:
    answer = metrics(app, **environ)
    assert answer.status_code == 404
    assert "sakuham_" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["localhost:8000", "localhost", "127.0.0.1", "[::1]:8000"])
def test_every_name_of_this_machine_will_do(app: Flask, host: str) -> None:
    assert metrics(app, HTTP_HOST=host).status_code == 200


def test_with_a_token_whoever_has_it_reads_from_wherever(closed: Flask) -> None:
    outside = {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "10.9.9.9"}
    assert metrics(closed, **outside, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status_code == 200


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xff€"]
)
def test_with_a_token_nobody_reads_without_it(closed: Flask, given: str) -> None:
    assert metrics(closed, HTTP_AUTHORIZATION=given).status_code == 404


@pytest.mark.sqlite_only
def test_a_short_token_is_no_setting() -> None:
    with pytest.raises(BadSetting, match="METRICS_TOKEN"):
        Settings(metrics_token="short")


@pytest.mark.sqlite_only
def test_a_database_that_is_away_is_told_of(closed: Flask) -> None:
    told = metrics(closed, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").get_data(as_text=True)
    assert "sakuham_database_up 0.0" in told
    assert "sakuham_jobs{" not in told


def test_what_waits_is_counted(app: Flask, make: Factory) -> None:
    fresh = create_app(app.config["SAKUHAM"])
    with make.inside():
        now = utc_now()
        late = enqueue("export", {}, asker_id=None, now=now - timedelta(minutes=5))
        assert late.id
        write_mail("a@b.example", "Halo", "Isi", now=now - timedelta(minutes=2))
        write_mail("a@b.example", "Halo", "Isi", now=now + timedelta(minutes=2))
        db.session.commit()
    make.certificate(None, make.book())
    told = values(fresh)
    with fresh.app_context():
        dispose()
    assert told["sakuham_jobs", "export", "waiting"] == 1
    assert 300 <= told["sakuham_jobs_overdue_seconds", "export"] < 400
    assert told["sakuham_mail_waiting",] == 2  # that of the certificate is due too
    assert 120 <= told["sakuham_mail_delay_seconds",] < 200
    assert told["sakuham_log_unsequenced",] == 1
    assert told["sakuham_figure_tail",] == 1
    assert told["sakuham_mail_given_up",] == 0


def test_the_labels_are_names_of_ours_whatever_is_sent(app: Flask) -> None:
    client = app.test_client()
    for path in ("/buku/rahasia", "/tidak-ada-sama-sekali", "/static/tidak-ada.css"):
        client.get(path)
    client.open("/", method="BREW")
    told = metrics(app).get_data(as_text=True)
    for sent in ("rahasia", "tidak-ada", "BREW"):
        assert sent not in told
    assert 'method="other"' in told
