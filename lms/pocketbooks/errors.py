"""Refusals about pocketbooks and modules."""

from lms.errors import N_, NotFound


class NoSuchPocketbook(NotFound):
    """No pocketbook of this name has been published."""

    def __init__(self) -> None:
        super().__init__(N_("Buku saku ini tidak ada. Lihat daftar buku saku di beranda."))


class NoSuchChapter(NotFound):
    """The pocketbook has no such chapter."""

    def __init__(self) -> None:
        super().__init__(N_("Bab ini tidak ada dalam buku saku. Buka daftar babnya."))


class NoSuchAppendix(NotFound):
    """The pocketbook has no such appendix."""

    def __init__(self) -> None:
        super().__init__(N_("Lampiran ini tidak ada dalam buku saku. Buka daftar isinya."))


class NoSuchQuestion(NotFound):
    """The chapter has no such question."""

    def __init__(self) -> None:
        super().__init__(N_("Pertanyaan ini tidak ada dalam bab."))
