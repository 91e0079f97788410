"""What entries of the log are about: a closed list."""

import enum


class EntryKind(enum.IntEnum):
    """What happened to a certificate; the number is the second byte of an entry."""

    ISSUE = 1
    REPLACEMENT = 2
    REVOCATION = 3
    REINSTATEMENT = 4

    @property
    def step(self) -> int:
        """By how much it changes the number of certificates in force."""
        return 1 if self in {EntryKind.ISSUE, EntryKind.REINSTATEMENT} else -1
