"""Staff lists as spreadsheets write them: read, or told line by line."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from lms.errors import Sentence
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.lines import LineReader, Listed, UnitPlace, Units
from lms.institutions.staff_lists.previews import preview_of
from lms.institutions.staff_lists.rows import RowReader
from lms.institutions.staff_lists.sheets import read_list
from lms.institutions.staff_lists.standings import Standing
from tests.patience import ends
from tests.sheets import xlsx

NUMBER = "190501172099032113"
OTHER = "190501172099032114"
HEAD = "name,number,email\n"


TODAY = date(2026, 5, 20)
PLACES = [
    UnitPlace(1, "Dinas Pendidikan", "D1", "/1/"),
    UnitPlace(2, "Subbagian Umum", "D1.1", "/1/2/"),
    UnitPlace(3, "Subbagian Umum", None, "/3/"),
]


@dataclass(frozen=True)
class StaffList:
    """Whom a list names, each once, and what is told of the other lines."""

    people: list[Listed]
    bad_lines: dict[int, str]


def read_staff_list(content: bytes, *, may_add: bool = False) -> StaffList:
    """A list as the check reads it, by the columns that are guessed."""
    with ends(), closing(read_list(BytesIO(content))) as sheet:
        columns = preview_of(sheet).columns
        units = Units(Scope(None, frozenset({1})), 1, PLACES, may_add=may_add)
        reader = RowReader.of(sheet, LineReader(columns, units, TODAY))
        read = [(row[0], reader.read(row)) for row in reader.rows(sheet)]
    return StaffList(
        [each for _, each in read if isinstance(each, Listed)],
        {line: str(each) for line, each in read if isinstance(each, Sentence)},
    )


def read(text: str, encoding: str = "utf-8") -> StaffList:
    """A list from the text of a file."""
    return read_staff_list(text.encode(encoding))


def people(listed: StaffList) -> list[tuple[str, str, str | None]]:
    """Whom a list names."""
    return [(each.name, each.number.number, each.email) for each in listed.people]


def reasons(listed: StaffList) -> dict[int, str]:
    """What is told, by line."""
    return listed.bad_lines


def workbook(*rows: list[object]) -> bytes:
    """A spreadsheet with these rows."""
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


SRI = [("Sri Uji", NUMBER, "sri@contoh-a.example")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_separates_columns_and_ends_lines_is_read(delimiter: str, end: str) -> None:
    lines = [["name", "number", "email"], ["Sri Uji", NUMBER, "sri@contoh-a.example"]]
    assert people(read(end.join(map(delimiter.join, lines)) + end)) == SRI


@pytest.mark.parametrize(
    "head",
    [
        "name, number, email",
        " Name ,NUMBER,E-mail",
        "Nama Lengkap,NIP,Surel Resmi",
        "nama_pegawai,NIP / NI PPPK,alamat surel",
        '"name","number","email"',
        "\ufeffname,number,email",
    ],
)
def test_headings_are_known_by_what_they_mean(head: str) -> None:
    assert people(read(f"{head}\nSri Uji,{NUMBER},sri@contoh-a.example\n")) == SRI


def test_columns_stand_in_any_order_beside_others() -> None:
    listed = read(f"No,Surel,Jabatan,NIP,Nama\n1,sri@contoh-a.example,Analis,{NUMBER},Sri Uji\n")
    assert people(listed) == SRI


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_the_encodings_of_windows_are_read(encoding: str) -> None:
    text = f"{HEAD}Andr\u00e9 Uji,{NUMBER},sri@contoh-a.example\n"
    content = text.encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    assert read_staff_list(content).people[0].name == "Andr\u00e9 Uji"


def test_empty_lines_are_passed_over() -> None:
    listed = read(f"\n{HEAD}\n,,\n  \nSri Uji,{NUMBER},sri@contoh-a.example\n , , \n\n")
    assert people(listed) == SRI
    assert listed.bad_lines == {}


def test_a_comma_in_a_title_is_explained_and_stops_no_other_line() -> None:
    listed = read(
        f"{HEAD}Sri Uji, S.Pd.,{OTHER},x@contoh-a.example\nSri Uji,{NUMBER},sri@contoh-a.example\n"
    )
    assert people(listed) == SRI
    assert "4 sel untuk 3 kolom" in reasons(listed)[2]
    assert '"Sri Uji, S.Pd."' in reasons(listed)[2]


def test_a_quoted_title_and_empty_columns_at_the_end_are_read() -> None:
    listed = read(f'{HEAD}"Sri Uji, S.Pd.",{NUMBER},sri@contoh-a.example,,\n')
    assert listed.people[0].name == "Sri Uji, S.Pd."


@pytest.mark.parametrize("line", [f'"Sri Uji,{OTHER},x@contoh-a.example', f'"S" Uji,{OTHER},x@y.z'])
def test_a_quotation_mark_that_is_not_closed_swallows_nobody(line: str) -> None:
    listed = read(f"{HEAD}{line}\nSri Uji,{NUMBER},sri@contoh-a.example\n")
    assert people(listed) == SRI
    assert "Tanda petik" in reasons(listed)[2]


@pytest.mark.parametrize(
    "number", ["190501172099032000", "1,90501E+17", "1.90501172099032E+17", "1.9E17"]
)
def test_a_rounded_number_is_held_back_and_explained(number: str) -> None:
    listed = read(f"name;number;email\nSri Uji;{number};sri@contoh-a.example\n")
    assert listed.people == []
    assert "dibulatkan" in reasons(listed)[2]


@pytest.mark.parametrize("number", [f'="{NUMBER}"', f"'{NUMBER}", f" {NUMBER} "])
def test_what_keeps_a_number_from_being_rounded_is_taken_off(number: str) -> None:
    listed = read(f"name;number;email\nSri Uji;{number};sri@contoh-a.example\n")
    assert people(listed) == SRI


def test_who_stands_there_twice_is_counted_once() -> None:
    line = f"Sri Uji,{NUMBER},sri@contoh-a.example\n"
    listed = read(HEAD + line + line)
    assert people(listed) == SRI
    assert listed.bad_lines == {}


def test_two_people_with_one_number_or_one_address_are_told() -> None:
    listed = read(
        f"{HEAD}Sri Uji,{NUMBER},sri@contoh-a.example\n"
        f"Sri Lain,{NUMBER},lain@contoh-a.example\n"
        f"Sri Uji,{OTHER},sri@contoh-a.example\n"
    )
    assert people(listed) == SRI
    assert reasons(listed) == {
        3: "Nomor ini sudah ada di baris 2 dengan data lain. Sisakan yang benar.",
        4: "Surel ini sudah ada di baris 2 untuk orang lain. Sisakan yang benar.",
    }


def test_a_spreadsheet_is_read_and_its_numbers_are_told() -> None:
    content = workbook(
        [],
        ["Nama", "NIP", "Surel", "Pangkat"],
        [],
        ["Sri Uji", NUMBER, "sri@contoh-a.example"],
        ["Budi Uji", int(OTHER), "budi@contoh-a.example"],
    )
    listed = read_staff_list(content)
    assert people(listed) == SRI
    assert "dibulatkan" in reasons(listed)[5]


TITLED: list[list[object]] = [
    ["DAFTAR PEGAWAI KANWIL CONTOH"],
    ["Per 31 Januari 2026", "", "Nama kantor"],
    [],
    ["No", "Nama", "NIP", "Surel"],
    [1, "Sri Uji", NUMBER, "sri@contoh-a.example"],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_titles_above_the_headings_are_passed_over(delimiter: str) -> None:
    assert people(read_staff_list(workbook(*TITLED))) == SRI
    listed = read("\n".join(delimiter.join(map(str, row)) for row in TITLED))
    assert people(listed) == SRI
    assert listed.bad_lines == {}


def test_a_list_that_begins_in_the_middle_of_a_sheet_is_read() -> None:
    head: list[object] = ["", "", "Nama", "NIP", "Surel"]
    row: list[object] = ["", "", "Sri Uji", NUMBER, "sri"]
    assert list(reasons(read_staff_list(workbook([], [], head, [], row)))) == [5]


def test_a_cell_at_the_far_end_of_a_sheet_is_told_and_ends_nothing_but_the_reading() -> None:
    target = BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nama", "NIP", "Surel"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(UnfitList, match="terlalu luas"):
        read_staff_list(target.getvalue())


@pytest.mark.parametrize("rows", [400, 100_000])
def test_a_row_that_is_repeated_without_end_is_not_laid_out(rows: int) -> None:
    with pytest.raises(UnfitList, match=r"terlalu luas|tidak dapat dibaca|kolom"):
        read_staff_list(open_document(rows))


def test_a_long_text_that_is_repeated_without_end_is_not_laid_out() -> None:
    with pytest.raises(UnfitList, match=r"terlalu luas|kolom"):
        read_staff_list(open_document(1, text=b"x" * 100_000))


def open_document(rows: int, text: bytes = b"x") -> bytes:
    """An ODS of few bytes, whose one row fills a sheet's width and is repeated so often."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        with file.open("content.xml", "w") as content:
            content.write(
                b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
                b'office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
                b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
                b'<office:spreadsheet><table:table table:name="a">'
                b'<table:table-row table:number-rows-repeated="%d"><table:table-cell '
                b'office:value-type="string" table:number-columns-repeated="16384"><text:p>' % rows
            )
            content.write(text)
            content.write(
                b"</text:p></table:table-cell></table:table-row></table:table>"
                b"</office:spreadsheet></office:body></office:document-content>"
            )
    return target.getvalue()


@pytest.mark.parametrize("place", range(3))
def test_a_truth_value_of_a_spreadsheet_is_nobodys_name(place: int) -> None:
    row: list[object] = ["Sri Uji", NUMBER, "sri@contoh-a.example"]
    row[place] = True
    listed = read_staff_list(workbook(["Nama", "NIP", "Surel"], row))
    assert listed.people == []
    assert "TRUE, nilai benar-salah" in reasons(listed)[2]


@pytest.mark.parametrize(
    "email", ["Sri <s@contoh-a.example>", "a@contoh-a.example b@contoh-a.example", "<a@b.example>"]
)
def test_a_name_or_a_second_address_beside_an_address_is_named_as_such(email: str) -> None:
    assert "satu alamat saja, tanpa nama" in reasons(read(f"{HEAD}Sri Uji,{NUMBER},{email}\n"))[2]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><table><tr><td>Nama</td></tr></table></body></html>",
        b"\xef\xbb\xbf\r\n<!DOCTYPE html>",
        b"<?xml version='1.0'?><Workbook>",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nNama,NIP\n",
        b"{\\rtf1 Nama",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_file_of_another_kind_is_told_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(UnfitList, match="bukan tabel, apa pun akhiran namanya"):
        read_staff_list(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"nama,nip\n", b"\x00\x01", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe\x00"],
)
def test_what_is_no_list_is_told(content: bytes) -> None:
    with pytest.raises(UnfitList):
        read_staff_list(content)


def test_the_lower_of_two_rows_of_heads_is_taken_and_merged_ones_are_understood() -> None:
    content = xlsx(
        [
            [None],
            ["No", "Nama", "Nomor", None, "Surel"],
            [None, "Nama", "NIP", "NIP lama", None],
            ["1", "Sri Uji", NUMBER, "130000000", "sri@contoh-a.example"],
        ],
        merged=[(0, 0, 4, "DAFTAR PEGAWAI")],
    )
    assert people(read_staff_list(content)) == SRI


def test_formulas_are_refused_by_their_signs_and_never_run() -> None:
    listed = read(
        f"Nama;NIP;Surel\n=HYPERLINK(A);{NUMBER};a@contoh-a.example\n"
        f"@SUM(A);{OTHER};b@contoh-a.example\n"
    )
    assert listed.people == []
    assert "Nama memuat “=”" in reasons(listed)[2]
    assert "Nama memuat “@”" in reasons(listed)[3]


def test_fifty_columns_too_many_are_counted() -> None:
    head: list[object] = ["Nama", "NIP", *(f"Kolom {n}" for n in range(148))]
    with pytest.raises(UnfitList, match="150 kolom; paling banyak 100"):
        read_staff_list(workbook(head, ["Sri Uji", NUMBER]))


def test_a_million_rows_that_are_formatted_and_empty_are_nobody() -> None:
    target = BytesIO()
    with Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nama", "NIP", "Surel"])
        sheet.write_row(1, 0, ["Sri Uji", NUMBER, "sri@contoh-a.example"])
        yellow = book.add_format({"bg_color": "yellow"})
        for row in range(2, 1_048_576, 16):
            sheet.set_row(row, None, yellow)
        sheet.write_blank(1_048_575, 0, None, yellow)
    assert people(read_staff_list(target.getvalue())) == SRI
    listed = read(f"{HEAD}Sri Uji,{NUMBER},sri@contoh-a.example\n" + ",,\n" * 1_048_576)
    assert people(listed) == SRI


def test_a_bomb_is_not_unfolded() -> None:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(bytes(1024 * 1024))
    with pytest.raises(UnfitList):
        read_staff_list(target.getvalue())


@pytest.mark.parametrize(
    ("unit", "found"), [("dinas  pendidikan", 1), ("d1", 1), ("D1.1", 2), ("", None)]
)
def test_a_unit_is_known_by_its_name_or_its_code(unit: str, found: int | None) -> None:
    listed = read(f"nama;nip;unit kerja\nSri Uji;{NUMBER};{unit}\n")
    assert [each.unit_id for each in listed.people] == [found]


def test_a_unit_that_is_not_there_is_never_guessed_and_added_only_if_that_is_agreed() -> None:
    content = f"nama;nip;unit kerja\nSri Uji;{NUMBER};Dinas Lain\nA;{OTHER};Subbagian Umum\n"
    told = reasons(read(content))
    assert "“Dinas Lain” tidak ada dalam daftar unit Anda" in told[2]
    assert "Ada 2 unit kerja bernama “Subbagian Umum”" in told[3]
    (person,) = read_staff_list(content.encode(), may_add=True).people
    assert (person.unit_id, person.new_unit) == (None, "Dinas Lain")


@pytest.mark.parametrize(
    ("word", "day", "standing"),
    [
        ("Pensiun", "31-01-2026", Standing.RETIRED),
        ("meninggal dunia", "31 Januari 2026", Standing.DIED),
        ("MUTASI", "2026-01-31", Standing.MOVED),
        ("pindah", "31/1/2026", Standing.MOVED),
    ],
)
def test_who_has_left_is_told_with_the_day(word: str, day: str, standing: Standing) -> None:
    listed = read(f"nama;nip;keterangan;tmt\nSri Uji;{NUMBER};{word};{day}\n")
    assert [(each.standing, each.standing_on) for each in listed.people] == [
        (standing, date(2026, 1, 31))
    ]


@pytest.mark.parametrize(
    ("word", "day", "sentence"),
    [
        ("pensiun", "", "Sejak kapan belum ditulis"),
        ("pensiun", "31-02-2026", "“31-02-2026” tidak dapat dibaca"),
        ("pensiun", "01-06-2026", "belum tiba"),
        ("tidak aktif", "31-01-2026", "Keterangan “tidak aktif” tidak dikenal"),
    ],
)
def test_what_ends_a_service_is_never_guessed(word: str, day: str, sentence: str) -> None:
    listed = read(f"nama;nip;keterangan;tmt\nSri Uji;{NUMBER};{word};{day}\n")
    assert listed.people == []
    assert sentence in reasons(listed)[2]


def test_a_kind_that_its_number_contradicts_is_told() -> None:
    listed = read(f"nama;nip;jenis\nSri Uji;{NUMBER};PPPK\nBudi;{OTHER};honorer\n")
    assert "tertulis PPPK" in reasons(listed)[2]
    assert "“honorer” tidak dikenal" in reasons(listed)[3]


def test_titles_in_columns_of_their_own_become_part_of_the_name() -> None:
    listed = read(
        f"Gelar depan;Nama;Gelar belakang;NIP\ndr.;Sri Uji;M.Kes.;{NUMBER}\n;A;-;{OTHER}\n"
    )
    assert [each.name for each in listed.people] == ["dr. Sri Uji, M.Kes.", "A"]
