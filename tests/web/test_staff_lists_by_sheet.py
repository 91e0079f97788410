"""Staff lists by sheet in the browser: sent, looked at, checked, put in force, and mended."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from lms.accounts.models import Account
from lms.mail import OutboxMessage
from tests.browser import Browser, Page
from tests.factories import Factory, InstitutionRef, Person
from tests.sheets import workbook, xlsx
from tests.web.test_bulk import work

PLACE = "/kepegawaian/impor"
HEAD = ["Nama", "NIP", "Surel"]

pytestmark = pytest.mark.both


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


@pytest.fixture
def officer(browser: Browser, make: Factory, ours: InstitutionRef) -> Person:
    """The officer, signed in."""
    officer = make.officer("Ratna", at=ours)
    browser.sign_in(officer)
    return officer


def upload(browser: Browser, content: bytes, *, name: str = "d.xlsx", expect: int = 200) -> Page:
    browser.get(PLACE)
    return browser.upload(PLACE, [(name, content)], field="berkas", expect=expect)


def check(browser: Browser, content: bytes, **chosen: str) -> Page:
    """Send a list, confirm the first way to read it, and see what it calls for."""
    page = upload(browser, content)
    assert page.path.endswith("/kolom"), page.words
    ways = [link for link in page.links if "?lembar=" in link]
    if ways:
        page = browser.get(ways[0])
    page = browser.submit(page.forms[-1], chosen)
    work(browser.app)
    return browser.get(page.path)


def put_in_force(browser: Browser, page: Page, **chosen: str) -> Page:
    form = next(form for form in page.forms if form.action.endswith("/terapkan"))
    page = browser.submit(form, chosen)
    work(browser.app)
    return browser.get(page.path)


def test_a_list_is_checked_first_and_then_put_in_force(
    browser: Browser, make: Factory, officer: Person
) -> None:
    number, other = make.employee_number(), make.employee_number()
    rows = [HEAD, ["Sri Uji, S.Pd.", number, "sri@contoh.example"], ["Budi", other[:-1], ""]]
    before = make.count(Account)
    page = check(browser, xlsx(rows))
    assert "Belum ada yang diubah" in page.words
    assert "1 baris perlu diperbaiki" in page.words
    assert "yang Anda ketik 17 angka" in page.words
    assert make.count(Account) == before
    page = put_in_force(browser, page)
    assert "Daftar sudah diterapkan" in page.words
    assert make.count(Account) == before + 1
    assert "Sri Uji, S.Pd." in browser.get("/kepegawaian").words
    assert make.count(OutboxMessage) == 0


def test_what_needs_mending_comes_back_in_its_own_columns_and_is_uploaded_as_it_is(
    browser: Browser, make: Factory, officer: Person
) -> None:
    number = make.employee_number()
    rows = [["Catatan", *HEAD], ["ruang 2", "Budi", number[:-1], ""], ["x", "A", "1", "y"]]
    page = check(browser, xlsx(rows))
    link = next(link for link in page.links if link.endswith("/perlu-diperbaiki"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert lines[0] == ["Catatan", *HEAD, "Baris asal", "Yang perlu diperbaiki"]
    assert lines[1][:4] == ["ruang 2", "Budi", number[:-1], ""]
    assert "18 angka" in str(lines[1][-1])
    lines[1][2] = number
    page = check(browser, xlsx([[str(cell) for cell in line] for line in lines[:2]]))
    assert "1 baris perlu diperbaiki" not in page.words
    put_in_force(browser, page)
    assert "Budi" in browser.get("/kepegawaian").words


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_the_template_can_be_filled_in_and_uploaded(
    browser: Browser, officer: Person, file_format: str
) -> None:
    browser.get(PLACE)
    content = browser.get(f"{PLACE}/contoh.{file_format}").data
    page = check(browser, content, adds_units="y")
    assert "2 baru" in page.words
    assert "perlu diperbaiki" not in page.words  # but for who is not on the list yet and leaves


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n", "bukan tabel, apa pun akhiran namanya"),
        (b"%PDF-1.7\n" + bytes(600_000), "bukan tabel, apa pun akhiran namanya"),
        (b"PK\x03\x04", "tidak dapat dibaca sebagai tabel"),
        (b"nama;nip\n", "hanya berisi judul kolom"),
        (b"a;" * 200 + b"\n1\n", "kolom; paling banyak 100"),
    ],
)
def test_what_is_no_list_is_told_beside_the_field(
    browser: Browser, officer: Person, content: bytes, sentence: str
) -> None:
    assert sentence in upload(browser, content, expect=422).words


def test_how_a_list_is_read_is_told_before_it_is_checked(
    browser: Browser, make: Factory, officer: Person
) -> None:
    cell = f"Sri Uji / {make.employee_number()}"
    page = upload(browser, xlsx([["Nama / NIP", "Keterangan"], [cell, "Ruang 2"]]))
    assert "Nama dan NIP dibaca dari satu kolom (Nama / NIP)." in page.words
    assert "Kolom “Keterangan” berisi catatan bebas, misalnya “Ruang 2”" in page.words
    page = browser.submit(page.forms[-1])
    work(browser.app)
    assert "1 baru" in browser.get(page.path).words


def test_a_column_that_is_needed_or_serves_twice_is_told(
    browser: Browser, make: Factory, officer: Person
) -> None:
    page = upload(browser, f"a;b\nSri;{make.employee_number()}\n".encode(), name="d.csv")
    page = browser.submit(page.forms[-1], expect=422)
    assert "Pilih kolomnya." in page.words
    page = browser.submit(page.forms[-1], {"name": "1"}, expect=422)
    assert "Kolom ini sudah dipilih" in page.words


def test_the_whole_dry_run_is_a_sheet(browser: Browser, make: Factory, officer: Person) -> None:
    page = check(browser, xlsx([HEAD, ["=Sri Uji", make.employee_number(), ""], ["Ayu", "1", ""]]))
    link = next(link for link in page.links if link.endswith("/berkas"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert lines[0] == [*HEAD, "Baris", "Hasil", "Unit kerja yang dipakai", "Penjelasan"]
    assert [line[4] for line in lines[1:]] == ["perlu diperbaiki"] * 2


def test_a_list_that_was_cancelled_goes_on(
    browser: Browser, make: Factory, officer: Person
) -> None:
    page = check(browser, xlsx([HEAD, ["Sri Uji", make.employee_number(), ""]]))
    form = next(form for form in page.forms if form.action.endswith("/terapkan"))
    page = browser.submit(form)
    cancel = next(form for form in page.forms if form.action.endswith("/batal"))
    browser.submit(cancel)
    page = browser.get(page.path)
    assert "Berhenti sebelum selesai" in page.words
    browser.submit(next(form for form in page.forms if form.action.endswith("/ulang")))
    work(browser.app)
    assert "Daftar sudah diterapkan" in browser.get(page.path).words


def test_nobody_else_sees_an_upload(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    import_id = make.staff_list(officer)
    browser.sign_in(make.officer("Oki", at=ours))
    for ending in ("", "/kolom", "/perlu-diperbaiki"):
        browser.get(f"{PLACE}/{import_id}{ending}", expect=404)


def test_lines_that_are_nobody_are_told_and_not_among_what_is_to_be_mended(
    browser: Browser, make: Factory, officer: Person
) -> None:
    people = [["DINAS SOSIAL", "", ""], ["Sri Uji", make.employee_number(), ""], ["Ayu", "", ""]]
    page = check(browser, xlsx([HEAD, [1, 2, 3], *people, ["JUMLAH", 2, ""]]), adds_units="y")
    assert "2 baris bukan pegawai dilewati" in page.words
    assert "tanda tangan: baris 2, 6." in page.words
    assert "1 baris perlu diperbaiki" in page.words
    link = next(link for link in page.links if link.endswith("hasil=nobody"))
    assert "JUMLAH" in browser.get(link).words
    link = next(link for link in page.links if link.endswith("/perlu-diperbaiki"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [line[0] for line in lines] == ["Nama", "Ayu"]
    page = put_in_force(browser, page)
    assert "Daftar sudah diterapkan" in page.words
    assert "2 baris bukan pegawai dilewati" in page.words
    assert "JUMLAH" not in browser.get("/kepegawaian").words


def test_worksheets_that_are_not_read_are_told_before_the_list_is_checked(
    browser: Browser, make: Factory, officer: Person
) -> None:
    people = [HEAD, ["Sri Uji", make.employee_number(), ""]]
    page = upload(browser, workbook({"Dinas Sosial": people, "Dinas <b>Kesehatan": [["Isilah"]]}))
    assert "Yang dibaca lembar “Dinas Sosial”" in page.words
    assert "berisi tidak: Dinas <b>Kesehatan." in page.words
    assert "Tidak semua lembar" not in upload(browser, xlsx(people)).words


def test_of_several_worksheets_those_are_chosen_that_are_meant(
    browser: Browser, make: Factory, officer: Person
) -> None:
    sheets = {
        name: [HEAD, [person, make.employee_number(), ""], ["Tanpa Nomor", "", ""]]
        for name, person in (("Dinas Sosial", "Sri Uji"), ("Dinas & Dua", "Budi"))
    }
    page = upload(browser, workbook(sheets))
    assert "Lembar mana yang dibaca?" in page.words
    links = [link for link in page.links if "?lembar=" in link]
    assert len(links) == 3
    page = browser.get(links[2])
    assert "berisi tidak: Dinas Sosial." in page.words
    page = browser.get(links[0])
    page = browser.submit(page.forms[-1], {"unit": "worksheet", "adds_units": "y"})
    work(browser.app)
    page = browser.get(page.path)
    assert "2 baru" in page.words
    assert "Dinas Sosial: 1 orang" in page.words  # units that are added
    assert "Lembar 2 “Dinas & Dua”, baris 3" in page.words
    again = browser.get(page.path + "/kolom")
    assert "Kolom mana berisi apa?" in again.words  # the worksheets stay chosen
    assert "Lembar mana yang dibaca?" in browser.get(page.path + "/kolom?lembar=0").words
    link = next(link for link in page.links if link.endswith("/perlu-diperbaiki"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert lines[0][:5] == [*HEAD, "Unit kerja", "Baris asal"]
    assert lines[2][:5] == ["Tanpa Nomor", "", "", "Dinas & Dua", "Lembar 2 “Dinas & Dua”, baris 3"]
    put_in_force(browser, page)
    assert "Budi" in browser.get("/kepegawaian").words


def test_units_above_their_people_are_chosen_beside_the_columns(
    browser: Browser, make: Factory, officer: Person
) -> None:
    rows = [HEAD, ["DINAS KESEHATAN", "", ""], ["Sri Uji", make.employee_number(), ""]]
    page = upload(browser, xlsx(rows))
    assert "Baris seperti “DINAS KESEHATAN” (1 unit) dipakai" in page.words
    place = page.path
    page = browser.submit(page.forms[-1])
    work(browser.app)
    assert "Unit kerja “DINAS KESEHATAN” tidak ada" in browser.get(page.path).words
    page = browser.submit(browser.get(place).forms[-1], {"unit": ""})
    work(browser.app)
    assert "1 baru" in browser.get(page.path).words


def test_whom_a_list_takes_the_password_from_is_counted_before_and_after(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    ayu = make.learner("Ayu", at=ours, confirmed=False, password="melati-kopi-9-sungai")
    page = check(browser, xlsx([HEAD, ["Ayu", ayu.number, "ayu@kantor.example"]]))
    assert "1 orang akan kehilangan kata sandinya" in page.words
    assert make.count(OutboxMessage) == 0
    page = put_in_force(browser, page)
    assert "1 orang kehilangan kata sandinya" in page.words
    assert any(link.endswith("/kepegawaian/aktivasi") for link in page.links)
    assert make.count(OutboxMessage) == 2


def test_each_line_says_its_unit_and_units_say_how_many_they_get(
    browser: Browser, make: Factory, officer: Person
) -> None:
    numbers = [make.employee_number() for _ in range(3)]
    rows = [["Nama", "NIP"], ["DINAS KESEHATAN", ""], *(["Sri", each] for each in numbers)]
    page = check(browser, xlsx(rows), adds_units="y")
    assert "DINAS KESEHATAN: 3 orang" in page.words
    assert page.words.count("Unit kerja: DINAS KESEHATAN.") == 3
    assert "bukan pegawai dilewati" not in page.words
    assert "1 nama unit kerja" in page.words
    link = next(link for link in page.links if link.endswith("/berkas"))
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get(link).data))
    lines = book.get_sheet_by_index(0).to_python()
    place = lines[0].index("Unit kerja yang dipakai")
    assert [line[place] for line in lines[1:]] == ["", *["DINAS KESEHATAN"] * 3]


def test_who_lists_units_that_are_not_known_is_shown_how_they_are_added(
    browser: Browser, make: Factory, officer: Person
) -> None:
    rows = [["Nama", "NIP", "Unit kerja"], ["Sri", make.employee_number(), "Dinas Arsip"]]
    page = check(browser, xlsx(rows))
    assert "1 baris perlu diperbaiki" in page.words
    assert "Tambahkan unit kerja yang belum ada dalam daftar unit" in page.words
    page = check(browser, xlsx(rows), adds_units="y")
    assert "Dinas Arsip: 1 orang" in page.words
    assert "Tambahkan unit kerja" not in page.words


def test_half_a_list_is_no_whole_one(browser: Browser, make: Factory, officer: Person) -> None:
    numbers = [make.employee_number() for _ in range(2)]
    rows = [["Nama", "NIP", "Nama", "NIP"], ["Sri", numbers[0], "Budi", numbers[1]]]
    page = upload(browser, xlsx(rows))
    assert "Dua daftar berdampingan: hanya satu yang dibaca" in page.words
    page = browser.submit(page.forms[-1], {"is_whole": "y"}, expect=422)
    assert "akan dianggap keluar" in page.words
    page = check(browser, xlsx(rows))
    assert "Pegawai daftar kedua tidak ada dalam hasil ini." in page.words
