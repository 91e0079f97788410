"""What is counted at a moment: from what is only added to, so that it comes out the same again.

The tally says how many people, the ledger what became of each certificate by then, and the public
log's last state by then is named, so that whoever doubts can recount.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.db import AnyRow, among, current_connection
from lms.evidence.figures import Counted, ModuleFigures, MonthFigures, Reached
from lms.evidence.rules import ZONE, Term
from lms.programmes.models import TallyEntry
from lms.programmes.past import cells_at, figure_at, position_at
from lms.programmes.queries import NATIONAL
from lms.transparency.models import LogCheckpoint
from lms.transparency.notes import read_head

IsOf = Callable[[Any], list[ColumnElement[bool]]]
"""The conditions that a column of institutions' keys is one of the subject's."""


def count_at(institution_ids: Collection[int] | None, term: Term) -> Counted:
    """Count for these institutions, or all, up to a term's moment; raises NoSuchProgramme."""
    connection = current_connection()

    def is_of(column: Any) -> list[ColumnElement[bool]]:
        return [] if institution_ids is None else [among(column, institution_ids, connection)]

    months, places = _people(is_of, term)
    modules = connection.execute(_certificates(is_of, term)).all()
    size, root = _log(term)
    return Counted(
        people=sum(places.values()),
        people_in_month=months[_written(term.month)],
        nation=figure_at(NATIONAL, term.at).count,
        issued=_sum(modules, "issued"),
        issued_in_month=_sum(modules, "issued_in_month"),
        replaced=_sum(modules, "replaced"),
        revoked=_sum(modules, "revoked"),
        revoked_in_month=_sum(modules, "revoked_in_month"),
        in_force=_sum(modules, "in_force"),
        expired=_sum(modules, "expired"),
        credit_hours=_sum(modules, "credit_hours"),
        credit_hours_in_month=_sum(modules, "credit_hours_in_month"),
        months=_accumulated(months),
        modules=[
            ModuleFigures(
                row.module_id or 0,
                row.issued,
                int(row.issued_in_month),
                int(row.in_force),
                row.holders,
                int(row.credit_hours),
            )
            for row in modules
        ],
        institutions=[Reached(key, people) for key, people in sorted(places.items()) if people],
        ledger_position=position_at(term.at),
        log_size=size,
        log_root=root,
    )


def _people(is_of: IsOf, term: Term) -> tuple[Counter[str], Counter[int]]:
    """How many people each month added, and how many each institution has."""
    months, places = Counter[str](), Counter[int]()
    for institution_id, day, people in cells_at(
        NATIONAL, term.at, *is_of(TallyEntry.institution_id)
    ):
        months[_written(day)] += people
        places[institution_id] += people
    return months, places


def _accumulated(months: Counter[str]) -> list[MonthFigures]:
    figures: list[MonthFigures] = []
    so_far = 0
    for month, added in sorted(months.items()):
        if added:
            so_far += added
            figures.append(MonthFigures(month, added, so_far))
    return figures


def _certificates(is_of: IsOf, term: Term) -> Select[Any]:
    """By module: certificates issued by then, and what the last entry by then says of each."""
    last = (
        select(LedgerEntry.certificate_id, func.max(LedgerEntry.id).label("last_id"))
        .where(LedgerEntry.kind != LedgerKind.ISSUED, LedgerEntry.entered_at <= term.at)
        .group_by(LedgerEntry.certificate_id)
        .subquery()
    )
    end = aliased(LedgerEntry)
    is_revoked = end.kind == LedgerKind.REVOKED
    is_in_force = or_(end.kind.is_(None), end.kind == LedgerKind.REINSTATED)
    is_new = Certificate.issued_at >= term.begins_at
    has_expired = Certificate.valid_until < term.at.astimezone(ZONE).date()
    is_valid = and_(
        is_in_force,
        or_(Certificate.valid_until.is_(None), ~has_expired),
    )
    return (
        select(
            Certificate.module_id,
            func.count().label("issued"),
            _number(is_new).label("issued_in_month"),
            _number(end.kind == LedgerKind.REPLACED).label("replaced"),
            _number(is_revoked).label("revoked"),
            _number(is_revoked & (end.entered_at >= term.begins_at)).label("revoked_in_month"),
            _number(is_in_force).label("in_force"),
            _number(is_in_force & has_expired).label("expired"),
            _number(is_in_force, Certificate.credit_hours).label("credit_hours"),
            _number(is_in_force & is_new, Certificate.credit_hours).label("credit_hours_in_month"),
            func.count(func.distinct(case((is_valid, Certificate.account_id)))).label("holders"),
        )
        .select_from(Certificate)
        .outerjoin(last, last.c.certificate_id == Certificate.id)
        .outerjoin(end, end.id == last.c.last_id)
        .where(Certificate.issued_at <= term.at, *is_of(Certificate.institution_id))
        .group_by(Certificate.module_id)
        .order_by(Certificate.module_id)
    )


def _number(condition: ColumnElement[bool], each: Any = 1) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, each), else_=0)), 0)


def _sum(rows: Collection[AnyRow], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)


def _log(term: Term) -> tuple[int, str]:
    """The size and the root of the public log at its last state by then; 0 where there was none."""
    row = (
        current_connection()
        .execute(
            select(LogCheckpoint.size, LogCheckpoint.note)
            .where(LogCheckpoint.logged_at <= term.at)
            .order_by(LogCheckpoint.size.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return (0, "") if row is None else (row.size, b64encode(read_head(row.note).root).decode())


def _written(day: date) -> str:
    return f"{day:%Y-%m}"
