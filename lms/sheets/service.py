"""Makes the PDF of a certificate, with everything that it bears."""

import logging
from dataclasses import replace
from typing import Final

from lms.certificates.codes import show_code
from lms.certificates.facts import CertificateFacts, Mark
from lms.certificates.imprints import make_imprint
from lms.certificates.queries import CertificateState, RegisteredCertificate
from lms.certificates.theme import theme_of
from lms.credentials.issuer import Issuer
from lms.credentials.service import jwt_of
from lms.days import local_day
from lms.keys.queries import Seal, find_seal
from lms.keys.signers import CannotSign
from lms.printing.fonts import BUILT_FONTS
from lms.printing.slots import Attachment
from lms.sealing.queries import find_sealed_sheet

log = logging.getLogger("sakuham")

_WORDS: Final = {"revoked": "Dicabut", "replaced": "Diganti"}


def make_pdf(
    certificate: RegisteredCertificate,
    issuer: Issuer,
    *,
    shows_whole_number: bool = False,
    is_sealed: bool = True,
) -> bytes:
    """The sheet of a certificate: its page, with the credential attached and the seal on it.

    Of the holder's number it shows the last digits, or all where that was asked for.

    What no key was made for is left out: without one for credentials nothing is attached, without
    one for the seal, or while who keeps it does not answer, nothing is sealed. Nor is it with
    `is_sealed` false, for whoever seals elsewhere; what they have sealed is given as it is. Of a
    certificate out of force the page says so, and there is no credential. The same certificate and
    keys give the same bytes.
    """
    if is_sealed and not shows_whole_number and certificate.state.ended_at is None:
        kept = find_sealed_sheet(certificate.certificate_id)
        if kept is not None:
            return kept
    seal = find_seal() if is_sealed else None
    try:
        return _print(certificate, issuer, seal, shows_whole_number=shows_whole_number)
    except CannotSign as reason:
        log.warning("Sheet %d is given unsealed: %s", certificate.certificate_id, reason)
        return _print(certificate, issuer, None, shows_whole_number=shows_whole_number)


def _print(
    certificate: RegisteredCertificate,
    issuer: Issuer,
    seal: Seal | None,
    *,
    shows_whole_number: bool,
) -> bytes:
    # WeasyPrint is slow to import: commands need not wait for it, and servers are warmed up.
    from lms.certificates.printing import print_certificate

    facts = certificate.facts
    imprint = make_imprint(
        certificate, issuer_name=issuer.name, verify_url=issuer.check_address(facts.code)
    )
    return print_certificate(
        facts,
        replace(imprint, shows_whole_number=shows_whole_number),
        theme_of(facts.theme),
        fonts=BUILT_FONTS,
        objectives=certificate.objectives,
        mark=mark_of(certificate.state),
        attachment=_credential(certificate, issuer),
        seal=seal,
    )


def file_name(facts: CertificateFacts) -> str:
    """What the file is called."""
    parts = ["sertifikat", (facts.pocketbook_code or "").lower(), show_code(facts.code)]
    return f"{'-'.join(filter(None, parts))}.pdf"


def mark_of(state: CertificateState) -> Mark | None:
    """What is stamped across the page: nothing while the certificate is in force."""
    if state.ended_at is None:
        return None
    return Mark(_WORDS[state.status], local_day(state.ended_at))


def _credential(certificate: RegisteredCertificate, issuer: Issuer) -> Attachment | None:
    """The credential as a file, which is as old as the certificate."""
    credential = jwt_of(certificate, issuer)
    if credential is None:
        return None
    return Attachment(
        name="kredensial.jwt",
        description="Kredensial digital sertifikat ini (Open Badges 3.0, VC-JWT)",
        media_type="application/vc+jwt",
        content=credential.encode(),
        modified_at=certificate.facts.issued_at,
    )
