"""Reports of evidence, from outside: asked for, made, fetched, and asked for once more."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import update

from lms.accounts.enums import Role
from lms.accounts.people import grant_role
from lms.accounts.queries import get_account
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.evidence.models import EvidenceReport, ReportForm
from lms.evidence.rules import SETTLED, Subject
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.units import add_unit
from tests.browser import Browser, Form, Page
from tests.conftest import Statements
from tests.factories import Factory, InstitutionRef
from tests.pdf_judges import ask_outloud, ask_pdfua
from tests.pdf_ua import faults_of
from tests.web.test_exports import sheets_of, work

pytestmark = pytest.mark.both
ON_PAPER = ("UA-15-003", "TBL-002", "TBL-010", "LNK-010", "PAG-001")
"""Cells name their heads, which `faults_of` looks for, so that no head says how far it goes; nobody
presses an address on paper, and what stands at the foot of each page is no part of the text."""

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
    browser.submit(wish_form(browser.get(place)), fields)
    work(app)
    address = next(link for link in browser.get(place).links if link.endswith("/berkas"))
    return browser.get(address)


def wish_form(page: Page) -> Form:
    """What asks for a report; beside it stands a search."""
    return next(form for form in page.forms if "bentuk" in form.fields)


def test_an_officer_has_the_paper_of_their_institution(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, tmp_path: Path
) -> None:
    browser.sign_in(make.officer("Ratna", at=ours))
    file = fetched(app, browser, OWN, bulan=last_month(make), bentuk="pdf")
    assert "laporan-bukti-kota-contoh-" in file.headers["Content-Disposition"]
    assert faults_of(file.data) == []
    found = [*ask_pdfua(file.data, tmp_path), *ask_outloud(file.data, tmp_path)]
    assert [each for each in found if not any(rule in each for rule in ON_PAPER)] == []
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.data)).pages)
    assert "Kota Contoh" in text
    assert "Rahasia" not in text


def test_the_workbook_has_each_figure_with_its_moment_and_definition(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    browser.sign_in(make.officer("Ratna", at=ours))
    file = fetched(app, browser, OWN, bulan=last_month(make), bentuk="xlsx")
    sheets = sheets_of(file.data)
    assert list(sheets) == [
        *("Ringkasan", "Per modul", "Penugasan", "Per unit", "Per bulan"),
        *("Tujuan pembelajaran", "Cara membaca"),
    ]
    headings = sheets["Ringkasan"].index(
        ["Angka", "Nilai", "Satuan", "Keadaan", "Posisi", "Definisi"]
    )
    figures = {str(row[0]): row for row in sheets["Ringkasan"][headings + 1 :]}
    assert figures["ASN yang tercapai"][1:3] == [5, "orang"]
    assert all(all(str(cell) for cell in row[3:]) for row in figures.values())
    assert "entri buku besar 5" in str(figures["ASN yang tercapai"][4])
    answered = sheets["Tujuan pembelajaran"][-1]
    assert answered[4] == 6
    assert 0 < float(str(answered[6])) < float(str(answered[5])) < float(str(answered[7])) < 1
    text = "\n".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    assert "Rahasia" not in text
    assert "Cara membaca" in sheets


def test_made_again_it_has_the_same_digest_and_another_reader_may_ask(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    browser.sign_in(make.officer("Ratna", at=ours))
    fetched(app, browser, OWN, bulan=last_month(make), bentuk="xlsx")
    make.certificate(make.learner("Baru", at=ours), make.book("baru"))
    page = browser.get(OWN)
    again = next(form for form in page.forms if form.action.endswith("/lagi"))
    browser.submit(again, {})
    work(app)
    spans = browser.get(OWN).document.all("span")
    digests = [tag.text for tag in spans if tag.get("class") == "code"]
    assert len(digests) == 2
    assert len(set(digests)) == 1


def test_an_officer_has_nobody_elses_report(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    coordinator = make.coordinator()
    browser.sign_in(coordinator)
    page = browser.get(f"{ALL}?tentang=institution:{ours.id}")
    assert wish_form(page).fields["bulan"] == [last_month(make)]
    browser.submit(wish_form(page))
    work(app)
    assert "Kota Contoh" in browser.get(ALL).words
    other = browser.another()
    other.sign_in(make.officer(at=make.institution("Kota Lain")))
    assert "Kota Contoh" not in other.get(OWN).words
    other.post(f"{OWN}/1/lagi", expect=404)
    other.post(
        OWN,
        {"tentang": f"institution:{ours.id}", "bulan": last_month(make), "bentuk": "pdf"},
        expect=422,
    )
    other.get(f"/pekerjaan/{1}/berkas", expect=404)
    other.get(ALL, expect=403)


def test_an_officer_of_a_unit_is_refused_the_report_of_the_whole(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    person = make.learner("Unit", at=ours)
    with make.inside(), transaction():
        unit = add_unit(ours.id, "Bidang Contoh")
        grant_role(get_account(person.id), Role.HR_OFFICER, ours.id, unit_id=unit.id, now=make.now)
    browser.sign_in(person)
    assert "seluruh instansi" in browser.get(OWN, expect=403).words
    browser.post(OWN, {"tentang": f"institution:{ours.id}"}, expect=403)


def test_a_coordinator_has_the_nation_a_province_and_any_institution(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    with make.inside(), transaction():
        db.session.execute(
            update(Institution)
            .where(Institution.id == ours.id)
            .values(kind=InstitutionKind.PROVINCE, region_code="11", head_count=100)
        )
    browser.sign_in(make.coordinator())
    found = browser.get(f"{ALL}?cari=contoh")
    assert any(f"institution:{ours.id}" in link or f"institution%3A{ours.id}" in link
               for link in found.links)  # fmt: skip
    for about, sheet in (
        ("nation", "Per instansi"),
        ("province:11", "Per instansi"),
        (f"institution:{ours.id}", "Per unit"),
    ):
        place = f"{ALL}?tentang={about}"
        page = browser.get(place)
        wish = {"tentang": about, "bulan": last_month(make), "bentuk": "xlsx"}
        browser.submit(wish_form(page), wish)
        work(app)
        address = next(link for link in browser.get(ALL).links if link.endswith("/berkas"))
        assert sheet in sheets_of(browser.get(address).data)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tentang": "institution:999999999", "bulan": "2026-10", "bentuk": "pdf"},
        {"tentang": "province:99", "bulan": "2026-10", "bentuk": "pdf"},
        {"tentang": "nation'--", "bulan": "2026-10", "bentuk": "pdf"},
        {"tentang": "nation", "bulan": "9999-99", "bentuk": "pdf"},
        {"tentang": "nation", "bulan": "2024-12", "bentuk": "pdf"},
        {"tentang": "nation", "bulan": "2026-10", "bentuk": "exe"},
        {"tentang": "x" * 5000, "bulan": "\u0661" * 7, "bentuk": "pdf"},
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(
    browser: Browser, make: Factory, ours: InstitutionRef, fields: dict[str, str]
) -> None:
    assert ours
    browser.sign_in(make.coordinator())
    assert "Ada isian yang perlu diperbaiki" in browser.post(ALL, fields, expect=422).words


def test_the_running_month_counts_what_is_an_hour_old(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    browser.sign_in(make.officer("Ratna", at=ours))
    month = f"{local_day(utc_now() - SETTLED):%Y-%m}"
    file = fetched(app, browser, OWN, bulan=month, bentuk="xlsx")
    rows = sheets_of(file.data)["Ringkasan"]
    assert next(row[1] for row in rows if row[0] == "ASN yang tercapai") == 5


def test_twenty_reports_cost_what_two_cost(
    browser: Browser, make: Factory, ours: InstitutionRef, statements: Statements
) -> None:
    officer = make.officer("Ratna", at=ours)
    browser.sign_in(officer)
    costs = []
    for number in (2, 18):
        with make.inside(), transaction():
            for _ in range(number):
                db.session.add(
                    EvidenceReport(
                        subject=Subject.institution(ours.id).key,
                        month=make.today,
                        counted_at=make.now,
                        form=ReportForm.PDF,
                        is_own=True,
                        asker_id=officer.id,
                        asked_at=make.now,
                    )
                )
        browser.get(OWN)
        with statements() as run:
            browser.get(OWN)
        costs.append(len(run))
    assert costs[0] == costs[1]
