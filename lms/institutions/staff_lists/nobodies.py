"""Lines of a staff list that are plainly nobody: titles, totals, numbers of columns, signatures.

Offices write their lists to be printed. What is left of that between and below the people would be
noise among what an officer has to mend. It is counted and told with its line, and never let go
where any cell has what may be a number of somebody: that line may be a person, written wrongly.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.columns import Columns, repeats_headings
from lms.tables.guessing import plain_heading
from lms.tables.lines import plain_cell

ONLY_A_NUMBER: Final = Sentence(
    N_(
        "Baris ini hanya berisi NIP, seperti di bawah tanda tangan. Bila bukan pegawai, hapus "
        "barisnya; bila pegawai, tulis namanya di kolom nama."
    )
)
# A title, or a line of two signatures, has no more cells than these.
_FEW: Final = 2

_DAY: Final = re.compile(
    r"(?<!\d)(?:\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d(?::\d\d)?)?|\d\d?([-/.])\d\d?\1\d{4})(?!\d)"
)
# Nine digits have old numbers (NIP lama); spreadsheets make a power of ten of long ones.
_NUMBER: Final = re.compile(r"\d(?:[^\w,;:/]*\d){8}|\de\+?1\d", re.IGNORECASE)
_MONTH: Final = (
    r"(?:januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember)"
)
_SIGNING: Final = re.compile(
    r"(?:mengetahui|menyetujui|mengesahkan|disahkan|ditetapkan (?:di|pada)|dibuat di"
    rf"|dikeluarkan di)\b|\D{{2,60}}(?:, ?(?:\d\d?)?| \d\d?) ?{_MONTH}(?: \d{{4}})?$",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"[\d.,%\s]+(?:orang|org|pegawai)?", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"\(?(?:[ivxl]+|[a-z]|\d{1,3})[.)]*", re.IGNORECASE)
_TOTAL: Final = re.compile(r"(?:jumlah|jml|total|sub ?total|grand total|rekapitulasi)\b")
_TITLE: Final = re.compile(
    r"(?:dinas|badan|bagian|bidang|sub ?bagian|subbag|sub ?bidang|subbid|seksi|sekretariat"
    r"|inspektorat|kecamatan|kelurahan|kantor|puskesmas|uptd?|rsud|rumah sakit|satuan|satpol|biro"
    r"|direktorat|deputi|pusat|balai|unit|kementerian|pemerintah|pemkab|pemkot|pemprov|sdn?|smpn?"
    r"|sman?|smkn?|mtsn?|tk|paud|eselon|golongan|pns|cpns|pppk|p3k|asn|jabatan|tenaga|kelompok"
    r"|kepala|daftar|catatan|dicetak|halaman|tanggal unduh)\b"
)
_NOTE: Final = re.compile(r"\*|(?:keterangan|ket|sumber|nb)\s*\.?\s*:", re.IGNORECASE)
_WITH_NIP: Final = re.compile(r"(?:nip|ni pppk|nipppk)\b[\d\s.:\-]+", re.IGNORECASE)


@dataclass(slots=True)
class Nobodies:
    """Tells lines that are plainly nobody, one after the other, by the columns of their list."""

    columns: Columns
    _is_signing: bool = False

    def go_on(self) -> None:
        """A person was met: what looked like a signature was none, or stood above more people."""
        self._is_signing = False

    def is_one(self, cells: Sequence[str]) -> bool:
        """Whether a line that names nobody was never meant to."""
        texts = [" ".join(plain_cell(cell).split()) for cell in cells]
        if any(map(_may_be_a_number, texts)):
            return False
        name, number = (self._at(texts, role) for role in ("name", "number"))
        filled = [text for text in texts if any(map(str.isalnum, text))]
        if len(filled) <= _FEW and any(_SIGNING.match(text) for text in filled):
            self._is_signing = True
            return True
        return (
            repeats_headings(name, number)
            or _counts_on(filled)
            or not (any(map(str.isalnum, name)) or any(map(str.isdigit, number)))
            or (self._is_signing and len(filled) <= _FEW and not any(map(_is_count, filled)))
            or _is_total(filled)
            or _is_title(filled)
        )

    def _at(self, texts: Sequence[str], role: str) -> str:
        place = self.columns.places[role]
        return texts[place] if place < len(texts) else ""


def is_only_a_number(cells: Sequence[str]) -> bool:
    """Whether all that a line has is a number that says so itself, as below a signature."""
    filled = [text for text in map(plain_cell, cells) if text]
    return bool(filled) and all(
        _WITH_NIP.fullmatch(text) and _may_be_a_number(text) for text in filled
    )


def _may_be_a_number(text: str) -> bool:
    return _NUMBER.search(_DAY.sub(" ", text)) is not None


def _counts_on(filled: Sequence[str]) -> bool:
    """Whether the cells number the columns: 1 2 3, or (1) (2) (3), some of them merged."""
    numbers = [text.strip("().") for text in filled]
    if len(numbers) < 2 or not all(each.isdecimal() and len(each) < 3 for each in numbers):
        return False
    return all(int(earlier) < int(later) for earlier, later in pairwise(numbers))


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None


def _is_total(filled: Sequence[str]) -> bool:
    """Whether one cell calls itself a sum, and the others are its figures."""
    words = [text for text in filled if not _is_count(text)]
    return len(words) == 1 and _TOTAL.match(plain_heading(words[0])) is not None


def _is_title(filled: Sequence[str]) -> bool:
    """Whether a line is the title of those below it, or a note, and nothing else."""
    if len(filled) == _FEW and _ORDINAL.fullmatch(filled[0]):
        filled = filled[1:]
    if len(filled) != 1:
        return False
    return bool(_TITLE.match(plain_heading(filled[0])) or _NOTE.match(filled[0]))
