"""Refusals of reports."""

from lms.errors import N_, Conflict, NotAllowed, NotFound


class NoSuchReport(NotFound):
    """There is none of this number among those that the asker may see."""

    def __init__(self) -> None:
        super().__init__(N_("Laporan ini tidak ada di antara laporan yang dapat Anda lihat."))


class NotYourReport(NotAllowed):
    """The asker answers neither for all of the institution nor for the nation."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Laporan bukti sebuah instansi hanya bagi pengelola kepegawaian seluruh instansi "
                "itu dan bagi koordinator."
            )
        )


class FiguresDiffer(Conflict):
    """What was counted for an earlier report of the same moment is not what is counted now."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Angka sampai saat itu tidak sama lagi dengan yang dilaporkan dahulu, padahal "
                "seharusnya tidak pernah berubah. Laporan tidak dibuat; beri tahu layanan bantuan."
            )
        )
