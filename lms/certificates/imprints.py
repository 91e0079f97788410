"""What is printed beside the facts of a certificate that is in the register."""

from lms.certificates.facts import Imprint
from lms.certificates.qr_codes import signed_address
from lms.certificates.queries import RegisteredCertificate
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer


def make_imprint(
    certificate: RegisteredCertificate, *, issuer_name: str, verify_url: str
) -> Imprint:
    """Who issues it and where it is checked, the address in the QR code signed.

    Where nobody made a key for QR codes, the code holds the plain address.
    """
    signer = find_signer(Purpose.QR)
    content = (
        ""
        if signer is None
        else signed_address(verify_url, certificate.facts, certificate.certificate_id, signer)
    )
    return Imprint(issuer_name, verify_url, content)
