"""Refusals of an officer's desk."""

from lms.errors import N_, Invalid, NotFound


class NoSuchFilter(NotFound):
    """The asker has saved no such list."""

    def __init__(self) -> None:
        super().__init__(N_("Daftar tersimpan ini tidak ada."))


class UnfitFilterName(Invalid):
    """A name that is empty, too long, or another list's."""

    def __init__(self) -> None:
        super().__init__(
            "name",
            N_(
                "Tulis nama yang belum dipakai daftar Anda yang lain, paling panjang 80 karakter. "
                "Saringannya tetap terpasang."
            ),
        )


class TooManyFilters(Invalid):
    """As many lists as one officer may keep."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "name",
            N_("Paling banyak %(most)s daftar dapat disimpan. Hapus dahulu yang tidak dipakai."),
            most=most,
        )
