"""Refusals about programmes."""

from lms.errors import N_, Conflict, NotFound


class NoSuchProgramme(NotFound):
    """No programme of this name."""

    def __init__(self) -> None:
        super().__init__(N_("Program ini tidak ada."))


class NotPrepared(NotFound):
    """No version of the programme is prepared."""

    def __init__(self) -> None:
        super().__init__(N_("Tidak ada perubahan yang disiapkan untuk program ini."))


class NameTaken(Conflict):
    """A programme has this address already."""

    def __init__(self) -> None:
        super().__init__(N_("Alamat ini sudah dipakai program lain."))


class AlreadyPrepared(Conflict):
    """Another change of the programme is under way."""

    def __init__(self) -> None:
        super().__init__(
            N_("Perubahan program ini sudah disiapkan. Lanjutkan, terbitkan, atau buang dahulu.")
        )


class IsPrepared(Conflict):
    """The programme cannot be closed while a change is under way."""

    def __init__(self) -> None:
        super().__init__(
            N_("Perubahan program ini masih disiapkan. Terbitkan atau buang sebelum menutupnya.")
        )


class NotCountedYet(Conflict):
    """Not everybody has been counted through for a version yet."""

    def __init__(self) -> None:
        super().__init__(N_("Penghitungannya belum selesai. Terbitkan sesudah selesai."))


class ProgrammeClosed(Conflict):
    """What is closed is not changed any more."""

    def __init__(self) -> None:
        super().__init__(N_("Program ini sudah ditutup dan tidak dapat diubah lagi."))


class PublishedByCoordinators(Conflict):
    """What coordinators have published is changed by them, not by the operator's command."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Versi program ini diterbitkan koordinator. Modul, target, dan nama diubah di"
                " halaman Program."
            )
        )


class ChangedMeanwhile(Conflict):
    """Somebody else has published, discarded or closed it in the same moment."""

    def __init__(self) -> None:
        super().__init__(N_("Orang lain baru saja mengubah program ini. Muat ulang halamannya."))


class NoSuchTarget(NotFound):
    """The prepared version has no target for this place."""

    def __init__(self) -> None:
        super().__init__(N_("Target ini tidak ada."))
