"""What a certificate says, as values: frozen at issue, and all that a printed page is made from."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One certificate's facts.

    code: the verification code, twelve characters without dashes.
    number: the official number, as printed.
    holder_name: the name with titles, as the holder's institution writes it.
    employee_number: NIP or NI PPPK, eighteen digits without spaces; None for somebody without one.
    institution_name: the institution of that day; None for somebody without one.
    title, pocketbook_code, theme: of the pocketbook, for example "HAM-01".
    edition_name, release_sha256: the text that was studied: "2026.1", and 64 hex digits.
    credit_hours: whole jam pelajaran (JP).
    completed_on, issued_on: days at the holder's place.
    verify_url: the page that checks the certificate, the QR code's content.
    issuer_name: who issues it.
    template_version: which design of the page it was issued with.
    """

    code: str
    number: str
    holder_name: str
    employee_number: str | None
    institution_name: str | None
    title: str
    pocketbook_code: str
    theme: str
    edition_name: str
    release_sha256: str
    credit_hours: int
    completed_on: date
    issued_on: date
    verify_url: str
    issuer_name: str
    template_version: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What is stamped across the sheet of a certificate that is out of force.

    word: what became of it, for example "Dicabut"; day: when, at the register's place.
    """

    word: str
    day: date
