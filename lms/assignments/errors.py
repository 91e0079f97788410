"""Refusals about assignments."""

from lms.errors import N_, Conflict, Invalid, NotFound


class NoSuchAssignment(NotFound):
    """There is none, or none of the asker's own places."""

    def __init__(self) -> None:
        super().__init__(N_("Penugasan ini tidak ada dalam daftar Anda."))


class NoSuchAssignee(NotFound):
    """The assignment asks nothing of this person, or no longer."""

    def __init__(self) -> None:
        super().__init__(N_("Orang ini tidak termasuk dalam penugasan itu."))


class AssignmentWithdrawn(Conflict):
    """It was withdrawn before."""

    def __init__(self) -> None:
        super().__init__(N_("Penugasan ini sudah ditarik sebelumnya."))


class ModuleNotOffered(Invalid):
    """No module of this key is offered now."""

    def __init__(self) -> None:
        super().__init__("module", N_("Pilih satu modul dari daftar."))


class PlaceNotOwn(Invalid):
    """The asker does not answer for this institution or unit."""

    def __init__(self) -> None:
        super().__init__("unit", N_("Pilih satu unit kerja dari daftar."))


class DueDatePast(Invalid):
    """A due date has to lie ahead."""

    def __init__(self) -> None:
        super().__init__("due_on", N_("Pilih tenggat mulai besok, paling lama dua tahun lagi."))


class PeopleUnknown(Invalid):
    """Some of the numbers are of nobody whom the asker may assign anything to."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(
            "numbers",
            N_(
                "Tidak ada pegawai terkonfirmasi di daftar Anda dengan nomor: %(numbers)s. "
                "Perbaiki atau hapus nomor itu; yang lain tetap ada di sini."
            ),
            numbers=", ".join(numbers[:20]),
        )


class NobodyChosen(Invalid):
    """An assignment is for somebody."""

    def __init__(self) -> None:
        super().__init__(
            "numbers",
            N_("Tidak ada yang ditugasi. Pilih paling sedikit satu pegawai terkonfirmasi."),
        )


class TooManyChosen(Invalid):
    """More than are added at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "numbers",
            N_("Paling banyak %(most)s nomor sekaligus. Untuk lebih banyak orang, pilih unitnya."),
            most=most,
        )
