"""What the holder of a certificate is told by mail: in our words, without name or number."""

from collections.abc import Callable
from datetime import datetime

from lms.certificates.codes import show_code
from lms.certificates.signals import Change
from lms.mail import write_mail

CertificateAddress = Callable[[str], str]
"""Turns the code of a certificate into the address of its page."""


def tell_holder(
    change: Change, address: CertificateAddress, help_address: str, *, now: datetime
) -> None:
    """Write the holder what happened to their certificate, in the transaction in which it did."""
    subject, body = letter_of(change, address(change.code), help_address)
    write_mail(change.email, subject, f"Yth. Bapak/Ibu,\n\n{body}\n", now=now)


def letter_of(change: Change, address: str, help_address: str) -> tuple[str, str]:
    """Subject and words of the letter; `help_address` is the page that says whom to ask."""
    if change.is_revocation:
        return "Sertifikat Anda dicabut", (
            f'Sertifikat Anda untuk "{change.title}" dicabut dan tidak berlaku lagi.\n'
            f"Alasannya: {change.reason}\n{address}\n\n"
            + (
                "Anda dapat mengerjakan kuisnya lagi; sertifikat baru terbit begitu Anda lulus."
                if change.is_reopened
                else "Kuis edisi ini tidak terbuka lagi bagi Anda. "
                "Edisi yang baru tetap dapat Anda ikuti."
            )
            + f" Bila menurut Anda keliru, hubungi layanan bantuan ({help_address}) dengan "
            f"menyebut kode {show_code(change.code)}."
        )
    if change.is_replacement:
        return "Sertifikat Anda diganti", (
            f'Sertifikat Anda untuk "{change.title}" diganti dengan yang baru.\n'
            f"Alasannya: {change.reason}\n\n"
            f"Yang berlaku sekarang ada di sini:\n{address}\n\n"
            "Kode yang lama menunjuk ke sertifikat yang baru."
        )
    if change.reason is not None:
        opening = (
            f'Kuis akhir "{change.title}" yang Anda kumpulkan dinilai ulang, dan Anda lulus.\n'
            f"Alasannya: {change.reason}\n\n"
        )
    else:
        opening = f'Anda lulus kuis akhir "{change.title}". '
    if change.saw_key:
        counting = (
            "\n\nAnda mengambil lembar jawaban buku saku ini sebelum lulus. Sertifikat Anda sah, "
            "tetapi tidak dihitung dalam capaian nasional."
        )
    elif not change.is_confirmed:
        counting = (
            "\n\nInstansi Anda belum mengonfirmasi data kepegawaian Anda. Sertifikat Anda sah; "
            "dalam capaian nasional Anda dihitung begitu dikonfirmasi."
        )
    else:
        counting = ""
    return "Sertifikat Anda sudah terbit", (
        f"{opening}Sertifikat Anda sudah terbit:\n{address}\n\n"
        f"Siapa pun dapat memeriksanya dengan kode {show_code(change.code)}.{counting}"
    )
