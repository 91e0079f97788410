"""The certificates of the people on a list, and how far an officer has taken them already."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    func,
    or_,
    select,
)

from lms.certificates.ledger import HAS_ENDED, are_of, ended
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.queries import status_on
from lms.db import current_connection
from lms.exports.models import ExportMark, ExportPoint
from lms.progress.statements import as_ids, held_by, kept_account
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
    """The certificates of people, given by their kept accounts, under all of their accounts.

    What is beside a certificate is a value of each, and no table that is joined: of a thousand
    people PostgreSQL would take the certificates that nothing ended for one, and go through all
    people for each certificate of the nation to find it.
    """
    end = select(ended.kind).where(HAS_ENDED)
    marked = select(ExportMark.marked_at).where(ExportMark.certificate_id == Certificate.id)
    columns: list[ColumnElement[Any]] = [
        kept_account(Certificate.account_id).label("holder"),
        Certificate.id.label("id"),
        Certificate.code.label("code"),
        Certificate.number.label("number"),
        Certificate.title.label("title"),
        Certificate.credit_hours.label("credit_hours"),
        Certificate.started_on.label("started_on"),
        Certificate.completed_on.label("completed_on"),
        Certificate.valid_until.label("valid_until"),
        end.correlate(Certificate).scalar_subquery().label("ended_as"),
        marked.correlate(Certificate).scalar_subquery().label("marked_at"),
    ]
    if only_new:
        columns.append(_news().label("news"))
    found = (
        select(*columns)
        .where(held_by(dialect, Certificate.account_id))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    wanted = found.c.news.is_not(None) if only_new else found.c.ended_as.is_(None)
    shown = [column for column in found.c if column.key != "news"]
    return select(*shown).where(wanted).order_by(found.c.completed_on, found.c.id)


def _news() -> ScalarSelect[int]:
    """The number of an entry about a certificate that the log did not have yet, if there is any."""
    beyond = or_(LogEntry.position.is_(None), LogEntry.position >= bindparam("log_size"))
    entry = LedgerEntry.__table__.outerjoin(
        LogEntry.__table__, LogEntry.ledger_entry_id == LedgerEntry.id
    )
    of_it = are_of(lambda key: key == Certificate.id)
    news = select(LedgerEntry.id).select_from(entry).where(of_it, beyond).limit(1)
    return news.correlate(Certificate).scalar_subquery()


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
