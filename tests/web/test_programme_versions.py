"""A coordinator makes, changes and closes programmes, and sets targets of places."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.db import db, transaction
from lms.institutions.models import Institution, InstitutionKind
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.programmes.breakdown import list_by_institution
from lms.programmes.filling import FILLING, fill
from lms.programmes.models import ProgrammeTarget
from lms.programmes.queries import NATIONAL
from lms.programmes.targets import list_targets
from lms.programmes.versions import get_current, get_prepared
from lms.tables.writer import write_lines_xlsx
from tests.browser import Browser, Page
from tests.conftest import Statements
from tests.factories import Book, Factory, InstitutionRef

pytestmark = pytest.mark.both

LIST = "/koordinator/program"
NEW = f"{LIST}/baru"
PAGE = f"{LIST}/{NATIONAL}"
WORDS = "Yang dihitung adalah orang.\n\nSetiap orang satu kali."


def typed(book: Book, **fields: Any) -> dict[str, Any]:
    """A programme as it is typed."""
    return {
        "name": "HAM Daerah",
        "slug": "ham-daerah",
        "target_count": "1.200",
        "target_hours": "4.000",
        "starts_on": "2026-01-01",
        "ends_on": "",
        "modules": [str(book.module_id)],
        "definition": WORDS,
    } | fields


def count_through(app: Flask) -> None:
    """Do the jobs that count preparations through."""
    with app.app_context():
        with transaction():
            jobs = db.session.scalars(select(Job).where(Job.kind == FILLING).order_by(Job.id))
            runs = [
                Run(job.id, FILLING, job.arguments, None, frozenset(), 1, "claim") for job in jobs
            ]
        for run in runs:
            fill(run, clock=utc_now)
        db.session.remove()


def audited(make: Factory) -> list[str]:
    """What was done to programmes, in order."""
    entries = select(AuditEntry.action).where(AuditEntry.action.startswith("programme."))
    with make.inside():
        return list(db.session.scalars(entries.order_by(AuditEntry.id)))


@pytest.fixture
def book(make: Factory) -> Book:
    """A pocketbook that the national programme counts, with one certificate."""
    book = make.book()
    make.certificate(make.learner(at=make.institution("Pemerintah Kota Contoh")), book)
    return book


@pytest.fixture
def coordinator(browser: Browser, make: Factory) -> Browser:
    """A browser in which a coordinator is signed in."""
    browser.sign_in(make.coordinator())
    return browser


def change(browser: Browser, **fields: Any) -> Page:
    """Prepare a change of the national programme."""
    form = browser.get(f"{PAGE}/ubah").form(f"{PAGE}/ubah")
    return browser.submit(form, {"definition": WORDS, **fields})


def test_a_programme_is_made_counted_published_and_seen_by_everybody(
    app: Flask, coordinator: Browser, book: Book, make: Factory
) -> None:
    assert "1 Juta ASN" in coordinator.get(LIST).words
    page = coordinator.submit(coordinator.get(NEW).form(NEW), typed(book))
    assert page.path == f"{LIST}/ham-daerah"
    assert "Sedang dihitung: 0% orang" in page.words
    assert f"{LIST}/ham-daerah/terbitkan" not in page.text
    coordinator.get("/capaian/ham-daerah", expect=404)
    count_through(app)
    page = coordinator.get(f"{LIST}/ham-daerah")
    assert "1 dari 1.200 orang · 2 dari 4.000 JP" in page.words
    page = coordinator.submit(page.form(f"{LIST}/ham-daerah/terbitkan"))
    assert "Definisi versi 1 terbit." in page.words
    words = coordinator.another().get("/capaian/ham-daerah").words
    assert "1 dari 1.200 ASN telah tercapai 2 dari 4.000 JP" in words
    assert "Setiap orang satu kali." in words
    assert "Sertifikat yang diselesaikan sejak 1 Januari 2026." in words
    assert coordinator.get(f"/capaian/{NATIONAL}").path == "/capaian"
    assert audited(make) == ["programme.prepared", "programme.published"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slug": "Ham Daerah"}, "Pakai huruf kecil"),
        ({"slug": "baru"}, "Pakai huruf kecil"),
        ({"slug": ""}, "Pakai huruf kecil"),
        ({"target_count": "banyak"}, "Tulis banyaknya dengan angka"),
        ({"target_count": "0"}, "1 sampai 10.000.000"),
        ({"target_hours": "0"}, "1 sampai 1.000.000.000"),
        ({"ends_on": "2025-12-31"}, "tidak boleh sebelum hari pertama"),
        ({"starts_on": "0001-01-01"}, "antara tahun 2000 dan 2099"),
        ({"modules": ["999999"]}, "sedikitnya satu modul"),
        ({"modules": []}, "sedikitnya satu modul"),
        ({"definition": " "}, "Tulis apa yang dihitung"),
        ({"definition": "x" * 4_001}, "Paling panjang 4000 karakter"),
    ],
)
def test_what_is_no_programme_is_refused_at_its_field_and_kept(
    coordinator: Browser, book: Book, make: Factory, fields: dict[str, Any], sentence: str
) -> None:
    form = coordinator.get(NEW).form(NEW)
    page = coordinator.submit(form, typed(book, **{"name": "Nama <b>", **fields}), expect=422)
    assert sentence in page.words
    assert page.form(NEW).fields["name"] == ["Nama <b>"]
    assert audited(make) == []


def test_an_address_that_is_taken_is_refused(coordinator: Browser, book: Book) -> None:
    form = coordinator.get(NEW).form(NEW)
    page = coordinator.submit(form, typed(book, slug=NATIONAL), expect=409)
    assert "Alamat ini sudah dipakai program lain." in page.words


def test_a_change_says_what_differs_and_the_former_version_stays_readable(
    app: Flask, coordinator: Browser, book: Book, make: Factory
) -> None:
    other = make.book("tema-dua", counted=False)
    make.certificate(make.learner(at=make.institution()), other)
    keys = [str(book.module_id), str(other.module_id)]
    page = change(coordinator, modules=keys, target_count="2.000.000", ends_on="2029-12-31")
    count_through(app)
    page = coordinator.get(PAGE)
    assert "Sekarang: 1 orang dan 2 JP. Sesudah terbit: 2 orang dan 4 JP." in page.words
    assert "Target orang: 1.000.000 menjadi 2.000.000." in page.words
    assert "sejak 1 Januari 2025 menjadi 1 Januari 2025 sampai 31 Desember 2029." in page.words
    assert "tema-dua" not in page.words
    assert "mulai dihitung." in page.words
    assert "Kata-kata definisinya berubah." in page.words
    assert coordinator.get(f"{PAGE}/ubah").form(f"{PAGE}/ubah").fields["target_count"] == [
        "2000000"
    ]
    page = coordinator.submit(page.form(f"{PAGE}/terbitkan"))
    assert "Definisi versi 4 terbit." in page.words
    assert "2 dari 2.000.000 orang" in page.words
    assert "digantikan sampai" in page.words
    words = coordinator.get("/capaian").words
    assert "definisi versi 4" in words
    assert "Setiap orang satu kali." in words
    assert re.search(r"Versi sebelumnya berakhir demikian: versi 3, sampai .* \d{4}: 1 ASN", words)


def test_a_preparation_is_changed_and_discarded(
    coordinator: Browser, book: Book, make: Factory
) -> None:
    change(coordinator, name="Lain")
    page = change(coordinator, name="Lain Lagi")
    assert "Nama: 1 Juta ASN menjadi Lain Lagi." in page.words
    assert "belum selesai" in coordinator.post(f"{PAGE}/terbitkan", expect=409).words
    page = coordinator.submit(page.form(f"{PAGE}/buang"))
    assert "Persiapan dibuang." in page.words
    assert "Lain Lagi" not in page.words
    coordinator.post(f"{PAGE}/buang", expect=404)
    assert audited(make) == ["programme.prepared", "programme.revised", "programme.discarded"]


def test_a_first_version_that_is_discarded_leaves_nothing_in_the_list(
    coordinator: Browser, book: Book
) -> None:
    page = coordinator.submit(coordinator.get(NEW).form(NEW), typed(book))
    page = coordinator.submit(page.form(f"{LIST}/ham-daerah/buang"))
    assert page.path == LIST
    assert "HAM Daerah" not in page.words


def test_a_programme_is_closed_with_a_reason_and_its_figure_stays(
    coordinator: Browser, book: Book, make: Factory
) -> None:
    form = coordinator.get(f"{PAGE}/tutup").form(f"{PAGE}/tutup")
    assert "Tulis alasannya." in coordinator.submit(form, {"reason": ""}, expect=422).words
    assert "Tulis alasannya," in coordinator.submit(form, {"reason": " "}, expect=422).words
    page = coordinator.submit(form, {"reason": "Masanya selesai <i>."})
    assert "Alasan ditutup: Masanya selesai <i>." in page.words
    assert "Siapkan perubahan" not in page.words
    make.certificate(make.learner(at=make.institution()), book)
    assert "1 dari 1.000.000 orang" in coordinator.get(PAGE).words
    form = coordinator.get(f"{PAGE}/ubah").form(f"{PAGE}/ubah")
    refused = coordinator.submit(form, {"definition": WORDS}, expect=409)
    assert "sudah ditutup dan tidak dapat diubah lagi" in refused.words
    assert audited(make) == ["programme.closed"]


# Targets of places


@pytest.fixture
def province(app: Flask, make: Factory) -> InstitutionRef:
    """The government of a province."""
    ref = make.institution("Pemerintah Provinsi Contoh Utara")
    with app.app_context(), transaction():
        db.session.execute(
            update(Institution)
            .where(Institution.id == ref.id)
            .values(kind=InstitutionKind.PROVINCE, region_code="91")
        )
    return ref


def test_targets_are_set_changed_and_taken_away_for_what_is_prepared(
    app: Flask, coordinator: Browser, book: Book, make: Factory, province: InstitutionRef
) -> None:
    place = f"{PAGE}/target"
    assert "tidak diubah" in coordinator.get(place).words
    refused = coordinator.post(place, {"place": province.code, "people": "5"}, expect=404)
    assert "Tidak ada perubahan yang disiapkan" in refused.words
    change(coordinator)
    for code, people, hours in ((province.code, "1.500", ""), ("PROVINSI  91", "", "9.000")):
        form = coordinator.get(place).form(place)
        page = coordinator.submit(form, {"place": code, "people": people, "hours": hours})
        assert "Target disimpan." in page.words
    assert "Semua instansi di wilayah Pemerintah Provinsi Contoh Utara" in page.words
    for fields, sentence in (
        ({"place": "TIDAK-ADA", "people": "1"}, "tidak ada di daftar instansi"),
        ({"place": "provinsi 92", "people": "1"}, "tidak ada di daftar instansi"),
        ({"place": province.code, "people": "-1"}, "Tulis banyaknya dengan angka"),
        ({"place": province.code, "hours": "0"}, "1 sampai 1.000.000.000"),
        ({"place": "", "people": "1"}, "Tulis kodenya."),
    ):
        refused = coordinator.submit(page.form(place), fields, expect=422)
        assert sentence in refused.words
        assert refused.form(place).fields["place"] == [fields["place"]]
    count_through(app)
    coordinator.submit(coordinator.get(PAGE).form(f"{PAGE}/terbitkan"))
    with make.inside():
        found = [(each.code, *each.goal) for each in list_targets(get_current(NATIONAL).id)]
    assert found == [("provinsi 91", None, 9_000), (province.code, 1_500, None)]
    change(coordinator)
    page = coordinator.submit(
        coordinator.get(place).form(place), {"place": province.code, "people": ""}
    )
    assert "Target dihapus." in page.words
    with make.inside():
        assert len(list_targets(get_current(NATIONAL).id)) == 2
        assert len(list_targets(get_prepared(NATIONAL).id)) == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_targets_come_by_a_sheet_whose_bad_lines_are_told_with_number_and_reason(
    coordinator: Browser, book: Book, make: Factory, province: InstitutionRef, kind: str
) -> None:
    ours, other = make.institution(), make.institution()
    change(coordinator)
    rows = [
        ["kode", "orang", "jp"],
        [ours.code, "120", "400"],
        ["provinsi 91", "5.000", ""],
        ["=1+1", "5", ""],
        [other.code, "banyak", ""],
        [ours.code, "7", ""],
    ]
    content = "\n".join(";".join(row) for row in rows).encode()
    if kind == "xlsx":
        content = write_lines_xlsx("x", enumerate(rows, start=1), heading_line=1)
    place = f"{PAGE}/target"
    page = coordinator.upload(f"{place}/berkas", [(f"t.{kind}", content)], field="sheet")
    assert "2 target disimpan." in page.words
    for words in ("4 =1+1 Kode ini tidak ada", f"5 {other.code} Tulis banyaknya", "6"):
        assert words in page.words
    assert "Kode ini sudah ada di baris di atasnya." in page.words
    text = coordinator.get(f"{place}.csv").text.removeprefix("\ufeff")
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    assert lines[0] == ["kode", "nama", "orang", "jp"]
    assert [(line[0], *line[2:]) for line in lines[1:]] == [
        ("provinsi 91", "5000", ""),
        (ours.code, "120", "400"),
    ]
    page = coordinator.upload(f"{place}/berkas", [("t.csv", text.encode())], field="sheet")
    assert "2 target disimpan." in page.words
    assert "Ditolak" not in page.words


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"a;b\n1;2", b"\x00\xff" * 99, b"kode;orang\n" + b"x;1\n" * 5_001]
)
def test_what_is_no_sheet_of_targets_changes_nothing(
    coordinator: Browser, book: Book, make: Factory, content: bytes
) -> None:
    change(coordinator)
    place = f"{PAGE}/target/berkas"
    page = coordinator.upload(place, [("t.csv", content)], field="sheet", expect=422)
    assert "tidak terbaca sebagai tabel" in page.words
    assert make.count(ProgrammeTarget) == 0


def test_lists_cost_as_much_with_twenty_rows_as_with_two(
    app: Flask, coordinator: Browser, book: Book, make: Factory, statements: Statements
) -> None:
    change(coordinator)

    def add_targets(count: int) -> None:
        institutions = [make.institution().id for _ in range(count)]
        with app.app_context(), transaction():
            prepared_id = get_prepared(NATIONAL).id
            for each in institutions:
                row = ProgrammeTarget(programme_id=prepared_id, institution_id=each, people_count=3)
                db.session.add(row)

    def costs() -> list[int]:
        made = []
        for path in (LIST, PAGE, f"{PAGE}/target"):
            with statements() as seen:
                coordinator.get(path)
            made.append(len(seen))
        return made

    add_targets(2)
    before = costs()
    add_targets(60)
    assert costs() == before
    assert "Halaman 1 dari 2" in coordinator.get(f"{PAGE}/target").words
    assert "Halaman 2 dari 2" in coordinator.get(f"{PAGE}/target?halaman=99").words


def test_the_breakdown_says_what_an_institution_is_to_reach(
    app: Flask, coordinator: Browser, book: Book, make: Factory
) -> None:
    change(coordinator)
    with app.app_context(), transaction():
        prepared = get_prepared(NATIONAL)
        counted = db.session.scalars(
            select(Institution).where(Institution.name == "Pemerintah Kota Contoh")
        ).one()
        db.session.add(
            ProgrammeTarget(programme_id=prepared.id, institution_id=counted.id, people_count=40)
        )
    with make.inside():
        assert [each.target for each in list_by_institution(NATIONAL)] == [None]
    count_through(app)
    coordinator.submit(coordinator.get(PAGE).form(f"{PAGE}/terbitkan"))
    with make.inside():
        reached = list_by_institution(NATIONAL)
        assert [(each.count, each.credit_hours, each.target) for each in reached] == [(1, 2, 40)]
