"""Refusals of sheets."""

from lms.errors import N_, Conflict


class NoSheets(Conflict):
    """None of the asker's people has a certificate in force."""

    def __init__(self) -> None:
        super().__init__(
            N_("Belum ada sertifikat yang berlaku dari pegawai terkonfirmasi pada instansi Anda.")
        )
