"""Staff lists as offices write them to be printed: who is on them, what is passed over and told."""

from contextlib import closing
from io import BytesIO
from zipfile import ZipFile

import pytest

from lms.errors import Sentence
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.columns import Preview, preview_of
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.lines import LineReader, Listed, Units
from lms.institutions.staff_lists.rows import Nobody, RowReader
from lms.institutions.staff_lists.sheets import read_list
from tests.patience import ends
from tests.sheets import Cell, workbook, xlsx, zipped
from tests.unit.institutions.test_staff_lists import TODAY

SRI, BUDI, AYU = "190501172099032113", "190603212098011004", "190703042097022005"
Rows = list[list[Cell]]
WORDS = {Listed: "person", Nobody: "nobody", Sentence: "refused"}


def read(content: bytes) -> dict[int, tuple[str, str]]:
    """What a list says, by line: whom it names, why a line is refused, or that it is nobody's."""
    with ends(), closing(read_list(BytesIO(content))) as sheet:
        units = Units(Scope(None, frozenset({1})), 1, [], may_add=True)
        reader = RowReader.of(sheet, LineReader(preview_of(sheet).columns, units, TODAY))
        read = {row[0]: reader.read(row) for row in reader.rows(sheet)}
    return {line: (WORDS[type(each)], str(each)) for line, each in read.items()}


def kinds(content: bytes) -> list[str]:
    return [kind for kind, _ in read(content).values()]


def below(*rows: list[Cell]) -> bytes:
    """A list of two people with these lines under them."""
    people: Rows = [[1, "Sri Uji, S.Pd.", SRI, "Guru"], [2, "Budi", BUDI, "Guru"]]
    return xlsx([["No", "Nama", "NIP", "Jabatan"], *people, *rows])


@pytest.mark.parametrize(
    "row",
    [
        # numbers of columns, and headings that a new page repeats
        [1, 2, 3, 4],
        ["(1)", "(2)", "(3)", "(4)"],
        ["1.", "2.", "3.", None],
        ["No", "Nama", "NIP", "Jabatan"],
        ["NO.", "NAMA PEGAWAI", "NI PPPK", None],
        # totals
        ["JUMLAH", None, None, 2],
        ["JUMLAH", None, 2, None],
        [None, "TOTAL PNS", None, "2 orang"],
        [None, "Jumlah Seluruhnya : 2 orang", None, None],
        ["Jumlah gaji", None, None, "12.345.678"],
        # titles of what is below
        ["DINAS PENDIDIKAN", None, None, None],
        [None, "Dinas Pendidikan", None, None],
        ["II", "BIDANG MUTASI", None, None],
        ["A.", "Sekretariat", None, None],
        [3, "UPTD Puskesmas Contoh", None, None],
        ["PPPK", None, None, None],
        # notes
        ["Catatan:", None, None, None],
        ["*) dalam proses mutasi", None, None, None],
        [None, "Sumber: SIASN, 30 November 2026", None, None],
        [None, "Dicetak oleh admin pada 30/11/2026 10:00", None, None],
        ["Tanggal Unduh: 2026-11-30 10:10:10", None, None, None],
        ["Halaman 1 dari 3", None, None, None],
        # forms that were numbered beforehand
        [7, None, None, None],
        [8, "-", "-", "-"],
        # the first line of a signature
        [None, None, None, "Contoh Jaya, 30 November 2026"],
        [None, None, "Contoh Jaya,     November 2026", None],
        [None, "Mengetahui,", "Contoh Jaya, 30 November 2026", None],
        [None, "Kepala BKPSDM", None, None],
    ],
)
def test_what_is_plainly_nobody_is_passed_over_and_counted(row: list[Cell]) -> None:
    assert kinds(below(row)) == ["person", "person", "nobody"]


@pytest.mark.parametrize(
    "row",
    [
        # people whose number is missing, also at the foot of a list
        [3, "Sutrisno", None, "Guru honorer"],
        [3, "Sutrisno", "-", None],
        [None, "TUTI", None, None],
        [None, "Ma'ruf", None, None],
        [None, "Jumali", None, None],
        [None, "Unitasari", None, None],
        [None, "Dewi Februari", None, "Guru"],
        # whatever may be a number, whole or not, beside whatever words
        ["JUMLAH", None, SRI, None],
        ["JUMLAH", None, "1,90501E+17", None],
        [None, "DINAS PENDIDIKAN", "19050117 209903 2 11", None],
        [None, "Kepala Dinas", None, "NIP. 19050117 209903 2 113"],
        [None, None, "130456789", None],
        [None, None, "1905.0117.2099.0321.13", None],
        [None, "Catatan: 19050117-209903-2-113", None, None],
        ["Mengetahui,", "131 456 789", None, None],
        [None, None, "12345", None],
        # a name that has a date in its own cell, and a number that is no count
        ["x", "Sri", "3", None],
    ],
)
def test_what_may_be_a_person_is_never_passed_over(row: list[Cell]) -> None:
    assert kinds(below(row)) == ["person", "person", "refused"]


def test_of_a_signature_only_its_number_is_asked_about() -> None:
    signed: Rows = [
        [None, "Mengetahui,", "Contoh Jaya, 30 November 2026"],
        [None, "Sekretaris Daerah", "Pengelola Kepegawaian"],
        [None, "Drs. H. SUDIRMAN, M.Si.", "Siti Khadijah, S.E."],
        [None, "Pembina Utama Muda (IV/c)", None],
        [None, "NIP. 19100512 209003 1 002", "NIP. 19110512 209003 2 004"],
    ]
    said = list(read(below(*signed)).values())
    assert [kind for kind, _ in said[2:]] == ["nobody"] * 4 + ["refused"]
    assert "hanya berisi NIP, seperti di bawah tanda tangan" in said[-1][1]


def test_a_signature_between_people_hides_nobody_below_it() -> None:
    rows: Rows = [
        [None, "Mengetahui,", None, None],
        [None, "Drs. H. SUDIRMAN, M.Si.", None, None],
        [3, "Tanpa Nomor", None, None],
        [4, "Ayu", "190703042097022005", "Guru"],
        [None, "Sutrisno", None, None],
    ]
    assert kinds(below(*rows))[2:] == ["nobody", "nobody", "refused", "person", "refused"]


def test_what_is_nobody_in_a_text_is_passed_over_too() -> None:
    content = f"Nama;NIP\n1;2\nDINAS PENDIDIKAN;\nSri Uji;{SRI}\nJUMLAH;1\nTotal\nBudi;\n"
    assert kinds(content.encode()) == ["nobody", "nobody", "person", "nobody", "nobody", "refused"]


@pytest.mark.parametrize("noise", ["1 ", " ", "1e ", "nip ", "a", "2026-11-30 ", "-"])
def test_a_cell_of_any_length_is_looked_at_in_its_length(noise: str) -> None:
    assert len(kinds(f"Nama;NIP\n{noise * 100_000};x\n".encode())) == 1


@pytest.mark.parametrize(
    "written",
    [
        "19050117 209903 2 113",
        "19050117.209903.2.113",
        "19050117-209903-2-113",
        "NIP. 190501172099032113",
        "NIP : 19050117 209903 2 113",
        "nip.190501172099032113",
        "'190501172099032113",
        "\u200b190501172099032113\ufeff",
        "19050117\u00a0209903\u00a02\u00a0113",
        "190501172099032113 (NIP baru)",
        "190501172099032113 / 130456789",
        "19050117 209903 2 113\n130 456 789",
        "NIP Lama 130456789; NIP Baru 190501172099032113",
        "NIP 190501172099032113 / NIK 3578100101050003",
        "190501172099032113 / -",
        "190501172099032113 190501172099032113",
    ],
)
def test_a_number_is_read_however_it_is_dressed(written: str) -> None:
    assert kinds(xlsx([["Nama", "NIP"], ["Sri Uji", written]])) == ["person"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "belum ditulis"),
        ("-", "belum ditulis"),
        ("belum ada", "belum ditulis"),
        ("NIP.", "belum ditulis"),
        ("130456789", "9 angka, seperti NIP lama"),
        ("3578100101050003", "16 angka, seperti NIK"),
        ("NIK 3578100101050003", "16 angka, seperti NIK"),
        ("19050117209903211", "yang Anda ketik 17 angka"),
        ("19050117209903211O", "hanya boleh berisi angka"),
        (f"{SRI} (TU)", "hanya boleh berisi angka"),
        (f"{SRI} / {BUDI}", "lebih dari satu NIP"),
        (f"{SRI} / 12345", "hanya boleh berisi angka"),
        ("NIP NIP 190501172099032113x", "hanya boleh berisi angka"),
    ],
)
def test_what_is_no_number_is_told_as_what_it_is(written: str | None, said: str) -> None:
    (line,) = read(xlsx([["Nama", "NIP"], ["Sri Uji", written]])).values()
    assert line[0] == "refused"
    assert said in line[1]


@pytest.mark.parametrize("written", ["-", "–", "0", "tidak ada", "Tdk ada", "N/A", "belum punya"])
def test_no_address_in_the_words_of_an_office_is_none(written: str) -> None:
    content = xlsx([["Nama", "NIP", "Surel"], ["Sri Uji", SRI, written]])
    assert kinds(content) == ["person"]
    assert "email=None" in read(content)[2][1]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("sri@contoh.example, uji@contoh.example", "satu alamat saja"),
        ("sri @contoh.example", "memuat spasi"),
        ("sri@contoh.example / 08123", "memuat spasi"),
        ("08123456789", "tidak lengkap"),
        ("x", "tidak lengkap"),
    ],
)
def test_what_is_no_single_address_is_refused(written: str, said: str) -> None:
    (line,) = read(xlsx([["Nama", "NIP", "Surel"], ["Sri Uji", SRI, written]])).values()
    assert line[0] == "refused"
    assert said in line[1]


def guessed(head: list[Cell], *rows: list[Cell]) -> dict[str, str]:
    """What each role was taken to be called."""
    with closing(read_list(BytesIO(xlsx([head, *rows])))) as sheet:
        preview = preview_of(sheet)
    return {role: preview.names[place] for role, place in preview.columns.places.items()}


@pytest.mark.parametrize(
    ("head", "cells", "found"),
    [
        (["NAMA", "NIP", "TMT CPNS", "TMT GOL", "Tgl Lahir"], ["1", "2", "3"], {}),
        (
            ["Nama", "NIP", "TMT CPNS", "Keterangan", "TMT Pensiun"],
            ["Sri", SRI, "01-01-2090"],
            {"status": "Keterangan", "status_on": "TMT Pensiun"},
        ),
        (
            ["GELAR DPN", "NAMA", "GELAR BLKG", "NIP BARU", "UNOR ID", "UNOR NAMA"],
            ["", "Ketut", "S.E."],
            {"title_before": "GELAR DPN", "title_after": "GELAR BLKG", "unit": "UNOR NAMA"},
        ),
        (["NIP Atasan", "Nama Lengkap (beserta gelar)", "N I P"], [None, "Sri", SRI], {}),
        (
            ["Nama", "NIP", "Status Kepegawaian"],
            ["Sri", SRI, "Aktif"],
            {"status": "Status Kepegawaian"},
        ),
        (
            ["Nama", "NIP", "Status Kepegawaian"],
            ["Sri", SRI, "CPNS"],
            {"kind": "Status Kepegawaian"},
        ),
        (["Nama", "NIP", "Status Kepegawaian"], ["Sri", SRI], {"kind": "Status Kepegawaian"}),
    ],
)
def test_columns_are_known_by_how_offices_call_them(
    head: list[Cell], cells: list[Cell], found: dict[str, str]
) -> None:
    names = guessed(head, cells)
    assert {role: name for role, name in names.items() if role not in {"name", "number"}} == found
    assert names["name"].upper().startswith("NAMA")
    assert names["number"] in {"NIP", "NIP BARU", "N I P"}


def test_an_export_of_the_personnel_system_is_read_with_all_its_columns() -> None:
    spare: list[Cell] = [f"KOLOM {count}" for count in range(60)]
    head: list[Cell] = ["PNS ID", "NIP BARU", "NIP LAMA", "NAMA", "JENIS PEGAWAI NAMA", *spare]
    row: list[Cell] = ["x", f"'{SRI}", "'130456789", "SRI UJI", "PNS Daerah"]
    assert kinds(xlsx([head, row])) == ["person"]
    content = xlsx([["Nama", "NIP", "Jenis"], ["Sri", SRI, "PNS Daerah"], ["B", BUDI, "Honorer"]])
    said = read(content)
    assert [kind for kind, _ in said.values()] == ["person", "refused"]
    assert "tekan Ubah kolom" in said[3][1]


@pytest.mark.parametrize("head", [["No", "NAMA / NIP", "Jabatan"], ["No", "Nama", "Jabatan"]])
def test_names_above_their_numbers_in_one_column_are_told(head: list[Cell]) -> None:
    rows: Rows = [[1, "Sri Uji"], [None, f"NIP. {SRI}"], [2, "Budi"], [None, f"NIP. {BUDI}"]]
    with pytest.raises(UnfitList, match=r"Nama dan NIP ada dalam satu kolom \(N"):
        read(xlsx([head, *rows]))


@pytest.mark.parametrize("head", [["No", "NAMA / NIP", "Jabatan"], ["No", "Nama", "Jabatan"]])
@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (f"Sri Uji, S.Pd.\nNIP. {SRI}", "Sri Uji, S.Pd."),
        (f"Sri Uji / {SRI}", "Sri Uji"),
        (f"{SRI} - Sri Uji", "Sri Uji"),
        ("Drs. Sri Uji,\nM.Si. (NIP 19050117 209903 2 113)", "Drs. Sri Uji, M.Si."),
    ],
)
def test_a_name_and_its_number_in_one_cell_are_parted(
    head: list[Cell], cell: str, name: str
) -> None:
    said = read(xlsx([head, [1, cell, "Guru"], [2, f"Budi\n{BUDI}", "Guru"]]))
    assert [kind for kind, _ in said.values()] == ["person", "person"]
    assert f"name='{name}', number=NumberFacts(number='{SRI}'" in said[2][1]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (f"Ayu\nGuru\nNIP. {AYU}", "hal lain di samping nama dan NIP"),
        (f"Ayu / {AYU} / Guru", "hal lain di samping nama dan NIP"),
        ("Ayu\nNIP. 19070304209702200", "yang Anda ketik 17 angka"),
        ("Ayu", "belum ditulis"),
        (f"{AYU}", "wajib"),
    ],
)
def test_a_cell_with_more_or_less_than_a_name_and_a_number_is_told(cell: str, why: str) -> None:
    people: Rows = [[f"Sri Uji / {SRI}"], [f"Budi / {BUDI}"]]
    said = read(xlsx([["Nama / NIP"], *people, [cell]]))
    assert said[4][0] == "refused"
    assert why in said[4][1]


def remarks(*rows: list[Cell]) -> tuple[Preview, list[str]]:
    with closing(read_list(BytesIO(xlsx(rows)))) as sheet:
        preview = preview_of(sheet)
    return preview, [str(each) for each in preview.remarks]


HEAD: list[Cell] = ["Nama", "NIP", "Keterangan", "TMT"]


def test_remarks_that_are_about_something_else_are_left_aside_and_told() -> None:
    rows: Rows = [HEAD, ["Sri", SRI, "Ruang 2"], ["Budi", BUDI, "aktif"], ["Ayu", AYU, None]]
    preview, told = remarks(*rows, ["Mengetahui,", None, "Contoh Jaya, pensiun"])
    assert {*preview.columns.places} == {"name", "number"}
    assert told == [
        "Kolom “Keterangan” berisi catatan bebas, misalnya “Ruang 2”, sehingga tidak dipakai."
    ]
    assert Preview.from_json(preview.to_json()) == preview
    assert kinds(xlsx(rows)) == ["person"] * 3


def test_of_remarks_only_those_that_say_who_has_left_are_taken() -> None:
    rows: Rows = [
        HEAD,
        ["Sri", SRI, "Tugas belajar"],
        ["Budi", BUDI, "Pensiun", "01-02-2026"],
        ["Ayu", AYU, "Pensiun per Februari"],
    ]
    preview, told = remarks(*rows)
    assert {"status", "status_on"} <= {*preview.columns.places}
    assert "1 catatan lain, misalnya “Tugas belajar”, dibiarkan" in told[0]
    said = read(xlsx(rows))
    assert [kind for kind, _ in said.values()] == ["person", "person", "refused"]
    assert "RETIRED" in said[3][1]
    assert "“Pensiun per Februari” tidak dikenal" in said[4][1]


@pytest.mark.parametrize("word", [None, "-", "Aktif", "PNS"])
def test_remarks_that_say_nothing_new_are_not_told(word: str | None) -> None:
    preview, told = remarks(HEAD, ["Sri", SRI, word])
    assert (preview.names[preview.columns.places["status"]], told) == ("Keterangan", [])


def test_a_note_beside_a_number_makes_no_shared_column() -> None:
    rows: Rows = [["Sri", f"NIP. {SRI}", "Tukan 191005122090031002"], ["Budi", f"NIP {BUDI}", None]]
    assert kinds(xlsx([["Nama", "NIP", "Atasan"], rows[1], rows[0]])) == ["person", "person"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Berkas ini kosong"),
        (b"\n;;\n", "Berkas ini kosong"),
        (xlsx([]), "Berkas ini kosong"),
        (xlsx([["Nama", "NIP"]]), "hanya berisi judul"),
        (b"<html><table><tr><td>Nama", "isinya halaman web"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n", "isinya halaman web"),
    ],
)
def test_what_has_no_list_is_told_as_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(UnfitList, match=said):
        read(content)


def test_of_several_worksheets_those_that_are_not_read_are_named() -> None:
    people: Rows = [["Nama", "NIP"], ["Sri Uji", SRI]]
    book = workbook({"Petunjuk": [["Isilah"]], "Data <1>": people, "Kosong": [], "Dinkes": people})
    with closing(read_list(BytesIO(book))) as sheet:
        preview = preview_of(sheet)
    assert (preview.worksheet, [*preview.others]) == ("Data <1>", ["Petunjuk", "Dinkes"])
    kept = preview.to_json()
    assert Preview.from_json(kept) == preview
    del kept["worksheet"], kept["others"], kept["remarks"]  # as it was kept before
    assert [*Preview.from_json(kept).others] == []
    with closing(read_list(BytesIO(xlsx(people)))) as sheet:
        assert [*preview_of(sheet).others] == []


def test_a_workbook_of_which_one_sheet_is_broken_is_told() -> None:
    source = BytesIO(workbook({"A": [["Nama", "NIP"], ["Sri Uji", SRI]], "B": [["Nama"]]}))
    with ZipFile(source) as book:
        files = {name: book.read(name) for name in book.namelist()}
    files["xl/worksheets/sheet2.xml"] = b"<worksheet><sheetData><row></c></row>"
    with pytest.raises(UnfitList, match="tidak dapat dibaca"):
        read(zipped(files))
