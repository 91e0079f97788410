"""A person's certificates, one after another, as their pages need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from lms.certificates.models import ISSUED, Certificate
from lms.certificates.queries import IS_CONFIRMED, IS_REOPENED, STATUS, ended
from lms.db import AnyRow, current_connection


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """One of a person's certificates, in a list; `status` is "valid", "revoked" or "replaced".

    Of one that was revoked `ended_at` and `reason` say when and why, and `is_reopened` whether the
    person may now sit the quiz of the edition again. `is_confirmed`: an institution vouches for the
    person. `saw_key`: it does not count, since they had the answer sheet. Without an edition, it is
    of something else than a pocketbook.
    """

    module_id: int | None
    edition_id: int | None
    code: str
    title: str
    credit_hours: int
    completed_on: date
    saw_key: bool
    status: str
    ended_at: datetime | None
    reason: str | None
    is_confirmed: bool
    is_reopened: bool


_OWN = (
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
    )
    .select_from(Certificate)
    .outerjoin(ended, (ended.certificate_id == Certificate.id) & (ended.kind != ISSUED))
    .where(Certificate.account_id == bindparam("account_id"))
    .order_by(Certificate.id)
)
_OWN_OF_EDITION = _OWN.where(Certificate.edition_id == bindparam("edition_id"))


def list_own_certificates(account_id: int) -> list[OwnCertificate]:
    """Every certificate of a person, in the order of their issue."""
    rows = current_connection().execute(_OWN, {"account_id": account_id})
    return [_own(row) for row in rows]


def latest_of_editions(certificates: Iterable[OwnCertificate]) -> dict[int, OwnCertificate]:
    """The latest certificate of each edition, from a person's in the order of their issue."""
    return {each.edition_id: each for each in certificates if each.edition_id is not None}


def find_own_certificate(account_id: int, edition_id: int) -> OwnCertificate | None:
    """The person's latest certificate of an edition."""
    asked = {"account_id": account_id, "edition_id": edition_id}
    rows = current_connection().execute(_OWN_OF_EDITION, asked).fetchall()
    return _own(rows[-1]) if rows else None


def _own(row: AnyRow) -> OwnCertificate:
    return OwnCertificate(
        module_id=row[0],
        edition_id=row[1],
        code=row[2],
        title=row[3],
        credit_hours=row[4],
        completed_on=row[5],
        saw_key=row[6],
        status=STATUS[row[7]],
        ended_at=row[8],
        reason=row[9],
        is_confirmed=bool(row[10]),
        is_reopened=bool(row[11]),
    )
