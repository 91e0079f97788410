"""How far a certificate has come on its way into the state's record, and what keeps it."""

import enum


class RecordState(enum.Enum):
    """What has become of a certificate there.

    SENT: it was handed over, and whether it was taken is not known yet. REFUSED: somebody has to do
    something first.
    """

    WAITING = "waiting"
    SENT = "sent"
    RECORDED = "recorded"
    TO_DELETE = "to_delete"
    DELETED = "deleted"
    REFUSED = "refused"


class Trouble(enum.Enum):
    """Why something is not as it should be."""

    AWAY = "away"
    """The service gave no answer, or none that can be read."""
    NOT_LET_IN = "not_let_in"
    """It does not take the credentials of the settings."""
    UNCONFIRMED = "unconfirmed"
    """The institution does not vouch for the holder, so far."""
    NO_NUMBER = "no_number"
    """The certificate has no employee number."""
    UNKNOWN_PERSON = "unknown_person"
    """The service knows nobody by that number."""
    REFUSED = "refused"
    """It refuses the record, in words of its own."""
    DOCUMENT_REFUSED = "document_refused"
    """It has the record, and refuses the sheet."""
    DELETION_REFUSED = "deletion_refused"
    """It does not delete the record."""
    TWICE = "twice"
    """It has other records by the certificate's number, which are not ours to delete."""
