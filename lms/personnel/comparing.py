"""Compares our records with the service's at night, and repairs what differs.

A night looks through those records that were compared longest ago, a page of them in a transaction,
so that all have their turn however many there are. What is missing there is sent again, what is
there although it was deleted is deleted again, and of what is there twice, one stays. What others
have written is left to people, and told.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, case, or_, select, update

from lms.certificates.models import Certificate
from lms.db import AnyRow, among, current_connection, read_only, transaction
from lms.personnel.client import PersonnelService
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.errors import ServiceRefused
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.personnel.rules import Course, is_our_doing, of_number

log = logging.getLogger("sakuham.personnel")

PAGE: Final = 50
A_NIGHT: Final = 5_000
"""So many records are compared in a night: each person's is a question to the service."""
NOT_AGAIN_WITHIN: Final = timedelta(hours=20)
NIGHT: Final = timedelta(hours=12)
"""What is compared within this time adds up to one report."""

_records: Final = PersonnelRecord.__table__
_SETTLED: Final = (
    select(
        PersonnelRecord.id,
        PersonnelRecord.institution_id,
        PersonnelRecord.state,
        PersonnelRecord.position,
        PersonnelRecord.receipt_id,
        PersonnelRecord.trouble,
        Certificate.number,
        Certificate.employee_number,
        Certificate.title,
    )
    .join(Certificate, Certificate.id == PersonnelRecord.certificate_id)
    .where(
        PersonnelRecord.due_at.is_(None),
        PersonnelRecord.claim.is_(None),
        PersonnelRecord.state.in_([RecordState.RECORDED, RecordState.DELETED]),
        PersonnelRecord.receipt_id.is_not(None),
        Certificate.employee_number.is_not(None),
        or_(
            PersonnelRecord.compared_at.is_(None),
            PersonnelRecord.compared_at < bindparam("before"),
        ),
    )
    # Neither database puts what has no moment first by itself.
    .order_by(
        case((PersonnelRecord.compared_at.is_(None), 0), else_=1),
        PersonnelRecord.compared_at,
        PersonnelRecord.id,
    )
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What differs about one record, and what is to be changed of it; nothing where all is well."""

    row: AnyRow
    changes: dict[str, Any]
    is_repaired: bool = False
    is_unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """How many records a night has compared, repaired, and had to leave as they are."""

    compared_count: int
    repaired_count: int
    unsettled_count: int


def compare(
    service: PersonnelService,
    organiser: str,
    clock: Callable[[], datetime],
    *,
    at_most: int = A_NIGHT,
) -> Compared:
    """Compare a night's records; raises ServiceAway and NotLetIn, with what is done kept."""
    total: Counter[str] = Counter()
    while total["compared"] < at_most:
        now = clock()
        asked = {
            "before": now - NOT_AGAIN_WITHIN,
            "most": min(PAGE, at_most - total["compared"]),
        }
        with read_only():
            rows = current_connection().execute(_SETTLED, asked).fetchall()
        if not rows:
            break
        findings, unknown = _compare_page(service, organiser, rows, now=now)
        with transaction():
            total += _store(findings, unknown, now=now)
    result = Compared(total["compared"], total["repaired"], total["unsettled"])
    if result.repaired_count or result.unsettled_count:
        log.warning(
            "%d records were compared, %d repaired, %d are left to people",
            result.compared_count,
            result.repaired_count,
            result.unsettled_count,
        )
    return result


def _compare_page(
    service: PersonnelService, organiser: str, rows: Sequence[AnyRow], *, now: datetime
) -> tuple[list[Finding], Counter[int]]:
    """What differs, and how many records of ours there are of which we know nothing."""
    kept: dict[str, list[Course]] = {}
    unknown: Counter[int] = Counter()
    findings = []
    for row in rows:
        if row.employee_number not in kept:
            courses = service.list_courses(row.employee_number)
            kept[row.employee_number] = courses
            unknown[row.institution_id] += _count_unknown(courses, organiser)
        found = of_number(kept[row.employee_number], row.number)
        findings.append(_compare_one(service, organiser, row, found, now=now))
    return findings, unknown


def _count_unknown(courses: Sequence[Course], organiser: str) -> int:
    """How many records say that we have issued what is no certificate of ours."""
    ours = {course.number for course in courses if is_our_doing(course, course.title, organiser)}
    if not ours:
        return 0
    with read_only():
        connection = current_connection()
        numbers = select(Certificate.number).where(among(Certificate.number, ours, connection))
        return len(ours - set(connection.execute(numbers).scalars()))


def _compare_one(
    service: PersonnelService,
    organiser: str,
    row: AnyRow,
    found: Sequence[Course],
    *,
    now: datetime,
) -> Finding:
    if row.state is RecordState.DELETED:
        if not found:
            return Finding(row, {"trouble": None})
        if all(is_our_doing(course, row.title, organiser) for course in found):
            return Finding(row, {"state": RecordState.TO_DELETE, "due_at": now}, is_repaired=True)
        return Finding(row, {"trouble": Trouble.TWICE}, is_unsettled=True)
    if not found:
        again = {"state": RecordState.WAITING, "due_at": now, "tried_count": 0, "trouble": None}
        return Finding(row, again | {"has_document": False}, is_repaired=True)
    known = [course for course in found if course.course_id == row.receipt_id]
    stays = (known or found)[0]
    changes: dict[str, Any] = {"receipt_id": stays.course_id}
    if row.trouble is Trouble.TWICE:
        changes["trouble"] = None
    deleted = False
    for course in found:
        if course is stays:
            continue
        if not is_our_doing(course, row.title, organiser):
            return Finding(row, changes | {"trouble": Trouble.TWICE}, is_unsettled=True)
        try:
            service.delete_course(course.course_id)
        except ServiceRefused:
            return Finding(row, changes | {"trouble": Trouble.TWICE}, is_unsettled=True)
        deleted = True
    return Finding(row, changes, is_repaired=deleted or not known)


def _store(findings: Sequence[Finding], unknown: Counter[int], *, now: datetime) -> Counter[str]:
    """Change what is as it was when it was compared, and count for each institution."""
    connection = current_connection()
    compared: Counter[int] = Counter()
    repaired: Counter[int] = Counter()
    unsettled = unknown.copy()
    for finding in findings:
        row = finding.row
        connection.execute(
            update(_records)  # type: ignore[arg-type]  # a table, by its metadata
            .where(
                _records.c.id == row.id,
                _records.c.state == row.state,
                _records.c.position == row.position,
                _records.c.claim.is_(None),
            )
            .values(compared_at=now, **finding.changes)
        )
        compared[row.institution_id] += 1
        repaired[row.institution_id] += finding.is_repaired
        unsettled[row.institution_id] += finding.is_unsettled
    for institution_id in sorted(compared):
        _report(
            institution_id,
            compared[institution_id],
            repaired[institution_id],
            unsettled[institution_id],
            now=now,
        )
    return Counter(
        compared=compared.total(), repaired=repaired.total(), unsettled=unsettled.total()
    )


def _report(
    institution_id: int,
    compared_count: int,
    repaired_count: int,
    unsettled_count: int,
    *,
    now: datetime,
) -> None:
    """Add to the institution's report of this night, or begin a new one."""
    is_same = PersonnelOptIn.compared_at > now - NIGHT
    connection = current_connection()
    connection.execute(
        update(PersonnelOptIn)
        .where(PersonnelOptIn.institution_id == institution_id)
        .values(
            compared_at=now,
            compared_count=case((is_same, PersonnelOptIn.compared_count), else_=0) + compared_count,
            repaired_count=case((is_same, PersonnelOptIn.repaired_count), else_=0) + repaired_count,
            unsettled_count=case((is_same, PersonnelOptIn.unsettled_count), else_=0)
            + unsettled_count,
        )
        .execution_options(synchronize_session=False)
    )
