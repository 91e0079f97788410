"""Refusals about people and their accounts."""

import math
from datetime import timedelta

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class InvalidEmployeeNumber(Invalid):
    """The number cannot be a NIP or an NI PPPK; the sentence says which part is wrong."""


class WeakPassword(Invalid):
    """The password is too short or too well known."""


class WrongCredentials(NotAllowed):
    """No account fits the identifier and the password together."""

    def __init__(self) -> None:
        super().__init__(
            N_("NIP, surel, atau kata sandi tidak cocok. Periksa lagi, atau buat kata sandi baru.")
        )


class WrongPassword(Invalid):
    """Who is signed in typed another password than their own where theirs is asked for."""

    def __init__(self) -> None:
        super().__init__(
            "present",
            N_(
                "Ini bukan kata sandi Anda yang sekarang. Ketik lagi; bila lupa, buat kata sandi "
                "baru lewat surel."
            ),
        )


class AddressTakenBack(NotAllowed):
    """An officer would once more replace the address of who has taken theirs back."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Pemilik akun ini pernah mengambil kembali surelnya sesudah diganti pengelola. "
                "Surelnya kini hanya dapat diganti olehnya sendiri atau operator layanan; bila "
                "menurut Anda keliru, hubungi layanan bantuan."
            )
        )


class AddressTaken(Invalid):
    """The address belongs to another account."""

    def __init__(self) -> None:
        super().__init__(
            "email", N_("Surel ini sudah dipakai akun lain. Periksa lagi, atau pakai yang lain.")
        )


class FormerAddressTaken(Conflict):
    """The mailbox that takes an account back has proved itself to another account meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Surel ini kini dipakai akun lain yang dibuat sesudahnya, sehingga akun ini belum "
                "dapat diambil kembali. Bila akun lain itu juga milik Anda, masuklah ke sana dan "
                "ganti surelnya lewat Akun, lalu buka tautan ini lagi selama masih berlaku. Bila "
                "tidak bisa, hubungi layanan bantuan."
            )
        )


class WrongCode(NotAllowed):
    """No code fits this number."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "NIP dan kode tidak cocok, atau kodenya sudah dipakai, diganti, atau lewat "
                "waktunya. Periksa lagi lembarnya, atau mintalah kode baru kepada pengelola "
                "kepegawaian Anda."
            )
        )


class TooManyGuesses(NotAllowed):
    """What was typed was guessed at too often; `seconds` until the next guess is looked at.

    So it says also of what is nobody's account.
    """

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            N_(
                "Kata sandi untuk NIP atau surel ini terlalu sering dicoba. Tunggu %(seconds)s "
                "detik, lalu coba lagi. Bila orang lain terus mencobanya, giliran Anda dapat "
                "terlewat: buatlah kata sandi baru lewat surel; itu selalu bisa, tanpa menunggu."
            ),
            seconds=self.seconds,
        )


class TooBusy(Conflict):
    """Too many passwords are being checked at this moment."""

    def __init__(self) -> None:
        super().__init__(N_("Banyak orang sedang masuk. Tunggu setengah menit, lalu coba lagi."))


class LinkSpent(NotFound):
    """The one-time link was used, has expired, or never existed."""

    def __init__(self) -> None:
        super().__init__(
            N_("Tautan ini sudah dipakai atau sudah lewat waktunya. Minta tautan baru.")
        )


class NumberTaken(Conflict):
    """The employee number or the e-mail address belongs to another account."""

    def __init__(
        self,
        text: str = N_(
            "NIP atau surel ini sudah dipakai akun lain. Periksa lagi; bila benar, hubungi layanan "
            "bantuan."
        ),
    ) -> None:
        super().__init__(text)


class AlreadyRegistered(Conflict):
    """Number or address of a registration have become somebody's before its mailbox answered."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "NIP atau surel pada pendaftaran ini kini sudah tercatat pada akun lain. Bila NIP "
                "itu milik Anda, mintalah tautan lewat halaman masuk dengan NIP Anda, atau hubungi "
                "pengelola kepegawaian instansi Anda."
            )
        )


class NoSuchDevice(NotFound):
    """The asker has no such device."""

    def __init__(self) -> None:
        super().__init__(N_("Perangkat ini sudah tidak masuk."))


class WrongSecondCode(Invalid):
    """No code of the second factor is this one, or it was used before."""

    def __init__(self) -> None:
        super().__init__(
            "code",
            N_(
                "Kode ini tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi Anda, "
                "lalu ketik keenam angkanya; periksa juga apakah jam telepon Anda tepat."
            ),
        )


class NoSecondFactor(Conflict):
    """There is no second factor, or none that can be read."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Verifikasi dua langkah belum dipasang pada akun ini, atau perlu dipasang lagi. "
                "Bila Anda tidak dapat masuk karenanya, hubungi layanan bantuan."
            )
        )


class SecondFactorRequired(NotAllowed):
    """The asker's role needs a second factor."""

    def __init__(self) -> None:
        super().__init__(
            N_("Peran Anda mewajibkan verifikasi dua langkah, sehingga tidak dapat dilepas.")
        )
