"""What is printed beside the facts of a certificate that is in the register."""

from lms.certificates.facts import Imprint
from lms.certificates.qr_codes import signed_address
from lms.certificates.queries import RegisteredCertificate
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer


def make_imprint(
    certificate: RegisteredCertificate,
    *,
    issuer_name: str,
    verify_url: str,
    shows_whole_number: bool = False,
    has_code: bool = True,
) -> Imprint:
    """Who issues it, with what letterhead, and where it is checked, the QR code's address signed.

    Where nobody made a key for QR codes, the code holds the plain address. Of the holder's number
    the last digits are printed unless the whole is asked for. Without `has_code` nothing is signed:
    for whoever does not draw the code.
    """
    signer = find_signer(Purpose.QR) if has_code else None
    content = (
        ""
        if signer is None
        else signed_address(verify_url, certificate.facts, certificate.certificate_id, signer)
    )
    return Imprint(
        issuer_name,
        verify_url,
        content,
        letterhead=certificate.letterhead,
        shows_whole_number=shows_whole_number,
    )
