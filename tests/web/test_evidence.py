"""Reports of evidence, from outside: asked for, made, fetched, and asked for once more."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from lms.clock import utc_now
from lms.days import local_day
from lms.db import transaction
from lms.institutions.units import add_unit
from tests.browser import Browser, Page
from tests.factories import Factory, InstitutionRef
from tests.pdf_ua import faults_of
from tests.web.test_exports import work

pytestmark = pytest.mark.both
OWN = "/kepegawaian/laporan"
ALL = "/koordinator/laporan"


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """An institution that has reached some people two months ago."""
    now = utc_now()
    make.now = now - timedelta(days=62)
    make.today = local_day(make.now)
    institution = make.institution("Kota Contoh")
    book = make.book(bank=6, objectives=2)
    for number in range(6):
        person = make.learner(f"Rahasia {number}", at=institution)
        (make.passed if number else make.not_passed)(person, book, at=make.now)
    with make.inside(), transaction():
        add_unit(institution.id, "Dinas Contoh")
    make.now, make.today = now, local_day(now)
    return institution


def last_month(make: Factory) -> str:
    return f"{make.today.replace(day=1) - timedelta(days=1):%Y-%m}"


def fetched(app: Flask, browser: Browser, place: str, **fields: str) -> Page:
    """What the job leaves that is asked for on the page."""
    page = browser.get(place)
    browser.submit(page.form(place), fields)
    work(app)
    page = browser.get(place)
    address = next(link for link in page.links if link.endswith("/berkas"))
    return browser.get(address)


def test_an_officer_has_the_paper_of_their_institution(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, tmp_path: Path
) -> None:
    browser.sign_in(make.officer("Ratna", at=ours))
    file = fetched(app, browser, OWN, bulan=last_month(make), bentuk="pdf")
    assert "laporan-bukti-kota-contoh-" in file.headers["Content-Disposition"]
    (tmp_path / "report.pdf").write_bytes(file.data)
    assert faults_of(file.data) == []
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    assert "Kota Contoh" in text
    assert "Rahasia" not in text
