"""The certificates of the people on a list, and how far an officer has taken them already."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.certificates.ledger import HAS_ENDED, are_of, ended
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.queries import status_on
from lms.db import current_connection
from lms.exports.models import ExportMark, ExportPoint
from lms.progress.statements import among, as_ids
from lms.transparency.models import LogEntry


class CertificateRow(NamedTuple):
    """A certificate of somebody on the list, as it was issued, and what became of it."""

    account_id: int
    certificate_id: int
    code: str
    number: str
    title: str
    credit_hours: int
    started_on: date | None
    completed_on: date
    valid_until: date | None
    ended_as: LedgerKind | None
    delivered_at: datetime | None

    def state(self, day: date) -> str:
        """What it is called on a day of the register's, as `status_on` says."""
        return status_on(day, self.ended_as, self.valid_until)


@lru_cache(maxsize=4)
def _statement(dialect: str, *, only_new: bool) -> Select[*tuple[Any, ...]]:
    """The certificates of people, given by their kept accounts, under all of their accounts."""
    whose = among(dialect)
    own, merged = aliased(Account), aliased(Account)
    members = union_all(
        select(own.id.label("member"), own.id.label("holder")).where(whose(own.id)),
        select(merged.id, merged.merged_into_id).where(whose(merged.merged_into_id)),
    ).subquery("members")
    statement: Select[*tuple[Any, ...]] = (
        select(
            members.c.holder,
            Certificate.id,
            Certificate.code,
            Certificate.number,
            Certificate.title,
            Certificate.credit_hours,
            Certificate.started_on,
            Certificate.completed_on,
            Certificate.valid_until,
            ended.kind,
            ExportMark.marked_at,
        )
        .select_from(members)
        .join(Certificate, Certificate.account_id == members.c.member)
        .outerjoin(ended, HAS_ENDED)
        .outerjoin(ExportMark, ExportMark.certificate_id == Certificate.id)
        .order_by(Certificate.completed_on, Certificate.id)
    )
    if not only_new:
        return statement.where(ended.id.is_(None))
    beyond = or_(LogEntry.position.is_(None), LogEntry.position >= bindparam("log_size"))
    entry = LedgerEntry.__table__.outerjoin(
        LogEntry.__table__, LogEntry.ledger_entry_id == LedgerEntry.id
    )
    of_it = are_of(lambda key: key == Certificate.id)
    is_new = select(literal(1)).select_from(entry).where(of_it, beyond).correlate(Certificate)
    return statement.where(is_new.exists())


def read_certificates(
    account_ids: Sequence[int], *, since: int | None = None
) -> dict[int, list[CertificateRow]]:
    """The certificates of these people that are in force or have expired, in the order of days.

    With `since`, a size of the log, those alone of which something has happened since; then also
    those that were revoked or replaced.
    """
    if not account_ids:
        return {}
    connection = current_connection()
    dialect = connection.dialect.name
    asked: dict[str, Any] = {"ids": as_ids(dialect, account_ids)}
    if since is not None:
        asked["log_size"] = since
    found: dict[int, list[CertificateRow]] = defaultdict(list)
    statement = _statement(dialect, only_new=since is not None)
    for row in connection.execute(statement, asked).all():
        found[row[0]].append(CertificateRow._make(row))
    return found


_LOG_SIZE = select(func.coalesce(func.max(LogEntry.position) + 1, 0))


def read_log_size() -> int:
    """How many entries the log has."""
    size: int = current_connection().execute(_LOG_SIZE).scalar_one()
    return size


def find_point(account_id: int, layout_key: str) -> tuple[int, datetime] | None:
    """How far an officer has taken certificates away in a layout: the log's size, and when."""
    statement = select(ExportPoint.log_size, ExportPoint.exported_at).where(
        ExportPoint.account_id == account_id, ExportPoint.layout_key == layout_key
    )
    row = current_connection().execute(statement).one_or_none()
    return None if row is None else (row.log_size, row.exported_at)
