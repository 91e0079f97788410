"""Refusals of the printed book."""

from lms.errors import N_, NotFound


class NoSuchFile(NotFound):
    """The release has no such file, or not yet."""

    def __init__(self) -> None:
        super().__init__(N_("Berkas ini tidak ada, atau masih disiapkan. Coba lagi nanti."))
