"""Rounds about objectives: gathered once they are settled, compared by night, told in the log."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.clock import utc_now
from lms.db import db, transaction
from lms.job_kinds import job_kinds
from lms.jobs.kind import Kind
from lms.jobs.service import enqueue
from lms.learning.models import ObjectiveResult
from lms.worker.runner import Runner
from tests.conftest import SETTINGS
from tests.factories import Factory

pytestmark = pytest.mark.both


def test_a_night_names_what_differs_and_nothing_else(
    app: Flask, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    book = make.book(bank=6, objectives=2)
    make.passed(make.learner(at=make.institution()), book, at=utc_now() - timedelta(hours=3))
    make.passed(make.learner(at=make.institution()), book, at=utc_now())
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    gather, compare = kinds["objectives"], kinds["objectives reconcile"]
    with make.inside():
        assert gather.turn is not None
        assert list(gather.turn.find(utc_now())) == [{}]
        work(app, make, gather.name, kinds)
        assert list(gather.turn.find(utc_now())) == []
        assert db.session.scalar(select(func.max(ObjectiveResult.people_count))) == 1
        db.session.rollback()
        with caplog.at_level(logging.ERROR):
            work(app, make, compare.name, kinds)
        assert caplog.messages == []
        with transaction():
            db.session.execute(update(ObjectiveResult).values(drawn_count=99))
        with caplog.at_level(logging.ERROR):
            work(app, make, compare.name, kinds)
    assert len(caplog.messages) == 2
    assert all("objective results and attempts differ" in each for each in caplog.messages)


def work(app: Flask, make: Factory, kind: str, kinds: dict[str, Kind]) -> None:
    """Do a job of a kind."""
    with transaction():
        job_id = enqueue(kind, {}, asker_id=None, now=make.now).id
    Runner(app, kinds, timedelta(minutes=1)).run_job(job_id)
