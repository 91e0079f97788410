"""Refusals of files that cannot be checked."""

from lms.errors import N_, Invalid

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
