"""A head asks for the evidence of one institution: from the sign-in to the file in few clicks."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from config import Settings
from lms.db import db
from lms.evidence.service import EVIDENCE
from lms.job_kinds import job_kinds
from lms.jobs.models import Job
from lms.worker.runner import Runner
from tests.journeys.people import COORDINATOR, OFFICER
from tests.journeys.site import Site
from tests.journeys.test_a_new_officer import Hand
from tests.journeys.walking import button, fill_sign_in, link
from tests.journeys.windows import OpenWindow

pytestmark = pytest.mark.browser
MOST_CLICKS = 10


def make_reports(site: Site) -> None:
    """Do what was asked for, as who does jobs would."""
    settings: Settings = site.app.config["SAKUHAM"]
    kinds = {kind.name: kind for kind in job_kinds(settings)}
    with site.app.app_context():
        waiting = list(db.session.scalars(select(Job.id).where(Job.kind == EVIDENCE)))
    for job_id in waiting:
        Runner(site.app, kinds, timedelta(minutes=5)).run_job(job_id)


def test_the_evidence_of_one_institution_in_ten_clicks(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site)
    hand = Hand(page)
    page.goto("/masuk")
    fill_sign_in(page, COORDINATOR)
    hand.clicks += 1  # Masuk
    hand.click(page.get_by_role("link", name="Laporan", exact=True).first)
    page.get_by_label("Nama instansi").fill(OFFICER.institution)
    hand.click(button(page, "Cari"))
    hand.click(link(page, OFFICER.institution))
    expect(page.get_by_label("Tentang")).to_contain_text(OFFICER.institution)
    hand.choose(page.get_by_label("Bulan", exact=True), 1)
    hand.click(button(page, "Siapkan laporan"))
    make_reports(site)
    page.reload()
    with page.expect_download() as download:
        hand.click(page.get_by_role("link", name="Unduh").first)
    text = PdfReader(Path(download.value.path())).pages[0].extract_text()
    assert OFFICER.institution in " ".join(text.split())
    assert hand.clicks <= MOST_CLICKS
