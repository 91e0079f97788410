"""What pages print of a certificate, word by word."""

from flask_babel import gettext

from lms.certificates.codes import mask_name, show_code
from lms.certificates.queries import OwnCertificate, Verification
from lms.errors import N_
from lms.web.formatting import show_date, show_moment

SAW_KEY = N_(
    "Pemilik telah mengambil lembar jawaban buku saku ini sebelum lulus; tidak dihitung dalam "
    "capaian nasional"
)


def words_of(certificate: Verification, employee_number: str | None) -> dict[str, str]:
    """The certificate's facts by name, as this reader writes days; what it lacks is left out.

    `employee_number` is the whole or the masked one, as the reader may see it.
    """
    ended_at = certificate.ended_at
    words = {
        "holder_name": certificate.holder_name,
        "employee_number": employee_number,
        "institution_name": certificate.institution_name,
        "title": certificate.title,
        "pass_mark": str(certificate.pass_mark or ""),
        "credit_hours": str(certificate.credit_hours),
        "completed_on": show_date(certificate.completed_on),
        "issued_on": show_date(certificate.issued_on),
        "number": certificate.number,
        "code": show_code(certificate.code),
        "release_name": certificate.release_name,
        "release_sha256": certificate.release_sha256,
        "saw_key": gettext(SAW_KEY) if certificate.saw_key else None,
        "ended_at": show_moment(ended_at) if ended_at else None,
        "replaced_by_code": certificate.replaced_by_code,
    }
    return {name: word for name, word in words.items() if word}


def revocation_words(own: OwnCertificate | None) -> dict[str, str]:
    """When and why a person's certificate was revoked; nothing if it is in force."""
    if own is None or own.ended_at is None:
        return {}
    return {"revoked_at": show_moment(own.ended_at), "revoked_because": own.reason or ""}


def words_by_number(certificate: Verification) -> dict[str, str]:
    """The same for whoever has but the number: the name in its beginnings, and no way to a code."""
    words = words_of(certificate, certificate.masked_number)
    words["holder_name"] = mask_name(certificate.holder_name)
    return {name: word for name, word in words.items() if "code" not in name}
