"""Results in words: what each verdict is called, and what is said of a row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from flask_babel import get_locale, gettext

from lms.certificates.codes import show_code
from lms.checking.bulk.results import BELOW_THE_LIST, NOTHING_NAMED, UNREADABLE, Found
from lms.checking.bulk.work import Checked
from lms.checking.verdicts import Seal, Verdict
from lms.errors import N_
from lms.http.addresses import public_url
from lms.tables.cells import Value, shown
from lms.tables.writer import Cell
from lms.web.formatting import MONTHS, ZONES
from lms.web.verification.words import AS_MADE, SEALS

# Of each verdict its word, the colour of its state, and its icon.
VERDICTS: Final[Mapping[str, tuple[str, str, str]]] = {
    Verdict.VALID.value: (N_("sah"), "valid", "valid"),
    Verdict.REVOKED.value: (N_("dicabut"), "danger", "revoked"),
    Verdict.REPLACED.value: (N_("diganti"), "warning", "replaced"),
    Verdict.EXPIRED.value: (N_("kedaluwarsa"), "warning", "clock"),
    Verdict.UNKNOWN.value: (N_("tidak dikenal"), "danger", "unknown"),
    Verdict.ALTERED.value: (N_("berkas diubah"), "danger", "danger"),
    Verdict.FOREIGN.value: (N_("bukan sertifikat kami"), "neutral", "unknown"),
    Verdict.DIFFERENT.value: (N_("data berbeda"), "warning", "warning"),
    UNREADABLE: (N_("tidak terbaca"), "warning", "warning"),
    NOTHING_NAMED: (N_("tanpa kode"), "neutral", "empty"),
}
FACTS: Final[Mapping[str, str]] = {
    "holder_name": N_("Nama"),
    "employee_number": N_("NIP"),
    "credit_hours": N_("JP"),
    "title": N_("Modul"),
    "number": N_("Nomor sertifikat"),
    "completed_on": N_("Tanggal selesai"),
    "institution_name": N_("Instansi"),
    "pass_mark": N_("Nilai minimal"),
    "valid_until": N_("Berlaku sampai"),
}
ADDED: Final = (
    N_("Hasil pemeriksaan"),
    N_("Keterangan"),
    N_("Nama pada sertifikat"),
    N_("NIP pada sertifikat"),
    N_("JP pada sertifikat"),
    N_("Modul"),
    N_("Tanggal selesai"),
    N_("Nomor pada sertifikat"),
    N_("Ada dalam daftar Anda"),
    N_("Tautan pemeriksaan"),
    N_("Diperiksa pada"),
)
_LISTED: Final = {
    "yes": N_("ya"),
    "waiting": N_("ya, menunggu konfirmasi"),
    "no": N_("tidak"),
}
_PROBLEMS: Final = {
    "length": N_("Kode terdiri atas 12 huruf dan angka; tulisan ini kurang atau lebih."),
    "character": N_("Ada tanda yang tidak dipakai dalam kode; periksa karakter ke-%(place)s."),
    "checksum": N_("Kode tidak cocok dengan angka periksanya; cocokkan lagi dengan sertifikatnya."),
    BELOW_THE_LIST: N_("Tulisan di bawah daftar, bukan kode atau nomor."),
    "suspicious": N_("Kode hampir benar; periksa karakter ke-%(place)s, mungkin salah ketik."),
}
_SENTENCES: Final = {
    Verdict.UNKNOWN.value: N_("Tidak ada sertifikat dengan kode atau nomor ini."),
    Verdict.FOREIGN.value: N_("Tidak memuat kode sertifikat kami."),
    NOTHING_NAMED: N_("Sel kode atau nomor kosong."),
}
_SEALS: Final = {
    Seal.NONE.value: SEALS[Seal.NONE],
    Seal.WHOLE.value: N_("Segel elektroniknya utuh."),
    Seal.BROKEN.value: N_("Segel elektroniknya rusak: berkas diubah setelah disegel."),
    Seal.STRANGE.value: N_("Segelnya bukan dari kami."),
    Seal.MISSING.value: N_("Segelnya tidak ada lagi: dicetak ulang menjadi PDF lain, atau diubah."),
}


def verdict_word(verdict: str) -> str:
    """What a verdict is called."""
    return str(gettext(VERDICTS[verdict][0]))


def remarks(verdict: str, found: Found) -> list[str]:
    """What is said of a row besides its verdict: since when, by what, and what differs."""
    said: list[str] = []
    if found.ended_on and verdict in {Verdict.REVOKED.value, Verdict.REPLACED.value}:
        day = _day(date.fromisoformat(found.ended_on))
        if verdict == Verdict.REVOKED.value:
            said.append(gettext("Dicabut pada %(day)s.", day=day))
        else:
            said.append(gettext("Diganti pada %(day)s.", day=day))
    if found.replaced_by:
        said.append(gettext("Penggantinya: %(code)s.", code=show_code(found.replaced_by)))
    if found.reason:
        said.append(gettext("Alasan: %(reason)s", reason=found.reason))
    said += [
        gettext(
            "%(fact)s: tertulis %(written)s, pada catatan kami %(registered)s.",
            fact=gettext(FACTS.get(fact, fact)),
            written=f"“{written}”" if written else gettext("(tidak terbaca)"),
            registered=f"“{registered}”",
        )
        for fact, written, registered in found.differences
    ]
    said += _about_problem(verdict, found)
    said += _about_file(found)
    if found.is_confirmed is False and verdict == Verdict.VALID.value:
        said.append(gettext("Pemiliknya belum dikonfirmasi instansi."))
    if isinstance(found.same_as, int):
        said.append(gettext("Sertifikat ini juga ada di baris %(line)s.", line=found.same_as))
    elif found.same_as:
        said.append(gettext("Sertifikat ini juga ada di %(file)s.", file=found.same_as))
    return said


def _about_file(found: Found) -> list[str]:
    """As the check of one file says it; of a scan nothing was compared."""
    said: list[str] = []
    if found.is_as_made:
        said.append(gettext(AS_MADE))
    elif found.seal and not (found.is_picture and found.seal == Seal.NONE.value):
        said.append(gettext(_SEALS[found.seal]))
    if found.has_program:
        said.append(gettext("Berkas memuat program; sertifikat kami tidak pernah memuatnya."))
    # Of a damaged file no words could be read either; it is not a scan for that.
    if found.is_picture and found.seal != Seal.BROKEN.value:
        said.append(
            gettext("Berkas berupa gambar: samakan nama dan JP di dalamnya dengan catatan kami.")
        )
    return said


def _about_problem(verdict: str, found: Found) -> list[str]:
    if verdict == UNREADABLE:
        return [gettext(found.problem)] if found.problem else []
    if found.problem is None:
        return [gettext(_SENTENCES[verdict])] if verdict in _SENTENCES else []
    problem = found.problem
    if problem == "checksum" and found.position:
        problem = "suspicious"
    elif problem == "character" and found.position is None:
        problem = "checksum"
    sentence = _PROBLEMS[problem]
    return [gettext(sentence, place=found.position)]


def added_headings() -> list[str]:
    """What our columns are called, in the reader's language."""
    return [gettext(column) for column in ADDED]


def added_cells(row: Checked, checked_at: datetime) -> list[Cell]:
    """What our columns say of a row."""
    found = row.found
    moment = checked_at.astimezone(ZONES["WIB"])
    return [
        verdict_word(row.verdict),
        " ".join(remarks(row.verdict, found)),
        found.name,
        found.employee_number,
        found.credit_hours,
        found.title,
        found.finished_on,
        found.number,
        gettext(_LISTED[found.listed]) if found.listed else None,
        public_url("verification.show", code=found.code) if found.code else None,
        f"{moment:%Y-%m-%d %H:%M} WIB",
    ]


def listed_word(found: Found) -> str:
    """Whether a person is on the asker's list, in words; nothing for who has none."""
    return gettext(_LISTED[found.listed]) if found.listed else ""


def label_of(row: Checked, reference: int | None) -> str:
    """What names a row on the page: the file's path, or what stands in its reference column."""
    cells: list[Value] = row.cells
    place = 0 if reference is None else reference
    return shown(cells[place]) if place < len(cells) else ""


def _day(day: date) -> str:
    month = MONTHS[str(get_locale())][day.month - 1]
    return f"{day.day} {month} {day.year}"
