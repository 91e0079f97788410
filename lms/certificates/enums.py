"""For what a certificate is issued, and why it is taken out of force: closed lists."""

import enum


class CauseKind(enum.Enum):
    """For what a certificate is issued: a passed attempt of an edition, or presence at an event."""

    PASSED_ATTEMPT = "passed_attempt"
    ATTENDANCE = "attendance"


class RevocationGround(enum.Enum):
    """The kind of reason for a revocation; the reason itself is a sentence beside it.

    A short list, since something follows from it. mistake: it should not have been issued.
    wrong_data: it says something untrue that no replacement mends. duplicate: the person has
    another one for the same. request, institution: who asked for it, the holder or their
    institution. dishonesty: the quiz was not sat by the person, or not honestly.
    """

    MISTAKE = "mistake"
    WRONG_DATA = "wrong_data"
    DUPLICATE = "duplicate"
    REQUEST = "request"
    INSTITUTION = "institution"
    DISHONESTY = "dishonesty"

    @property
    def reopens_quiz(self) -> bool:
        """Whether the person may sit the final quiz of this edition again."""
        return self not in (RevocationGround.DISHONESTY, RevocationGround.DUPLICATE)


class CorrectableFact(enum.Enum):
    """What somebody says is wrong on a certificate.

    Name, number and institution come from the staff list of the holder's institution, whose
    officers decide; the rest comes from elsewhere, and the registrars do.
    """

    NAME = "name"
    EMPLOYEE_NUMBER = "employee_number"
    INSTITUTION = "institution"
    TITLE = "title"
    OTHER = "other"


OFFICERS_FACTS = frozenset(
    {CorrectableFact.NAME, CorrectableFact.EMPLOYEE_NUMBER, CorrectableFact.INSTITUTION}
)


class RequestState(enum.Enum):
    """How far a request for a correction is; one that waits is open.

    lapsed: the certificate was revoked meanwhile.
    """

    WAITING = "waiting"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
