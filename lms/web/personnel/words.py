"""What stands in the state's record, in words."""

from collections.abc import Mapping
from typing import Final

from flask import current_app

from lms.errors import N_
from lms.personnel.enums import RecordState, Trouble

STATES: Final[Mapping[RecordState, tuple[str, str]]] = {
    RecordState.WAITING: ("neutral", N_("menunggu dikirim")),
    RecordState.SENT: ("neutral", N_("dikirim, menunggu jawaban")),
    RecordState.RECORDED: ("valid", N_("tercatat")),
    RecordState.TO_DELETE: ("neutral", N_("menunggu dihapus")),
    RecordState.DELETED: ("neutral", N_("tidak tercatat lagi")),
    RecordState.REFUSED: ("warning", N_("ditolak")),
}
TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.AWAY: N_("Layanan tidak menjawab. Dicoba lagi sendiri, makin jarang."),
    Trouble.NOT_LET_IN: N_(
        "Layanan tidak menerima akun aplikasi ini. Operator perlu memeriksanya; sesudah itu "
        "dicoba lagi sendiri."
    ),
    Trouble.UNCONFIRMED: N_(
        "Pemiliknya belum dikonfirmasi. Konfirmasikan di Kepegawaian; sesudah itu dikirim sendiri."
    ),
    Trouble.NO_NUMBER: N_(
        "Sertifikat ini tidak memuat NIP. Lengkapi NIP pegawai, lalu minta perbaikan sertifikat."
    ),
    Trouble.UNKNOWN_PERSON: N_(
        "Layanan tidak mengenal NIP pada sertifikat ini. Periksa NIP itu, lalu coba lagi atau "
        "minta perbaikan sertifikat."
    ),
    Trouble.REFUSED: N_("Layanan menolak catatannya. Selesaikan sebabnya di sana, lalu coba lagi."),
    Trouble.DOCUMENT_REFUSED: N_(
        "Tercatat, tetapi layanan menolak berkas PDF-nya. Coba lagi, atau unggah sendiri di sana."
    ),
    Trouble.DELETION_REFUSED: N_(
        "Sertifikat ini dicabut, tetapi layanan tidak menghapus catatannya. Dicoba lagi sendiri; "
        "Anda juga dapat menghapusnya di sana."
    ),
    Trouble.TWICE: N_(
        "Di sana ada catatan lain dengan nomor sertifikat ini yang tidak kami tulis. Hapus yang "
        "ganda di sana; pembandingan malam berikutnya memeriksanya lagi."
    ),
}
FILTER_WORDS: Final[Mapping[str, str]] = {
    "masalah": N_("Perlu perhatian"),
    "menunggu": N_("Menunggu"),
    "tercatat": N_("Tercatat"),
    "dihapus": N_("Tidak tercatat lagi"),
}


def service_name() -> str:
    """What people call the service; empty where there is none."""
    settings = current_app.config["SAKUHAM"]
    name: str = settings.personnel_service_name
    return name if settings.personnel_service_url else ""
