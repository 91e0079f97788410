"""Staff lists as offices write them to be printed: who is on them, what is passed over and told."""

import json
import re
from contextlib import closing
from io import BytesIO
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from lms.errors import Sentence
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.lines import LineReader, Listed, Units
from lms.institutions.staff_lists.previews import Preview, preview_of, previews_of
from lms.institutions.staff_lists.rows import Nobody, RowReader, Section
from lms.institutions.staff_lists.sections import unit_above
from lms.institutions.staff_lists.sheets import read_list
from lms.tables.sheets import place_of
from tests.patience import ends
from tests.sheets import Cell, workbook, xlsx, zipped
from tests.unit.institutions.test_staff_lists import TODAY

SRI, BUDI, AYU = "190501172099032113", "190603212098011004", "190703042097022005"
Rows = list[list[Cell]]
Book = dict[str, Rows]
WORDS = {Listed: "person", Section: "section", Nobody: "nobody", Sentence: "refused"}


def read(content: bytes, choice: int = 0) -> dict[int, tuple[str, str]]:
    """What a list says, by line: whom it names, why a line is refused, or that it is nobody's."""
    with ends(), closing(read_list(BytesIO(content))) as whole:
        units = Units(Scope(None, frozenset({1})), 1, [], may_add=True)
        columns = previews_of(whole)[choice].columns
        sheet = columns.sheet_of(whole)
        reader = RowReader.of(sheet, LineReader(columns, units, TODAY))
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
    assert kinds(content.encode()) == [
        *["nobody", "section", "person", "nobody", "nobody", "refused"]
    ]


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
        (["NIP LAMA", "NAMA", "NIP / NIP LAMA"], ["130456789", "Sri", SRI], {}),
        (["Nomor Induk (lama)", "NAMA", "NIP BARU / NIP LAMA"], [None, "Sri", f"{SRI}/1"], {}),
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
    assert names["number"] in {
        *("NIP", "NIP BARU", "N I P", "NIP / NIP LAMA", "NIP BARU / NIP LAMA")
    }


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


@pytest.mark.parametrize(
    "word",
    [
        "Tewas",
        "Hilang",
        "Mangkat",
        "Telah berpulang",
        "Menigal",
        "Meningal dunia",
        "MPP",
        "CLTN",
        "Diskors",
        "Tidak lagi kerja",
    ],
)
def test_whoever_may_have_left_is_asked_about(word: str) -> None:
    said = read(xlsx([HEAD, ["Sri", SRI, word], ["Budi", BUDI, "Pensiun", "01-02-2026"]]))
    assert [kind for kind, _ in said.values()] == ["refused", "person"]


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


def units_of(said: dict[int, tuple[str, str]]) -> list[str]:
    """The units of the people, in the order of the list."""
    return [
        found[1] if (found := re.search(r"new_unit='([^']*)'", words)) else ""
        for kind, words in said.values()
        if kind == "person"
    ]


def test_units_that_stand_above_their_people_are_theirs_and_told() -> None:
    head: list[Cell] = ["No", "Nama", "NIP"]
    rows: Rows = [
        head,
        [1, "Sri Uji", SRI],
        ["I. DINAS KESEHATAN", None, None],
        [2, "Budi", BUDI],
        ["JUMLAH", None, 1],
        ["II", "UNIT KERJA : Dinas Perhubungan", None],
        [3, "Ayu", AYU],
        [4, "Tanpa Nomor", None],
        [None, "Mengetahui,", None],
    ]
    _, told = remarks(*rows)
    assert len(told) == 1
    assert told[0].startswith("Baris seperti “DINAS KESEHATAN” (2 unit) dipakai sebagai unit kerja")
    said = read(xlsx(rows))
    assert units_of(said) == ["", "DINAS KESEHATAN", "Dinas Perhubungan"]
    assert [kind for kind, _ in said.values()] == [
        *["person", "section", "person", "nobody", "section", "person", "refused", "nobody"]
    ]


def test_a_line_keeps_its_unit_in_a_column_that_is_known_when_it_comes_back() -> None:
    content = f"Nama;NIP\nDINAS KESEHATAN\nSri Uji;{SRI}\nBudi;1\n".encode()
    with closing(read_list(BytesIO(content))) as sheet:
        columns = preview_of(sheet).columns
        units = Units(Scope(None, frozenset({1})), 1, [], may_add=True)
        reader = RowReader.of(sheet, LineReader(columns, units, TODAY))
        rows = [*reader.rows(sheet)]
        for row in rows:
            reader.read(row)
    assert reader.head[-1][1] == ["Nama", "NIP", "Unit kerja"]
    assert [cells for _, cells, _ in rows[1:]] == [
        ["Sri Uji", SRI, "DINAS KESEHATAN"],
        ["Budi", "1", "DINAS KESEHATAN"],
    ]


def test_a_line_through_a_cell_says_nothing() -> None:
    rows: Rows = [["Nama", "NIP", "Unit", "Jenis", "Ket"], ["Sri", SRI, "-", "–", "-"]]
    assert kinds(xlsx(rows)) == ["person"]


def test_a_unit_that_could_not_be_added_is_told_in_the_check_and_stops_no_list() -> None:
    rows: Rows = [["Nama", "NIP", "Unit"], ["Sri", SRI, "Dinas > Seksi"], ["Budi", BUDI, "Dinas"]]
    said = read(xlsx(rows))
    assert [kind for kind, _ in said.values()] == ["refused", "person"]
    assert "tanpa tanda >" in said[2][1]


def test_a_unit_of_any_name_is_known_where_the_institution_has_it() -> None:
    assert unit_above(["Rumah Potong"]) == ""
    assert unit_above(["Rumah Potong"], lambda text: text == "Rumah Potong") == "Rumah Potong"


@pytest.mark.parametrize(
    "cells",
    [
        ["Sri Uji"],
        ["PNS"],
        ["GOLONGAN III"],
        ["Kepala Dinas"],
        ["Dinas Kesehatan", "Budi"],
        ["DINAS KESEHATAN TAHUN 2026"],
        ["JUMLAH DINAS"],
        ["Unit Kerja :"],
        [f"Dinas {SRI}"],
        [""],
    ],
)
def test_what_is_no_unit_is_nobodys_unit(cells: list[str]) -> None:
    assert unit_above(cells) == ""


def test_a_column_of_units_is_taken_before_titles() -> None:
    rows: Rows = [["Nama", "NIP", "Unit"], ["DINAS X", None, None], ["Sri", SRI, "Dinas Y"]]
    preview, told = remarks(*rows)
    assert (preview.columns.unit_from, told) == ("", [])
    assert units_of(read(xlsx(rows))) == ["Dinas Y"]


def test_of_two_lists_side_by_side_it_is_told_that_one_is_read() -> None:
    rows: Rows = [["No", "Nama", "NIP", "No", "Nama", "NIP"], [1, "Sri", SRI, 2, "Budi", BUDI]]
    with closing(read_list(BytesIO(xlsx(rows)))) as sheet:
        assert preview_of(sheet).is_half
    with closing(
        read_list(BytesIO(xlsx([["Nama", "NIP", "NIP Lama"], ["Sri", SRI, None]])))
    ) as one:
        assert not preview_of(one).is_half


BOOK = {
    "Dinas Kesehatan": [["DAFTAR PEGAWAI"], ["Nama", "NIP"], ["Sri", SRI], ["Budi", "1"]],
    "Petunjuk": [["Isilah"]],
    "Dinas Sosial": [["Nama", "NIP"], ["Ayu", AYU], ["Sri Lain", SRI]],
    "Lama": [["NIP", "Nama", "Pangkat"], [BUDI, "Budi", "III/a"]],
}


def test_of_several_worksheets_with_people_one_way_to_read_them_is_chosen() -> None:
    with closing(read_list(BytesIO(workbook(BOOK)))) as sheet:
        previews = previews_of(sheet)
    assert [(each.worksheet, each.row_count) for each in previews] == [
        ("Dinas Kesehatan; Dinas Sosial", 4),
        ("Dinas Kesehatan", 2),
        ("Dinas Sosial", 2),
        ("Lama", 1),
    ]
    assert previews[0].others == ["Petunjuk", "Lama"]
    assert [Preview.from_json(json.loads(json.dumps(each.to_json()))) for each in previews] == (
        previews
    )


def test_worksheets_of_the_same_columns_are_one_list_whose_lines_name_their_worksheet() -> None:
    said = read(workbook(BOOK))
    assert [place_of(number) for number in said] == [(1, 3), (1, 4), (3, 2), (3, 3)]
    assert [kind for kind, _ in said.values()] == ["person", "refused", "person", "refused"]
    assert units_of(said) == ["Dinas Kesehatan", "Dinas Sosial"]
    assert "sudah ada di lembar 1, baris 3 dengan data lain" in [*said.values()][-1][1]
    assert [*read(workbook(BOOK), choice=3)] == [2]


@pytest.mark.parametrize(
    "beside",
    [
        {"Contoh": [["Nama", "NIP", "Surel", "Unit", "Gelar"]]},
        {"Rekap": [["Unit kerja", "Nama", "Jenis", "Keterangan"], ["Dinas X", "Semua", "PNS", ""]]},
    ],
)
def test_the_one_worksheet_with_people_is_read_whatever_stands_beside_it(beside: Book) -> None:
    data: Book = {"Data": [["Nama", "NIP"], ["Sri", SRI], ["Budi", BUDI]]}
    for content in (beside | data, data | beside):
        with closing(read_list(BytesIO(workbook(content)))) as sheet:
            previews = previews_of(sheet)
        assert [(each.worksheet, each.row_count) for each in previews] == [("Data", 2)]


def test_what_is_hidden_is_read_and_told() -> None:
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet("Pegawai")
        for number, row in enumerate([["Nama", "NIP", "x"], ["Sri", SRI], ["Budi", BUDI]]):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(8, None, None, {"hidden": True})  # and empty
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.set_column(5, 9, None, None, {"hidden": True})
        other = book.add_worksheet("Master")
        other.write_row(0, 0, ["Nama", "NIP"])
        other.write_row(1, 0, ["Ayu", AYU])
        other.hide()
    content = target.getvalue()
    with closing(read_list(BytesIO(content))) as whole:
        first, hidden = previews_of(whole)
    assert (first.worksheet, hidden.worksheet, hidden.is_hidden) == ("Pegawai", "Master", True)
    rows, columns = (str(each) for each in first.remarks)
    assert rows.startswith("1 baris tersembunyi atau tersaring dalam berkas, dan tetap dibaca.")
    assert columns == "1 kolom tersembunyi dalam berkas, dan tetap dibaca: B: NIP."
    assert "Lembar “Master” tersembunyi" in str(hidden.remarks[0])
    assert [kind for kind, _ in read(content).values()] == ["person", "person"]


def ods(*rows: str, columns: str = "") -> bytes:
    """A spreadsheet of one worksheet with these rows as XML."""
    names = "office table text manifest"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names.split()
    )
    body = f'<table:table table:name="P">{columns}{"".join(rows)}</table:table>'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    files = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": f"<manifest:manifest {spaces}/>".encode(),
    }
    return zipped(files)


def ods_row(*cells: str, more: str = "", first: str = "") -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{more}>{first}{made}</table:table-row>"


def test_what_a_filter_hides_in_an_ods_is_told() -> None:
    content = ods(
        ods_row("Nama", "NIP"),
        ods_row("Sri", SRI, more=' table:visibility="filter" table:number-rows-repeated="2"'),
        ods_row("Budi", BUDI),
        columns='<table:table-column/><table:table-column table:visibility="collapse"/>',
    )
    with closing(read_list(BytesIO(content))) as sheet:
        told = [str(each) for each in preview_of(sheet).remarks]
    assert told[0].startswith("2 baris tersembunyi atau tersaring")
    assert told[1].endswith("B: NIP.")


def test_a_unit_in_a_merged_cell_of_an_ods_is_that_of_each_of_its_rows() -> None:
    unit = (
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string" table:number-columns-spanned="1" '
        'table:number-rows-spanned="2"><text:p>Dinas Kesehatan</text:p></table:table-cell>'
    )
    covered = '<table:table-cell table:number-columns-repeated="2"/><table:covered-table-cell/>'
    content = ods(
        ods_row("No", "Gol.", "OPD", "Nama", "NIP"),
        ods_row("Sri", SRI, first=unit),
        ods_row("Budi", BUDI, first=covered),
        ods_row("Ayu", AYU, first='<table:table-cell table:number-columns-repeated="3"/>'),
    )
    assert units_of(read(content)) == ["Dinas Kesehatan", "Dinas Kesehatan", ""]


def test_a_workbook_of_which_one_sheet_is_broken_is_told() -> None:
    source = BytesIO(workbook({"A": [["Nama", "NIP"], ["Sri Uji", SRI]], "B": [["Nama"]]}))
    with ZipFile(source) as book:
        files = {name: book.read(name) for name in book.namelist()}
    files["xl/worksheets/sheet2.xml"] = b"<worksheet><sheetData><row></c></row>"
    with pytest.raises(UnfitList, match="tidak dapat dibaca"):
        read(zipped(files))


def merged_list() -> bytes:
    """Two units, each in a cell over its people; that of the second over its total too."""
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet("Pegawai")
        people = [["No", "Nama", "NIP"], [1, "Sri Uji", SRI], [2, "Budi", BUDI], [3, "Ayu", AYU]]
        for number, cells in enumerate(people):
            sheet.write_row(number + 2, 1, cells)
        sheet.write(2, 0, "OPD")
        sheet.merge_range(3, 0, 4, 0, "Dinas Kesehatan")
        sheet.merge_range(5, 0, 6, 0, "Dinas Perhubungan")
        sheet.write(6, 2, "JUMLAH")
        sheet.write(6, 3, 3)
        sheet.merge_range(7, 0, 9, 0, "Tanpa pegawai")
    return target.getvalue()


def test_a_unit_in_a_merged_cell_is_that_of_each_of_its_rows() -> None:
    said = read(merged_list())
    assert units_of(said) == ["Dinas Kesehatan", "Dinas Kesehatan", "Dinas Perhubungan"]
    assert [kind for kind, _ in said.values()] == ["person", "person", "person", "nobody", "nobody"]
    with closing(read_list(BytesIO(merged_list()))) as sheet:
        preview = preview_of(sheet)
    assert [row[0] for row in preview.rows[:2]] == ["Dinas Kesehatan", "Dinas Kesehatan"]
    assert preview.remarks == []


def test_nothing_but_a_unit_is_taken_from_a_merged_cell() -> None:
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet("Pegawai")
        sheet.write_row(0, 0, ["Nama", "NIP"])
        sheet.merge_range(1, 0, 2, 0, "Sri Uji")
        sheet.write(1, 1, SRI)
        sheet.write(2, 1, BUDI)
    assert kinds(target.getvalue()) == ["person", "refused"]


def test_units_that_are_written_once_are_told() -> None:
    _, told = remarks(
        ["Nama", "NIP", "OPD"],
        ["Sri Uji", SRI, "Dinas Kesehatan"],
        ["Budi", BUDI, None],
        ["Ayu", AYU, None],
    )
    assert [each[:35] for each in told] == ["2 pegawai tidak punya unit kerja, d"]


def test_a_rank_behind_a_name_and_its_number_is_left_aside_and_told() -> None:
    cells = [f"Sri Uji, S.Pd.\n{SRI}\nPenata (III/c)", f"Budi / NIP. {BUDI} / II/b"]
    rows: Rows = [["No", "NAMA/NIP/PANGKAT"], [1, cells[0]], [2, cells[1]]]
    _, told = remarks(*rows)
    assert told[0].startswith("Nama dan NIP dibaca dari satu kolom")
    assert told[1].startswith("Pangkat di belakang NIP, misalnya “Penata (III/c)”, tidak dipakai")
    said = read(xlsx(rows))
    assert [kind for kind, _ in said.values()] == ["person", "person"]
    assert "name='Sri Uji, S.Pd.'" in said[2][1]


def test_what_else_a_cell_has_is_told_before_it_is_refused() -> None:
    rows: Rows = [["No", "NAMA/NIP"], [1, f"Sri Uji\n{SRI}\nGuru"], [2, f"Budi\n{BUDI}\nGuru"]]
    _, told = remarks(*rows)
    assert f"misalnya “Sri Uji {SRI} Guru”" in told[1]
    assert kinds(xlsx(rows)) == ["refused", "refused"]
