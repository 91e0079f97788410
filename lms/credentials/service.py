"""The credential of a certificate, in each form that is given out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar, cast

from lms.certificates.out_of_force import OutOfForce
from lms.certificates.queries import RegisteredCertificate
from lms.credentials.did import did_document
from lms.credentials.document import Document, credential_document, salt_from, salt_message
from lms.credentials.errors import NoCredential
from lms.credentials.issuer import Issuer
from lms.credentials.jwt import sign_as_jwt
from lms.credentials.proofs import sign_within
from lms.credentials.status import KEPT, StatusList, find_states, status_document, to_bits
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer, list_public_keys
from lms.keys.signers import Signer

Signed = TypeVar("Signed", str, Document)


@dataclass(frozen=True, slots=True)
class _SignedList:
    """A status list in one of its forms: of which states, and as of when."""

    states: OutOfForce
    as_of: datetime
    content: str | Document


_signed_lists: Final[dict[tuple[int, Issuer, str, str], _SignedList]] = {}


def jwt_of(certificate: RegisteredCertificate, issuer: Issuer) -> str | None:
    """The credential as a VC-JWT, as it is attached to the PDF and put into badges.

    None where no key signs credentials, and for a certificate out of force. Deterministic: the
    same certificate and key give the same text.
    """
    signer = _signer_for(certificate)
    if signer is None:
        return None
    return sign_as_jwt(_document(certificate, issuer, signer), signer, issuer)


def has_credential(certificate: RegisteredCertificate) -> bool:
    """Whether it is in force, and there is a key to sign with."""
    return _signer_for(certificate) is not None


def get_signed_document(certificate: RegisteredCertificate, issuer: Issuer) -> Document:
    """The credential as JSON-LD with a proof within; raises NoCredential where there is none."""
    signer = _signer_for(certificate)
    if signer is None:
        raise NoCredential
    return sign_within(_document(certificate, issuer, signer), signer, issuer)


def get_issuer_document(issuer: Issuer) -> Document:
    """The did:web document, with every key that ever signed credentials."""
    keys = list_public_keys(Purpose.CREDENTIAL)
    if not keys:
        raise NoCredential
    return did_document(issuer, keys)


def get_status_jwt(number: int, issuer: Issuer, *, now: datetime) -> str:
    """A status list as a VC-JWT; raises NoSuchStatusList, and NoCredential without a key."""
    return _signed_list(number, issuer, sign_as_jwt, now=now)


def get_status_document(number: int, issuer: Issuer, *, now: datetime) -> Document:
    """The same as JSON-LD with a proof within."""
    return _signed_list(number, issuer, sign_within, now=now)


def _signed_list(
    number: int,
    issuer: Issuer,
    sign: Callable[[Document, Signer, Issuer], Signed],
    *,
    now: datetime,
) -> Signed:
    """A list as it was signed in this process, until a state or the key changes, or it gets old."""
    states, signer = find_states(number), _signer()
    place = number, issuer, signer.key_id, sign.__name__
    kept = _signed_lists.get(place)
    if kept is None or kept.states is not states or not timedelta() <= now - kept.as_of < KEPT:
        status_list = StatusList(number, to_bits(states.certificate_ids), now)
        content = sign(status_document(status_list, issuer), signer, issuer)
        kept = _signed_lists[place] = _SignedList(states, now, content)
    return cast(Signed, kept.content)


def find_number_key(certificate: RegisteredCertificate) -> str | None:
    """The salt under which the holder's number is hidden in the credential.

    Only the holder gets it. None without a credential, or without a number.
    """
    signer = _signer_for(certificate)
    if signer is None or certificate.facts.employee_number is None:
        return None
    return _salt(certificate, signer)


def _signer() -> Signer:
    signer = find_signer(Purpose.CREDENTIAL)
    if signer is None:
        raise NoCredential
    return signer


def _signer_for(certificate: RegisteredCertificate) -> Signer | None:
    is_in_force = certificate.state.ended_as is None
    return find_signer(Purpose.CREDENTIAL) if is_in_force else None


def _document(certificate: RegisteredCertificate, issuer: Issuer, signer: Signer) -> Document:
    return credential_document(certificate, issuer, _salt(certificate, signer))


def _salt(certificate: RegisteredCertificate, signer: Signer) -> str:
    """What nobody can compute who has not the key, and we need not store."""
    return salt_from(signer.sign(salt_message(certificate.facts.code)))
