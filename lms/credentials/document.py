"""The credential of a certificate as a document: Open Badges 3.0 in the W3C's data model 2.0.

Nothing in it is signed yet. Sources: 1EdTech, Open Badges Specification 3.0 (appendix B); W3C,
Verifiable Credentials Data Model v2.0; W3C, Bitstring Status List v1.0.
"""

import base64
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts
from lms.certificates.queries import RegisteredCertificate
from lms.credentials.issuer import Issuer
from lms.days import NATIONAL_ZONE, write_day
from lms.rendering.motifs import theme_name

Document = dict[str, Any]

CREDENTIALS_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

ENTRIES_IN_LIST: Final = 131_072
"""Of a status list: the least that the W3C allows, so that one entry is lost among many."""

_SALT_PREFIX: Final = b"sakuham.credential.salt.1\0"


def salt_message(code: str) -> bytes:
    """What the credential key signs, so that the signature's hash is a certificate's salt."""
    return _SALT_PREFIX + code.encode()


def salt_from(signature: bytes) -> str:
    """The salt of a certificate, 16 bytes in base64url, from the signature over `salt_message`."""
    return base64.urlsafe_b64encode(sha256(signature).digest()[:16]).rstrip(b"=").decode()


def identity_hash(number: str, salt: str) -> str:
    """A hidden identifier, as Open Badges 3.0 writes it (IdentityHash)."""
    return f"sha256${sha256((number + salt).encode()).hexdigest()}"


def credential_document(certificate: RegisteredCertificate, issuer: Issuer, salt: str) -> Document:
    """What is signed for a certificate: what its sheet says, for machines.

    The holder's name stands in it as printed, their number as a hash only. The salt is not in it
    (ADR 31): with it, and some days of birth to try, anybody could find the number.
    """
    facts = certificate.facts
    check = issuer.check_address(facts.code)
    document: Document = {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        "id": f"{check}#kredensial",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.title,
        "issuer": {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.site,
        },
        "validFrom": write_moment(facts.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": _identifiers(facts, salt),
            "achievement": _achievement(certificate, issuer),
            "creditsEarned": facts.credit_hours,
            "licenseNumber": facts.number,
            "narrative": f"{_period(facts)} Setara {facts.credit_hours} jam pelajaran (JP).",
        },
        "evidence": [
            {
                "id": check,
                "type": ["Evidence"],
                "name": "Halaman pemeriksaan",
                "narrative": f"Keadaan sertifikat nomor {facts.number} saat ini.",
            }
        ],
        "credentialStatus": _status(certificate.certificate_id, issuer),
    }
    if facts.valid_until is not None:
        document["validUntil"] = write_moment(_end_of(facts.valid_until))
    return document


def place_in_list(certificate_id: int) -> tuple[int, int]:
    """Which status list a certificate is in, and at which index."""
    return divmod(certificate_id, ENTRIES_IN_LIST)


def write_moment(moment: datetime) -> str:
    """A moment as XML Schema writes it, in UTC and to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _end_of(day: date) -> datetime:
    """The last second of a day in the register's time zone."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(NATIONAL_ZONE))


def _period(facts: CertificateFacts) -> str:
    if facts.started_on is None or facts.started_on == facts.completed_on:
        return f"Selesai pada {write_day(facts.completed_on)}."
    return f"Dari {write_day(facts.started_on)} sampai {write_day(facts.completed_on)}."


def _identifiers(facts: CertificateFacts, salt: str) -> list[Document]:
    identifiers: list[Document] = [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": facts.holder_name,
            "identityType": "name",
        }
    ]
    if facts.employee_number is not None:
        identifiers.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(facts.employee_number, salt),
                "identityType": "identifier",
            }
        )
    return identifiers


def _achievement(certificate: RegisteredCertificate, issuer: Issuer) -> Document:
    """What was achieved: the same for everybody who learned from the same text."""
    facts = certificate.facts
    criteria = _criteria(facts.cause_kind, certificate.pass_mark, certificate.objectives)
    is_course = facts.cause_kind is CauseKind.PASSED_ATTEMPT
    what = (facts.title, facts.release_sha256, str(facts.credit_hours), criteria)
    name = "\n".join(filter(None, (issuer.site, *what)))
    achievement: Document = {
        "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "type": ["Achievement"],
        "achievementType": "Course" if is_course else "CoCurricular",
        "name": facts.title,
        "description": f"Pelatihan mandiri daring: {facts.title}"
        if is_course
        else f"Kegiatan: {facts.title}",
        "criteria": {"narrative": criteria},
        "image": {"id": issuer.badge_address(theme_name(facts.theme)), "type": "Image"},
        "creditsAvailable": facts.credit_hours,
        "inLanguage": "id",
    }
    if facts.edition_name is not None:
        achievement["version"] = facts.edition_name
    return achievement


def _criteria(kind: CauseKind, pass_mark: int | None, objectives: Sequence[str]) -> str:
    """On what terms it is given, in words; Markdown, as the specification has it."""
    if kind is CauseKind.ATTENDANCE:
        terms = "Mengikuti kegiatan ini."
    elif pass_mark is None:
        terms = "Lulus kuis akhir."
    else:
        terms = f"Lulus kuis akhir dengan nilai sekurang-kurangnya {pass_mark}%."
    if not objectives:
        return terms
    return "\n".join([terms, "", "Tujuan yang diuji:", "", *(f"- {each}" for each in objectives)])


def _status(certificate_id: int, issuer: Issuer) -> Document:
    number, index = place_in_list(certificate_id)
    address = issuer.status_address(number)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }
