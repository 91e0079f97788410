"""Columns of sheets are guessed from what stands in them and above them."""

from collections.abc import Sequence

import pytest

from lms.certificates.codes import code_from_bits, show_code
from lms.checking.bulk.columns import Preview, as_reference, preview_of
from lms.checking.bulk.work import BOUNDS, read_sheet
from lms.tables.grids import read_grid, text_at
from lms.tables.guessing import column_letter
from tests.sheets import Cell, xlsx

CODES = [code_from_bits(number * 7919) for number in range(1, 9)]
NUMBER = "HAM.01/000001/2026"


def preview(rows: Sequence[Sequence[Cell]], **more: Sequence[tuple[int, int, int, str]]) -> Preview:
    return preview_of(read_sheet(xlsx(rows, **more)))


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("No. Sertifikat", [NUMBER, "HAM.01/000002/2026"]),
        ("Kode verifikasi", [show_code(code) for code in CODES]),
        ("Tautan", [f"https://sakuham.example/v/{code}" for code in CODES]),
        ("Keterangan", [show_code(code).lower().replace("-", " ") for code in CODES]),
        ("", list(CODES)),
    ],
)
def test_codes_numbers_and_links_are_recognised_whatever_stands_above(
    heading: str, cells: list[str]
) -> None:
    rows: list[list[Cell]] = [["No", "Nama Pegawai", "NIP", heading, "JP"]]
    for number, cell in enumerate(cells):
        rows.append([str(number), f"Sri {number}", "190501172099031001", cell, 3])
    found = preview(rows)
    columns = found.columns
    assert (columns.heading, columns.reference) == (0, 3)
    assert (columns.name, columns.employee_number, columns.credit_hours) == (1, 2, 4)
    assert found.row_count == len(cells)


def test_titles_merged_heads_and_blank_rows_are_told_from_the_list() -> None:
    found = preview(
        [
            ["Daftar sertifikat pegawai"],
            [],
            ["Pegawai", None, "Sertifikat", None],
            ["Nama", "NIP", "Nomor", "JP"],
            [],
            ["Sri", "190501172099031001", NUMBER, 3],
        ],
        merged=[(2, 0, 1, "Pegawai"), (2, 2, 3, "Sertifikat")],
    )
    columns = found.columns
    assert found.names == ["Nama", "NIP", "Nomor", "JP"]
    assert (columns.reference, columns.name, columns.employee_number) == (2, 0, 1)
    assert (found.row_count, found.rows[0][0]) == (1, "Sri")


def test_heads_over_two_rows_are_read_together_though_one_has_a_slash() -> None:
    found = preview(
        [
            ["Rekapitulasi sertifikat"],
            ["No", "Pegawai", None, "Sertifikat", None, "Ket."],
            [None, "Nama", "NIP", "Kode / Nomor", "JP", None],
            ["1", "Sri", "190501172099031001", show_code(CODES[0]), 2, None],
        ],
    )
    columns = found.columns
    assert found.names == ["No", "Nama", "NIP", "Kode / Nomor", "JP", "Ket."]
    assert (columns.heading, columns.reference, columns.name) == (2, 3, 1)
    assert (columns.employee_number, columns.credit_hours, found.row_count) == (2, 4, 1)


def test_a_sheet_without_headings_has_its_columns_all_the_same() -> None:
    found = preview([["Sri", show_code(CODES[0])], ["Budi", show_code(CODES[1])]])
    assert (found.columns.heading, found.columns.reference, found.row_count) == (None, 1, 2)


def test_a_nip_is_no_number_of_a_certificate_and_a_date_is_none() -> None:
    found = preview([["A", "B", "C"], ["19050117 209903 1 001", "17/08/2026", show_code(CODES[0])]])
    assert found.counts == [0, 0, 1]
    assert (found.columns.reference, found.columns.employee_number) == (2, 0)


def test_a_sheet_of_nothing_that_is_ours_names_no_column() -> None:
    found = preview([["Barang", "Harga"], ["Meja", 100], ["Kursi", 50]])
    assert found.columns.reference is None
    assert found.counts == [0, 0]


@pytest.mark.parametrize(
    ("cell", "reference"),
    [
        ('=HYPERLINK("https://sakuham.example/v/ABC","Lihat")', "https://sakuham.example/v/ABC"),
        ('="MBT9-6K8J-G5MG"', "MBT9-6K8J-G5MG"),
        ("'MBT9 6K8J G5MG", "MBT9 6K8J G5MG"),
    ],
)
def test_what_people_put_around_a_reference_is_taken_off(cell: str, reference: str) -> None:
    assert as_reference(cell) == reference


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_csv_of_any_kind_is_laid_out(delimiter: str, encoding: str) -> None:
    lines = ["Nama;Kode", '"Uji; Sri, S.Pd.";ABC', "", "Rène;DEF"]
    text = "\r\n".join(line.replace(";", delimiter) for line in lines)
    grid = read_grid(text.encode(encoding), BOUNDS)
    assert [number for number, _ in grid.rows] == [1, 2, 4]
    assert grid.rows[1][1] == [f"Uji{delimiter} Sri, S.Pd.", "ABC"]
    assert text_at(grid.rows[2][1], 0) == "Rène"


def test_names_with_commas_do_not_divide_a_sheet_with_semicolons() -> None:
    grid = read_grid(b"Nama;Kode\nSri, S.Pd.;ABC\nBudi, S.H.;DEF\n", BOUNDS)
    assert grid.width == 2


def test_a_quotation_mark_that_is_never_closed_spoils_one_line_only() -> None:
    grid = read_grid(b'Nama;Kode\n"Sri;ABC\nBudi;DEF\n', BOUNDS)
    assert [cells for _, cells in grid.rows] == [["Nama", "Kode"], ["Sri", "ABC"], ["Budi", "DEF"]]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_called_as_in_spreadsheets(index: int, letter: str) -> None:
    assert column_letter(index) == letter
