"""The verdict on a file, decided from what was seen of it and what the register says."""

from lms.checking.enums import Seal, Verdict


def judge(
    registered: Verdict | None,
    *,
    is_ours: bool,
    seal: Seal,
    has_program: bool,
    names_others: bool,
    differs: bool,
) -> Verdict:
    """Say what a file is.

    registered: the register's verdict on the certificate that a reader would take it for; None
    without one. is_ours: it names a certificate at all, in a code that could be ours. seal: what
    became of its seal. has_program: it would do something when opened. names_others: what programs
    read of it names another certificate than what readers see. differs: its words are not those of
    the register.
    """
    if not is_ours:
        return Verdict.FOREIGN
    if registered is None:
        return Verdict.UNKNOWN
    if seal in {Seal.BROKEN, Seal.STRANGE, Seal.MISSING} or has_program or names_others:
        return Verdict.ALTERED
    if differs:
        return Verdict.DIFFERENT
    return registered
