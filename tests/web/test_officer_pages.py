"""An HR officer's pages: the list, its files, confirming, adding and correcting."""

import csv
import re
from io import BytesIO, StringIO
from urllib.parse import urlencode, urlsplit

import pytest
from python_calamine import CalamineWorkbook

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.certificates.enums import RevocationGround
from lms.db import db
from lms.mail import list_recent_mail
from lms.web.exports import jobs
from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

FORMULAS = (
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "  =1+1"),
    *("\uff1d1+1", "\uff0b1+1", "\uff0d2+3", "\uff20SUM(A1)", "\ufe6b1", "\u3000\uff1d1"),
)

FILE = "/kepegawaian/ekspor/berkas"

pytestmark = pytest.mark.both


def enter(browser: Browser, make: Factory, institution: InstitutionRef) -> Person:
    """Sign the officer of an institution in."""
    officer = make.officer("Ratna", at=institution)
    browser.sign_in(officer)
    return officer


def rows_of_csv(browser: Browser, query: str = "") -> list[list[str]]:
    """The list as CSV, read as a spreadsheet does."""
    page = browser.get(f"{FILE}.csv{query}")
    assert page.text.startswith("\ufeff")
    return list(csv.reader(StringIO(page.text.removeprefix("\ufeff")), delimiter=";"))


def rows_of_xlsx(browser: Browser, query: str = "") -> list[list[object]]:
    """The list as XLSX, read back."""
    page = browser.get(f"{FILE}.xlsx{query}")
    book = CalamineWorkbook.from_filelike(BytesIO(page.data))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def test_the_files_hold_what_the_page_shows(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    ratna = enter(browser, make, ours)
    issued = make.certificate(make.learner("Ayu", at=ours))
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    as_text = rows_of_csv(browser)
    assert [row[0] for row in as_text[1:]] == ["Dewi", "Ayu", ratna.name]
    ayu = dict(zip(as_text[0], as_text[2], strict=True))
    assert ayu["NIP atau NI PPPK"] == issued.person.number
    assert (ayu["Jenis"], ayu["Terkonfirmasi"], ayu["Kemajuan"]) == ("PNS", "ya", "selesai")
    assert dict(zip(as_text[0], as_text[1], strict=True))["Terkonfirmasi"] == "belum"
    assert dewi.number in as_text[1]
    as_cells = rows_of_xlsx(browser)
    assert [[_as_text(cell) for cell in row] for row in as_cells] == as_text


def _as_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell or "")


def test_the_list_has_no_column_that_is_empty_and_the_number_before_the_buttons(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian")
    heads = [
        " ".join(tag.text.split()) for tag in page.document.all("th") if tag.get("scope") == "col"
    ]
    assert heads == ["Nama dan NIP", "Jenis", "Akun", "Tindakan"]
    assert page.text.index(dewi.number) < page.text.index("Bukan pegawai kami")
    issued = make.certificate(make.learner("Ayu", at=ours))
    heads = [" ".join(tag.text.split()) for tag in browser.get("/kepegawaian").document.all("th")]
    code = issued.book.source.code
    assert {code, "Aktivitas terakhir", "JP tahun ini"} <= set(heads)


def test_no_cell_is_run_as_a_formula(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    for formula in FORMULAS:
        make.learner(formula, at=ours)
    names = {row[0] for row in rows_of_csv(browser)[1:]} - {"Ratna"}
    assert names == {f"'{formula}" for formula in FORMULAS}
    page = browser.get(f"{FILE}.xlsx")
    assert {row[0] for row in rows_of_xlsx(browser)[1:]} - {"Ratna"} == set(FORMULAS)
    assert b"<f>" not in page.data


def test_the_files_hold_what_the_page_was_filtered_to(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Ayu", at=ours)
    make.learner("Dewi", at=ours, confirmed=False)
    assert [row[0] for row in rows_of_csv(browser, "?status=waiting")[1:]] == ["Dewi"]
    assert [row[0] for row in rows_of_csv(browser, "?cari=ayu")[1:]] == ["Ayu"]
    assert [row[0] for row in rows_of_xlsx(browser, "?cari=tiada")[1:]] == []


def test_the_buttons_send_what_the_list_was_asked(
    browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.certificate(make.learner("Ayu", at=ours))
    for name in ("Budi", "Citra"):
        make.learner(name, at=ours, confirmed=False)
    asked = {"konfirmasi": "belum", "urut": "-nama"}
    page = browser.get(f"/kepegawaian?{urlencode(asked)}")
    (address,) = [link for link in page.links if ".csv" in link]
    assert [row[0] for row in rows_of_csv(browser, f"?{urlsplit(address).query}")[1:]] == [
        "Citra",
        "Budi",
    ]
    sheets = page.form("/kepegawaian/ekspor/sertifikat")
    assert {name: sheets.fields[name] for name in asked} == {name: [asked[name]] for name in asked}
    assert [each[:2] for each in sheets.buttons] == [("bentuk", "zip"), ("bentuk", "pdf")]
    monkeypatch.setattr(jobs, "LARGEST_AT_ONCE", 1)
    page = browser.get(f"/kepegawaian?{urlencode(asked)}")
    assert not [link for link in page.links if ".csv" in link]
    fields = page.form("/kepegawaian/ekspor").fields
    assert {name: fields[name] for name in asked} == {name: [asked[name]] for name in asked}


def test_no_file_holds_another_institutions_people(browser: Browser, make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    enter(browser, make, ours)
    make.certificate(make.learner("Asing", at=theirs))
    for query in ("", "?cari=Asing", "?status=finished"):
        assert "Asing" not in {row[0] for row in rows_of_csv(browser, query)}
        assert "Asing" not in {row[0] for row in rows_of_xlsx(browser, query)}
        assert "Asing" not in browser.get(f"/kepegawaian{query}").text.replace(query[6:], "")


def test_a_file_has_a_name_and_is_kept_nowhere(browser: Browser, make: Factory) -> None:
    enter(browser, make, make.institution())
    for kind in ("csv", "xlsx"):
        page = browser.get(f"{FILE}.{kind}")
        assert page.headers["Content-Disposition"].startswith('attachment; filename="pegawai-pem')
        assert page.headers["Cache-Control"] == "no-store"
    browser.get(f"{FILE}.pdf", expect=404)


def test_confirming_is_one_press_and_the_figure_rises(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    make.certificate(dewi)
    page = browser.get("/kepegawaian?status=waiting")
    page = browser.submit(page.form(f"/{dewi.posting_id}/konfirmasi"))
    assert "Dewi terkonfirmasi" in page.words
    assert "1" in browser.get("/capaian").words.split()
    page = browser.post(f"/kepegawaian/{dewi.posting_id}/konfirmasi", expect=409)
    assert "sudah dikonfirmasi" in page.words


def test_declining_is_one_press(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian?status=waiting")
    page = browser.submit(page.form(f"/{dewi.posting_id}/tolak"))
    assert "Dewi dikeluarkan" in page.words
    assert "Dewi" not in {row[0] for row in rows_of_csv(browser)}


def test_adding_and_correcting(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    number, other = make.employee_number(), make.employee_number()
    fields = {"name": "Dewi Angraini", "employee_number": number, "email": "dewi@contoh.example"}
    page = browser.get("/kepegawaian/tambah")
    page = browser.submit(page.form("/tambah"), fields | {"institution": ours.name})
    assert "Dewi Angraini ada dalam daftar" in page.words
    edit = next(link for link in page.links if link.endswith("/ubah"))
    page = browser.get(edit)
    assert page.values("employee_number") == [number]
    page = browser.submit(page.forms[-1], {"name": "Dewi Anggraini", "employee_number": other})
    assert "Data Dewi Anggraini diperbarui" in page.words
    assert other in page.words.replace(" ", "")


def test_a_long_list_costs_what_a_short_one_costs(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    ours = make.institution()
    enter(browser, make, ours)

    def cost() -> int:
        with statements() as seen:
            browser.get("/kepegawaian")
        return len(seen)

    cost()  # the first visit is noted
    few = cost()
    with make.at_once():
        for _ in range(20):
            make.learner(at=ours)
            make.learner(at=ours, confirmed=False)
    assert cost() == few < 26


def claim(make: Factory, institution: InstitutionRef) -> Person:
    """Somebody who has registered themselves, under another name and with another address."""
    return make.learner(
        "Penyerang",
        at=institution,
        confirmed=False,
        email="penyerang@gratis.example",
        password=PASSWORD,
    )


def test_the_officer_sees_both_before_the_list_beats_a_claim(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    claimed = claim(make, ours)
    fields = {
        "name": "Korban Asli",
        "employee_number": claimed.number,
        "email": "korban@contoh-a.example",
        "institution": ours.name,
    }
    page = browser.post("/kepegawaian/tambah", fields, expect=409)
    assert claimed.email in page.words
    assert page.values("email") == [fields["email"]]
    assert claimed.email in {row[3] for row in rows_of_csv(browser)}
    page = browser.post("/kepegawaian/tambah", fields, expect=409)
    sent = {"institution": ours.name}
    page = browser.submit(page.form("/tambah"), sent, button="Ya, pakai data saya")
    assert "Korban Asli ada dalam daftar" in page.words
    assert {row[3] for row in rows_of_csv(browser)} >= {fields["email"]}
    assert claimed.email not in {row[3] for row in rows_of_csv(browser)}


def test_the_officer_mends_a_wrong_confirmation_by_adding_with_the_right_address(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    claimed = claim(make, ours)
    browser.post(f"/kepegawaian/{claimed.posting_id}/konfirmasi", expect=302)
    fields = {
        "name": "Korban Asli",
        "employee_number": claimed.number,
        "email": "korban@contoh-a.example",
        "institution": ours.name,
    }
    page = browser.post("/kepegawaian/tambah", fields, expect=409)
    assert "dengan surel lain" in page.words
    assert claimed.email in page.words
    assert "Tambah pegawai" in browser.get(f"/kepegawaian/{claimed.posting_id}/ubah").words
    page = browser.post("/kepegawaian/tambah", fields, expect=409)
    sent = {"institution": ours.name}
    page = browser.submit(page.form("/tambah"), sent, button="Ya, pakai data saya")
    assert "Korban Asli ada dalam daftar" in page.words
    assert claimed.email not in {row[3] for row in rows_of_csv(browser)}


def test_what_was_claimed_elsewhere_is_not_shown(browser: Browser, make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    enter(browser, make, ours)
    claimed = claim(make, theirs)
    fields = {
        "name": "Korban Asli",
        "employee_number": claimed.number,
        "email": "korban@contoh-a.example",
        "institution": ours.name,
    }
    page = browser.post("/kepegawaian/tambah", fields, expect=409)
    assert "instansi lain" in page.words
    assert claimed.email not in page.text
    assert "Penyerang" not in page.text


ASKING = "Beri tahu yang mencatat nomor ini"


def test_what_is_in_the_way_is_named_and_nobody_is_asked_about_an_address(
    browser: Browser, make: Factory
) -> None:
    ours, theirs = make.institution("Kota Kita"), make.institution("Kota Lain")
    enter(browser, make, ours)
    known = make.learner("Budi Santoso", at=theirs)
    mine = make.learner("Ayu Lestari", at=ours)
    sent = {
        "name": "Ayu Lestari",
        "email": known.email,
        "institution": ours.name,
    }
    for number, agreed in ((make.employee_number(), ""), (mine.number, "ya")):
        fields = {**sent, "employee_number": number, "agreed": agreed}
        page = browser.post("/kepegawaian/tambah", fields, expect=422)
        assert "#email" in page.links
        assert "Surel ini sudah dipakai akun lain" in page.words
        assert ASKING not in page.words
    fields = {**sent, "employee_number": known.number, "email": ""}
    page = browser.post("/kepegawaian/tambah", fields, expect=422)
    assert "#employee_number" in page.links
    assert ASKING in page.words


def test_who_has_pressed_before_reads_the_same_whether_anybody_was_told(
    browser: Browser, make: Factory
) -> None:
    """Of somebody elsewhere and of who has died, whom no letter is about."""
    ours, theirs = make.institution("Kota Kita"), make.institution("Kota Lain")
    enter(browser, make, ours)
    elsewhere, dead = make.learner("Budi", at=theirs), make.learner("Budi", at=theirs)
    with make.inside():
        db.session.get_one(Account, dead.id).closed_at = make.now
        db.session.commit()
    said = []
    for person in (elsewhere, dead):
        fields = {"name": "Budi", "employee_number": person.number, "institution": ours.name}
        asked = browser.post("/kepegawaian/tambah", {**fields, "is_asked_about": "ya"})
        again = browser.post("/kepegawaian/tambah", fields, expect=422)
        assert "Sudah Anda minta pada" in again.words
        said.append([re.sub("[0-9]", "", page.words) for page in (asked, again)])
    assert said[0] == said[1]


def test_an_officer_has_those_asked_who_have_a_number_elsewhere(
    browser: Browser, make: Factory
) -> None:
    ours, theirs = make.institution("Kota Kita"), make.institution("Kota Lain")
    enter(browser, make, ours)
    keeper = make.officer(at=theirs, password=PASSWORD)
    seeded = make.learner("Korban Asli", at=theirs)
    fields = {
        "name": "Korban Asli",
        "employee_number": seeded.number,
        "email": "korban@contoh-a.example",
        "institution": ours.name,
    }
    page = browser.post("/kepegawaian/tambah", fields, expect=422)
    assert "#employee_number" in page.links
    assert "instansi itu lebih dahulu mencatat kepindahannya" in page.words
    assert "disurati tanpa nama siapa pun" in page.words
    sent = {"institution": ours.name}
    told = browser.submit(page.form("/tambah"), sent, button=ASKING)
    assert "Bila nomor itu tercatat di instansi lain" in told.words
    assert "Sudah Anda minta pada" in told.words
    assert told.form("/tambah").fields["email"] == [fields["email"]]
    again = browser.submit(told.form("/tambah"), expect=422)
    assert "Sudah Anda minta pada" in again.words
    assert ASKING not in again.words
    with make.inside():
        mails = [mail for mail in list_recent_mail() if mail.recipient == keeper.email]
    assert ["Kota Kita" in mail.body for mail in mails] == [True]


def test_asking_about_a_number_that_has_become_free_adds_nobody(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Kita")
    enter(browser, make, ours)
    number = make.employee_number()
    fields = {
        "name": "Korban Asli",
        "employee_number": number,
        "email": "korban@contoh-a.example",
        "institution": ours.name,
        "is_asked_about": "ya",
    }
    told = browser.post("/kepegawaian/tambah", fields)
    assert "Tidak ada yang diubah" in told.words
    assert number not in {row[1] for row in rows_of_csv(browser)}
    with make.inside():
        assert list_recent_mail() == []


@pytest.mark.parametrize("deed", ["konfirmasi", "tolak"])
def test_nobody_decides_about_their_own_place(browser: Browser, make: Factory, deed: str) -> None:
    ours = make.institution()
    ratna = make.learner(
        "Ratna", at=ours, confirmed=False, roles=((Role.HR_OFFICER, ours),), password=PASSWORD
    )
    browser.sign_in(ratna)
    page = browser.post(f"/kepegawaian/{ratna.posting_id}/{deed}", expect=403)
    assert "Data Anda sendiri" in page.words
    assert dict(zip(*rows_of_csv(browser), strict=True))["Terkonfirmasi"] == "belum"


def test_nobody_adds_or_corrects_themselves(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    ratna = enter(browser, make, ours)
    waiting = make.learner("Oki", at=ours, confirmed=False, roles=((Role.HR_OFFICER, ours),))
    fields = {"name": "Ratna Baru", "employee_number": ratna.number}
    page = browser.post(f"/kepegawaian/{ratna.posting_id}/ubah", fields, expect=422)
    assert "Data Anda sendiri" in page.words
    assert page.values("name") == ["Ratna Baru"]
    browser.sign_in(waiting)
    fields = {"name": "Oki", "employee_number": waiting.number, "email": waiting.email}
    page = browser.post("/kepegawaian/tambah", fields | {"institution": ours.name}, expect=422)
    assert "Data Anda sendiri" in page.words
    assert dict(row[:7:6] for row in rows_of_csv(browser))["Oki"] == "belum"


def test_who_was_declined_is_told_on_their_own_pages_and_what_to_do(
    browser: Browser, make: Factory
) -> None:
    institution = make.institution("Kota Contoh")
    dewi = make.learner("Dewi", at=institution, confirmed=False)
    enter(browser, make, institution)
    page = browser.get("/kepegawaian")
    browser.submit(page.form(f"/{dewi.posting_id}/tolak"))
    browser.sign_in(dewi)
    for path in ("/", "/belajar", "/akun"):
        page = browser.get(path)
        assert "Anda dinyatakan bukan pegawai Kota Contoh" in page.words, path
        assert "menambahkan NIP Anda" in page.words
        assert "/bantuan" in page.links


def test_nobody_else_is_told_so(browser: Browser, make: Factory) -> None:
    browser.sign_in(make.learner(at=make.institution(), confirmed=False))
    for path in ("/", "/belajar", "/akun"):
        assert "bukan pegawai" not in browser.get(path).words


def test_who_waits_stands_on_top_of_the_list(browser: Browser, make: Factory) -> None:
    institution = make.institution()
    make.learner("Ayu", at=institution)
    make.learner("Zainal", at=institution, confirmed=False)
    enter(browser, make, institution)
    words = browser.get("/kepegawaian").words
    assert words.index("Zainal") < words.index("Ayu")


@pytest.mark.parametrize("ground", list(RevocationGround))
def test_the_list_says_whose_certificate_was_revoked(
    browser: Browser, make: Factory, ground: RevocationGround
) -> None:
    institution = make.institution()
    issued = make.certificate(make.learner("Ayu", at=institution))
    enter(browser, make, institution)
    assert "Dicabut" not in browser.get("/kepegawaian").words
    make.revoke(issued, ground=ground)
    assert "Dicabut" in browser.get("/kepegawaian").words
