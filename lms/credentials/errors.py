"""Why there is no credential."""

from lms.errors import N_, NotFound


class NoCredential(NotFound):
    """No key signs credentials here, or the certificate is out of force."""

    def __init__(self) -> None:
        super().__init__(N_("Untuk sertifikat ini tidak ada lencana digital."))


class NoSuchStatusList(NotFound):
    """No certificate was issued yet whose state would stand in this list."""

    def __init__(self) -> None:
        super().__init__(N_("Daftar status ini tidak ada."))
