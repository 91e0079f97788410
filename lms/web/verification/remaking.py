"""Makes the file of a certificate anew, to hold a copy that somebody brings against it."""

from lms.addresses import credential_issuer
from lms.certificates.queries import RegisteredCertificate
from lms.sheets.service import make_pdf


def remake_unsealed(certificate: RegisteredCertificate) -> bytes:
    """The sheet as it is given out where there is no seal."""
    return make_pdf(certificate, credential_issuer(), is_sealed=False)
