"""A step of the background process: an accident is told once, and tried again later each time."""

import logging
import sqlite3
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from lms import create_app
from lms.job_kinds import job_kinds
from lms.worker import scheduler
from lms.worker.scheduler import LONGEST_PAUSE_SECONDS, Scheduler, Step
from tests.conftest import settings_for


class Clock:
    """Stands in for the time since the machine started."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scheduler, "monotonic", clock)
    return clock


def test_a_step_that_fails_is_told_once_and_comes_back_later_each_time(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[float] = []

    def work() -> None:
        tried.append(clock.seconds)
        if len(tried) <= 12:
            raise ConnectionRefusedError(f"nobody is at port {len(tried)}")

    step = Step("mail", work)
    with app.app_context(), caplog.at_level(logging.WARNING, logger="sakuham.jobs"):
        while len(tried) < 14:
            step.take()
            clock.seconds += 1
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses[:12] == sorted(pauses[:12])
    assert pauses[11] == LONGEST_PAUSE_SECONDS
    assert pauses[12] == 1
    first, second = caplog.records
    assert first.exc_info is not None
    assert second.getMessage() == "mail works again after 12 failures"


def test_a_database_that_is_away_is_told_in_one_line_and_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "monotonic", iter(range(0, 100_000, 100)).__next__)
    settings = settings_for("sqlite:////nowhere/at/all.db")
    with create_app(settings).app_context():
        kinds = {kind.name: kind for kind in job_kinds(settings)}
        step = Step("scheduler", Scheduler(kinds, {}, timedelta(minutes=1)).tick)
        for _ in range(12):
            assert not step.take()
    (told,) = caplog.records
    assert told.exc_info is None
    assert told.getMessage() == (
        "scheduler failed and is tried again, later each time: the database is away"
    )


def test_a_step_that_finds_the_database_busy_is_told_in_one_line(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise OperationalError("UPDATE accounts", {}, sqlite3.OperationalError("locked"))

    with app.app_context():
        assert not Step("fold", work).take()
    (told,) = caplog.records
    assert told.exc_info is None
    assert told.getMessage().endswith("the database is busy")
