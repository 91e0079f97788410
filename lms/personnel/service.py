"""An institution begins and ends to have its certificates recorded; what was refused is retried."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from lms.audit import record
from lms.db import current_connection, db, store_once
from lms.institutions.models import Institution
from lms.institutions.postings import has_ended
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Scope
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.errors import NoSuchRecord, NotAgreed, NotWholeInstitution
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.transparency.queries import find_checkpoint


def begin_recording(
    scope: Scope,
    institution_id: int,
    *,
    is_agreed: bool,
    includes_earlier: bool,
    now: datetime,
) -> None:
    """Have the certificates of an institution recorded from now on, and earlier ones if wished.

    Raises NotWholeInstitution where the asker does not answer for all of it, HasEnded, NotAgreed.
    """
    _require_whole(scope, institution_id)
    assert scope.officer_id is not None  # noqa: S101 - a scope of somebody who asks
    _begin(
        scope.officer_id,
        institution_id,
        is_agreed=is_agreed,
        includes_earlier=includes_earlier,
        now=now,
    )


def begin_any_recording(
    actor_id: int,
    institution_id: int,
    *,
    is_agreed: bool,
    includes_earlier: bool,
    now: datetime,
) -> None:
    """The same for who keeps the registry; raises NoSuchRecord where there is no such one."""
    if db.session.get(Institution, institution_id) is None:
        raise NoSuchRecord
    _begin(
        actor_id, institution_id, is_agreed=is_agreed, includes_earlier=includes_earlier, now=now
    )


def end_recording(scope: Scope, institution_id: int, *, now: datetime) -> None:
    """Have nothing more of an institution recorded; what waits is dropped.

    Twice does no harm. What was handed over already is seen to its end. Raises NotWholeInstitution.
    """
    _require_whole(scope, institution_id)
    _end(scope.officer_id, institution_id, now)


def end_any_recording(actor_id: int, institution_id: int, *, now: datetime) -> None:
    """The same for who keeps the registry."""
    _end(actor_id, institution_id, now)


def retry_record(scope: Scope, record_id: int, *, now: datetime) -> int:
    """Have a record tried again at once; the key of its institution.

    Raises NoSuchRecord for one that is not the asker's.
    """
    found = _lock(record_id)
    if not scope.covers(found.institution_id):
        raise NoSuchRecord
    return _retry(scope.officer_id, found, now)


def retry_any_record(actor_id: int, record_id: int, *, now: datetime) -> int:
    """The same for who keeps the registry; raises NoSuchRecord."""
    return _retry(actor_id, _lock(record_id), now)


def retry_records(scope: Scope, institution_id: int, *, now: datetime) -> int:
    """Have all that waits or was refused tried again; how many. Raises NotWholeInstitution."""
    _require_whole(scope, institution_id)
    return _retry_all(scope.officer_id, institution_id, now)


def retry_any_records(actor_id: int, institution_id: int, *, now: datetime) -> int:
    """The same for who keeps the registry."""
    return _retry_all(actor_id, institution_id, now)


def _require_whole(scope: Scope, institution_id: int) -> None:
    if not scope.covers(institution_id):
        raise NotWholeInstitution


def _begin(
    actor_id: int, institution_id: int, *, is_agreed: bool, includes_earlier: bool, now: datetime
) -> None:
    if has_ended(Institution, institution_id):
        raise HasEnded
    if not is_agreed:
        raise NotAgreed
    checkpoint = find_checkpoint()
    start = 0 if includes_earlier or checkpoint is None else checkpoint.size
    row = {
        "institution_id": institution_id,
        "begun_at": now,
        "begun_by": actor_id,
        "next_position": start,
        "compared_count": 0,
        "repaired_count": 0,
        "unsettled_count": 0,
    }
    if not store_once(PersonnelOptIn, row, current_connection()):
        opted = db.session.get_one(
            PersonnelOptIn, institution_id, with_for_update=True, populate_existing=True
        )
        if opted.ended_at is None and not includes_earlier:
            return
        if opted.ended_at is not None:
            opted.begun_at, opted.begun_by = now, actor_id
            opted.ended_at = opted.ended_by = None
        if includes_earlier:
            opted.next_position = 0
            db.session.flush()
            _forget_deleted(institution_id)
    record(
        "personnel.begun",
        f"institution:{institution_id}",
        actor_id=actor_id,
        now=now,
        includes_earlier=includes_earlier,
    )


def _forget_deleted(institution_id: int) -> None:
    """Have the log read anew for what is out of force, or was when nothing was recorded."""
    current_connection().execute(
        delete(PersonnelRecord)
        .where(
            PersonnelRecord.institution_id == institution_id,
            PersonnelRecord.state == RecordState.DELETED,
            PersonnelRecord.claim.is_(None),
        )
        .execution_options(synchronize_session=False)
    )


def _end(actor_id: int | None, institution_id: int, now: datetime) -> None:
    opted = db.session.get(PersonnelOptIn, institution_id, with_for_update=True)
    if opted is None or opted.ended_at is not None:
        return
    opted.ended_at, opted.ended_by = now, actor_id
    db.session.flush()
    dropped = current_connection().execute(
        delete(PersonnelRecord)
        .where(
            PersonnelRecord.institution_id == institution_id,
            PersonnelRecord.state.in_([RecordState.WAITING, RecordState.REFUSED]),
            PersonnelRecord.claim.is_(None),
        )
        .execution_options(synchronize_session=False)
    )
    record(
        "personnel.ended",
        f"institution:{institution_id}",
        actor_id=actor_id,
        now=now,
        dropped_count=dropped.rowcount,
    )


def _lock(record_id: int) -> PersonnelRecord:
    found = db.session.get(PersonnelRecord, record_id, with_for_update=True)
    if found is None:
        raise NoSuchRecord
    return found


def _retry(actor_id: int | None, found: PersonnelRecord, now: datetime) -> int:
    is_refused = found.state is RecordState.REFUSED
    if not (is_refused or found.due_at or found.trouble is Trouble.DOCUMENT_REFUSED):
        return found.institution_id
    if is_refused:
        found.state = RecordState.WAITING
    found.due_at, found.tried_count = now, 0
    record(
        "personnel.retried",
        f"institution:{found.institution_id}",
        actor_id=actor_id,
        now=now,
        record_id=found.id,
    )
    return found.institution_id


def _retry_all(actor_id: int | None, institution_id: int, now: datetime) -> int:
    connection = current_connection()
    own = PersonnelRecord.institution_id == institution_id
    waiting = select(PersonnelRecord.id).where(
        own,
        or_(
            PersonnelRecord.state == RecordState.REFUSED,
            PersonnelRecord.due_at > now,
            PersonnelRecord.trouble == Trouble.DOCUMENT_REFUSED,
        ),
    )
    ids = list(connection.execute(waiting.with_for_update()).scalars())
    again = (
        update(PersonnelRecord)
        .where(own, PersonnelRecord.id.in_(waiting))
        .values(due_at=now, tried_count=0)
        .execution_options(synchronize_session=False)
    )
    refused = (
        update(PersonnelRecord)
        .where(own, PersonnelRecord.state == RecordState.REFUSED)
        .values(state=RecordState.WAITING)
        .execution_options(synchronize_session=False)
    )
    connection.execute(again)
    connection.execute(refused)
    if ids:
        record(
            "personnel.retried",
            f"institution:{institution_id}",
            actor_id=actor_id,
            now=now,
            count=len(ids),
        )
    return len(ids)
