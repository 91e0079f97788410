"""What exports leave behind: how far an officer has taken certificates, and what is delivered."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from lms.accounts.one_person import is_of_any
from lms.audit import record
from lms.certificates.models import Certificate
from lms.db import current_connection
from lms.db.statements import among, insert_once
from lms.exports.models import ExportMark, ExportPoint
from lms.institutions.models import Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope


def set_point(account_id: int, layout_key: str, log_size: int, *, now: datetime) -> None:
    """Say how far an officer has taken certificates away in a layout."""
    connection = current_connection()
    connection.execute(
        delete(ExportPoint).where(
            ExportPoint.account_id == account_id, ExportPoint.layout_key == layout_key
        )
    )
    row = {
        "account_id": account_id,
        "layout_key": layout_key,
        "log_size": log_size,
        "exported_at": now,
    }
    connection.execute(insert_once(ExportPoint, connection), row)


def mark_delivered(
    account_id: int | None, certificate_ids: Sequence[int], *, now: datetime
) -> None:
    """Mark certificates as handed on to the personnel system; who is marked already stays so."""
    connection = current_connection()
    rows = [
        {"certificate_id": certificate_id, "marked_at": now, "marked_by": account_id}
        for certificate_id in certificate_ids
    ]
    if rows:
        connection.execute(insert_once(ExportMark, connection), rows)


def set_marks(
    scope: Scope, references: Collection[str], *, is_delivered: bool, now: datetime
) -> tuple[int, list[str]]:
    """Set or take back the mark of certificates, named by their codes or numbers.

    Returns how many were found, and the references of which none of the asker's people has one.
    """
    connection = current_connection()
    theirs = select(Posting.account_id).where(
        holds(scope), Posting.ended_on.is_(None), Posting.confirmed_at.is_not(None)
    )
    named = among(Certificate.code, references, connection) | among(
        Certificate.number, references, connection
    )
    statement = select(Certificate.id, Certificate.code, Certificate.number).where(
        named, is_of_any(Certificate.account_id, theirs)
    )
    found = connection.execute(statement).all()
    ids = [row.id for row in found]
    if is_delivered:
        mark_delivered(scope.officer_id, ids, now=now)
    elif ids:
        connection.execute(
            delete(ExportMark).where(among(ExportMark.certificate_id, ids, connection))
        )
    if ids:
        action = "certificates.delivered" if is_delivered else "certificates.undelivered"
        record(action, "staff", actor_id=scope.officer_id, now=now, number=len(ids))
    known = {row.code for row in found} | {row.number for row in found}
    return len(ids), [each for each in references if each not in known]
