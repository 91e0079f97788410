"""The words of reports: figures, moments and definitions, in the language of official papers."""

from datetime import date, datetime
from typing import Final

from lms.days import MONTHS, write_day
from lms.evidence.rules import ZONE, SubjectKind, Term
from lms.evidence.service import Evidence

HIDDEN: Final = "disembunyikan"
NO_VALUE: Final = "–"


def write_number(number: float) -> str:
    """`1.234` and `67,5`."""
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def write_share(share: float) -> str:
    """`67,5%` of 0.675."""
    return f"{write_number(100 * share)}%"


def write_month(month: date) -> str:
    """`Oktober 2026`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def read_month(written: str) -> date:
    """The first day of a month written as `2026-10`."""
    return date.fromisoformat(f"{written}-01")


def write_moment(moment: datetime) -> str:
    """`1 November 2026 pukul 00.00 WIB`."""
    local = moment.astimezone(ZONE)
    return f"{write_day(local)} pukul {local:%H.%M} WIB"


def write_term(term: Term) -> str:
    """The month, and where it has not ended yet, up to when."""
    month = write_month(term.month)
    return month if term.is_whole else f"{month}, sampai {write_moment(term.at)}"


def subject_name(evidence: Evidence) -> str:
    """Whose figures they are."""
    if evidence.subject.kind is SubjectKind.NATION:
        return "Indonesia"
    if evidence.subject.kind is SubjectKind.PROVINCE:
        return f"Pemerintah daerah se-{evidence.noted.name.removeprefix('Pemerintah ')}"
    return evidence.noted.name


def position(evidence: Evidence) -> str:
    """Where in ledger and log what was counted can be found."""
    counted = evidence.counted
    ledger = f"entri buku besar {write_number(counted.ledger_position)}"
    if not counted.log_size:
        return f"{ledger}; log publik belum ada"
    return f"{ledger}; log publik {write_number(counted.log_size)} entri"


def people_counted(evidence: Evidence) -> str:
    """Who counts: the rule, by which version, from when to when, and by which modules."""
    noted = evidence.noted
    rule, programme = f"{PEOPLE} Definisi versi {noted.definition_version}", noted.programme
    if programme is None:
        return f"{rule}."
    days = f"sejak {write_day(date.fromisoformat(programme.starts_on))}"
    if programme.ends_on is not None:
        days += f" sampai {write_day(date.fromisoformat(programme.ends_on))}"
    codes = {each.module_id: each.code for each in noted.module_names}
    named = ", ".join(sorted(codes[each] for each in programme.module_ids if each in codes))
    return f"{rule}: sertifikat yang diselesaikan {days}, dari modul {named or NO_VALUE}."


PEOPLE: Final = (
    "Orang, bukan sertifikat: ASN yang dikonfirmasi instansinya dan memegang sedikitnya satu "
    "sertifikat yang tidak dicabut dan tidak diganti, satu kali, pada instansi yang tertulis pada "
    "sertifikatnya yang pertama. Yang memperolehnya sesudah mengambil lembar jawaban tidak "
    "dihitung; yang kedaluwarsa tetap dihitung. Yang konfirmasinya sedang diragukan tidak dihitung "
    "sampai keraguan itu dijawab."
)
CERTIFICATES: Final = "Sertifikat dengan instansi ini tertulis padanya, menurut buku besar."
STAFF: Final = "Menurut daftar pegawai; daftar tidak menyimpan keadaan hari yang lalu."
OBJECTIVES: Final = (
    "Bagian jawaban benar pada kuis akhir yang pertama dikumpulkan setiap orang; percobaan "
    "berikutnya tidak dihitung. Rentang: 95 persen, menurut Wilson, dengan n orang. Kurang dari "
    "lima orang sebuah instansi tidak ditampilkan, dan tidak ikut dalam angka provinsi dan "
    "Indonesia: kalau ikut, jawaban mereka dapat diketahui dari selisih."
)
UNITS_HIDDEN: Final = (
    "Unit dengan kurang dari lima orang, dan yang dapat diketahui dari selisih, disembunyikan."
)
