"""What a certificate says, as values: frozen at issue, and all that its pages are made from."""

import json
import unicodedata
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Final

from lms.accounts.numbers import mask_number
from lms.certificates.enums import CauseKind
from lms.certificates.letterheads import Letterhead
from lms.days import local_day

FORM_2_SINCE: Final = 3
"""The first design whose certificates are written down in form 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """All that one certificate says: built at issue, stored as it is, and read back as itself.

    code: the verification code, twelve characters without dashes.
    number: the official number, as printed.
    holder_name: the name with titles, as the holder's institution writes it.
    employee_number: NIP or NI PPPK, eighteen digits without spaces; None for somebody without one.
    institution_name: the institution of that day; None for somebody without one.
    was_confirmed: whether that institution vouched for the holder on that day.
    cause_kind: for what it is issued.
    title, theme: of what was completed.
    pocketbook_code, edition_name, release_name, release_sha256: the text that was studied, for
    example "HAM-01", "2026.1", "2026.1.3", and 64 hex digits; None where it is no pocketbook.
    credit_hours: whole jam pelajaran (JP).
    completed_on: the day in the holder's time zone.
    issued_at: the moment of the issue.
    template_version: which design of the page it was issued with.
    saw_key: the holder had taken the answer sheet before they handed in the quiz.
    started_on: the day on which the holder began, in their time zone; None where nobody noted it.
    pass_mark: what the quiz asked for at least, in percent; None where there was none.
    valid_until: the last day on which it is in force; None for good.
    """

    code: str
    number: str
    holder_name: str
    employee_number: str | None
    institution_name: str | None
    was_confirmed: bool
    cause_kind: CauseKind
    title: str
    theme: str
    pocketbook_code: str | None
    edition_name: str | None
    release_name: str | None
    release_sha256: str | None
    credit_hours: int
    completed_on: date
    issued_at: datetime
    template_version: int
    saw_key: bool
    started_on: date | None = None
    pass_mark: int | None = None
    valid_until: date | None = None

    def canonical(self) -> bytes:
        """The facts as bytes, for whatever hashes, seals or logs them (ADR 24).

        A JSON object as RFC 8785 writes it, with every fact of the form by its name, and `form`
        beside them: form 2, or form 1 for what was issued with a design of before, which has not
        the facts that came later. Texts are composed (NFC), days and moments are of ISO 8601,
        moments in UTC and to the microsecond, and what there is not is null. Raises
        UnicodeEncodeError for half a character.
        """
        form, names = FORM_2 if self.template_version >= FORM_2_SINCE else FORM_1
        values = {name: _plain(getattr(self, name)) for name in names} | {"form": form}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @property
    def issued_on(self) -> date:
        """The day of issue as it is printed: in the register's time zone.

        The day of completion is the institution's, which in the east begins two hours earlier.
        """
        return max(self.completed_on, local_day(self.issued_at))

    @property
    def masked_number(self) -> str | None:
        """As much of the holder's number as anybody may know."""
        return mask_number(self.employee_number) if self.employee_number else None


def _plain(fact: CauseKind | datetime | date | str | int | None) -> str | int | None:
    """A fact as it stands in the canonical form."""
    match fact:
        case CauseKind():
            return fact.value
        case datetime():
            return fact.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return fact.isoformat()
        case str():
            return unicodedata.normalize("NFC", fact)
    return fact


FACT_NAMES: Final = tuple(field.name for field in fields(CertificateFacts))
_SINCE_FORM_2: Final = {"started_on", "pass_mark", "valid_until"}

# What each form is called, and the facts that are in it.
FORM_1: Final = (
    "sakuham.certificate.1",
    tuple(name for name in FACT_NAMES if name not in _SINCE_FORM_2),
)
FORM_2: Final = ("sakuham.certificate.2", FACT_NAMES)


@dataclass(frozen=True, slots=True)
class Holder:
    """Of whom a certificate speaks: what it would say of them if it were issued now.

    `is_confirmed`: whether the institution vouches for them. Their mail goes to `email`, if any.
    """

    name: str
    email: str | None
    employee_number: str | None
    institution_id: int | None
    institution_name: str | None
    time_zone: str | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is printed beside the facts: who issues certificates, and the page that checks them.

    qr_content: what the QR code holds, see `signed_address`; the page's address where it is empty.
    letterhead: with which it was issued, if there was one. shows_whole_number: of the holder's
    number not its last digits alone.
    """

    issuer_name: str
    verify_url: str
    qr_content: str = ""
    letterhead: Letterhead | None = None
    shows_whole_number: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What is stamped across the page of a certificate that is out of force.

    word: what became of it, for example "Dicabut"; day: when, in the register's time zone.
    """

    word: str
    day: date
