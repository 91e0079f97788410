"""What entries of the log are about: a closed list."""

import enum


class EntryKind(enum.IntEnum):
    """What happened to a certificate; the number is the second byte of an entry."""

    ISSUE = 1
    REPLACEMENT = 2
    REVOCATION = 3
    REINSTATEMENT = 4
