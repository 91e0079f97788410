"""Refusals about reading and attempts."""

from lms.errors import N_, Conflict, Invalid, NotFound


class NoSuchAttempt(NotFound):
    """The asker has no such attempt."""

    def __init__(self) -> None:
        super().__init__(N_("Percobaan ini tidak ada. Buka kuis dari halaman modulnya."))


class NoAnswerSheet(NotFound):
    """The answer sheet is for who may see answer keys; to others it is not there."""

    def __init__(self) -> None:
        super().__init__(N_("Berkas ini tidak ada, atau masih disiapkan. Coba lagi nanti."))


class ChaptersUnread(Conflict):
    """The module's rule wants the chapters read before the quiz."""

    def __init__(self) -> None:
        super().__init__(N_("Kuis akhir terbuka setelah semua bab dibaca sampai selesai."))


class StillWaiting(Conflict):
    """The waiting time after an attempt that was not passed has not run out."""

    def __init__(self) -> None:
        super().__init__(N_("Masa tunggu belum habis. Baca kembali bab yang disarankan dahulu."))


class AlreadyPassed(Conflict):
    """The edition is completed; there is nothing to try again."""

    def __init__(self) -> None:
        super().__init__(
            N_("Kuis edisi ini sudah Anda selesaikan. Sertifikatnya ada di Belajar saya.")
        )


class KeyWithheld(Conflict):
    """Whoever sits the quiz gets its key when they have handed it in."""

    def __init__(self) -> None:
        super().__init__(
            N_("Kuis Anda masih terbuka. Lembar jawaban dapat diunduh setelah Anda mengumpulkan.")
        )


class AttemptClosed(Conflict):
    """The attempt has been handed in; its answers stay as they were."""

    def __init__(self) -> None:
        super().__init__(N_("Percobaan ini sudah dikumpulkan. Jawaban tidak dapat diubah lagi."))


class Unanswered(Conflict):
    """Questions of the attempt have no answer, and it was to be handed in complete."""

    def __init__(self) -> None:
        super().__init__(N_("Masih ada soal yang belum dijawab."))


class AttemptOpen(Conflict):
    """The attempt has not been handed in; there is no result yet."""

    def __init__(self) -> None:
        super().__init__(N_("Percobaan ini belum dikumpulkan."))


class NoReason(Invalid):
    """Grading anew needs a reason that others will read."""

    def __init__(self) -> None:
        super().__init__(
            "reason", N_("Tulis alasannya dalam 10 sampai 500 karakter; alasan ini dicatat.")
        )


class NoSuchChoice(Invalid):
    """The question or the choice is not one of this attempt's."""

    def __init__(self) -> None:
        super().__init__("choices", N_("Pilihan ini tidak ada pada soal. Muat ulang halaman kuis."))
