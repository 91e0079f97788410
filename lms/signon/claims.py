"""What a provider says about a person, read from its claims into what we know of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.accounts.rules import NumberFacts, read_email, read_employee_number, read_name
from lms.errors import Invalid

LONGEST_CLAIM = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims hold what: as the settings say of a provider."""

    nip: str
    name: str
    institution: str
    institution_codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody is by a provider's word; what it does not say, or nobody can read, is None."""

    issuer: str
    subject: str
    number: NumberFacts | None
    name: str | None
    email: str | None
    institution_code: str | None


def read_claims(issuer: str, claims: Mapping[str, Any], wanted: Wanted) -> Told:
    """What the claims say; an address only where the provider has it proved."""
    number = _text(claims.get(wanted.nip))
    name = _text(claims.get(wanted.name))
    is_proved = claims.get("email_verified") is True
    email = _text(claims.get("email")) if is_proved else ""
    code = _text(claims.get(wanted.institution)) if wanted.institution else ""
    return Told(
        issuer=issuer,
        subject=claims["sub"],
        number=_read_number(number),
        name=_read_name(name),
        email=_read_email(email),
        institution_code=wanted.institution_codes.get(code, code) or None,
    )


def _text(value: object) -> str:
    """A claim as text; a number that was written as one is taken for its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, list) and len(value) == 1:  # as directories give what could be several
        value = value[0]
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST_CLAIM else ""


def _read_number(text: str) -> NumberFacts | None:
    try:
        return read_employee_number(text) if text else None
    except Invalid:
        return None


def _read_name(text: str) -> str | None:
    try:
        return read_name(text) if text else None
    except Invalid:
        return None


def _read_email(text: str) -> str | None:
    try:
        return read_email(text) if text else None
    except Invalid:
        return None
