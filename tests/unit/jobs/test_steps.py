"""A step of the background process: an accident is told once, and tried again later each time."""

import logging
from itertools import pairwise

import pytest
from flask import Flask

from lms.jobs import rounds
from lms.jobs.rounds import LONGEST_PAUSE_SECONDS, Step


class Clock:
    """Stands in for the time since the machine started."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rounds, "monotonic", clock)
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
