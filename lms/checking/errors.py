"""Refusals of files that cannot be checked, and of reports."""

from lms.errors import N_, Conflict, Invalid, NotFound

FIELD = "berkas"


class UnreadableDocument(Invalid):
    """A file that cannot be checked at all, whatever it is; the sentence says what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(FIELD, text, **values)


class NoPdf(UnreadableDocument):
    """It is no PDF, whatever its name ends in, or a damaged one."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini bukan PDF yang utuh. Pilih berkas PDF sertifikat seperti yang diterima "
                "dari pemiliknya, atau ketik kodenya."
            )
        )


class EncryptedPdf(UnreadableDocument):
    """It opens with a password only, which certificates never do."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini dikunci dengan kata sandi; sertifikat kami tidak pernah dikunci. Minta "
                "berkas aslinya, atau ketik kodenya."
            )
        )


class VastPdf(UnreadableDocument):
    """It is larger than any certificate, or takes more memory or time to read than one does."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini jauh lebih besar atau lebih rumit daripada sertifikat mana pun, dan "
                "tidak diperiksa. Minta berkas aslinya, atau ketik kodenya."
            )
        )


class ReportUnclear(Invalid):
    """What differs was not said, or at too great a length."""

    def __init__(self) -> None:
        super().__init__("words", N_("Tulis apa yang berbeda dalam 10 sampai 1.000 karakter."))


class ContactUnclear(Invalid):
    """The address to answer to is none."""

    def __init__(self) -> None:
        super().__init__(
            "contact",
            N_("Tulis alamat surel yang lengkap, atau kosongkan bila tidak perlu dijawab."),
        )


class AnswerUnclear(Invalid):
    """A report is closed with an answer."""

    def __init__(self) -> None:
        super().__init__("answer", N_("Tulis hasilnya dalam 10 sampai 1.000 karakter."))


class ReportedOften(Conflict):
    """Many reports of this certificate wait for an answer."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Sudah ada beberapa laporan tentang sertifikat ini yang sedang ditelaah. Laporan "
                "baru dapat dikirim setelah laporan itu dijawab."
            )
        )


class NoSuchReport(NotFound):
    """No report has this number."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada laporan dengan nomor ini."))


class ReportClosed(Conflict):
    """Somebody has answered the report already."""

    def __init__(self) -> None:
        super().__init__(N_("Laporan ini sudah dijawab."))
