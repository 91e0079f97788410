"""Refusals about certificates."""

from lms.errors import N_, Conflict, Invalid, NotFound


class NoSuchCertificate(NotFound):
    """No certificate has this code, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada sertifikat dengan kode ini."))


class NotInForce(Conflict):
    """The certificate was revoked or replaced before."""

    def __init__(self) -> None:
        super().__init__(N_("Sertifikat ini sudah dicabut atau diganti sebelumnya."))


class ChangedMeanwhile(Conflict):
    """Of two who changed a certificate's state at once, the other was first."""

    def __init__(self) -> None:
        super().__init__(
            N_("Keadaan sertifikat ini baru saja diubah orang lain. Periksa riwayatnya dahulu.")
        )


class NotRevoked(Conflict):
    """There is no revocation to withdraw."""

    def __init__(self) -> None:
        super().__init__(N_("Sertifikat ini tidak sedang dicabut."))


class HasSuccessor(Conflict):
    """After the revocation the holder has got another certificate of the same."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Setelah pencabutan ini pemiliknya sudah memperoleh sertifikat lain untuk hal yang "
                "sama, dan hanya satu yang boleh berlaku. Pencabutan ini tidak dapat ditarik lagi."
            )
        )


class ReasonMissing(Invalid):
    """What changes a certificate's state needs a reason that others will read."""

    def __init__(self) -> None:
        super().__init__(
            "reason", N_("Tulis alasannya dalam 10 sampai 500 karakter; alasan ini dicatat.")
        )


class NothingToCorrect(Conflict):
    """A replacement would say what the certificate says."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Pengganti akan memuat nama, nomor, dan instansi yang sama dengan yang tercetak. "
                "Perbaiki data pegawai dahulu, lalu ganti sertifikatnya."
            )
        )
