"""Refusals of sealing elsewhere, and what its service may answer."""

from lms.errors import N_, Conflict, Invalid


class SealingRefused(Exception):
    """The service did not seal: a wrong or expired code, or documents that it does not take.

    The message is the service's own, for the person who gave the code.
    """


class SealingUnavailable(Exception):
    """The service does not answer, not in time, or not as agreed; the message is for the log."""


class CodeMissing(Invalid):
    """A round needs the code that the signatory has got."""

    def __init__(self) -> None:
        super().__init__(
            "code", N_("Tulis kode sekali pakai yang Anda terima, 4 sampai 12 huruf atau angka.")
        )


class ServiceRests(Conflict):
    """The service has failed so often that it is left alone for a while."""

    def __init__(self, until: str) -> None:
        super().__init__(
            N_(
                "Layanan segel sedang tidak menjawab. Coba lagi setelah pukul %(until)s WIB; "
                "sertifikat yang menunggu tetap sah."
            ),
            until=until,
        )


class RoundUnderWay(Conflict):
    """Somebody has given a code a moment ago, and its documents are being sealed."""

    def __init__(self) -> None:
        super().__init__(N_("Penyegelan lain sedang berjalan. Tunggu sampai selesai."))


class NothingToSeal(Conflict):
    """No sheet waits."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada sertifikat yang menunggu segel."))
