"""Mail to holders of certificates: issued, replaced, revoked, reinstated; no name or number.

Each is written in the transaction in which it happened; `address` is the certificate's page.
"""

from datetime import datetime

from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReinstated,
    CertificateReplaced,
    CertificateRevoked,
    CorrectionDeclined,
)
from lms.certificates.codes import show_code
from lms.certificates.enums import CauseKind, RevocationGround
from lms.letters import Letter
from lms.mail import write_letter

_WHY_ITS_HOLDER = "Surel ini dikirim karena Anda pemilik sertifikat itu."


def notify_issued(event: CertificateIssued, address: str) -> None:
    """Write the holder that they passed and have a certificate, and whether it counts already."""
    if event.regraded_because is not None:
        opening = (
            f'Kuis akhir "{event.title}" yang Anda kumpulkan dinilai ulang, dan Anda lulus.\n'
            f"Alasannya: {event.regraded_because}\n\n"
        )
    else:
        opening = f'Anda lulus kuis akhir "{event.title}". '
    if event.saw_key:
        counting = (
            "\n\nAnda mengambil lembar jawaban buku saku ini sebelum lulus. Sertifikat Anda sah, "
            "tetapi tidak dihitung dalam capaian nasional."
        )
    elif not event.is_confirmed:
        counting = (
            "\n\nInstansi Anda belum mengonfirmasi data kepegawaian Anda. Sertifikat Anda sah; "
            "dalam capaian nasional Anda dihitung begitu dikonfirmasi."
        )
    else:
        counting = ""
    _write(
        event.email,
        "Sertifikat Anda sudah terbit",
        f"{opening}Sertifikat Anda sudah terbit:\n{address}\n\n"
        f"Siapa pun dapat memeriksanya dengan kode {show_code(event.code)}.{counting}",
        now=event.now,
    )


def notify_replaced(event: CertificateReplaced, address: str) -> None:
    """Write the holder that another certificate stands in place of theirs, and why."""
    _write(
        event.email,
        "Sertifikat Anda diganti",
        f'Sertifikat Anda untuk "{event.title}" diganti dengan yang baru.\n'
        f"Alasannya: {event.reason}\n\n"
        f"Yang berlaku sekarang ada di sini:\n{address}\n\n"
        "Kode yang lama menunjuk ke sertifikat yang baru.",
        now=event.now,
    )


def notify_revoked(event: CertificateRevoked, address: str, help_address: str) -> None:
    """Write the holder why their certificate is out of force, what they can do, whom to ask."""
    if event.is_reopened:
        way_on = "Anda dapat mengerjakan kuisnya lagi; sertifikat baru terbit begitu Anda lulus. "
    elif event.ground is RevocationGround.DUPLICATE:
        way_on = (
            "Sertifikat Anda yang lain untuk hal yang sama tetap berlaku; Anda tidak perlu berbuat "
            "apa-apa. "
        )
    elif event.cause_kind is CauseKind.PASSED_ATTEMPT:
        way_on = (
            "Kuis edisi ini tidak terbuka lagi bagi Anda. Edisi yang baru tetap dapat Anda ikuti. "
        )
    else:
        way_on = ""
    _write(
        event.email,
        "Sertifikat Anda dicabut",
        f'Sertifikat Anda untuk "{event.title}" dicabut dan tidak berlaku lagi.\n'
        f"Alasannya: {event.reason}\n{address}\n\n"
        f"{way_on}Bila menurut Anda keliru, hubungi layanan bantuan ({help_address}) dengan "
        f"menyebut kode {show_code(event.code)}.",
        now=event.now,
    )


def notify_declined(event: CorrectionDeclined, address: str) -> None:
    """Write who asked for a correction that the certificate stays as it is, and why."""
    whose = "Sertifikat Anda" if event.is_holders else "Sertifikat pegawai Anda"
    _write(
        event.email,
        "Permintaan perbaikan sertifikat ditolak",
        f'{whose} untuk "{event.title}" tetap seperti tercetak dan tetap berlaku.\n'
        f"Alasannya: {event.answer}\n{address}\n\n"
        "Bila ada hal yang belum kami ketahui, Anda dapat memintanya lagi di halaman itu.",
        why="Surel ini dikirim karena Anda meminta perbaikan itu.",
        now=event.now,
    )


def notify_reinstated(event: CertificateReinstated, address: str) -> None:
    """Write the holder that their certificate is in force again, and why."""
    _write(
        event.email,
        "Sertifikat Anda berlaku kembali",
        f'Pencabutan sertifikat Anda untuk "{event.title}" ditarik, dan sertifikat itu berlaku '
        f"kembali.\nAlasannya: {event.reason}\n{address}\n\n"
        "Anda tidak perlu mengerjakan kuisnya lagi. Pencabutan dan penarikannya tetap tercatat "
        f"dalam riwayatnya. Kodenya tetap {show_code(event.code)}.",
        now=event.now,
    )


def _write(
    email: str | None, subject: str, body: str, *, now: datetime, why: str = _WHY_ITS_HOLDER
) -> None:
    write_letter(email, Letter(subject=subject, parts=(body,), why=why), now=now)
