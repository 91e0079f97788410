"""Exports: the list in one's own columns, its certificates, what is new, marks, and units."""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from lms.certificates.enums import RevocationGround
from lms.clock import utc_now
from lms.db import db, transaction
from lms.exports.models import ExportMark
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.queries import iterate_lines
from lms.job_kinds import job_kinds
from lms.jobs.models import Job
from lms.worker.runner import Runner
from tests.browser import Browser, Page
from tests.conftest import SETTINGS
from tests.factories import Factory, InstitutionRef, Person
from tests.web.test_staff_lists_by_sheet import check

pytestmark = pytest.mark.both
PLACE = "/kepegawaian/ekspor"
Cells = list[list[object]]


def enter(browser: Browser, make: Factory, institution: InstitutionRef) -> Person:
    officer = make.officer("Ratna", at=institution)
    browser.sign_in(officer)
    return officer


def sheets_of(content: bytes) -> Mapping[str, Cells]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {
        name: [list(row) for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def by_heading(rows: Cells, number: int = 1) -> dict[object, object]:
    return dict(zip(rows[0], rows[number], strict=True))


def work(app: Flask) -> None:
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    with app.app_context():
        job_ids = list(db.session.scalars(select(Job.id).order_by(Job.id)))
    for job_id in job_ids:
        Runner(app, kinds, timedelta(minutes=1)).run_job(job_id)


def exported(app: Flask, browser: Browser, form: str = PLACE, **fields: str) -> Page:
    """What the job leaves that is asked for on the page."""
    page = browser.get(PLACE)
    browser.submit(page.form(form), fields)
    work(app)
    page = browser.get("/pekerjaan")
    address = next(link for link in page.links if link.endswith("/berkas"))
    return browser.get(address)


def test_the_workbook_has_people_and_certificates_typed(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    issued = make.certificate(make.learner("Ayu", at=ours))
    make.certificate(make.learner("Lain", at=make.institution("Kota Lain")))
    page = browser.get(f"{PLACE}/berkas.xlsx?urut=nama")
    assert "pegawai-kota-contoh-" in page.headers["Content-Disposition"]
    sheets = sheets_of(page.data)
    assert [row[0] for row in sheets["Pegawai"]] == ["Nama", "Ayu", "Ratna"]
    ayu = by_heading(sheets["Pegawai"])
    assert (ayu["Kemajuan"], ayu["NIP atau NI PPPK"]) == ("selesai", issued.person.number)
    assert isinstance(ayu["Selesai terakhir"], date)
    (heading, row) = sheets["Sertifikat"]
    held = dict(zip(heading, row, strict=True))
    assert (held["Nama"], held["Nomor sertifikat"]) == ("Ayu", issued.number)
    assert held["Tautan bukti"] == f"https://sakuham.example/v/{issued.code}"
    assert isinstance(held["JP"], float)
    assert held["Tahun"] == held["Tanggal selesai"].year  # type: ignore[attr-defined]
    assert held["Keadaan"] == "berlaku"


def test_the_file_is_the_list_with_its_filter_and_order(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    for name in ("Ayu", "Budi", "Citra"):
        make.learner(name, at=ours, confirmed=name != "Budi")

    def names(query: str) -> list[str]:
        text = browser.get(f"{PLACE}/berkas.csv{query}").text.removeprefix("\ufeff")
        return [row[0] for row in csv.reader(StringIO(text), delimiter=";")][1:]

    assert names("") == ["Budi", "Ayu", "Citra", "Ratna"]
    assert names("?urut=-nama") == ["Ratna", "Citra", "Budi", "Ayu"]
    assert names("?konfirmasi=belum") == ["Budi"]
    assert names("?cari=citra") == ["Citra"]


def test_the_course_history_has_the_names_of_its_fields(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    issued = make.certificate(make.learner("Ayu", at=ours))
    text = browser.get(f"{PLACE}/berkas.csv?susunan=riwayat-kursus").text.removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    held = dict(zip(*rows, strict=True))
    assert {"namaKursus", "institusiPenyelenggara", "tahunKursus"} <= held.keys()
    assert (held["nip"], held["nomorSertipikat"]) == (issued.person.number, issued.number)
    assert held["jumlahJam"].isdecimal()
    day, month, year = held["tanggalSelesaiKursus"].split("-")
    assert (len(day), len(month), year) == (2, 2, held["tahunKursus"])


def test_what_is_new_since_the_last_export_is_told_once(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    first = make.certificate(make.learner("Ayu", at=ours))
    sequence(app)
    new = {"format": "csv", "tabel": "certificates", "baru": "y"}

    def numbers() -> dict[str, str]:
        text = exported(app, browser, **new).text.removeprefix("\ufeff")
        rows = list(csv.DictReader(StringIO(text), delimiter=";"))
        return {row["Nomor sertifikat"]: row["Keadaan"] for row in rows}

    assert numbers() == {first.number: "berlaku"}
    assert numbers() == {}
    second = make.certificate(make.learner("Budi", at=ours))
    make.revoke(first, ground=RevocationGround.MISTAKE)
    assert numbers() == {first.number: "dicabut", second.number: "berlaku"}


def sequence(app: Flask) -> None:
    """Bring what was issued into the log, as its round does."""
    from lms.transparency.models import LogEntry, UnloggedEntry

    with app.app_context(), transaction():
        waiting = list(db.session.scalars(select(UnloggedEntry).order_by("ledger_entry_id")))
        size = db.session.query(LogEntry).count()
        for position, entry in enumerate(waiting, start=size):
            db.session.add(LogEntry(position=position, ledger_entry_id=entry.ledger_entry_id))
            db.session.delete(entry)


def test_marks_are_set_by_an_export_or_by_hand_and_taken_back(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    issued = make.certificate(make.learner("Ayu", at=ours))
    other = make.certificate(make.learner("Lain", at=make.institution("Kota Lain")))
    exported(app, browser, tandai="y")
    assert make.count(ExportMark) == 1
    held = by_heading(sheets_of(browser.get(f"{PLACE}/berkas.xlsx").data)["Sertifikat"])
    assert held["Sudah diserahkan"] == utc_now().astimezone().date() or held["Sudah diserahkan"]
    form = browser.get(f"{PLACE}/tanda").form(f"{PLACE}/tanda")
    browser.submit(form, {"nomor": issued.code, "tanda": "belum"})
    assert make.count(ExportMark) == 0
    page = browser.submit(form, {"nomor": f"{issued.number}\n{other.number}", "tanda": "sudah"})
    assert make.count(ExportMark) == 1
    assert other.number in page.text
    assert "tidak ada di antara sertifikat" in page.words


def test_a_layout_of_ones_own_keeps_columns_order_and_headings(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    browser.get(f"{PLACE}/susunan/lengkap")
    fields = {
        "nama": "Untuk BKD",
        "people-name": "y",
        "people-name-urutan": "2",
        "people-employee_number": "y",
        "people-employee_number-urutan": "1",
        "people-employee_number-nama": "NIP Pegawai",
    }
    browser.post(f"{PLACE}/susunan/lengkap", fields, expect=302)
    page = browser.get(PLACE)
    key = next(link for link in page.links if "/susunan/" in link and link[-1].isdigit())
    key = key.rsplit("/", 1)[-1]
    sheets = sheets_of(browser.get(f"{PLACE}/berkas.xlsx?susunan={key}").data)
    assert sheets["Pegawai"][0] == ["NIP Pegawai", "Nama"]
    assert "Sertifikat" not in sheets
    again = browser.post(f"{PLACE}/susunan/lengkap", fields, expect=422)
    assert "sudah punya susunan bernama Untuk BKD" in again.words
    browser.sign_in(make.officer("Sri", at=ours))
    browser.get(f"{PLACE}/susunan/{key}", expect=404)
    browser.get(f"{PLACE}/berkas.csv?susunan={key}", expect=404)


def test_hostile_names_leave_as_text(browser: Browser, make: Factory) -> None:
    ours = make.institution("=Kota/Contoh")
    enter(browser, make, ours)
    names = {"=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "<b>&amp;", "_x0041_"}
    for name in names:
        make.rename(make.learner("Ayu", at=ours), name)
    sheets = sheets_of(browser.get(f"{PLACE}/berkas.xlsx").data)
    assert {row[0] for row in sheets["Pegawai"]} >= names
    text = browser.get(f"{PLACE}/berkas.csv").text.removeprefix("\ufeff")
    written = {row[0] for row in csv.reader(StringIO(text), delimiter=";")}
    assert written >= {"'=cmd|' /C calc'!A0", "'+1+1", "'@SUM(A1)", "<b>&amp;", "_x0041_"}


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_an_exported_list_that_is_uploaded_again_changes_nothing(
    app: Flask, browser: Browser, make: Factory, extension: str
) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    make.certificate(make.learner("Ayu", at=ours))
    make.learner("Budi", at=ours)
    file = browser.get(f"{PLACE}/berkas.{extension}?urut=nama")
    page = check(browser, file.data)
    import_id = int(page.path.rsplit("/", 1)[-1].removesuffix("/kolom") or 0)
    with app.app_context():
        verdicts = [line.verdict for line in iterate_lines(import_id)]
    assert verdicts == [Verdict.KNOWN] * 3


def test_figures_by_unit_add_up_and_can_be_printed(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    make.certificate(make.learner("Ayu", at=ours))
    rows = sheets_of(browser.get(f"{PLACE}/unit.xlsx").data)["Rekap per unit"]
    heading = next(number for number, row in enumerate(rows) if row[0] == "Instansi")
    figures = dict(zip(rows[heading], rows[heading + 1], strict=True))
    assert (figures["Pegawai"], figures["Selesai"], figures["Persen selesai"]) == (2, 1, 0.5)
    assert figures["Unit kerja"] == "Tanpa unit kerja"
    paper = browser.get(f"{PLACE}/unit.pdf")
    assert paper.data.startswith(b"%PDF")
    assert "rekap-unit-kota-contoh-" in paper.headers["Content-Disposition"]


def test_all_certificates_of_a_list_come_as_a_zip_or_as_one_pdf(
    app: Flask, browser: Browser, make: Factory
) -> None:
    from pypdf import PdfReader

    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    for name in ("Ayu", "Budi"):
        make.certificate(make.learner(name, at=ours))
    make.certificate(make.learner("Lain", at=make.institution("Kota Lain")))
    form = f"{PLACE}/sertifikat"
    archive = ZipFile(BytesIO(exported(app, browser, form, bentuk="zip").data))
    assert [name.split(" - ")[0] for name in archive.namelist()] == ["Ayu", "Budi"]
    pages = PdfReader(BytesIO(exported(app, browser, form, bentuk="pdf").data)).pages
    assert len(pages) == 3
    assert "tanpa segel" in pages[0].extract_text()
    assert "Ayu" in pages[1].extract_text()


def test_who_has_left_the_scope_is_in_no_file(app: Flask, browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    ayu = make.learner("Ayu", at=ours)
    make.certificate(ayu)
    page = browser.get(PLACE)
    browser.submit(page.form(PLACE), {})
    make.move(ayu, make.institution("Kota Lain"))
    work(app)
    page = browser.get("/pekerjaan")
    address = next(link for link in page.links if link.endswith("/berkas"))
    sheets = sheets_of(browser.get(address).data)
    assert [row[0] for row in sheets["Pegawai"]] == ["Nama", "Ratna"]
    assert len(sheets["Sertifikat"]) == 1


def test_whoever_has_only_registered_has_no_certificates_to_be_marked(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    issued = make.certificate(make.learner("Umar", at=ours, confirmed=False))
    form = browser.get(f"{PLACE}/tanda").form(f"{PLACE}/tanda")
    browser.submit(form, {"nomor": issued.code}, expect=422)
    with app.app_context():
        assert db.session.scalars(select(ExportMark)).all() == []
