"""Refusals about single people of an institution."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class NotYetConfirmed(Conflict):
    """Somebody for whom no institution vouches is to be merged."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Kedua akun harus terkonfirmasi sebelum digabung. Pastikan dahulu siapa orangnya, "
                "lalu konfirmasi pendaftarannya di daftar pegawai."
            )
        )


class NotEvidentlyOne(Invalid):
    """Neither names nor numbers say that two accounts are one person's, and nobody vouches.

    field: what is missing, the tick or a longer reason.
    """

    def __init__(self, field: str) -> None:
        super().__init__(
            field,
            N_(
                "Nama atau nomor kedua akun ini tidak menunjukkan satu orang. Bila memang satu "
                "orang, centang bahwa Anda sudah memastikannya, dan tulis alasannya dengan paling "
                "sedikit 20 huruf. Pengelola lain diberi tahu."
            ),
        )


class CannotBeMerged(Conflict):
    """One of the accounts is merged already, closed, or another one's."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Kedua akun ini tidak dapat digabung: salah satunya sudah digabung, sudah ditutup, "
                "atau tidak sedang bekerja di instansi Anda. Muat ulang halamannya."
            )
        )


class HoldsARole(NotAllowed):
    """An officer would change how somebody signs in who holds a role."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Orang ini memegang peran di SakuHAM. Cara masuknya hanya dapat diubah operator "
                "layanan; hubungi layanan bantuan."
            )
        )


class NoSuchMerge(NotFound):
    """The asker's institutions have no such merge, or it was undone."""

    def __init__(self) -> None:
        super().__init__(N_("Penggabungan ini tidak ada, atau sudah dipisahkan lagi."))


class ReasonNeeded(Invalid):
    """A reason is missing, or too short to be one."""

    def __init__(self) -> None:
        super().__init__(
            "reason", N_("Tulis alasannya dengan beberapa kata, paling banyak 500 huruf.")
        )


class NotInForceYet(Invalid):
    """The day of a fact lies too far away."""

    def __init__(self) -> None:
        super().__init__(
            "day", N_("Tanggal berlaku paling lama setahun yang lalu dan setahun lagi.")
        )


class SameUnit(Invalid):
    """A person is to move where they are."""

    def __init__(self) -> None:
        super().__init__("unit", N_("Pegawai ini sudah di unit kerja itu. Pilih unit yang lain."))


class NoSuchUnit(Invalid):
    """The unit is none of the institution's, or has ended."""

    def __init__(self) -> None:
        super().__init__("unit", N_("Unit kerja ini tidak ada di instansi Anda. Pilih yang lain."))


class SameInstitution(Invalid):
    """A person is to move out to where they are."""

    def __init__(self) -> None:
        super().__init__(
            "institution", N_("Pegawai ini sudah di instansi itu. Pilih instansi tujuannya.")
        )


class NoSuchFact(NotFound):
    """The asker's institutions have no such fact."""

    def __init__(self) -> None:
        super().__init__(N_("Catatan ini tidak ada dalam daftar instansi Anda."))


class CannotBeUndone(Conflict):
    """What came after a fact rests on it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Catatan ini tidak dapat dibatalkan lagi: sesudahnya ada perubahan lain pada orang "
                "ini. Catat keadaan yang benar sebagai catatan baru."
            )
        )


class HasActivated(NotAllowed):
    """An officer would change the address of who has activated their account."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Akun ini sudah aktif, sehingga surelnya hanya dapat diganti pemiliknya sendiri "
                "lewat halaman Akun. Bila ia tidak dapat masuk, buatlah kode aktivasi baru."
            )
        )


class NobodyChosen(Conflict):
    """There is nobody for whom a code or an invitation can be made."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Tidak ada yang perlu: semua yang dipilih sudah aktif, sudah sering diundang, atau "
                "sudah tidak bekerja di sini."
            )
        )


class NoSuchBatch(NotFound):
    """The asker has no such batch of invitations, or it was stopped."""

    def __init__(self) -> None:
        super().__init__(N_("Pengiriman undangan ini tidak ada, atau sudah dihentikan."))
