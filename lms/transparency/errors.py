"""Refusals about the log."""

from lms.errors import N_, NotFound


class NoSuchTile(NotFound):
    """The log has no such tile, or not of this width."""

    def __init__(self) -> None:
        super().__init__(N_("Bagian log ini tidak ada."))


class NotLogged(NotFound):
    """The log is empty, or a certificate is not in it yet."""

    def __init__(self) -> None:
        super().__init__(N_("Ini belum tercatat dalam log publik. Coba lagi beberapa saat lagi."))
