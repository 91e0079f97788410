"""Checks one PDF: whose certificate it says it is, whether it is whole, and whether it is true."""

from collections.abc import Callable

from lms.certificates.queries import RegisteredCertificate, find_certificates
from lms.checking.inspection import Inspection, Inspector
from lms.checking.rules import judge
from lms.checking.sheet_text import Difference, differences_of
from lms.checking.verdicts import Document, Finding, Seal, verdict_of

Remake = Callable[[RegisteredCertificate], bytes]
"""Makes the file of a certificate as it is made today."""


def check_document(
    content: bytes, *, inspector: Inspector | None = None, remake: Remake | None = None
) -> Finding:
    """Check a PDF that somebody brought.

    The code in it only says which certificate it claims to be; whether it is that one, the seal
    and the words say. Takes an inspector where many files are checked one after another, and how
    the certificate's file is made, where a copy without a seal is to be known byte by byte. Raises
    UnreadableDocument for what is no PDF, is encrypted, or takes too much to read.
    """
    if inspector is None:
        with Inspector() as own:
            return check_inspected(own.inspect(content), content, remake=remake)
    return check_inspected(inspector.inspect(content), content, remake=remake)


def check_inspected(
    seen: Inspection, content: bytes = b"", *, remake: Remake | None = None
) -> Finding:
    """The same of a file that was inspected; without its bytes no seal is looked at."""
    registered = find_certificates(seen.codes[:10])
    code = next(iter(seen.codes), "")
    certificate = registered.get(code)
    seal = _seal(seen, content)
    differences: tuple[Difference, ...] = ()
    is_as_made = is_picture = False
    if certificate is not None:
        is_as_made = (
            seal is Seal.NONE
            and remake is not None
            and certificate.state.ended_as is None
            and remake(certificate) == content
        )
        is_picture = not seen.text.strip()
        if not is_picture:
            differences = differences_of(certificate.facts, seen.text)
    return Finding(
        verdict=judge(
            None if certificate is None else verdict_of(certificate.state),
            is_ours=bool(code),
            seal=seal,
            has_program=seen.has_program,
            names_others=len(seen.codes) > 1,
            differs=bool(differences),
        ),
        certificate=certificate,
        differences=differences,
        document=Document(
            seal=seal,
            has_program=seen.has_program,
            is_as_made=is_as_made,
            is_picture=is_picture,
        ),
    )


def _seal(seen: Inspection, content: bytes) -> Seal:
    """Whether the file is sealed, and whether the seal is whole and ours."""
    return Seal.STRANGE if seen.is_sealed and content else Seal.NONE
