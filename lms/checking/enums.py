"""The verdicts of a check, and what becomes of a seal: closed lists."""

import enum


class Verdict(enum.Enum):
    """What is said of a certificate, or of what is taken for one.

    VALID, REVOKED, REPLACED and EXPIRED are the register's; UNKNOWN: it names a certificate that
    the register has not, or none at all. The others are about a file or an address that was
    brought: ALTERED is not as we made it, DIFFERENT says something else than the register, and
    FOREIGN is none of ours.
    """

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    FOREIGN = "foreign"
    DIFFERENT = "different"


class Seal(enum.Enum):
    """What became of the seal on a file.

    NONE: it bears none. WHOLE: ours, and the whole file is as it was sealed. BROKEN: something was
    changed afterwards. STRANGE: it is sealed by somebody else. MISSING: its words say that it is
    sealed, and it is not. The values of the others are those of `lms.printing.seals.SealState`.
    """

    NONE = "none"
    WHOLE = "whole"
    BROKEN = "changed"
    STRANGE = "foreign"
    MISSING = "missing"
