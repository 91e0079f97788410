"""Why somebody who comes from a provider is not signed in; each sentence says how to go on."""

from lms.errors import N_, Conflict, NotAllowed


class ProviderSilent(Exception):
    """A provider does not answer, not in time, or not as agreed; the message is for the log."""


class ProviderAway(Conflict):
    """The provider cannot be reached at this moment."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "%(provider)s sedang tidak dapat dihubungi. Coba lagi beberapa menit lagi, atau "
                "masuk dengan cara lain di bawah ini."
            ),
            provider=provider,
        )


class SignOnRefused(NotAllowed):
    """What came back from a provider signs nobody in."""


class JourneyLost(SignOnRefused):
    """This browser has not set out for the provider, or too long ago, or elsewhere since."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Jawaban ini tidak cocok dengan permintaan masuk dari peramban ini, atau sudah "
                "lebih dari 10 menit. Mulailah lagi dari halaman Masuk, dalam satu jendela saja."
            )
        )


class OtherIssuer(SignOnRefused):
    """The answer names another provider than the one that was asked."""

    def __init__(self) -> None:
        super().__init__(
            N_("Jawaban ini datang dari penyedia lain daripada yang Anda pilih. Mulailah lagi.")
        )


class Cancelled(SignOnRefused):
    """The person did not want to, or the provider did not let them."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "Masuk dengan %(provider)s dibatalkan; tidak ada yang berubah. Coba lagi kapan "
                "saja, atau masuk dengan cara lain."
            ),
            provider=provider,
        )


class ProviderRefused(SignOnRefused):
    """The provider answers with an error of its own, `code`."""

    def __init__(self, provider: str, code: str) -> None:
        super().__init__(
            N_(
                "%(provider)s tidak dapat memproses permintaan ini (%(code)s). Coba lagi; bila "
                "terulang, sebutkan kata dalam kurung itu kepada layanan bantuan."
            ),
            provider=provider,
            code=code,
        )


class TokenRefused(SignOnRefused):
    """The provider's word is not signed as it should be, or was not meant for us or for now."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        """For the log."""
        super().__init__(
            N_(
                "Jawaban penyedia tidak dapat dipercaya, sehingga Anda belum masuk. Mulailah lagi "
                "dari halaman Masuk; bila terulang, beri tahu layanan bantuan."
            )
        )


class TokenExpired(SignOnRefused):
    """The provider's word has expired on the way."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Jawaban penyedia sudah lewat waktunya. Mulailah lagi dari halaman Masuk dan "
                "selesaikan tanpa jeda."
            )
        )


class ClocksApart(SignOnRefused):
    """The provider's word is from the future: one of the two clocks is wrong."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Jam penyedia dan jam layanan ini berbeda terlalu jauh, sehingga jawabannya belum "
                "berlaku. Masuklah dengan cara lain, dan beri tahu layanan bantuan."
            )
        )


class NoNumber(SignOnRefused):
    """The provider says no number of the person's, or none that can be one."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "%(provider)s tidak menyebutkan NIP atau NI PPPK Anda, atau nomornya tidak sah, "
                "sehingga kami tidak tahu akun mana yang milik Anda. Minta pengelola akun "
                "%(provider)s memperbaikinya, atau masuk dengan cara lain."
            ),
            provider=provider,
        )


class NoName(SignOnRefused):
    """Somebody new has no name there that could be printed."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "%(provider)s tidak menyebutkan nama Anda, atau namanya tidak dapat dicetak pada "
                "sertifikat. Minta pengelola akun %(provider)s memperbaikinya, atau daftarkan "
                "akun sendiri."
            ),
            provider=provider,
        )


class NotLinked(SignOnRefused):
    """The provider's word is not enough; who has an account links it themselves."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "Akun %(provider)s ini belum ditautkan dengan akun di sini. Masuklah dengan cara "
                "lain, lalu tautkan di halaman Akun; sesudah itu Anda dapat masuk dengannya."
            ),
            provider=provider,
        )


class AccountClosed(SignOnRefused):
    """The account was closed: its person is noted as dead."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Akun dengan NIP ini sudah ditutup. Bila itu keliru, hubungi pengelola "
                "kepegawaian instansi Anda atau layanan bantuan."
            )
        )


class OtherIdentity(Conflict):
    """The account is linked with another identity of the same provider."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "NIP ini sudah tertaut dengan akun %(provider)s yang lain, dan tidak ada yang "
                "diubah. Bila akun yang lain itu milik Anda, masuklah dengannya atau dengan kata "
                "sandi, lalu putuskan tautannya di halaman Akun. Bila bukan, hubungi layanan "
                "bantuan; pemilik akun sudah kami surati."
            ),
            provider=provider,
        )


class TakenByAnother(Conflict):
    """The number that the provider says now is another account's here."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "%(provider)s kini menyebut NIP lain untuk Anda, dan NIP itu tercatat pada akun "
                "lain di sini. Tidak ada yang diubah, dan kedua akun sudah kami surati. Bila "
                "keduanya milik Anda, minta pengelola kepegawaian menggabungnya (Akun ganda); "
                "sampai saat itu masuklah dengan kata sandi."
            ),
            provider=provider,
        )


class WasTakenBack(Conflict):
    """Its holder has taken the account back from whom the provider had let in."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "Pemilik akun ini pernah mengambilnya kembali, sehingga tidak dapat dimasuki lewat "
                "%(provider)s dengan NIP saja. Bila akun ini milik Anda, masuklah dengan kata "
                "sandi, lalu tautkan di halaman Akun; bila bukan, hubungi layanan bantuan."
            ),
            provider=provider,
        )


class IdentityTaken(Conflict):
    """The identity that somebody wants to link is another account's."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            N_(
                "Akun %(provider)s ini sudah tertaut dengan akun lain di sini. Putuskan dahulu "
                "tautannya di sana, atau masuk ke %(provider)s sebagai orang lain."
            ),
            provider=provider,
        )


class LastWayIn(Conflict):
    """Without this identity there would be no way into the account."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Ini satu-satunya cara Anda masuk. Buatlah kata sandi dahulu lewat tautan surel, "
                "sesudah itu tautan ini dapat diputuskan."
            )
        )
