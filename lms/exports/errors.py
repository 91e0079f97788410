"""Refusals of exports."""

from lms.errors import N_, Conflict, NotFound


class NoSuchLayout(NotFound):
    """It is nobody's, or somebody else's."""

    def __init__(self) -> None:
        super().__init__(N_("Susunan kolom ini tidak ada di antara susunan Anda."))


class LayoutNameTaken(Conflict):
    """The officer has another layout of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("Anda sudah punya susunan bernama %(name)s. Pilih nama lain."), name=name
        )


class TooManyLayouts(Conflict):
    """Nobody chooses among so many."""

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("Anda sudah punya %(number)d susunan. Hapus satu yang tidak dipakai lagi."),
            number=number,
        )


class NoColumns(Conflict):
    """A layout without any column shows nothing."""

    def __init__(self) -> None:
        super().__init__(N_("Pilih sedikitnya satu kolom."))


class ExportOfBefore(Conflict):
    """It was asked for by a version that made it another way."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini diminta sebelum sistem diperbarui dan tidak disiapkan lagi. Mintalah "
                "sekali lagi lewat daftar pegawai."
            )
        )


class NothingToExport(Conflict):
    """The list is empty, or nobody on it has a certificate."""

    def __init__(self) -> None:
        super().__init__(
            N_("Tidak ada sertifikat yang cocok. Longgarkan saringan daftar, lalu coba lagi.")
        )
