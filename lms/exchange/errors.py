"""Refusals of keys, and of what is asked with them."""

from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Refusal


class TokenRefused(Refusal):
    """No key was shown, or one that opens nothing (any more)."""


class NotInTokenScope(NotAllowed):
    """The key opens other parts of the API than this one."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(N_("Kunci ini tidak mencakup %(scope)s."), scope=scope)


class NoWholeInstitution(NotAllowed):
    """Who answers for a branch alone makes no keys: one opens all of an institution."""

    def __init__(self) -> None:
        super().__init__(
            N_("Kunci API dibuat oleh pengelola kepegawaian seluruh instansi, bukan satu unit.")
        )


class NoSuchToken(NotFound):
    """The asker's institutions have no such key."""

    def __init__(self) -> None:
        super().__init__(N_("Kunci ini tidak ada di antara kunci instansi Anda."))


class TokenNameTaken(Invalid):
    """Another key of the institution is called so, and is not revoked."""

    def __init__(self) -> None:
        super().__init__(
            "name",
            N_("Instansi ini sudah punya kunci dengan nama itu. Pakai nama lain, atau cabut dulu."),
        )


class TooManyTokens(Conflict):
    """An institution has as many keys as it may have."""

    def __init__(self, count: int) -> None:
        super().__init__(
            N_("Instansi ini sudah punya %(count)s kunci. Cabut dulu yang tidak dipakai."),
            count=count,
        )


class BadCursor(Invalid):
    """This is no cursor of ours."""

    def __init__(self) -> None:
        super().__init__(
            "after", N_("Kursor ini tidak dikenal. Pakai next_cursor dari jawaban sebelumnya.")
        )


class CursorAhead(Conflict):
    """The log ends before the cursor: it was restored from a copy that is older."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Kursor ini melampaui akhir log. Sistem dipulihkan dari salinan yang lebih lama; "
                "hubungi operatornya, lalu mulai lagi tanpa kursor."
            )
        )


class BadIdempotencyKey(Invalid):
    """What is to name a request is no name that we keep."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            N_("Idempotency-Key terdiri atas 1–200 karakter ASCII tanpa spasi."),
        )


class IdempotencyKeyReused(Invalid):
    """The name was given to another request before."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            N_(
                "Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai yang baru bagi "
                "setiap permintaan."
            ),
        )


class StillAtWork(Conflict):
    """The same request is being worked on, or was cut off a moment ago."""

    def __init__(self) -> None:
        super().__init__(
            N_("Permintaan dengan Idempotency-Key ini masih dikerjakan. Coba lagi sebentar lagi.")
        )


class BadWebhookAddress(Invalid):
    """Nothing is delivered to this address."""

    def __init__(self, text: str) -> None:
        super().__init__("url", text)


class TooManyWebhooks(Conflict):
    """An institution has as many webhooks as it may have."""

    def __init__(self, count: int) -> None:
        super().__init__(
            N_("Instansi ini sudah punya %(count)s webhook. Hapus dulu yang tidak dipakai."),
            count=count,
        )


class NoSuchWebhook(NotFound):
    """The asker's institutions have no such webhook."""

    def __init__(self) -> None:
        super().__init__(N_("Webhook ini tidak ada di antara webhook instansi Anda."))


class BadPosition(Invalid):
    """The log has no such position."""

    def __init__(self, size: int) -> None:
        super().__init__(
            "position",
            N_("Tulis posisi dari 0 sampai %(size)s, ujung log sekarang."),
            size=size,
        )


class CannotDeliver(Exception):
    """A receiver did not take what was sent; the words say why, in a line for officers.

    is_gone: it says that it wants no more.
    """

    def __init__(self, reason: str, *, is_gone: bool = False) -> None:
        super().__init__(reason)
        self.is_gone = is_gone
