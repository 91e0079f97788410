"""Pages of the registry: coordinators keep institutions, officers units, both by sheets too."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.accounts.people import grant_role
from lms.clock import utc_now
from lms.db import db, transaction
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.registry.relocation import relocate
from lms.institutions.registry.requests import settle_registered
from lms.institutions.units import add_unit
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.tables.cells import read_worksheets
from tests.browser import Browser, Page
from tests.factories import Factory, Person

ROOT = "/koordinator/instansi"
TODAY = "2026-11-01"


@pytest.fixture
def keeper(browser: Browser, make: Factory) -> Person:
    """A coordinator who has signed in."""
    keeper = make.coordinator("Ratna")
    browser.sign_in(keeper)
    return keeper


def unit_named(app: Flask, name: str) -> Unit:
    """A unit by its name."""
    with app.app_context():
        return db.session.scalars(select(Unit).where(Unit.name == name)).one()


def do_jobs(app: Flask) -> None:
    """Give people their new postings."""
    with app.app_context():
        jobs = db.session.scalars(select(Job).where(Job.kind == "relocation")).all()
        runs = [Run(job.id, job.kind, job.arguments, None, frozenset(), 1, "c") for job in jobs]
        db.session.rollback()
        for run in runs:
            relocate(run, clock=utc_now)


def test_an_institution_is_added_found_and_corrected(
    browser: Browser, app: Flask, keeper: Person
) -> None:
    page = browser.get(f"{ROOT}/tambah")
    fields = {
        "name": "Kementerian Contoh",
        "code": "K-1",
        "kind": "kementerian",
        "time_zone": "Asia/Jakarta",
        "head_count": "12.000",
        "head_counted_on": "2026-01-31",
        "target_count": "sembilan",
    }
    page = browser.submit(page.form(f"{ROOT}/tambah"), fields, expect=422)
    assert "dengan angka" in page.words
    page = browser.submit(page.form(f"{ROOT}/tambah"), {"target_count": "9000"})
    assert page.title == "Kementerian Contoh"
    assert "12.000" in page.words
    with app.app_context():
        key = db.session.scalars(select(Institution.id)).one()
    found = browser.get(f"{ROOT}?cari=contoh&jenis=kementerian")
    assert f"{ROOT}/{key}" in found.links
    for nothing in ("cari=lain", "jenis=lpnk", "provinsi=11", "kanwil=999"):
        assert "Tidak ada instansi yang cocok" in browser.get(f"{ROOT}?{nothing}").words
    for odd in ("halaman=x", "halaman=99999999999999999999", "jenis=x", "kanwil=x", "provinsi=x"):
        assert "Kementerian Contoh" in browser.get(f"{ROOT}?{odd}").words
    page = browser.get(f"{ROOT}/{key}/ubah")
    page = browser.submit(page.form(f"{ROOT}/{key}/ubah"), {"name": "Kementerian Baru"})
    assert "Berganti nama" in page.words
    assert "Nama: Kementerian Contoh → Kementerian Baru" in page.words
    page = browser.submit(browser.get(f"{ROOT}/{key}/ubah").form(f"{ROOT}/{key}/ubah"), {})
    assert "Tidak ada yang berubah" in page.words


def test_an_institution_goes_into_another_with_its_people(
    browser: Browser, app: Flask, make: Factory, keeper: Person
) -> None:
    old, new = make.institution("Badan Lama"), make.institution("Badan Baru")
    ayu = make.learner("Ayu", at=old)
    action = f"{ROOT}/{old.id}/gabung"
    page = browser.get(f"{ROOT}/{old.id}")
    fields = {"gabung-institution": "badan bar", "gabung-on": TODAY}
    page = browser.submit(page.form(action), fields, expect=422)
    assert "Centang dahulu" in page.words
    assert "Maksud Anda" in page.words
    picked = {"gabung-institution_key": str(new.id), "gabung-is_agreed": "y"}
    page = browser.submit(page.form(action), {**picked, "gabung-on": "2999-01-01"}, expect=422)
    assert "Tulis hari yang sudah tiba" in page.words
    page = browser.submit(page.form(action), {**picked, "gabung-on": TODAY})
    assert "1 pegawai masih dipindahkan" in page.words
    assert f"{ROOT}/{new.id}" in page.links
    do_jobs(app)
    with app.app_context():
        present = select(Posting.institution_id).where(
            Posting.account_id == ayu.id, Posting.ended_on.is_(None)
        )
        assert db.session.scalars(present).one() == new.id
    assert "masih dipindahkan" not in browser.get(f"{ROOT}/{old.id}").words
    browser.post(action, {**fields, **picked, "gabung-institution": "Badan Baru"}, expect=409)


def test_who_did_not_find_their_institution_is_placed(
    browser: Browser, app: Flask, make: Factory, keeper: Person
) -> None:
    ours, ayu = make.institution("Pemerintah Kota Contoh"), make.learner("Ayu")
    with app.app_context(), transaction():
        settle_registered(ayu.id, None, None, "Pemkot Kontoh", now=make.now)
    page = browser.get(f"{ROOT}/permintaan")
    (form,) = [each for each in page.forms if "/permintaan/" in each.action]
    page = browser.submit(form, {}, expect=422)
    assert "Tulis instansinya" in page.words
    (form,) = [each for each in page.forms if "/permintaan/" in each.action]
    name = next(each for each in form.fields if each.endswith("-institution"))
    page = browser.submit(form, {name: "Pemkot Contoh"})
    assert "1 orang kini menunggu konfirmasi Pemerintah Kota Contoh" in page.words
    with app.app_context():
        posting = db.session.scalars(select(Posting)).one()
        assert (posting.institution_id, posting.confirmed_at) == (ours.id, None)
    browser.sign_in(ayu)
    assert "Pemerintah Kota Contoh" in browser.get("/akun").words


def test_an_officer_grows_and_prunes_their_own_tree(
    browser: Browser, app: Flask, make: Factory
) -> None:
    ours = make.institution()
    browser.sign_in(make.officer(at=ours))
    units = f"/instansi/{ours.id}/unit"
    page = browser.get("/instansi/unit")
    assert (page.title, ours.name in page.words) == ("Unit kerja", True)
    for name, below in (("Dinas Contoh", ""), ("Bidang Satu", "dinas contoh"), ("Bidang Dua", "")):
        page = browser.get(f"{units}/tambah")
        browser.submit(page.form(f"{units}/tambah"), {"name": name, "unit": below})
    office, one, two = (
        unit_named(app, name) for name in ("Dinas Contoh", "Bidang Satu", "Bidang Dua")
    )
    assert one.parent_id == office.id
    page = browser.get(f"{units}/tambah?di={office.id}")
    page = browser.submit(page.form(f"{units}/tambah"), {"name": "Bidang Satu"}, expect=422)
    assert "sudah ada unit bernama ini" in page.words
    page = browser.get(f"{units}/{two.id}")
    page = browser.submit(page.form(f"{units}/{two.id}/ubah"), {"unit": "Dinas Contoh"})
    assert "Dipindahkan" in page.words
    page = browser.get(f"{units}/{two.id}")
    merged = {"gabung-unit": "Bidang Satu", "gabung-on": TODAY, "gabung-is_agreed": "y"}
    browser.submit(page.form(f"{units}/{two.id}/gabung"), merged)
    assert unit_named(app, "Bidang Dua").successor_id == one.id
    page = browser.get(f"{units}/{office.id}")
    page = browser.submit(page.form(f"{units}/{office.id}/tutup"), {}, expect=422)
    assert "Tulis harinya" in page.words
    closed = {"tutup-on": TODAY, "tutup-is_agreed": "y"}
    page = browser.submit(page.form(f"{units}/{office.id}/tutup"), closed)
    assert "Belum ada unit kerja di sini" in page.words


def test_an_officer_of_a_unit_renames_it_where_it_stands(
    browser: Browser, app: Flask, make: Factory
) -> None:
    ours = make.institution()
    officer = make.learner("Oki", at=ours)
    with app.app_context(), transaction():
        office = add_unit(ours.id, "Dinas Contoh")
        section = add_unit(ours.id, "Bidang Contoh", parent=office)
        account = db.session.get_one(Account, officer.id)
        grant_role(account, Role.HR_OFFICER, ours.id, unit_id=section.id, now=make.now)
        office_id, section_id = office.id, section.id
    browser.sign_in(officer)
    units = f"/instansi/{ours.id}/unit"
    page = browser.get("/instansi/unit")
    assert f"{units}/{section_id}" in page.links
    assert "Tambah unit kerja" not in page.words
    page = browser.get(f"{units}/{section_id}")
    assert "Tutup unit" not in page.words
    page = browser.submit(page.form(f"{units}/{section_id}/ubah"), {"name": "Bidang Baru"})
    assert page.title == "Bidang Baru"
    assert unit_named(app, "Bidang Baru").parent_id == office_id
    page = browser.get(f"{units}/tambah?di={section_id}")
    browser.submit(page.form(f"{units}/tambah"), {"name": "Seksi Contoh"})
    for odd in ("di=x", "di=99999999999999999999", "halaman=-1", "cari=%25_"):
        assert "Bidang" in browser.get(f"{units}?{odd}").words or "cari" in odd
    for path in (f"/{office_id}", f"/tambah?di={office_id}", f"?di={office_id}"):
        browser.get(f"{units}{path}", expect=404)
    for deed in ("ubah", "gabung", "tutup"):
        fields = {"name": "X", "gabung-unit": "Bidang Baru", "tutup-on": TODAY}
        agreed = {f"{deed}-is_agreed": "y", f"{deed}-on": TODAY}
        browser.post(f"{units}/{office_id}/{deed}", {**fields, **agreed}, expect=404)


def test_a_tree_is_brought_looked_at_and_applied(
    browser: Browser, app: Flask, make: Factory
) -> None:
    ours = make.institution()
    browser.sign_in(make.officer(at=ours))
    path = f"/instansi/{ours.id}/unit/impor"
    content = "Nama;Induk\nDinas Contoh;\nBidang Contoh;Dinas Contoh\nSalah;Tidak Ada\n"
    page = send(browser, path, content.encode())
    assert "Belum ada yang diubah" in page.words
    assert "Induk Tidak Ada tidak ditemukan" in page.words
    with app.app_context():
        assert db.session.scalars(select(Unit)).all() == []
    (form,) = [each for each in page.forms if each.action.startswith("/instansi/impor/")]
    page = browser.submit(form, {})
    assert "Hasil impor" in page.words
    assert unit_named(app, "Bidang Contoh").parent_id == unit_named(app, "Dinas Contoh").id
    exported = browser.get(f"/instansi/{ours.id}/unit.csv").text
    page = send(browser, path, exported.encode())
    assert "Tidak ada baris yang dapat diterapkan" in page.words
    assert browser.client.get(f"/instansi/{ours.id}/unit.xlsx").data.startswith(b"PK")
    page = send(browser, path, b"%PDF-1.7", expect=422)
    assert "tidak terbaca sebagai tabel" in page.words


def test_what_was_refused_is_a_sheet_to_be_corrected_and_brought_again(
    browser: Browser, app: Flask, make: Factory
) -> None:
    ours = make.institution()
    browser.sign_in(make.officer(at=ours))
    path = f"/instansi/{ours.id}/unit/impor"
    content = "Catatan;Nama;Induk\nx;Dinas Contoh;\n;=1+1;Tidak Ada\n;Bidang Contoh;Dinas Conto\n"
    page = send(browser, path, content.encode())
    (form,) = [each for each in page.forms if each.action.startswith("/instansi/impor/")]
    sheet = f"{form.action}/perlu-diperbaiki"
    before = browser.client.get(sheet).data
    assert "Unduh yang perlu diperbaiki" in browser.submit(form, {}).words
    after = browser.client.get(sheet).data
    for told in (before, after):
        (rows,) = read_worksheets(told)
        assert [cells for _, cells in rows] == [
            ["nama", "induk", "Baris asal", "Yang perlu diperbaiki"],
            ["=1+1", "Tidak Ada", "3", "Induk Tidak Ada tidak ditemukan."],
            ["Bidang Contoh", "Dinas Conto", "4", "Induk Dinas Conto tidak ditemukan."],
        ]
    page = send(browser, path, after)
    assert "Induk Dinas Conto tidak ditemukan" in page.words
    corrected = "nama;induk;Baris asal\nBidang Contoh;Dinas Contoh;4\n"
    page = send(browser, path, corrected.encode())
    (form,) = [each for each in page.forms if each.action.startswith("/instansi/impor/")]
    browser.submit(form, {})
    assert unit_named(app, "Bidang Contoh").parent_id == unit_named(app, "Dinas Contoh").id
    assert browser.client.get(f"{form.action}/perlu-diperbaiki").status_code == 302
    browser.sign_in(make.officer("Lain", at=ours))
    browser.get(sheet, expect=404)


def test_institutions_are_brought_by_a_coordinator(
    browser: Browser, app: Flask, keeper: Person, make: Factory
) -> None:
    content = b"kode;nama;jenis\nK-1;Kementerian Contoh;kementerian\n"
    page = send(browser, "/instansi/impor", content)
    (form,) = [each for each in page.forms if each.action.startswith("/instansi/impor/")]
    browser.submit(form, {})
    exported = browser.get("/instansi/instansi.csv").text
    assert "Kementerian Contoh" in exported
    page = send(browser, "/instansi/impor", exported.encode())
    assert "Tidak ada baris yang dapat diterapkan" in page.words
    browser.sign_in(make.coordinator("Lain"))
    browser.get(form.action, expect=404)


def send(browser: Browser, path: str, content: bytes, expect: int = 200) -> Page:
    """Upload a sheet, and see what is shown next."""
    browser.get(path)
    return browser.upload(path, [("lembar.csv", content)], field="sheet", expect=expect)
