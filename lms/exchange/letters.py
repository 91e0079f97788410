"""What officers are written about keys and webhooks."""

from lms.days import local_day, write_day
from lms.exchange.models import ApiToken
from lms.letters import Letter


def token_made(token: ApiToken, maker: str, institution: str) -> Letter:
    """That somebody has made a key, what it opens, and where it is revoked."""
    until = write_day(local_day(token.expires_at))
    return Letter(
        subject="Kunci API baru untuk instansi Anda",
        parts=(
            (
                f"{maker} membuat kunci API “{token.name}” untuk {institution}. Dengan kunci itu "
                "sistem lain dapat memakai data instansi Anda di SakuHAM sampai "
                f"{until}; haknya: {token.scopes.replace(' ', ', ')}."
            ),
            (
                "Bila Anda tidak mengetahuinya, cabutlah kunci itu di Kepegawaian, Kunci API, dan "
                "tanyakan kepada pembuatnya."
            ),
        ),
        why="Surel ini dikirim karena Anda pengelola kepegawaian instansi itu.",
    )


_WHY = "Surel ini dikirim karena Anda pengelola kepegawaian instansi itu."


def webhook_made(url: str, maker: str, institution: str) -> Letter:
    """That somebody has had a system told of certificates, and where that is ended."""
    return Letter(
        subject="Webhook baru untuk instansi Anda",
        parts=(
            (
                f"{maker} menambahkan webhook untuk {institution}. Setiap kali sertifikat pegawai "
                "terbit, diganti, dicabut, atau dipulihkan, SakuHAM memberitahukan nomornya ke:\n"
                f"{url}"
            ),
            (
                "Bila Anda tidak mengetahuinya, hapuslah webhook itu di Kepegawaian, Kunci API, "
                "Webhook, dan tanyakan kepada pembuatnya."
            ),
        ),
        why=_WHY,
    )


def webhook_switched_off(url: str, failure: str, institution: str) -> Letter:
    """That a receiver has taken nothing for days, and what to do."""
    return Letter(
        subject="Webhook instansi Anda dimatikan",
        parts=(
            (
                f"Pemberitahuan sertifikat {institution} tidak diterima lagi oleh:\n{url}\n"
                f"Percobaan terakhir: {failure}. Karena itu SakuHAM berhenti mencoba."
            ),
            (
                "Tidak ada yang hilang: setelah penerimanya diperbaiki, buka Kepegawaian, Kunci "
                "API, Webhook, lalu tekan Kirim ulang. Semua yang belum diterima dikirim menurut "
                "urutannya."
            ),
        ),
        why=_WHY,
    )
