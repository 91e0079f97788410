"""Hands certificates to the service, one at a time, so that each stands there exactly once.

Before anything is sent it is looked whether it is there, by the certificate's number; and before it
is sent it is stored that it will be. So whatever fails afterwards, the next try looks first. A
record is in one pair of hands at a time; whoever had it for too long has lost it, and changes
nothing any more. Nothing is in a transaction while the service works.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Delete, Update, bindparam, delete, func, or_, select, update

from lms.accounts.tokens import new_token
from lms.certificates.ledger import HAS_ENDED, ended
from lms.certificates.models import Certificate
from lms.db import AnyRow, current_connection, transaction
from lms.institutions.vouching import is_vouched_for_at
from lms.jobs.rules import next_try
from lms.personnel.client import PersonnelService
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.errors import NotLetIn, ServiceAway, ServiceRefused
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.personnel.rules import (
    OUT_OF_FORCE_PAUSE,
    PAUSES,
    UNCONFIRMED_PAUSE,
    Course,
    NewCourse,
    is_our_doing,
    of_number,
)

log = logging.getLogger("sakuham.personnel")

AT_ONCE: Final = 30
"""So many in a round, which is over in a minute or two, so that other slow jobs have their turn."""
CLAIM_LENGTH: Final = timedelta(minutes=10)
"""Longer than all the calls for one record, each to its last second."""
FAILURES: Final = 3
"""After so many in a row without an answer the round ends: the others would wait in vain too."""

MakeSheet = Callable[[str], bytes | None]
Clock = Callable[[], datetime]


class ClaimGone(Exception):
    """Somebody else has the record, or something has happened to its certificate meanwhile."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A record in our hands, and what its certificate says.

    `organiser` is who issues; `is_in_force`, `is_confirmed` and whether the institution still has
    new ones recorded (`is_open`) are of this moment.
    """

    organiser: str
    record_id: int
    claim: str
    state: RecordState
    position: int
    tried_count: int
    receipt_id: str | None
    has_document: bool
    code: str
    number: str
    employee_number: str | None
    title: str
    credit_hours: int
    begun_on: date
    completed_on: date
    is_in_force: bool
    is_confirmed: bool
    is_open: bool

    def holds(self, course: Course) -> bool:
        """Whether a record of the service is of this certificate and reads as we write it."""
        return is_our_doing(course, self.title, self.organiser)


_DUE: Final = (
    select(PersonnelRecord.id)
    .where(
        PersonnelRecord.due_at <= bindparam("now"),
        or_(PersonnelRecord.claim.is_(None), PersonnelRecord.claimed_at <= bindparam("lapsed")),
    )
    .order_by(PersonnelRecord.tried_count, PersonnelRecord.id.desc())
    .limit(1)
)
_FREE: Final = _DUE.with_for_update(skip_locked=True)
_TAKE: Final = (
    update(PersonnelRecord)
    .where(PersonnelRecord.id == bindparam("record"))
    .values(claim=bindparam("by"), claimed_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_FACTS: Final = (
    select(
        PersonnelRecord.id,
        PersonnelRecord.claim,
        PersonnelRecord.state,
        PersonnelRecord.position,
        PersonnelRecord.tried_count,
        PersonnelRecord.receipt_id,
        PersonnelRecord.has_document,
        Certificate.code,
        Certificate.number,
        Certificate.employee_number,
        Certificate.title,
        Certificate.credit_hours,
        # What has no first day of its own was done on its last.
        func.coalesce(Certificate.started_on, Certificate.completed_on),
        Certificate.completed_on,
        ended.id.is_(None),
        is_vouched_for_at(Certificate.account_id, Certificate.institution_id),
        PersonnelOptIn.ended_at.is_(None),
    )
    .join(Certificate, Certificate.id == PersonnelRecord.certificate_id)
    .join(PersonnelOptIn, PersonnelOptIn.institution_id == PersonnelRecord.institution_id)
    .outerjoin(ended, HAS_ENDED)
    .where(PersonnelRecord.id == bindparam("record"))
)
_records: Final = PersonnelRecord.__table__


def has_due(*, now: datetime) -> bool:
    """Whether a record is to be sent, or deleted, at this moment."""
    asked = {"now": now, "lapsed": now - CLAIM_LENGTH}
    return current_connection().execute(_DUE, asked).scalar_one_or_none() is not None


def send_some(
    service: PersonnelService,
    make_sheet: MakeSheet,
    organiser: str,
    clock: Clock,
    *,
    at_most: int = AT_ONCE,
) -> int:
    """See to as many records as are due; returns how many came a step further.

    `make_sheet` gives a certificate's PDF by its code, None where it is out of force; `organiser`
    is who issues, as the service is told. One record that fails stops no other; where the service
    fails several in a row, or does not let us in, the round ends with that error.
    """
    done_count = failed_count = 0
    for _ in range(at_most):
        claimed = _claim(organiser, now=clock())
        if claimed is None:
            break
        try:
            if _see_to(service, make_sheet, claimed, clock):
                done_count += 1
            failed_count = 0
        except ClaimGone:
            _let_go(claimed)
        except NotLetIn:
            _put_off(claimed, Trouble.NOT_LET_IN, now=clock())
            raise
        except ServiceAway as failure:
            _put_off(claimed, Trouble.AWAY, now=clock())
            log.warning("Record %d waits: %s", claimed.record_id, failure)
            failed_count += 1
            if failed_count == FAILURES:
                raise
    return done_count


def _claim(organiser: str, *, now: datetime) -> Claimed | None:
    """The next record that nobody is seeing to, in our hands from now on."""
    by = new_token()[:22]
    with transaction():
        connection = current_connection()
        asked = {"now": now, "lapsed": now - CLAIM_LENGTH}
        record_id = connection.execute(_FREE, asked).scalar_one_or_none()
        if record_id is None:
            return None
        connection.execute(_TAKE, {"record": record_id, "by": by, "now": now})
        row: AnyRow = connection.execute(_FACTS, {"record": record_id}).one()
        return Claimed(organiser, *row)


def _see_to(
    service: PersonnelService, make_sheet: MakeSheet, claimed: Claimed, clock: Clock
) -> bool:
    """Bring a record as far as it goes; whether it got any further."""
    if claimed.state is RecordState.TO_DELETE:
        return _delete(service, claimed, clock)
    if claimed.state is not RecordState.RECORDED:
        recorded = _record(service, claimed, clock)
        if recorded is None:
            return False
        claimed = recorded
    _attach(service, make_sheet, claimed, clock)
    return True


def _record(service: PersonnelService, claimed: Claimed, clock: Clock) -> Claimed | None:
    """Have the certificate stand in the record; None where it does not, which is noted then."""
    number, now = claimed.employee_number, clock()
    if claimed.state is RecordState.WAITING and not claimed.is_open:
        _drop(claimed)
        return None
    if not claimed.is_in_force:
        _settle(claimed, due_at=now + OUT_OF_FORCE_PAUSE)
        return None
    if number is None:
        _refuse(claimed, Trouble.NO_NUMBER)
        return None
    if claimed.state is RecordState.WAITING and not claimed.is_confirmed:
        # Nor is it looked: the number may be another's.
        _settle(claimed, due_at=now + UNCONFIRMED_PAUSE, trouble=Trouble.UNCONFIRMED)
        return None
    found = of_number(service.list_courses(number), claimed.number)
    if not found:
        person = service.find_person(number)
        if person is None:
            _refuse(claimed, Trouble.UNKNOWN_PERSON)
            return None
        _settle(claimed, is_done=False, state=RecordState.SENT)
        try:
            receipt = service.save_course(_course_of(claimed, *person))
        except ServiceRefused as refusal:
            found = of_number(service.list_courses(number), claimed.number)
            if not found:
                _refuse(claimed, Trouble.REFUSED, refusal.words)
                return None
            receipt = _choose(claimed, found).course_id
        else:
            if claimed.state is RecordState.SENT:  # an earlier one may have come to be meanwhile
                found = of_number(service.list_courses(number), claimed.number)
    else:
        receipt = _choose(claimed, found).course_id
    trouble = _tidy(service, claimed, found, receipt)
    recorded = replace(claimed, state=RecordState.RECORDED, receipt_id=receipt, has_document=False)
    _settle(
        recorded,
        is_done=False,
        state=RecordState.RECORDED,
        receipt_id=receipt,
        recorded_at=clock(),
        trouble=trouble,
        words="",
        tried_count=0,
    )
    return replace(recorded, tried_count=0)


def _course_of(claimed: Claimed, person_id: str, institution_id: str) -> NewCourse:
    return NewCourse(
        person_id=person_id,
        institution_id=institution_id,
        title=claimed.title,
        organiser=claimed.organiser,
        number=claimed.number,
        credit_hours=claimed.credit_hours,
        begun_on=claimed.begun_on,
        completed_on=claimed.completed_on,
    )


def _choose(claimed: Claimed, found: list[Course]) -> Course:
    """Which of a certificate's records stays: the one we know of, else the first."""
    known = [course for course in found if course.course_id == claimed.receipt_id]
    return (known or found)[0]


def _tidy(
    service: PersonnelService, claimed: Claimed, found: list[Course], receipt: str
) -> Trouble | None:
    """Delete what there is twice, if we have written it; else that is what is wrong."""
    others = [course for course in found if course.course_id != receipt]
    for course in others:
        if not claimed.holds(course):
            return Trouble.TWICE
        try:
            service.delete_course(course.course_id)
        except ServiceRefused:
            return Trouble.TWICE
    return None


def _attach(
    service: PersonnelService, make_sheet: MakeSheet, claimed: Claimed, clock: Clock
) -> None:
    """Put the sheet to the record."""
    assert claimed.receipt_id is not None  # noqa: S101 - what is recorded has one
    sheet = make_sheet(claimed.code)
    if sheet is None:
        _settle(claimed, due_at=clock() + OUT_OF_FORCE_PAUSE)
        return
    try:
        service.attach(claimed.receipt_id, sheet)
    except ServiceRefused as refusal:
        _settle(claimed, due_at=None, trouble=Trouble.DOCUMENT_REFUSED, words=refusal.words)
    else:
        _settle(claimed, due_at=None, has_document=True, tried_count=0)


def _delete(service: PersonnelService, claimed: Claimed, clock: Clock) -> bool:
    """Take a certificate's records away; done once it was seen that there is none."""
    number = claimed.employee_number
    found = [] if number is None else of_number(service.list_courses(number), claimed.number)
    for course in found:
        try:
            service.delete_course(course.course_id)
        except ServiceRefused as refusal:
            _put_off(claimed, Trouble.DELETION_REFUSED, refusal.words, now=clock())
            return False
    if number is not None and found and of_number(service.list_courses(number), claimed.number):
        raise ServiceAway("what was deleted is still there")
    _settle(
        claimed,
        state=RecordState.DELETED,
        due_at=None,
        trouble=None,
        words="",
        has_document=False,
    )
    return True


def _refuse(claimed: Claimed, trouble: Trouble, words: str = "") -> None:
    _settle(claimed, state=RecordState.REFUSED, due_at=None, trouble=trouble, words=words)


def _put_off(claimed: Claimed, trouble: Trouble, words: str = "", *, now: datetime) -> None:
    """Have a record wait, longer each time; not where something happened to it meanwhile."""
    tried_count = claimed.tried_count + 1
    due_at = next_try(tried_count, PAUSES, now=now, is_endless=True)
    try:
        _settle(claimed, due_at=due_at, tried_count=tried_count, trouble=trouble, words=words)
    except ClaimGone:
        _let_go(claimed)


def _settle(claimed: Claimed, *, is_done: bool = True, **changes: Any) -> None:
    """Store how far it came, and let the record go when that was all.

    Raises ClaimGone where it is not in our hands any more, or is to go elsewhere now.
    """
    if is_done:
        changes |= {"claim": None, "claimed_at": None}
    _do_to(update(_records).values(**changes), claimed)  # type: ignore[arg-type]  # a table


def _drop(claimed: Claimed) -> None:
    """Forget what is not to be sent any more, and never was."""
    _do_to(delete(_records), claimed)  # type: ignore[arg-type]  # as above


def _do_to(statement: Update | Delete, claimed: Claimed) -> None:
    mine = (
        _records.c.id == claimed.record_id,
        _records.c.claim == claimed.claim,
        _records.c.position == claimed.position,
    )
    with transaction():
        if current_connection().execute(statement.where(*mine)).rowcount != 1:
            raise ClaimGone


def _let_go(claimed: Claimed) -> None:
    """Let others have a record to which something has happened meanwhile."""
    with transaction():
        current_connection().execute(
            update(_records)  # type: ignore[arg-type]  # as above
            .where(_records.c.id == claimed.record_id, _records.c.claim == claimed.claim)
            .values(claim=None, claimed_at=None)
        )
