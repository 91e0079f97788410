"""What is left out at a rush, level by level, in the words of each page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import lms.load.rules
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.http.load import Load
from lms.jobs.kind import Kind, Lane, Turn
from lms.jobs.models import Job
from lms.jobs.service import arm, enqueue
from lms.load.models import LoadNote
from lms.load.queries import find_reduced
from lms.load.rules import SHORTEST_SECONDS, Level
from lms.load.service import HOLDS_FOR, forget_old_notes, note_level
from lms.worker.scheduler import Queue, Scheduler
from tests.browser import Browser
from tests.factories import Factory

pytestmark = pytest.mark.both


@pytest.fixture
def load(app: Flask) -> Iterator[Load]:
    """The load of this process, at its ease before and afterwards."""
    load: Load = app.extensions["load"]
    load.forget()
    yield load
    load.forget()


def registration(make: Factory) -> dict[str, str]:
    """What somebody types who registers."""
    make.institution("Kementerian Contoh")
    return {
        "name": "Sari Wulandari",
        "email": "sari@kementerian-contoh.example",
        "employee_number": make.employee_number(),
        "institution": "Kementerian Contoh",
    }


def test_all_is_served_where_nobody_waits(browser: Browser, load: Load) -> None:
    assert load.level is Level.ALL
    page = browser.get("/status")
    assert "Semua layanan tersedia" in page.words
    assert "Dikurangi" not in page.words
    browser.get("/cari?q=hak")


def test_figures_are_a_minute_old_at_most_and_say_so(
    browser: Browser, load: Load, make: Factory
) -> None:
    book = make.book()
    assert "dapat berumur hingga satu menit" not in browser.get("/capaian").words
    load.come_to(Level.OLDER_FIGURES)
    page = browser.get("/capaian")
    assert "0 dari 1.000.000" in page.words
    assert "dapat berumur hingga satu menit" in page.words
    assert "0 ASN telah tercapai" in browser.get("/").words
    make.certificate(None, book)
    assert "0 dari 1.000.000" in browser.get("/capaian").words
    assert "0 ASN telah tercapai" in browser.get("/").words
    load.come_to(Level.ALL)
    assert "1 dari 1.000.000" in browser.get("/capaian").words


def test_what_is_kept_has_an_end(load: Load) -> None:
    asked: list[int] = []

    def read(number: int) -> int:
        asked.append(number)
        return number

    for number in range(1000):
        assert load.older(number, lambda number=number: read(number)) == number  # type: ignore[misc]
    assert load.older(999, lambda: read(999)) == 999
    assert asked.count(999) == 1
    assert load.older(0, lambda: read(0)) == 0
    assert asked.count(0) == 2


def test_search_stops_and_leads_to_the_pocketbooks(
    browser: Browser, load: Load, make: Factory
) -> None:
    make.book()
    load.come_to(Level.OLDER_FIGURES)
    browser.get("/cari?q=hak")
    load.come_to(Level.NO_SEARCH)
    page = browser.get("/cari?q=hak", expect=503)
    assert "pencarian berhenti sementara" in page.words
    assert "/#buku" in page.links
    assert page.headers["Retry-After"] == "30"
    told = browser.client.get("/cari?q=hak", headers={"Accept": "application/json"})
    assert told.status_code == 503
    assert told.json is not None
    assert "pencarian berhenti sementara" in told.json["error"]


def test_reading_and_saving_go_on_at_the_highest_level(
    browser: Browser, load: Load, make: Factory
) -> None:
    book, learner = make.book(), make.learner()
    load.come_to(Level.SIGN_UPS_WAIT)
    browser.sign_in(learner)
    browser.get(f"/buku/{book.slug}")
    browser.get(f"/buku/{book.slug}/1")
    sitting = make.attempt(learner, book)
    browser.get(f"/percobaan/{sitting.token}")
    browser.put(f"/percobaan/{sitting.token}/jawaban/1", {"choices": [0], "sequence": 1})


def test_what_officers_asked_for_waits_and_what_comes_round_does_not(
    app: Flask, browser: Browser, load: Load, make: Factory
) -> None:
    officer = make.officer(at=make.institution())
    sent: list[int] = []
    book = Kind("book", lambda _run: None, Lane.SLOW, Turn(timedelta(hours=1), lambda _now: []))
    kinds = {"export": Kind("export", lambda _run: None, Lane.SLOW), "book": book}
    queue = Queue(sent.append, lambda: 0)
    scheduler = Scheduler(kinds, dict.fromkeys(Lane, queue), timedelta(minutes=1))
    load.come_to(Level.EXPORTS_WAIT)
    with app.app_context():
        with transaction():
            asked = enqueue("export", {}, asker_id=officer.id, now=utc_now()).id
            arm(book, {}, now=utc_now())
        scheduler.tick()
        with read_only():
            of_ours = db.session.scalars(select(Job.id).where(Job.asker_id.is_(None))).one()
        assert sent == [of_ours]
    browser.sign_in(officer)
    page = browser.get("/pekerjaan")
    assert "pekerjaan menunggu" in page.words
    assert "/status" in page.links
    load.come_to(Level.NO_SEARCH)
    with app.app_context():
        scheduler.tick()
    assert sent == [of_ours, asked]
    assert "pekerjaan menunggu" not in browser.get("/pekerjaan").words


def test_who_signs_up_waits_for_a_turn_and_loses_nothing_typed(
    browser: Browser, load: Load, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = registration(make)
    load.come_to(Level.SIGN_UPS_WAIT)
    form = browser.get("/daftar").form("/daftar")
    page = browser.submit(form, typed, expect=503)
    assert "Giliran Anda kira-kira 15 detik lagi." in page.words
    assert "Di depan Anda dalam antrean ini: 0 orang." in page.words
    assert 14 <= int(page.headers["Retry-After"]) <= SHORTEST_SECONDS
    carried = page.form("/daftar")
    for name in ("name", "email"):
        assert carried.fields[name] == [typed[name]]
    again = browser.submit(carried, expect=503)
    assert again.form("/daftar").fields["giliran"] == carried.fields["giliran"]
    monkeypatch.setattr(lms.load.rules, "SHORTEST_SECONDS", 0.0)
    load.forget()
    load.come_to(Level.SIGN_UPS_WAIT)
    due = browser.submit(form, typed, expect=503).form("/daftar")
    done = browser.submit(due)
    assert "Periksa surel Anda" in done.words


@pytest.mark.parametrize("token", ["x", "WzEwXQ.AAAA", "1", "€" * 20, "a" * 5000])
def test_a_turn_that_was_not_given_is_none(
    browser: Browser, load: Load, make: Factory, token: str
) -> None:
    typed = registration(make)
    load.come_to(Level.SIGN_UPS_WAIT)
    form = browser.get("/daftar").form("/daftar")
    form.fields["giliran"] = [token]
    page = browser.submit(form, typed, expect=503)
    assert page.form("/daftar").fields["giliran"] != [token]


def test_every_level_is_told_on_the_page_of_the_state(browser: Browser, load: Load) -> None:
    for level in Level:
        load.come_to(level)
        page = browser.get("/status")
        assert page.words.count("Dikurangi ") - bool(level) == level
        assert page.words.count("Tersedia") == 5 - level
        assert page.headers["Cache-Control"] == "public, max-age=10"
        assert "Set-Cookie" not in page.headers


def test_one_who_is_signed_in_shares_that_page_with_nobody(browser: Browser, make: Factory) -> None:
    browser.sign_in(make.learner())
    assert browser.get("/status").headers["Cache-Control"] == "private, max-age=10"


def test_what_another_process_leaves_out_is_told_until_it_is_silent(
    app: Flask, browser: Browser, load: Load
) -> None:
    now = utc_now()
    with app.app_context(), transaction():
        note_level("other:1", Level.NO_SEARCH, now=now - timedelta(seconds=20))
        note_level("other:2", Level.OLDER_FIGURES, now=now)
    assert load.level is Level.ALL
    assert browser.get("/status").words.count("Tersedia") == 3
    browser.get("/cari?q=hak")
    with app.app_context(), read_only():
        assert find_reduced(now=now).level is Level.NO_SEARCH
        assert find_reduced(now=now + HOLDS_FOR / 2).level is Level.OLDER_FIGURES
        assert find_reduced(now=now + HOLDS_FOR * 2).level is Level.ALL


def test_notes_say_since_when_and_are_forgotten(app: Flask, load: Load) -> None:
    begun = utc_now() - timedelta(hours=3)
    with app.app_context():
        for seconds, level in ((0, 1), (10, 2), (20, 2)):
            with transaction():
                note_level("other:1", Level(level), now=begun + timedelta(seconds=seconds))
        with read_only():
            assert find_reduced(now=begun + timedelta(seconds=20)).since == begun
        with transaction():
            note_level("other:2", Level.NO_SEARCH, now=utc_now())
            forget_old_notes(now=utc_now())
        with read_only():
            assert list(db.session.scalars(select(LoadNote.process))) == ["other:2"]
        with transaction():
            note_level("other:2", Level.ALL, now=utc_now())
        with read_only():
            assert list(db.session.scalars(select(LoadNote.process))) == []
