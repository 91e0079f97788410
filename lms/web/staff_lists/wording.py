"""Staff lists in words: what verdicts and columns are called, and what is said of a line."""

from collections.abc import Mapping
from typing import Final

from flask_babel import format_decimal, gettext

from lms.errors import N_
from lms.http.i18n import translate
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.queries import KeptLine
from lms.tables.sheets import place_of

# Of each verdict what it is called before and after it is in force, its colour, and its icon.
VERDICTS: Final[Mapping[Verdict, tuple[str, str, str, str]]] = {
    Verdict.REFUSED: (N_("perlu diperbaiki"), N_("tidak dimuat"), "danger", "warning"),
    Verdict.LEAVING: (N_("akan keluar"), N_("keluar"), "warning", "warning"),
    Verdict.MOVED_IN: (N_("akan pindah masuk"), N_("pindah masuk"), "neutral", "next"),
    Verdict.CHANGED: (N_("akan berubah"), N_("berubah"), "neutral", "replaced"),
    Verdict.READDRESSED: (
        N_("akan memilih kata sandi lagi"),
        N_("perlu memilih kata sandi lagi"),
        "warning",
        "warning",
    ),
    Verdict.CONFIRMED: (N_("akan dikonfirmasi"), N_("dikonfirmasi"), "valid", "valid"),
    Verdict.NEW: (N_("baru"), N_("ditambahkan"), "valid", "valid"),
    Verdict.REPEATED: (N_("tertulis dua kali"), N_("tertulis dua kali"), "neutral", "empty"),
    Verdict.KNOWN: (N_("tetap"), N_("tetap"), "neutral", "valid"),
    Verdict.SECTION: (N_("nama unit kerja"), N_("nama unit kerja"), "neutral", "empty"),
    Verdict.NOBODY: (N_("bukan pegawai"), N_("bukan pegawai"), "neutral", "empty"),
}
_PLACED: Final = frozenset(
    {
        Verdict.MOVED_IN,
        Verdict.CHANGED,
        Verdict.READDRESSED,
        Verdict.CONFIRMED,
        Verdict.NEW,
    }
)
ROLES: Final[Mapping[str, str]] = {
    "name": N_("Nama"),
    "title_before": N_("Gelar depan"),
    "title_after": N_("Gelar belakang"),
    "number": N_("NIP atau NI PPPK"),
    "email": N_("Surel"),
    "unit": N_("Unit kerja (nama atau kode)"),
    "kind": N_("Jenis (PNS atau PPPK)"),
    "status": N_("Keterangan (aktif, pindah, pensiun, meninggal)"),
    "status_on": N_("Tanggal keterangan"),
}
FACTS: Final[Mapping[str, str]] = {
    "name": N_("Nama"),
    "number": N_("NIP"),
    "email": N_("Surel"),
    "unit": N_("Unit kerja"),
}


def verdict_word(verdict: Verdict, *, is_in_force: bool) -> str:
    """What a verdict is called."""
    return str(gettext(VERDICTS[verdict][1 if is_in_force else 0]))


def place_word(number: int, tabs: Mapping[str, str]) -> str:
    """Where a line stands, for who looks for it in their file; empty for one that is not in it.

    tabs: what its worksheets are called, by place from 1.
    """
    worksheet, line = place_of(number)
    if name := tabs.get(str(worksheet)):
        return str(
            gettext(
                "Lembar %(sheet)s “%(name)s”, baris %(line)s",
                sheet=worksheet,
                name=name,
                line=format_decimal(line),
            )
        )
    if worksheet:
        return str(
            gettext("Lembar %(sheet)s, baris %(line)s", sheet=worksheet, line=format_decimal(line))
        )
    return str(gettext("Baris %(line)s", line=format_decimal(line))) if line else ""


def short_place(number: int) -> str:
    """The same in a list of lines."""
    worksheet, line = place_of(number)
    return f"{worksheet}:{format_decimal(line)}" if worksheet else str(format_decimal(line))


def unit_used(line: KeptLine) -> str:
    """The unit that a line puts its person into; empty where it puts nobody anywhere."""
    return line.unit if line.verdict in _PLACED else ""


def remarks(line: KeptLine) -> list[str]:
    """What is said of a line beside its verdict: what changes from what, and what to mend."""
    said = [
        gettext(
            "%(fact)s: %(former)s menjadi %(new)s.",
            fact=gettext(FACTS[fact]),
            former=f"“{former}”" if former else gettext("(kosong)"),
            new=f"“{new}”",
        )
        for fact, former, new in line.changes
    ]
    if unit_used(line) and not any(fact == "unit" for fact, _, _ in line.changes):
        said.append(gettext("Unit kerja: %(unit)s.", unit=line.unit))
    if line.reason is not None:
        said.append(translate(line.reason))
    if line.line == 0:
        said.append(gettext("Ada dalam daftar Anda, tetapi tidak ada dalam berkas."))
    return said
