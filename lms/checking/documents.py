"""Checks one PDF: whose certificate it says it is, whether it is whole, and whether it is true."""

from collections.abc import Callable
from datetime import date

from lms.certificates.queries import RegisteredCertificate, find_certificates
from lms.checking.inspection import Inspection
from lms.checking.rules import judge
from lms.checking.sheet_text import Difference, differences_of, says_it_is_sealed
from lms.checking.verdicts import Document, Finding, Seal, verdict_of
from lms.clock import utc_now
from lms.days import local_day
from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from lms.sealing.queries import find_sealed_sheet

Knows = Callable[[RegisteredCertificate], bool]
"""Whether the asker may know the whole of a holder's number."""

Remake = Callable[[RegisteredCertificate], bytes]
"""Makes the file of a certificate as it is made today."""


def trusted_roots() -> list[bytes]:
    """The roots behind our seals, the retired ones too: their certificates in DER."""
    return [key.certificate for key in list_public_keys(Purpose.ROOT) if key.certificate]


def check_inspected(
    seen: Inspection,
    content: bytes = b"",
    *,
    remake: Remake | None = None,
    today: date | None = None,
    knows: Knows = lambda _certificate: False,
) -> Finding:
    """Check a PDF that somebody brought and that was inspected.

    The code in it only says which certificate it claims to be; whether it is that one, the seal
    and the words say. `content` are its bytes, by which copies of ours are known, and `remake` says
    how the certificate's file is made, where one without a seal is to be known by them. `knows` is
    asked of the certificate that was found. Without a day it is the present one.
    """
    registered = find_certificates(seen.codes[:10])
    code = next(iter(seen.codes), "")
    certificate = registered.get(code)
    seal = seen.seal
    if seal is Seal.NONE and says_it_is_sealed(seen.text):
        seal = Seal.MISSING
    differences: tuple[Difference, ...] = ()
    is_as_made = is_picture = False
    standing = None
    if certificate is not None:
        standing = verdict_of(certificate, today or local_day(utc_now()))
        if seal is Seal.STRANGE and content == find_sealed_sheet(certificate.certificate_id):
            seal = Seal.WHOLE  # a service elsewhere sealed it for us, with a key of its own
        is_as_made = (
            seal is Seal.NONE
            and remake is not None
            and certificate.state.ended_as is None
            and remake(certificate) == content
        )
        is_picture = not seen.text.strip()
        if not is_picture:
            differences = differences_of(
                certificate.facts, seen.text, knows_number=knows(certificate)
            )
    return Finding(
        verdict=judge(
            standing,
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
