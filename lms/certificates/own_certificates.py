"""A person's certificates, one after another, as their pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.accounts.one_person import accounts_of
from lms.certificates.enums import RevocationGround
from lms.certificates.ledger import HAS_ENDED, ended
from lms.certificates.models import Certificate, LedgerKind
from lms.certificates.queries import IS_CONFIRMED, IS_REOPENED, status_on
from lms.db import current_connection


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """One of a person's certificates, in a list.

    Of one that is out of force `ended_as`, `ended_at` and `reason` say how, when and why; after a
    revocation `ground` is the kind of reason. After a revocation, or when it has expired,
    `is_reopened` says whether the person may now sit the quiz of the edition again. `valid_until`
    is the last day on which it is in force, `asked_on` the day on which it was looked up.
    `is_confirmed`: an institution vouches for the person. `saw_key`: it does not count, since they
    had the answer sheet. Without an edition, it is of something else than a pocketbook.
    """

    asked_on: date
    module_id: int | None
    edition_id: int | None
    code: str
    title: str
    credit_hours: int
    completed_on: date
    saw_key: bool
    ended_as: LedgerKind | None
    ended_at: datetime | None
    reason: str | None
    is_confirmed: bool
    is_reopened: bool
    ground: RevocationGround | None
    valid_until: date | None

    @property
    def status(self) -> str:
        """In a word: "valid", "expired", "revoked" or "replaced"."""
        return status_on(self.asked_on, self.ended_as, self.valid_until)

    @property
    def expired_since(self) -> date | None:
        """The first day on which it is in force no more, of one that has expired."""
        if self.status != "expired" or self.valid_until is None:
            return None
        return self.valid_until + timedelta(days=1)


_OWN: Select[*tuple[Any, ...]] = (
    select(
        Certificate.module_id,
        Certificate.edition_id,
        Certificate.code,
        Certificate.title,
        Certificate.credit_hours,
        Certificate.completed_on,
        Certificate.saw_key,
        ended.kind,
        ended.entered_at,
        ended.reason,
        IS_CONFIRMED,
        IS_REOPENED,
        ended.ground,
        Certificate.valid_until,
    )
    .select_from(Certificate)
    .outerjoin(ended, HAS_ENDED)
    .where(Certificate.account_id.in_(accounts_of(bindparam("account_id"))))
    .order_by(Certificate.id)
)
_OWN_OF_EDITION = _OWN.where(Certificate.edition_id == bindparam("edition_id"))


def list_own_certificates(account_id: int, *, today: date) -> list[OwnCertificate]:
    """Every certificate of a person, in the order of their issue, as it is on a day (WIB).

    Of all of their accounts.
    """
    rows = current_connection().execute(_OWN, {"account_id": account_id})
    return [OwnCertificate(today, *row) for row in rows]


def latest_of_editions(certificates: Iterable[OwnCertificate]) -> dict[int, OwnCertificate]:
    """The latest certificate of each edition, from a person's in the order of their issue."""
    return {each.edition_id: each for each in certificates if each.edition_id is not None}


def find_own_certificate(account_id: int, edition_id: int, *, today: date) -> OwnCertificate | None:
    """The person's latest certificate of an edition, as it is on a day (WIB)."""
    asked = {"account_id": account_id, "edition_id": edition_id}
    rows = current_connection().execute(_OWN_OF_EDITION, asked).fetchall()
    return OwnCertificate(today, *rows[-1]) if rows else None
