"""Refusals of the administrators' pages."""

from lms.errors import N_, Conflict, NotFound


class NoSuchAccount(NotFound):
    """There is no such account, or nobody signs in there."""

    def __init__(self) -> None:
        super().__init__(N_("Akun ini tidak ada, atau tidak lagi dapat dimasuki."))


class NoSuchDeviceThere(NotFound):
    """The account has no such device any more."""

    def __init__(self) -> None:
        super().__init__(N_("Perangkat ini sudah keluar."))


class NoAddress(Conflict):
    """There is no mailbox to which a link could go."""

    def __init__(self) -> None:
        super().__init__(
            N_("Akun ini tidak punya surel. Pengelola kepegawaiannya dapat mengisinya.")
        )


class NothingThere(Conflict):
    """What was to be tried again or stopped has gone on meanwhile."""

    def __init__(self) -> None:
        super().__init__(N_("Keadaannya sudah berubah. Lihat daftarnya."))
