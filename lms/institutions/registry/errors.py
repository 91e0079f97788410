"""Refusals about the registry."""

from lms.errors import N_, Conflict, Invalid, NotFound


class NoSuchEntry(NotFound):
    """The registry has no such institution, or the asker may not change it."""

    def __init__(self) -> None:
        super().__init__(N_("Instansi ini tidak ada dalam daftar."))


class NoSuchUnit(NotFound):
    """The institution has no such unit, or the asker may not change it."""

    def __init__(self) -> None:
        super().__init__(N_("Unit kerja ini tidak ada dalam daftar yang Anda kelola."))


class NoSuchUpload(NotFound):
    """The asker has brought no such sheet, or it was forgotten."""

    def __init__(self) -> None:
        super().__init__(N_("Lembar ini tidak ada lagi. Unggah sekali lagi."))


class NoSuchRequest(NotFound):
    """Nobody has asked so, or it was answered before."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan ini tidak ada, atau sudah dijawab."))


class HasEnded(Conflict):
    """The institution or the unit has ended; it stays as it was."""

    def __init__(self) -> None:
        super().__init__(N_("Yang sudah berakhir tidak dapat diubah lagi; riwayatnya tetap ada."))


class SheetApplied(Conflict):
    """The sheet was applied before, or is being applied."""

    def __init__(self) -> None:
        super().__init__(N_("Lembar ini sudah diterapkan, atau sedang diterapkan."))


class NameTaken(Invalid):
    """Another institution has this name."""

    def __init__(self) -> None:
        super().__init__("name", N_("Instansi lain sudah bernama ini. Tulis nama yang lain."))


class CodeTaken(Invalid):
    """Another institution, or another unit of this one, has this code."""

    def __init__(self) -> None:
        super().__init__("code", N_("Kode ini sudah dipakai. Tulis kode yang lain."))


class RegionTaken(Invalid):
    """Another government in force has this region."""

    def __init__(self) -> None:
        super().__init__("region_code", N_("Kode wilayah ini sudah dipakai instansi lain."))


class UnitNameTaken(Invalid):
    """A unit beside it, below the same one, has this name."""

    def __init__(self) -> None:
        super().__init__(
            "name", N_("Di bawah induk yang sama sudah ada unit bernama ini. Tulis nama yang lain.")
        )


class UnreadableUnitName(Invalid):
    """A unit's name is empty or too long, or has the sign that parts the names of a path."""

    def __init__(self) -> None:
        super().__init__("name", N_("Nama unit berisi 1 sampai 200 karakter, tanpa tanda >."))


class TooDeep(Invalid):
    """The tree would have more levels than it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "parent", N_("Susunan unit paling dalam %(most)s tingkat. Pilih induk lain."), most=most
        )


class TreeTooDeep(Invalid):
    """What merges into another would stand below it in more levels than there may be."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "successor",
            N_(
                "Susunan unitnya terlalu dalam untuk menjadi bagian dari penerusnya: paling dalam "
                "%(most)s tingkat. Pindahkan unit yang terdalam ke atas dahulu."
            ),
            most=most,
        )


class OwnDescendant(Invalid):
    """A unit would stand below itself."""

    def __init__(self) -> None:
        super().__init__(
            "parent",
            N_("Sebuah unit tidak dapat berada di bawah dirinya sendiri. Pilih yang lain."),
        )


class SuccessorUnfit(Invalid):
    """Nothing merges into itself, into what is below it, or into what has ended."""

    def __init__(self) -> None:
        super().__init__(
            "successor", N_("Pilih penerus yang masih ada, dan bukan bagian dari yang digabung.")
        )


class DayUnfit(Invalid):
    """The day of an event lies in the future, or before the thing began."""

    def __init__(self) -> None:
        super().__init__(
            "on", N_("Tulis hari yang sudah tiba, dan tidak sebelum instansinya mulai ada.")
        )
