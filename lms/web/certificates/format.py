"""Formats the facts of a certificate for pages."""

from datetime import timedelta

from flask_babel import gettext

from lms.certificates.codes import mask_name, show_code
from lms.certificates.enums import CauseKind
from lms.certificates.own_certificates import OwnCertificate
from lms.certificates.queries import RegisteredCertificate
from lms.errors import N_
from lms.web.formatting import show_date, show_moment

FORMS = {
    CauseKind.PASSED_ATTEMPT: N_("pelatihan mandiri daring dengan kuis akhir"),
    CauseKind.ATTENDANCE: N_("kehadiran pada kegiatan"),
}
SAW_KEY = N_(
    "Pemilik telah mengambil lembar jawaban buku saku ini sebelum lulus; tidak dihitung dalam "
    "capaian nasional"
)


def format_facts(certificate: RegisteredCertificate) -> dict[str, str]:
    """The certificate's facts by name, as this reader writes days; what it lacks is left out.

    For its holder and the registrars: with the whole of the holder's number.
    """
    return _format(certificate, certificate.facts.employee_number)


def format_for_anybody(certificate: RegisteredCertificate) -> dict[str, str]:
    """The same for whoever has the code: the holder's number in its last digits."""
    return _format(certificate, certificate.facts.masked_number)


def format_for_a_number(certificate: RegisteredCertificate) -> dict[str, str]:
    """The same for whoever has but the number: the name in its beginnings, and no way to a code."""
    words = format_for_anybody(certificate)
    words["holder_name"] = mask_name(certificate.facts.holder_name)
    return {name: word for name, word in words.items() if "code" not in name}


def _format(certificate: RegisteredCertificate, employee_number: str | None) -> dict[str, str]:
    facts, state = certificate.facts, certificate.state
    until = facts.valid_until
    words = {
        "holder_name": facts.holder_name,
        "employee_number": employee_number,
        "institution_name": facts.institution_name,
        "title": facts.title,
        "pass_mark": str(certificate.pass_mark or ""),
        "credit_hours": str(facts.credit_hours),
        "form": gettext(FORMS[facts.cause_kind]),
        "started_on": show_date(facts.started_on) if facts.started_on else None,
        "completed_on": show_date(facts.completed_on),
        "issued_on": show_date(facts.issued_on),
        "number": facts.number,
        "code": show_code(facts.code),
        "release_name": facts.release_name,
        "release_sha256": facts.release_sha256,
        "valid_until": show_date(until) if until else None,
        "expires_on": show_date(until + timedelta(days=1)) if until else None,
        "saw_key": gettext(SAW_KEY) if facts.saw_key else None,
        "ended_at": show_moment(state.ended_at) if state.ended_at else None,
        "replaced_by_code": state.replaced_by_code,
        "followed_by_code": state.followed_by_code,
    }
    return {name: word for name, word in words.items() if word}


def format_end(own: OwnCertificate | None) -> dict[str, str]:
    """When and why a person's certificate was revoked, or when it expired; else nothing."""
    if own is None:
        return {}
    if own.expired_since and own.valid_until:
        return {
            "expired_since": show_date(own.expired_since),
            "valid_until": show_date(own.valid_until),
        }
    if own.ended_at is None:
        return {}
    return {"revoked_at": show_moment(own.ended_at), "revoked_because": own.reason or ""}
