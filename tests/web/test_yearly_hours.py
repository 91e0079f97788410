"""What a year asks of each kind of civil servant: its page, its command, and the lists."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.enums import EmployeeKind
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.progress.duties import (
    Setting,
    YearlyHours,
    list_settings,
    set_yearly_hours,
    yearly_hours,
)
from tests.browser import Browser, Page
from tests.factories import Factory
from tests.web.test_commands import run

pytestmark = pytest.mark.both

PAGE = "/koordinator/jp-setahun"
TYPED = {
    "kind": "PNS",
    "rule": "least",
    "hours": "2",
    "from_day": "2026-01-01",
    "source": "Peraturan Contoh Nomor 1 Tahun 2026 Pasal 2",
}


@pytest.fixture(autouse=True)
def from_the_beginning(app: Flask) -> None:
    """What migrations leave: some of the databases of tests are emptied of it."""
    day = date(2018, 1, 1)
    with app.app_context(), transaction():
        for kind, hours in (
            (EmployeeKind.PNS, YearlyHours(20, is_most=False)),
            (EmployeeKind.PPPK, YearlyHours(24, is_most=True)),
        ):
            setting = Setting(kind, day, hours, "Peraturan Contoh")
            set_yearly_hours(setting, actor_id=None, now=utc_now())


@pytest.fixture
def coordinator(browser: Browser, make: Factory) -> Browser:
    """A browser in which a coordinator is signed in."""
    browser.sign_in(make.coordinator())
    return browser


def send(browser: Browser, expect: int = 200, **fields: Any) -> Page:
    """Fill in the form of the page and send it."""
    return browser.submit(browser.get(PAGE).form(PAGE), {**TYPED, **fields}, expect=expect)


def below_duty(browser: Browser) -> str:
    """The list of who has fewer hours than their kind is asked for."""
    return browser.get("/kepegawaian?jp=kurang").words


def test_lists_follow_what_is_set_ended_and_taken_back(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    make.certificate(make.learner("Ayu", at=ours))  # two hours
    officer, coordinator = make.officer(at=ours), make.coordinator()

    def as_officer() -> str:
        browser.sign_in(officer)
        return below_duty(browser)

    assert "2 dari 20" in as_officer()
    browser.sign_in(coordinator)
    assert "berlaku mulai 1 Januari 2026" in send(browser, hours="3").words
    assert "2 dari 3" in as_officer()
    browser.sign_in(coordinator)
    send(browser, hours="2")
    assert "Ayu" not in as_officer()
    browser.sign_in(coordinator)
    send(browser, rule="none", hours="", from_day="2026-02-01")
    browser.sign_in(officer)
    assert "2 dari" not in browser.get("/kepegawaian").words
    browser.sign_in(coordinator)
    for _ in range(2):
        page = browser.get(PAGE)
        assert "berlaku" in browser.submit(page.form(f"{PAGE}/hapus"), {"kind": "PNS"}).words
    assert "2 dari 20" in as_officer()


def test_what_begins_tomorrow_does_not_hold_today(coordinator: Browser, app: Flask) -> None:
    send(coordinator, from_day="2090-01-01")
    with app.app_context():
        today = local_day(utc_now())
        assert yearly_hours(EmployeeKind.PNS, today) == YearlyHours(20, is_most=False)
        assert yearly_hours(EmployeeKind.PNS, date(2090, 1, 1)) == YearlyHours(2, is_most=False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"hours": ""}, "Tulis banyaknya JP."),
        ({"hours": "dua puluh"}, "Tulis banyaknya dengan angka"),
        ({"hours": "-2"}, "Tulis banyaknya dengan angka"),
        ({"hours": "0"}, "1 sampai 500"),
        ({"hours": "501"}, "1 sampai 500"),
        ({"hours": "²"}, "Tulis banyaknya dengan angka"),
        ({"from_day": "0001-01-01"}, "antara tahun 2000 dan 2099"),
        ({"from_day": "kemarin"}, ""),
        ({"source": " "}, "Sebutkan dasar hukumnya"),
        ({"source": "x" * 301}, "Paling panjang 300 karakter"),
        ({"kind": "CPNS"}, ""),
        ({"rule": "maybe"}, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    coordinator: Browser, app: Flask, fields: dict[str, str], sentence: str
) -> None:
    with app.app_context():
        before = list_settings()
    page = send(coordinator, expect=422, **fields)
    assert sentence in page.words
    kept = {**TYPED, **fields}
    for name in ("hours", "from_day", "source"):
        assert page.values(name)[-1] == kept[name]
    with app.app_context():
        assert list_settings() == before


def test_words_of_others_are_shown_and_not_obeyed(coordinator: Browser) -> None:
    page = send(coordinator, source="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in page.words
    assert "<script>alert" not in page.text


def test_what_is_not_there_cannot_be_taken_back(coordinator: Browser) -> None:
    for kind, day in (("PNS", "2026-01-02"), ("CPNS", "2018-01-01"), ("PNS", "x")):
        coordinator.post(f"{PAGE}/hapus", {"kind": kind, "from_day": day}, expect=404)


def test_who_set_it_is_in_the_audit_log(coordinator: Browser, app: Flask) -> None:
    send(coordinator)
    with app.app_context():
        (entry,) = db.session.scalars(
            select(AuditEntry).where(
                AuditEntry.action == "yearly_hours.set", AuditEntry.actor_id.is_not(None)
            )
        ).all()
    assert entry.details["source"] == TYPED["source"]


def test_the_command_lists_sets_ends_and_removes(app: Flask) -> None:
    def hours(*words: str) -> str:
        return run(app, "yearly-hours", *words).output

    assert "* PNS 2018-01-01  at least 20  Peraturan Contoh" in hours("list")
    said = hours("set", "PPPK", "2026-01-01", "--most", "30", "--source", "Contoh")
    assert said == "PPPK 2026-01-01: at most 30\n"
    assert "  PPPK 2018-01-01" in hours("list")
    assert "nothing holds" in hours("end", "PPPK", "2026-03-01", "--source", "Contoh")
    hours("remove", "PPPK", "2026-03-01")
    assert "* PPPK 2026-01-01" in hours("list")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("set PNS 2026-01-01 --source Contoh", 1),
        ("set PNS 2026-01-01 --least 2 --most 3 --source Contoh", 1),
        ("set PNS 2026-01-01 --least 0 --source Contoh", 1),
        ("remove PNS 2026-01-01", 1),
        ("set CPNS 2026-01-01 --least 2 --source Contoh", 2),
        ("set PNS besok --least 2 --source Contoh", 2),
        ("end PNS 2026-01-01", 2),
    ],
)
def test_the_command_refuses_what_cannot_be(app: Flask, words: str, status: int) -> None:
    with app.app_context():
        before = list_settings()
    run(app, "yearly-hours", *words.split(), expect=status)
    with app.app_context():
        assert list_settings() == before
