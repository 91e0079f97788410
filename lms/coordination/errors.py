"""Refusals about the nation's standing."""

from lms.errors import N_, NotFound


class NoSuchProvince(NotFound):
    """No province has this code."""

    def __init__(self) -> None:
        super().__init__(N_("Provinsi ini tidak ada."))


class NoSuchLine(NotFound):
    """No institution has this key."""

    def __init__(self) -> None:
        super().__init__(N_("Instansi ini tidak ada."))
