"""What the service may answer, and refusals of whoever asks for something about records."""

from lms.errors import N_, Invalid, NotAllowed, NotFound


class ServiceAway(Exception):
    """The service does not answer, not in time, or not as agreed; the message is for the log.

    What was sent may have been taken all the same.
    """


class NotLetIn(Exception):
    """The service does not take our credentials, or keeps us from what we ask for."""


class ServiceRefused(Exception):
    """The service did not do it; `words` are its own, in one short line, for an officer."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class AlreadyThere(ServiceRefused):
    """The service says that it has that record."""


class NotWholeInstitution(NotAllowed):
    """Who answers for a branch alone decides nothing about an institution's records."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Pencatatan ke riwayat negara diatur oleh pengelola kepegawaian seluruh instansi, "
                "bukan satu unit."
            )
        )


class NoSuchRecord(NotFound):
    """The asker's institutions have no such record, or no such institution sends any."""

    def __init__(self) -> None:
        super().__init__(N_("Catatan ini tidak ada di antara catatan instansi Anda."))


class NotAgreed(Invalid):
    """Nobody has said that the institution's head agrees."""

    def __init__(self) -> None:
        super().__init__(
            "is_agreed",
            N_("Centang bahwa pimpinan instansi menyetujuinya; tanpa itu tidak ada yang dikirim."),
        )
