"""Refusals about granting roles and taking them back."""

from datetime import date

from lms.days import write_day
from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class NotYoursToGrant(NotAllowed):
    """The asker's roles do not let them grant or withdraw this one there."""

    def __init__(self) -> None:
        super().__init__(N_("Peran ini di sana bukan wewenang Anda."))


class NotToOneself(NotAllowed):
    """Nobody grants themselves anything, under whichever of their accounts."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Tidak seorang pun memberi peran kepada dirinya sendiri atau memperpanjangnya. "
                "Minta rekan yang berwenang."
            )
        )


class NobodyFound(Invalid):
    """Nobody to whom the asker may grant anything has this number or this address."""

    def __init__(self) -> None:
        super().__init__(
            "identifier",
            N_(
                "Tidak ada pegawai terkonfirmasi dengan NIP atau surel ini di tempat yang Anda "
                "kelola. Periksa ketikannya."
            ),
        )


class NotVouchedFor(Invalid):
    """No institution vouches for who has registered themselves with this number."""

    def __init__(self) -> None:
        super().__init__(
            "identifier",
            N_(
                "Pemilik NIP ini baru menyatakannya sendiri. Minta instansinya mengonfirmasinya "
                "dahulu, atau cari dengan surelnya."
            ),
        )


class NotActivated(Invalid):
    """The person has not chosen a password yet, so that nobody knows who would."""

    def __init__(self) -> None:
        super().__init__(
            "identifier",
            N_("Akun ini belum aktif. Minta pemiliknya memilih kata sandi dahulu."),
        )


class PlaceNeeded(Invalid):
    """An HR officer is one of an institution."""

    def __init__(self) -> None:
        super().__init__("institution", N_("Pengelola kepegawaian memerlukan instansi."))


class PlaceUnneeded(Invalid):
    """What a role like this allows holds everywhere."""

    def __init__(self) -> None:
        super().__init__(
            "institution", N_("Peran ini berlaku di seluruh Indonesia; kosongkan instansinya.")
        )


class PlaceGone(Invalid):
    """The institution or the unit is not there, or has ended."""

    def __init__(self) -> None:
        super().__init__("institution", N_("Instansi atau unit kerja ini sudah tidak ada."))


class EndUnfit(Invalid):
    """The last day is over, or so far off that it is none."""

    def __init__(self) -> None:
        super().__init__(
            "ends_on", N_("Tulis hari ini atau sesudahnya, paling lama sepuluh tahun lagi.")
        )


class EndBeyondYours(Invalid):
    """The role would outlast that of who grants it, or a deputy would have no last day."""

    def __init__(self, last: date) -> None:
        super().__init__(
            "ends_on",
            N_("Tulis hari terakhirnya, paling lambat %(day)s: lebih lama bukan wewenang Anda."),
            day=write_day(last),
        )


class NoSuchGrant(NotFound):
    """There is no such grant, or none that the asker may know of."""

    def __init__(self) -> None:
        super().__init__(N_("Peran ini tidak ada, atau sudah berakhir."))


class LastAdministrator(Conflict):
    """Without this one nobody would administer the service any more."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Ini administrator terakhir tanpa hari terakhir. Angkat yang lain dahulu, lalu "
                "ulangi."
            )
        )
