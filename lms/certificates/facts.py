"""What a certificate says, as values: frozen at issue, and all that a sheet is made from."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from lms.certificates.codes import mask_number

NATIONAL_ZONE: Final = "Asia/Jakarta"
_REGISTER_ZONE: Final = ZoneInfo(NATIONAL_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """All that one certificate says: built at issue, stored as it is, and read back as itself.

    code: the verification code, twelve characters without dashes.
    number: the official number, as printed.
    holder_name: the name with titles, as the holder's institution writes it.
    employee_number: NIP or NI PPPK, eighteen digits without spaces; None for somebody without one.
    institution_name: the institution of that day; None for somebody without one.
    was_confirmed: whether that institution vouched for the holder on that day.
    title, pocketbook_code, theme: of the pocketbook, for example "HAM-01".
    edition_name, release_name, release_sha256: the text that was studied: "2026.1", "2026.1.3",
    and 64 hex digits.
    credit_hours: whole jam pelajaran (JP).
    completed_on: the day at the holder's place.
    issued_at: the moment of the issue.
    template_version: which design of the sheet it was issued with.
    saw_key: the holder had taken the answer sheet before they handed in the quiz.
    """

    code: str
    number: str
    holder_name: str
    employee_number: str | None
    institution_name: str | None
    was_confirmed: bool
    title: str
    pocketbook_code: str
    theme: str
    edition_name: str
    release_name: str
    release_sha256: str
    credit_hours: int
    completed_on: date
    issued_at: datetime
    template_version: int
    saw_key: bool

    @property
    def issued_on(self) -> date:
        """The day of issue as the sheet prints it: at the register's place.

        The day of completion is the institution's, which in the east begins two hours earlier.
        """
        return max(self.completed_on, self.issued_at.astimezone(_REGISTER_ZONE).date())

    @property
    def masked_number(self) -> str | None:
        """As much of the holder's number as anybody may know."""
        return mask_number(self.employee_number) if self.employee_number else None


FACT_NAMES: Final = tuple(field.name for field in fields(CertificateFacts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Of whom a certificate speaks: what it would say of them if it were issued now.

    `is_confirmed`: whether the institution vouches for them. Their mail goes to `email`.
    """

    name: str
    email: str
    employee_number: str | None
    institution_id: int | None
    institution_name: str | None
    time_zone: str | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every sheet has beside its facts: who issues it, and the page that checks it."""

    issuer_name: str
    verify_url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What is stamped across the sheet of a certificate that is out of force.

    word: what became of it, for example "Dicabut"; day: when, at the register's place.
    """

    word: str
    day: date
