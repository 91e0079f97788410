"""Refusals about samples of confirmations."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class NoSuchSample(NotFound):
    """The asker was not asked about this confirmation."""

    def __init__(self) -> None:
        super().__init__(N_("Sampel ini tidak ada, atau bukan tentang pegawai Anda."))


class SampleAnswered(Conflict):
    """Somebody has said it before."""

    def __init__(self) -> None:
        super().__init__(N_("Sampel ini sudah dijawab. Tidak ada yang diubah."))


class ConfirmedByYou(NotAllowed):
    """Who confirmed the person looks at their own work."""

    def __init__(self) -> None:
        super().__init__(
            N_("Anda sendiri yang mengonfirmasi orang ini; pengelola lain yang memeriksanya.")
        )


class WhyNot(Invalid):
    """Who says no says why."""

    def __init__(self) -> None:
        super().__init__("reason", N_("Tulis alasannya dalam 10 sampai 500 karakter."))
