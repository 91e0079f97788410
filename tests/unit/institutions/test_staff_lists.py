"""Staff lists as spreadsheets write them: read, or told line by line."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from lms.institutions.staff_files import StaffList, read_staff_list, write_bad_lines
from lms.tables.models import NotATable

NUMBER = "190501172099032113"
OTHER = "190501172099032114"
HEAD = "name,number,email\n"


def read(text: str, encoding: str = "utf-8") -> StaffList:
    """A list from the text of a file."""
    return read_staff_list(text.encode(encoding))


def people(listed: StaffList) -> list[tuple[str, str, str]]:
    """Whom a list names."""
    return [(each.name, each.number.number, each.email) for each in listed.people]


def reasons(listed: StaffList) -> dict[int, str]:
    """What is told, by line."""
    return {bad.number: bad.reason for bad in listed.bad_lines}


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
    assert listed.bad_lines == []


def test_a_comma_in_a_title_is_explained_and_stops_no_other_line() -> None:
    listed = read(
        f"{HEAD}Sri Uji, S.Pd.,{OTHER},x@contoh-a.example\nSri Uji,{NUMBER},sri@contoh-a.example\n"
    )
    assert people(listed) == SRI
    assert "4 fields for 3 columns" in reasons(listed)[2]
    assert '"Sri Uji, S.Pd."' in reasons(listed)[2]


def test_a_quoted_title_and_empty_columns_at_the_end_are_read() -> None:
    listed = read(f'{HEAD}"Sri Uji, S.Pd.",{NUMBER},sri@contoh-a.example,,\n')
    assert listed.people[0].name == "Sri Uji, S.Pd."


@pytest.mark.parametrize("line", [f'"Sri Uji,{OTHER},x@contoh-a.example', f'"S" Uji,{OTHER},x@y.z'])
def test_a_quotation_mark_that_is_not_closed_swallows_nobody(line: str) -> None:
    listed = read(f"{HEAD}{line}\nSri Uji,{NUMBER},sri@contoh-a.example\n")
    assert people(listed) == SRI
    assert "quotation mark" in reasons(listed)[2]


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
    assert listed.bad_lines == []


def test_two_people_with_one_number_or_one_address_are_told() -> None:
    listed = read(
        f"{HEAD}Sri Uji,{NUMBER},sri@contoh-a.example\n"
        f"Sri Lain,{NUMBER},lain@contoh-a.example\n"
        f"Sri Uji,{OTHER},sri@contoh-a.example\n"
    )
    assert people(listed) == SRI
    assert reasons(listed) == {
        3: "line 2 has this number with other data; leave the right one",
        4: "line 2 has this address with other data; leave the right one",
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
    assert listed.bad_lines == []


def test_headings_that_lack_a_column_are_told_and_not_the_title_above_them() -> None:
    without_email = [row[:3] for row in TITLED]
    with pytest.raises(
        NotATable, match=r"lacks the columns email; its headings are: No, Nama, NIP"
    ):
        read_staff_list(workbook(*without_email))


@pytest.mark.parametrize("head", ["Nama,NIP,Surel,Email", "Nama,Nama Lengkap,NIP,Surel"])
def test_two_columns_of_one_meaning_are_refused_by_their_names(head: str) -> None:
    with pytest.raises(NotATable, match=r"2 columns for (email: Surel, Email|name: Nama, Nama L)"):
        read(f"{head}\na,b,c,d\n")


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
    with pytest.raises(NotATable, match="far below the list, or far to its right"):
        read_staff_list(target.getvalue())


@pytest.mark.parametrize("rows", [400, 100_000])
def test_a_row_that_is_repeated_without_end_is_not_laid_out(rows: int) -> None:
    with pytest.raises(NotATable, match=r"far below the list|cannot be opened"):
        read_staff_list(open_document(rows))


def test_a_long_text_that_is_repeated_without_end_is_not_laid_out() -> None:
    with pytest.raises(NotATable, match="too large to be read"):
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
    assert "TRUE, a truth value" in reasons(listed)[2]
    assert listed.bad_lines[0].cells[place] == "TRUE"


@pytest.mark.parametrize(
    "email", ["Sri <s@contoh-a.example>", "a@contoh-a.example b@contoh-a.example", "<a@b.example>"]
)
def test_a_name_or_a_second_address_beside_an_address_is_named_as_such(email: str) -> None:
    assert "satu alamat saja, tanpa nama" in reasons(read(f"{HEAD}Sri Uji,{NUMBER},{email}\n"))[2]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><body><table><tr><td>Nama</td></tr></table></body></html>", "a web page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "a web page"),
        (b"<?xml version='1.0'?><Workbook>", "a web page or XML"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"{\\rtf1 Nama", "a text of a word processor"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"PK\x03\x04 Nama", "cannot be opened as a spreadsheet"),
    ],
)
def test_a_file_of_another_kind_is_told_as_what_it_is(content: bytes, kind: str) -> None:
    with pytest.raises(NotATable, match=kind):
        read_staff_list(content)


def test_what_is_written_to_be_mended_is_read_again() -> None:
    listed = read(f"{HEAD}Sri Uji,{NUMBER},sri\nSri, S.Pd.,{OTHER},x@contoh-a.example\n")
    mended = write_bad_lines(listed.bad_lines).replace(";sri;", ";sri@contoh-a.example;")
    again = read(mended)
    assert people(again) == SRI
    assert [bad.number for bad in again.bad_lines] == [3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"nama,nip\n",
        b"\x00\x01",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_table_is_told(content: bytes) -> None:
    with pytest.raises(NotATable, match=r"file|spreadsheet"):
        read_staff_list(content)
