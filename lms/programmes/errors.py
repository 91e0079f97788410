"""Refusals about programmes."""

from lms.errors import N_, NotFound


class NoSuchProgramme(NotFound):
    """No programme of this name."""

    def __init__(self) -> None:
        super().__init__(N_("Program ini tidak ada."))
