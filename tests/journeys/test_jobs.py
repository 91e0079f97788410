"""*Pekerjaan saya* in a browser: it follows what is under way by itself, or by a link."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from lms.clock import utc_now
from lms.db import db, transaction
from lms.http.principal import COOKIE
from lms.jobs.models import Job, JobState
from tests.journeys.people import cookie_of, settle
from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = pytest.mark.browser


def under_way(site: Site, asker_id: int) -> int:
    """A job that somebody does, for as long as the test takes."""
    now = utc_now()
    with site.app.app_context(), transaction():
        job = Job(
            kind="export",
            arguments={"format": "xlsx"},
            created_at=now,
            due_at=now,
            asker_id=asker_id,
            state=JobState.RUNNING,
            claimed_by="the test",
            claimed_until=now + timedelta(hours=1),
            done_count=3,
            total_count=10,
        )
        db.session.add(job)
        db.session.flush()
        return job.id


def change(site: Site, job_id: int, **values: object) -> None:
    with site.app.app_context(), transaction():
        db.session.execute(update(Job).where(Job.id == job_id).values(values))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_page_follows_a_job_to_its_end(
    site: Site, open_window: OpenWindow, width: int, *, javascript: bool
) -> None:
    person = settle(site)
    job_id = under_way(site, person.account_id)
    page = open_window(site, width=width, javascript=javascript)
    page.context.add_cookies(
        [{"name": COOKIE, "value": cookie_of(site, person), "domain": "127.0.0.1", "path": "/"}]
    )

    def look_again() -> None:
        """Without a script, by the link that says so."""
        if not javascript:
            page.get_by_role("link", name="Lihat keadaan terbaru").click()

    page.goto("/pekerjaan")
    expect(page.get_by_text("3 dari 10 baris")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Belum selesai: 1.")
    page.get_by_role("button", name="Batalkan").focus()
    change(site, job_id, done_count=8)
    look_again()
    expect(page.get_by_text("8 dari 10 baris")).to_be_visible()
    if javascript:  # whoever is about to press a button keeps it
        expect(page.get_by_role("button", name="Batalkan")).to_be_focused()
        page.get_by_role("heading", level=1).click()
    change(site, job_id, state=JobState.DONE, claimed_by=None)
    look_again()
    expect(page.get_by_text("Selesai", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Semua sudah berakhir.")
