"""Many certificates at once: uploaded, checked as a job, given back as the asker's own sheet."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, event, select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.accounts.numbers import mask_number
from lms.addresses import credential_issuer
from lms.audit import AuditEntry
from lms.certificates.codes import code_from_bits, show_code
from lms.certificates.facts import Imprint
from lms.certificates.printing import print_certificate
from lms.certificates.queries import find_certificate, get_any_certificate
from lms.certificates.theme import theme_of
from lms.checking.bulk.columns import MOST_ROWS, SPARE_ROWS
from lms.checking.bulk.models import BulkCheck, CheckedRow, UploadKind, UploadPiece
from lms.checking.bulk.service import (
    MOST_WAITING,
    PIECE,
    forget_old_bulk_checks,
    has_old_bulk_checks,
)
from lms.db import db, read_only, transaction
from lms.http.cookies import name_of
from lms.http.principal import COOKIE
from lms.job_kinds import job_kinds
from lms.jobs.models import Job, JobFile, JobFilePart, JobState
from lms.jobs.service import forget_old
from lms.printing.fonts import BUILT_FONTS
from lms.sheets.service import make_pdf
from lms.worker.runner import Runner
from tests.browser import Browser, Page
from tests.conftest import SETTINGS
from tests.factories import REASON, Factory, Issued, Person
from tests.forgeries import saved_anew
from tests.hostile_pdfs import one_page
from tests.knocking import knock
from tests.sheets import Cell, xlsx, zipped

PLACE = "/verifikasi/banyak"
LEASE = timedelta(minutes=1)
NOBODYS = code_from_bits(123_456)

pytestmark = pytest.mark.both


class World:
    """An officer with one of their people, and somebody of another institution."""

    def __init__(self, make: Factory) -> None:
        self.ours = make.institution("Kota Contoh")
        self.officer = make.officer("Ratna", at=self.ours)
        book = make.book()
        self.siti = make.certificate(make.learner("Siti Aminah, S.H.", at=self.ours), book)
        elsewhere = make.institution("Kota Lain")
        self.budi = make.certificate(make.learner("Budi Santoso", at=elsewhere), book)


@pytest.fixture
def world(make: Factory) -> World:
    return World(make)


@pytest.fixture
def officer(browser: Browser, world: World) -> Person:
    """The officer of the world, signed in."""
    browser.sign_in(world.officer)
    return world.officer


def work(app: Flask) -> None:
    """Do all that was asked for, as a worker does."""
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    with app.app_context():
        job_ids = list(db.session.scalars(select(Job.id).order_by(Job.id)))
        db.session.rollback()
    for job_id in job_ids:
        Runner(app, kinds, LEASE).run_job(job_id)


def upload(browser: Browser, *files: tuple[str, bytes], expect: int = 200) -> Page:
    browser.get(PLACE)
    return browser.upload(PLACE, files, field="berkas", expect=expect)


def check_sheet(browser: Browser, content: bytes, name: str = "daftar.xlsx") -> Page:
    """Upload a sheet, confirm what was guessed of it, have it checked, and open the result."""
    page = upload(browser, (name, content))
    assert page.path.endswith("/kolom"), page.words
    page = browser.submit(page.forms[-1])
    work(browser.app)
    return browser.get(page.path)


def lines_of(browser: Browser, page: Page) -> list[list[str]]:
    """The result as CSV, which has to say the same as the XLSX beside it."""
    csv_link, xlsx_link = (
        next(link for link in page.links if link.endswith(ending)) for ending in (".csv", "/berkas")
    )
    text = browser.get(csv_link).data.decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(xlsx_link).data))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert len(rows) == len(lines)
    assert [str(row[-11]) for row in rows] == [line[-11] if line else "" for line in lines]
    return lines


def row_of(lines: Sequence[Sequence[str]], number: int) -> dict[str, str]:
    """A line of a result by the headings of its first line."""
    return dict(zip(lines[0], lines[number], strict=True))


def pdf_of(make: Factory, issued: Issued, **changes: str) -> bytes:
    """The printed page of a certificate, or of one that says something else."""
    from dataclasses import replace

    with make.inside():
        found = find_certificate(issued.code)
        db.session.rollback()
    assert found is not None
    facts = replace(found.facts, **changes)  # type: ignore[arg-type]
    imprint = Imprint("Kementerian Contoh", f"https://sakuham.example/v/{facts.code}")
    return print_certificate(facts, imprint, theme_of(facts.theme), fonts=BUILT_FONTS)


# Sheets


def test_a_sheet_comes_back_as_it_was_with_our_columns_beside(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    siti = world.siti
    make.revoke(world.budi)
    rows: list[list[Cell]] = [
        ["No", "Nama", "NIP", "Kode verifikasi", "JP", "Catatan"],
        [1, "SITI AMINAH", siti.person.number, show_code(siti.code).lower(), 2, "=1+1"],
        [2, "Budi", None, f"https://sakuham.example/v/{world.budi.code}", None, None],
        [],
        [3, "Entah", None, NOBODYS, None, "-"],
        [4, "Keliru", None, siti.code[:-1] + ("A" if siti.code[-1] != "A" else "B"), None, None],
        [5, "Jumlah", None, None, None, None],
    ]
    page = check_sheet(browser, xlsx(rows))
    lines = lines_of(browser, page)
    assert lines[0][:6] == rows[0]
    assert lines[3] == []
    first, second, third, fourth, fifth = (row_of(lines, number) for number in (1, 2, 4, 5, 6))
    assert first["Hasil pemeriksaan"] == "sah"
    assert first["Nama"] == "SITI AMINAH"
    assert first["Nama pada sertifikat"] == "Siti Aminah, S.H."
    assert first["NIP pada sertifikat"] == siti.person.number
    assert first["Ada dalam daftar Anda"] == "ya"
    assert first["Tautan pemeriksaan"] == f"https://sakuham.example/v/{siti.code}"
    assert second["Hasil pemeriksaan"] == "dicabut"
    assert "Dicabut pada" in second["Keterangan"]
    assert second["Ada dalam daftar Anda"] == "tidak"
    assert (third["Hasil pemeriksaan"], third["Catatan"]) == ("tidak dikenal", "'-")
    assert "Tidak ada sertifikat" in third["Keterangan"]
    assert "karakter ke-12" in fourth["Keterangan"]
    assert fifth["Hasil pemeriksaan"] == "tanpa kode"


def test_who_signed_below_the_list_is_no_unknown_certificate(
    browser: Browser, world: World, officer: Person
) -> None:
    siti = world.siti
    rows: list[list[Cell]] = [
        ["No", "Nama", "Kode verifikasi"],
        [1, "Siti Aminah", siti.code],
        [2, "Kepala Badan", "Tidak ada"],
        [3, None, world.budi.code],
        [4, "Keliru", siti.code[:-1]],
        [],
        [None, None, "Kota Contoh, 3 Maret 2026"],
        [None, None, "Kepala Badan Kepegawaian,"],
        [None, None, "Dr. Ratna Dewi, M.Si."],
        [None, None, "Pembina Tk. I (IV/b)"],
        [None, None, "NIP. 19700101 200003 2 009"],
    ]
    page = check_sheet(browser, xlsx(rows))
    lines = lines_of(browser, page)
    found = [row_of(lines, number)["Hasil pemeriksaan"] for number in (1, 2, 3, 4)]
    assert found == ["sah", "tidak dikenal", "sah", "tidak dikenal"]
    below = [row_of(lines, number) for number in range(6, 11)]
    assert {row["Hasil pemeriksaan"] for row in below} == {"tanpa kode"}
    assert {row["Keterangan"] for row in below} == {
        "Tulisan di bawah daftar, bukan kode atau nomor."
    }


def test_numbers_stay_numbers_and_days_stay_days(
    browser: Browser, world: World, officer: Person
) -> None:
    from datetime import date

    rows: list[list[Cell]] = [
        ["Kode", "Lahir", "Nilai"],
        [world.siti.code, date(1905, 1, 17), 87.5],
    ]
    page = check_sheet(browser, xlsx(rows))
    link = next(link for link in page.links if link.endswith("/berkas"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    assert book.get_sheet_by_index(0).to_python()[1][:3] == rows[1]


def test_what_differs_stands_side_by_side(browser: Browser, world: World, officer: Person) -> None:
    siti = world.siti
    rows: list[list[Cell]] = [
        ["Nama lengkap", "NIP", "Kode", "JP"],
        ["Sinta Aminah", "190001012020012001", siti.code, 40],
    ]
    page = check_sheet(browser, xlsx(rows))
    said = row_of(lines_of(browser, page), 1)
    assert said["Hasil pemeriksaan"] == "data berbeda"
    for pair in (
        "Nama: tertulis “Sinta Aminah”, pada catatan kami “Siti Aminah, S.H.”",
        f"NIP: tertulis “190001012020012001”, pada catatan kami “{siti.person.number}”",
        "JP: tertulis “40”",
    ):
        assert pair in said["Keterangan"]
        assert pair in page.words


def test_of_strangers_no_whole_number_is_shown_and_a_guessed_number_tells_no_name(
    browser: Browser, world: World, officer: Person
) -> None:
    budi = world.budi
    hidden = mask_number(budi.person.number)
    rows: list[list[Cell]] = [
        ["Nama", "No. Sertifikat", "NIP"],
        ["", budi.number, ""],
        ["BUDI SANTOSO", budi.number, ""],
        ["", budi.code, "190001012020019999"],
    ]
    page = check_sheet(browser, xlsx(rows))
    lines = lines_of(browser, page)
    guessed, named, coded = (row_of(lines, number) for number in (1, 2, 3))
    assert guessed["Nama pada sertifikat"] == "Bu•• Sa•••••"
    assert guessed["Tautan pemeriksaan"] == ""
    assert named["Nama pada sertifikat"] == "Budi Santoso"
    assert "baris 2" in named["Keterangan"]
    assert coded["Nama pada sertifikat"] == "Budi Santoso"
    assert {each["NIP pada sertifikat"] for each in (guessed, named, coded)} == {hidden}
    assert budi.person.number not in page.text
    assert hidden in coded["Keterangan"]


def test_why_a_certificate_was_revoked_is_told_of_ones_own_people_only(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    """The page of a check tells nobody."""
    for issued in (world.siti, world.budi):
        make.revoke(issued)
    rows: list[list[Cell]] = [["Kode"], [world.siti.code], [world.budi.code]]
    lines = lines_of(browser, check_sheet(browser, xlsx(rows)))
    ours, theirs = (row_of(lines, number) for number in (1, 2))
    assert ours["Hasil pemeriksaan"] == theirs["Hasil pemeriksaan"] == "dicabut"
    assert REASON in ours["Keterangan"]
    assert REASON not in theirs["Keterangan"]


def test_a_registrar_sees_everybodys_number_and_has_no_list(
    browser: Browser, make: Factory, world: World
) -> None:
    browser.sign_in(make.coordinator())
    page = check_sheet(browser, xlsx([["Nomor sertifikat"], [world.budi.number]]))
    said = row_of(lines_of(browser, page), 1)
    assert said["NIP pada sertifikat"] == world.budi.person.number
    assert said["Ada dalam daftar Anda"] == ""


def test_who_waits_for_confirmation_is_on_the_list_and_masked(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    dewi = make.certificate(make.learner("Dewi", at=world.ours, confirmed=False), world.siti.book)
    page = check_sheet(browser, xlsx([["Kode"], [dewi.code]]))
    said = row_of(lines_of(browser, page), 1)
    assert said["Ada dalam daftar Anda"] == "ya, menunggu konfirmasi"
    assert said["NIP pada sertifikat"] == mask_number(dewi.person.number)
    assert "belum dikonfirmasi" in said["Keterangan"]


def test_a_csv_with_semicolons_and_written_out_links_is_checked(
    browser: Browser, world: World, officer: Person
) -> None:
    text = (
        "\ufeffNama;Tautan\r\n"
        f'"Siti Aminah, S.H.";"=HYPERLINK(""https://sakuham.example/v/{world.siti.code}"",""Lihat"")"\r\n'
        f"Budi Santoso;{world.budi.code.replace('0', 'O')}\r\n"
    )
    page = check_sheet(browser, text.encode(), "daftar.csv")
    lines = lines_of(browser, page)
    assert [line[2] for line in lines[1:]] == ["sah", "sah"]
    assert lines[1][1].startswith("'=HYPERLINK")


def test_a_sheet_without_headings_gets_ours_above_it(
    browser: Browser, world: World, officer: Person
) -> None:
    page = check_sheet(browser, xlsx([[world.siti.code], [world.budi.code]]))
    lines = lines_of(browser, page)
    assert lines[0][:2] == ["", "Hasil pemeriksaan"]
    assert [line[:2] for line in lines[1:]] == [[world.siti.code, "sah"], [world.budi.code, "sah"]]


def test_the_columns_may_be_chosen_otherwise_but_none_for_two(
    browser: Browser, world: World, officer: Person
) -> None:
    content = xlsx([["Kode lama", "Kode baru"], [world.budi.code, world.siti.code]])
    page = upload(browser, ("daftar.xlsx", content))
    assert page.forms[-1].fields["reference"] == ["0"]
    page = browser.submit(page.forms[-1], {"reference": "1", "name": "1"}, expect=422)
    assert "sudah dipilih untuk isian lain" in page.words
    page = browser.submit(page.forms[-1], {"reference": "1", "name": ""})
    work(browser.app)
    lines = lines_of(browser, browser.get(page.path))
    assert row_of(lines, 1)["Nama pada sertifikat"] == "Siti Aminah, S.H."
    browser.get(page.path + "/kolom", expect=302)


def test_a_confirmation_pressed_twice_asks_once(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = upload(browser, ("daftar.xlsx", xlsx([["Kode"], [world.siti.code]])))
    form = page.forms[-1]
    browser.submit(form)
    browser.submit(form)
    assert make.count(Job) == 1


# Files


def test_each_file_of_an_archive_has_its_row_whatever_is_wrong_with_it(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    archive = zipped(
        {
            "Unit A/siti.pdf": pdf_of(make, world.siti),
            "Unit A/palsu.pdf": pdf_of(make, world.siti, holder_name="Sinta Palsu"),
            "asing.pdf": one_page(b"(Piagam) Tj"),
            "catatan.txt": b"bukan PDF",
            "dalam.zip": zipped({"x.pdf": b"%PDF-"}),
        }
    )
    page = upload(browser, ("sertifikat.zip", archive))
    assert "Sedang diperiksa" in page.words
    work(browser.app)
    page = browser.get(page.path)
    lines = lines_of(browser, page)
    verdicts = {line[0]: line[1] for line in lines[1:]}
    assert verdicts == {
        "Unit A/siti.pdf": "sah",
        "Unit A/palsu.pdf": "data berbeda",
        "asing.pdf": "bukan sertifikat kami",
        "catatan.txt": "tidak terbaca",
        "dalam.zip": "tidak terbaca",
    }
    assert lines[0][0] == "Berkas"
    assert "Sinta Palsu" in row_of(lines, 2)["Keterangan"]
    assert "ZIP di dalam ZIP" in row_of(lines, 5)["Keterangan"]
    # The troubled ones stand first on the page.
    assert page.words.index("palsu.pdf") < page.words.index("siti.pdf")
    only = browser.get(page.path + "?hasil=valid")
    assert "siti.pdf" in only.words
    assert "palsu.pdf" not in only.words


def test_who_only_seems_to_be_signed_in_keeps_no_place(
    app: Flask, browser: Browser, make: Factory, world: World
) -> None:
    left = browser.sign_in(world.officer)
    browser.post("/keluar", expect=302)
    learner = browser.another().sign_in(make.learner())
    with app.app_context():
        name = name_of(COOKIE)
    for cookie in (
        "",
        f"{name}=",
        f"{name}=abc",
        f"x{name}=1; {name}",
        f"{name}={left}",
        f'{name}="\\000\\377"; {name}=\xff\xfe',
        f"{name}={'a' * 100_000}",
        f"{name}=' OR 1=1 --",
        f"{name}={left}; " * 500,
    ):
        assert knock(app, cookie).status_code == 401, cookie[:60]
    assert knock(app, f"{name}={learner}").status_code == 403


def test_a_folder_is_sent_with_the_paths_of_its_files(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    pdf = pdf_of(make, world.siti)
    browser.get(PLACE)
    page = browser.upload(PLACE, [("f/a/x.pdf", pdf), ("f/b/x.pdf", pdf)], field="folder")
    work(browser.app)
    lines = lines_of(browser, browser.get(page.path))
    assert [line[:2] for line in lines[1:]] == [["f/a/x.pdf", "sah"], ["f/b/x.pdf", "sah"]]
    assert "f/a/x.pdf" in lines[2][2]


def test_of_a_file_without_a_seal_is_told_what_was_compared(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    with make.inside():
        certificate = get_any_certificate(world.siti.code)
        as_made = make_pdf(certificate, credential_issuer(), is_sealed=False)
        db.session.rollback()
    copied = saved_anew(as_made)
    page = upload(
        browser,
        ("kami.pdf", as_made),
        ("salinan.pdf", copied),
        ("asing.pdf", one_page(b"(Piagam) Tj")),
    )
    work(browser.app)
    lines = lines_of(browser, browser.get(page.path))
    told = {line[0]: (line[1], line[2]) for line in lines[1:]}
    assert told["kami.pdf"] == ("sah", "Berkas ini sama bita demi bita dengan yang kami terbitkan.")
    assert told["salinan.pdf"][0] == "sah"
    assert told["salinan.pdf"][1].startswith("Berkas ini tidak bersegel; yang dibandingkan")
    assert "segel" not in told["asing.pdf"][1]


@pytest.mark.usefixtures("keys")
def test_a_seal_that_was_broken_is_told_and_a_whole_one_too(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    with make.inside():
        certificate = get_any_certificate(world.siti.code)
        whole = make_pdf(certificate, credential_issuer())
        db.session.rollback()
    broken = whole.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert broken != whole
    page = upload(browser, ("utuh.pdf", whole), ("rusak.pdf", broken))
    work(browser.app)
    lines = lines_of(browser, browser.get(page.path))
    told = {line[0]: (line[1], line[2]) for line in lines[1:]}
    assert told["utuh.pdf"] == ("sah", "Segel elektroniknya utuh.")
    assert told["rusak.pdf"][0] == "berkas diubah"
    assert "Segel elektroniknya rusak" in told["rusak.pdf"][1]


def test_a_pdf_that_is_called_a_spreadsheet_is_checked_as_what_it_is(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = upload(browser, ("daftar.xlsx", pdf_of(make, world.siti)))
    work(browser.app)
    assert lines_of(browser, browser.get(page.path))[1][:2] == ["daftar.xlsx", "sah"]


# What is refused


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Pilih dahulu berkas"),
        ([("kosong.csv", b"")], "tidak dapat dibaca sebagai tabel"),
        ([("foto.jpg", b"\xff\xd8\xff\0\0")], "tidak dapat dibaca sebagai tabel"),
        ([("judul.csv", b"Nama;Kode verifikasi\n")], "hanya berisi judul"),
        ([("rusak.zip", b"PK\x03\x04x")], "ZIP ini rusak"),
        ([(f"{number}.pdf", b"%PDF-") for number in range(501)], "501 berkas"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(
    browser: Browser, officer: Person, files: list[tuple[str, bytes]], sentence: str
) -> None:
    page = upload(browser, *files, expect=422)
    assert sentence in page.words
    assert "Paling banyak 500 PDF" in page.words


def test_so_many_rows_and_no_more(browser: Browser, officer: Person) -> None:
    lines = "Kode\n" + "ABCDEFGHJKMN\n" * (MOST_ROWS + SPARE_ROWS + 1)
    page = upload(browser, ("daftar.csv", lines.encode()), expect=422)
    assert "10.101 baris" in page.words


def test_a_sheet_as_wide_as_a_bomb_is_refused(browser: Browser, officer: Person) -> None:
    wide = ";".join("x" for _ in range(61))
    page = upload(browser, ("lebar.csv", f"{wide}\n{wide}\n".encode()), expect=422)
    assert "61 kolom" in page.words


# Whose it is, and for how long


def test_only_who_asked_sees_it(
    browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = check_sheet(browser, xlsx([["Kode"], [world.siti.code]]))
    other = browser.another()
    other.sign_in(make.officer("Lain", at=world.ours))
    for address in (page.path, page.path + ".csv", page.path + "/kolom"):
        other.get(address, expect=404)


def test_a_result_about_people_goes_with_the_role(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = check_sheet(browser, xlsx([["Kode"], [world.siti.code]]))
    with app.app_context(), transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
    browser.get(page.path, expect=403)


def test_a_result_of_a_registrar_goes_with_that_role_though_another_stays(
    app: Flask, browser: Browser, make: Factory, world: World
) -> None:
    person = make.officer(at=world.ours)
    with app.app_context(), transaction():
        account = db.session.get_one(Account, person.id)
        db.session.add(RoleGrant(role=Role.ADMIN, granted_at=make.now, account=account))
    browser.sign_in(person)
    page = check_sheet(browser, xlsx([["Kode"], [world.siti.code]]))
    with app.app_context(), read_only():
        job_id = db.session.scalars(select(Job.id)).one()
    browser.get(f"/pekerjaan/{job_id}/berkas")
    with app.app_context(), transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.role == Role.ADMIN))
    browser.get(page.path, expect=404)
    browser.get(f"/pekerjaan/{job_id}/berkas", expect=404)


def test_a_role_that_ends_before_the_check_ends_it_too(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = upload(browser, ("daftar.xlsx", xlsx([["Kode"], [world.siti.code]])))
    browser.submit(page.forms[-1])
    with app.app_context(), transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
    work(app)
    with app.app_context():
        job = db.session.scalars(select(Job)).one()
        assert (job.state, job.failure) == (
            JobState.FAILED,
            "Peran Anda sudah berubah. Unggah sekali lagi untuk diperiksa.",
        )
        db.session.rollback()


@pytest.mark.parametrize("is_documents", [True, False])
def test_an_upload_is_forgotten_when_it_was_checked_and_a_result_after_three_days(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person, is_documents: bool
) -> None:
    if is_documents:
        upload(browser, ("a.pdf", pdf_of(make, world.siti)))
        work(app)
    else:
        check_sheet(browser, xlsx([["Kode"], [world.siti.code]]))
    for days, pieces, rows in ((0, 0, 1), (4, 0, 0)):
        now = make.now + timedelta(days=days, minutes=1)
        with app.app_context():
            with read_only():
                assert has_old_bulk_checks(now=now)
            with transaction():
                forget_old_bulk_checks(now=now)
                forget_old(now=now + timedelta(days=31 if days else 0))
        assert (make.count(UploadPiece), make.count(CheckedRow)) == (pieces, rows)
    assert make.count(BulkCheck) == 0
    with app.app_context(), read_only():
        assert not has_old_bulk_checks(now=make.now)


def test_an_upload_that_nobody_confirms_is_kept_for_a_day_and_three_at_most(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    for _ in range(MOST_WAITING + 2):
        upload(browser, ("daftar.xlsx", xlsx([["Kode"], [world.siti.code]])))
    assert make.count(BulkCheck) == MOST_WAITING
    with app.app_context():
        with read_only():
            assert not has_old_bulk_checks(now=make.now + timedelta(hours=23))
        with transaction():
            forget_old_bulk_checks(now=make.now + timedelta(hours=25))
    assert make.count(BulkCheck) == 0


def test_a_check_that_was_cancelled_is_done_anew_while_the_upload_is_there(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = upload(browser, ("a.pdf", pdf_of(make, world.siti)))
    browser.submit(page.form("/pekerjaan/1/batal"))
    page = browser.get(page.path)
    assert "Pemeriksaan tidak selesai" in page.words
    browser.submit(page.form("/pekerjaan/1/ulang"))
    work(app)
    assert "sah" in browser.get(page.path).words


def test_one_without_its_upload_says_so(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = upload(browser, ("a.pdf", pdf_of(make, world.siti)))
    browser.submit(page.form("/pekerjaan/1/batal"))
    with app.app_context(), transaction():
        forget_old_bulk_checks(now=make.now)
    browser.submit(browser.get(page.path).form("/pekerjaan/1/ulang"))
    work(app)
    assert "tidak disimpan lagi" in browser.get(page.path).words


def test_a_job_never_checks_what_somebody_else_has_uploaded(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    """Numbers of rows come again on SQLite, and a job of before may be done anew."""
    page = upload(browser, ("a.pdf", pdf_of(make, world.siti)))
    browser.submit(page.form("/pekerjaan/1/batal"))
    with app.app_context(), transaction():
        db.session.execute(update(BulkCheck).values(job_id=None, asker_id=world.budi.person.id))
        db.session.execute(update(Job).values(state=JobState.WAITING))
    work(app)
    with app.app_context():
        assert db.session.scalars(select(Job.state)).one() is JobState.FAILED
        db.session.rollback()


def test_a_run_that_was_cut_off_is_done_again_without_doubling_its_rows(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    page = check_sheet(browser, xlsx([["Kode"], [world.siti.code], [world.budi.code]]))
    with app.app_context(), transaction():
        db.session.execute(update(Job).values(state=JobState.WAITING))
        for table in (JobFilePart, JobFile):
            db.session.execute(delete(table))
    work(app)
    assert make.count(CheckedRow) == 2
    assert len(lines_of(browser, browser.get(page.path))) == 3


def test_the_audit_log_says_who_and_how_many_and_nobodys_name(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    check_sheet(browser, xlsx([["Nama", "Kode"], ["Siti Aminah", world.siti.code]]))
    with app.app_context():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "certificates.checked_in_bulk")
        ).one()
        assert entry.actor_id == officer.id
        assert entry.details == {"kind": "table", "count": 1}
        db.session.rollback()


def test_a_colleague_behind_the_same_address_is_not_in_the_way(
    app: Flask, browser: Browser, make: Factory, world: World, officer: Person
) -> None:
    sheet = ("daftar.xlsx", xlsx([["Kode"], [world.siti.code]]))
    for _ in range(30):
        upload(browser, sheet)
    page = upload(browser, sheet, expect=429)
    assert "dari akun Anda" in page.words
    other = browser.another()
    other.sign_in(make.officer("Lain", at=world.ours))
    assert upload(other, sheet).path.endswith("/kolom")


def test_the_way_there_is_shown_to_who_may(browser: Browser, make: Factory, world: World) -> None:
    assert PLACE not in browser.get("/verifikasi").links
    browser.sign_in(world.siti.person)
    assert PLACE not in browser.get("/verifikasi").links
    for person in (world.officer, make.learner(roles=((Role.ADMIN, None),))):
        browser.sign_in(person)
        assert PLACE in browser.get("/verifikasi").links


def test_pages_of_a_long_result_follow_each_other(
    browser: Browser, world: World, officer: Person
) -> None:
    rows: list[list[Cell]] = [["Kode"], [world.siti.code]]
    rows += [[NOBODYS]] * 60
    page = check_sheet(browser, xlsx(rows))
    assert "Halaman 1 dari 2" in page.words
    second = browser.get(page.path + "?halaman=2")
    assert "Siti Aminah" in second.words
    assert "Siti Aminah" not in page.words


def test_a_large_upload_keeps_nobody_who_writes_waiting(
    app: Flask, browser: Browser, make: Factory, officer: Person
) -> None:
    """SQLite has one writer: it is stored a few megabytes at a time."""
    seen: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INSERT INTO bulk_check_pieces" in statement:
            seen[-1] += 1

    def begin(_connection: object) -> None:
        seen.append(0)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "begin", begin)
    try:
        upload(browser, ("a.pdf", b"%PDF-" + bytes(3 * PIECE)))
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", begin)
    assert max(seen) == 1
    assert sum(seen) == make.count(UploadPiece) == 4


def test_an_upload_that_was_cut_off_is_not_shown_and_is_forgotten(
    app: Flask, browser: Browser, make: Factory, officer: Person
) -> None:
    with app.app_context(), transaction():
        db.session.add(
            BulkCheck(
                asker_id=officer.id,
                kind=UploadKind.DOCUMENTS,
                name="terputus",
                item_count=1,
                created_at=make.now,
            )
        )
    assert "terputus" not in browser.get(PLACE).words
    browser.get(f"{PLACE}/1", expect=404)
    with app.app_context(), transaction():
        forget_old_bulk_checks(now=make.now + timedelta(hours=25))
    assert make.count(BulkCheck) == 0
