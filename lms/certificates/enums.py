"""For what a certificate is issued, and why it is taken out of force: closed lists."""

import enum


class CauseKind(enum.Enum):
    """For what a certificate is issued: a passed attempt of an edition, or presence at an event."""

    PASSED_ATTEMPT = "passed_attempt"
    ATTENDANCE = "attendance"


class RevocationGround(enum.Enum):
    """The kind of reason for a revocation; the reason itself is a sentence beside it.

    A short list, since something follows from it.
    """

    MISTAKE = "mistake"
    REQUEST = "request"
    DISHONESTY = "dishonesty"

    @property
    def reopens_quiz(self) -> bool:
        """Whether the person may sit the final quiz of this edition again."""
        return self is not RevocationGround.DISHONESTY
