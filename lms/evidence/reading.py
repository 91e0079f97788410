"""How a report is to be read: what its figures say, what is hidden, and how to check them."""

from lms.evidence.service import Evidence
from lms.evidence.words import (
    OBJECTIVES,
    STAFF,
    UNITS_HIDDEN,
    people_counted,
    position,
    subject_name,
    write_moment,
    write_term,
)

Note = tuple[str, str]
"""What is explained, and the explanation."""


def list_notes(evidence: Evidence, log_url: str) -> list[Note]:
    """The notes, in the order in which somebody asks."""
    counted = evidence.counted
    root = counted.log_root or "belum ada"
    return [
        ("Laporan", f"{subject_name(evidence)}, {write_term(evidence.term)}"),
        ("Keadaan", f"{write_moment(evidence.term.at)}; {position(evidence)}"),
        ("Akar log publik", root),
        ("Sidik angka (SHA-256)", evidence.digest),
        ("ASN yang tercapai", people_counted(evidence)),
        *_written_definition(evidence),
        (
            "Sama setiap kali",
            (
                "Yang dihitung dari buku besar dan catatan capaian hanya dapat bertambah, "
                "sehingga keadaan sebuah saat selalu sama. Laporan yang dibuat lagi "
                "menghitungnya dari awal, dan tidak dibuat bila hasilnya lain. Sidik angka yang "
                "sama berarti angka yang sama."
            ),
        ),
        ("Yang dicatat", f"{STAFF} Karena itu dicatat satu kali dan dipakai lagi."),
        ("Tujuan pembelajaran", OBJECTIVES),
        (
            "Bertahap",
            (
                "Hasil tujuan pembelajaran bertambah per bulan penuh dan sedikitnya lima orang "
                "sekaligus, sehingga selisih dua laporan tidak menunjukkan jawaban seseorang. "
                "Orang dihitung pada tempatnya bekerja ketika kuis dikumpulkan."
            ),
        ),
        (
            "Unit kerja",
            "Semua unit tampil, karena peminta bertanggung jawab atas seluruh instansi."
            if evidence.is_own
            else UNITS_HIDDEN,
        ),
        (
            "Memeriksa",
            (
                f"Dengan program pemeriksa di {log_url} siapa pun dapat menghitung ulang "
                "log sampai banyaknya entri dan akar di atas: banyaknya sertifikat yang terbit, "
                "diganti, dicabut, dan dipulihkan di seluruh Indonesia. Capaian nasional tidak "
                "boleh melebihinya. Angka sebuah instansi dihitung ulang oleh sistem setiap "
                "malam."
            ),
        ),
        (
            "Penggunaan",
            (
                "Angka ini bukti pembelajaran: berapa orang, di mana, berapa JP. Laporan tidak "
                "memuat nama, jawaban, atau nilai seorang pun, dan bukan penilaian atas "
                "instansi."
            ),
        ),
    ]


def _written_definition(evidence: Evidence) -> list[Note]:
    """What the version counts in the words that were published, if somebody has written any."""
    noted = evidence.noted
    written = "" if noted.programme is None else " ".join(noted.programme.definition.split())
    return [(f"Definisi versi {noted.definition_version}", written)] if written else []
