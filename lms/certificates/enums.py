"""Why a certificate is taken out of force: a short closed list, since something follows from it."""

import enum


class RevocationGround(enum.Enum):
    """The kind of reason for a revocation; the reason itself is a sentence beside it."""

    MISTAKE = "mistake"
    REQUEST = "request"
    DISHONESTY = "dishonesty"

    @property
    def reopens_quiz(self) -> bool:
        """Whether the person may sit the final quiz of this edition again."""
        return self is not RevocationGround.DISHONESTY
