"""Refusals about jobs, and what ends a run."""

from lms.errors import N_, Conflict, NotFound


class TooManyJobs(Conflict):
    """The asker has as many jobs under way as one person may have."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Anda masih memiliki beberapa pekerjaan yang belum selesai. Tunggu salah satunya "
                "selesai, atau batalkan, lalu coba lagi."
            )
        )


class NoSuchJob(NotFound):
    """There is no such job, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(N_("Pekerjaan ini tidak ada dalam daftar Anda."))


class NoSuchFile(NotFound):
    """The job has left no file, or it has expired."""

    def __init__(self) -> None:
        super().__init__(N_("Berkas ini tidak ada lagi. Mintalah sekali lagi."))


class JobEnded(Conflict):
    """It is too late to cancel the job, or too early to have it done again."""

    def __init__(self) -> None:
        super().__init__(N_("Keadaan pekerjaan ini sudah berubah. Lihat daftarnya."))


class ClaimLost(Exception):
    """The job is another run's by now, or was cancelled: what this one did is not to be stored."""
