"""Refusals of staff lists as a whole; what is wrong with a line is kept with the line."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound

FIELD = "berkas"


class UnfitList(Invalid):
    """What was uploaded cannot be read as a staff list; the sentence says what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(FIELD, text, **values)


class NoSuchImport(NotFound):
    """There is no such upload, it is somebody else's, or it is no longer kept."""

    def __init__(self) -> None:
        super().__init__(
            N_("Unggahan ini tidak ada dalam daftar Anda, atau tidak disimpan lagi. Unggah lagi.")
        )


class ImportMovedOn(Conflict):
    """The upload is at another step by now: somebody has pressed twice, or in another window."""

    def __init__(self) -> None:
        super().__init__(N_("Unggahan ini sudah di langkah lain. Lihat keadaannya yang terbaru."))


class ListIsLimited(NotAllowed):
    """Who answers for units alone would end the postings of people of other units."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Daftar lengkap instansi hanya dapat dimuat pengelola seluruh instansi. Kosongkan "
                "pilihan itu, lalu periksa lagi."
            )
        )


class PutOff(Conflict):
    """So many have to be settled one by one that some wait for another request."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Belum dikerjakan: terlalu banyak pegawai dalam permintaan ini yang harus "
                "diselesaikan satu demi satu. Kirim lagi."
            )
        )
