"""Refusals about certificates."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


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
                "Pengganti akan memuat hal yang sama dengan yang tercetak. Perbaiki dahulu datanya "
                "di sumbernya, lalu ganti sertifikatnya."
            )
        )


class PreviewStale(Conflict):
    """The replacement would not say what its preview did."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Data pemiliknya berubah setelah pratinjau ini dibuka. Periksa pratinjau yang baru "
                "di bawah, lalu ganti sertifikatnya."
            )
        )


class NoSuchRequest(NotFound):
    """No request for a correction has this key, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan perbaikan ini tidak ada."))


class AlreadyAsked(Conflict):
    """A request for this certificate is open."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan perbaikan untuk sertifikat ini masih menunggu keputusan."))


class RequestClosed(Conflict):
    """The request was decided or withdrawn before."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan ini sudah diputuskan atau ditarik sebelumnya."))


class NotForOfficers(NotAllowed):
    """What is to be corrected is not in the staff list, or it is the officer's own certificate."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan ini diputuskan koordinator."))


class WantedMissing(Invalid):
    """A request says what the certificate should say."""

    def __init__(self) -> None:
        super().__init__(
            "wanted", N_("Tulis yang seharusnya tercetak, paling panjang 200 karakter.")
        )
