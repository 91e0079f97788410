"""What a check finds: one of eight verdicts, and what it rests on."""

from dataclasses import dataclass
from datetime import date

from lms.certificates.codes import ParsedCode
from lms.certificates.queries import RegisteredCertificate
from lms.checking.enums import Seal, Verdict
from lms.checking.sheet_text import Difference

__all__ = ["Difference", "Document", "Finding", "Seal", "Verdict", "verdict_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was seen of a file: its seal, and whether it carries a program, which ours never do.

    is_as_made: every byte is as we make this certificate today. is_picture: no words can be read
    from it, as in a scan; the certificate was found by its QR code.
    """

    seal: Seal
    has_program: bool = False
    is_as_made: bool = False
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check has found.

    asked: the reference as it was typed, in one line; empty for a file.
    certificate: the one in the register that it names, also where the verdict is about the file.
    is_by_number: it was found by a number, which can be guessed: name and code are kept back.
    parsed: why what was typed is no code, where it is not.
    differences: what a file says otherwise than the register.
    document: what was seen of a file; None for a reference.
    """

    verdict: Verdict
    asked: str = ""
    certificate: RegisteredCertificate | None = None
    is_by_number: bool = False
    parsed: ParsedCode | None = None
    differences: tuple[Difference, ...] = ()
    document: Document | None = None


def verdict_of(certificate: RegisteredCertificate, today: date) -> Verdict:
    """The register's own verdict on a certificate, as it is today."""
    return Verdict(certificate.status_on(today))
