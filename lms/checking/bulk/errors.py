"""Refusals of what was uploaded to be checked, and of checks that are not the asker's."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound

FIELD = "berkas"


class UnfitUpload(Invalid):
    """What was uploaded cannot be checked as a whole; the sentence says what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(FIELD, text, **values)


class NoSuchBulkCheck(NotFound):
    """There is no such check, it is somebody else's, or it is no longer kept."""

    def __init__(self) -> None:
        super().__init__(
            N_("Pemeriksaan ini tidak ada dalam daftar Anda, atau hasilnya tidak disimpan lagi.")
        )


class UploadGone(Conflict):
    """What was uploaded is no longer kept, so that it cannot be checked again."""

    def __init__(self) -> None:
        super().__init__(
            N_("Berkas yang Anda unggah tidak disimpan lagi. Unggah sekali lagi untuk diperiksa.")
        )


class AlreadyAsked(Conflict):
    """The sheet is being checked already, or has been."""

    def __init__(self) -> None:
        super().__init__(N_("Lembar ini sudah diperiksa atau sedang diperiksa."))


class RoleEnded(NotAllowed):
    """The asker may not check many at once any more, or not with these institutions in sight."""

    def __init__(self) -> None:
        super().__init__(N_("Peran Anda sudah berubah. Unggah sekali lagi untuk diperiksa."))
