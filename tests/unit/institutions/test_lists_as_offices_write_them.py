"""Staff lists as offices write them to be printed: who is on them, what is passed over and told."""

from contextlib import closing
from io import BytesIO

import pytest

from lms.errors import Sentence
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.columns import preview_of
from lms.institutions.staff_lists.lines import LineReader, Listed, Units
from lms.institutions.staff_lists.rows import Nobody, RowReader
from lms.institutions.staff_lists.sheets import read_list
from tests.patience import ends
from tests.sheets import Cell, xlsx
from tests.unit.institutions.test_staff_lists import TODAY

SRI, BUDI = "190501172099032113", "190603212098011004"
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
