"""The queues between scheduler and workers: which there are, and who meets whom in one."""

from dataclasses import replace
from pathlib import Path

import pytest

from config import BadSetting, Settings
from lms.jobs.kind import Lane
from lms.worker.queues import open_queue

KEY = "a key of the tests, of forty letters or so"


def settings(folder: Path, name: str) -> Settings:
    """A site of its own, on a queue that all share."""
    return Settings(
        database_url=f"sqlite:///{folder / name}.db",
        jobs_queue=f"sqlite:///{folder / 'jobs.db'}",
        secret_key=KEY,
    )


def test_sites_and_lanes_that_share_a_queue_do_not_meet_in_it(tmp_path: Path) -> None:
    one, other = settings(tmp_path, "one"), settings(tmp_path, "other")
    sending = open_queue(one, Lane.QUICK)
    sending.task(name="run_job")(print)(7)
    found = [open_queue(site, lane).pending_count() for site in (one, other) for lane in Lane]
    assert found == [1, 0, 0, 0]
    sending.storage.close()


def test_a_message_that_was_not_signed_by_this_site_is_not_read(tmp_path: Path) -> None:
    site = settings(tmp_path, "one")
    forging = open_queue(replace(site, secret_key=KEY[::-1]), Lane.QUICK)
    forging.task(name="run_job")(print)(7)
    reading = open_queue(site, Lane.QUICK)
    reading.task(name="run_job")(print)
    with pytest.raises(ValueError, match="Signature"):
        reading.dequeue()
    for queue in (forging, reading):
        queue.storage.close()


def test_the_scheme_of_an_address_that_is_no_queue_is_named_and_no_password(tmp_path: Path) -> None:
    site = replace(settings(tmp_path, "one"), jobs_queue="postgres://us:rahasia@localhost")
    with pytest.raises(BadSetting, match="'postgres'") as told:
        open_queue(site, Lane.QUICK)
    assert "rahasia" not in str(told.value)
