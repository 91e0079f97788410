"""Refusals about doubts of confirmations."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class NothingToDoubt(Conflict):
    """The institution has not confirmed the person, or does not vouch for them any more."""

    def __init__(self) -> None:
        super().__init__(
            N_("Instansi itu tidak lagi mengonfirmasi orang ini; tidak ada yang diragukan.")
        )


class AlreadyDoubted(Conflict):
    """A doubt of this confirmation waits for its answer."""

    def __init__(self) -> None:
        super().__init__(N_("Konfirmasi orang ini sudah diragukan dan menunggu jawaban."))


class NoSuchDoubt(NotFound):
    """The asker has no such doubt."""

    def __init__(self) -> None:
        super().__init__(N_("Keraguan ini tidak ada, atau bukan tentang pegawai Anda."))


class DoubtAnswered(Conflict):
    """Somebody has answered it before."""

    def __init__(self) -> None:
        super().__init__(N_("Keraguan ini sudah dijawab. Tidak ada yang diubah."))


class OwnConfirmation(NotAllowed):
    """Who confirmed the person would say themselves that it was right."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Anda sendiri yang mengonfirmasi orang ini. Bahwa ia memang pegawai harus dijawab "
                "pengelola kepegawaian lain di instansi Anda, atau koordinator. Bila ternyata "
                "bukan pegawai, Anda dapat menyatakannya."
            )
        )


class EvidenceNeeded(Invalid):
    """An answer says on what it rests."""

    def __init__(self) -> None:
        super().__init__(
            "evidence", N_("Tulis buktinya dalam 10 sampai 500 karakter, misalnya nomor SK.")
        )


class WordsNeeded(Invalid):
    """A doubt says why."""

    def __init__(self) -> None:
        super().__init__(
            "words", N_("Tulis yang Anda ragukan dan sebabnya dalam 10 sampai 500 karakter.")
        )


class NoOverseer(NotAllowed):
    """Who asked for this does not oversee confirmations any more."""

    def __init__(self) -> None:
        super().__init__(N_("Anda tidak lagi mengawasi konfirmasi pegawai."))
