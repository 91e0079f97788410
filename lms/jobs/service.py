"""The life of a job: enqueued, sent, claimed, finished or retried, and deleted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, column, delete, exists, func, or_, select, table, true, update

from lms.db import AnyRow, current_connection, db, store_once
from lms.errors import N_
from lms.jobs.claims import change
from lms.jobs.errors import JobEnded, NoSuchJob, TooManyJobs
from lms.jobs.files import drop_files, leave_room_for_a_file
from lms.jobs.kind import Kind, Output, Run
from lms.jobs.models import OPEN, Job, JobFile, JobState
from lms.jobs.rules import LOSSES_AT_ONCE, as_line, key_of, next_try, slot_of

# So many of one person's are open at most.
MOST_OPEN = 3
# A person's jobs are shown to them for so long after their end.
RETENTION = timedelta(days=30)
UNEXPECTED = N_(
    "Ada gangguan di sistem kami. Ulangi; bila tetap tidak selesai, hubungi layanan bantuan."
)

_accounts = table("accounts", column("id"))
_FREED = {"claimed_by": None, "claimed_until": None}
_FRESH = {
    **_FREED,
    "state": JobState.WAITING,
    "tried_count": 0,
    "sent_at": None,
    "done_count": 0,
    "total_count": None,
    "result": None,
    "failure": None,
    "error": None,
    "ended_at": None,
}


def enqueue(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    asker_id: int | None,
    now: datetime,
    scope: Collection[int] = (),
) -> Job:
    """Ask for a job; it is done only if the surrounding transaction is stored.

    `scope` says whose people it is about, in keys of `Scope`; whoever does it asks again whether
    the asker still answers for them. Raises TooManyJobs.
    """
    if asker_id is not None:
        _leave_room(asker_id)
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        scope=sorted(scope) or None,
        asker_id=asker_id,
        created_at=now,
        due_at=now,
    )
    db.session.add(job)
    db.session.flush()
    return job


def _leave_room(asker_id: int) -> None:
    """Holds the asker's row, so that of two clicks at once the second counts the first."""
    db.session.execute(
        select(_accounts.c.id).where(_accounts.c.id == asker_id).with_for_update(key_share=True)
    )
    open_count = db.session.scalar(
        select(func.count()).where(Job.asker_id == asker_id, Job.state.in_(OPEN))
    )
    if (open_count or 0) >= MOST_OPEN:
        raise TooManyJobs


def arm(kind: Kind, arguments: Mapping[str, Any], *, now: datetime) -> bool:
    """Have the one job of a kind and its arguments done once more in this turn.

    Says whether it was armed: not while it is open, and not twice in a turn, however many ask.
    """
    assert kind.turn is not None  # noqa: S101 - who has no turn is not asked
    key, slot = key_of(kind.name, arguments), slot_of(now, kind.turn.every)
    row = {"kind": kind.name, "arguments": dict(arguments), "created_at": now, "due_at": now}
    connection = current_connection()
    row |= {**_FRESH, "key": key, "slot_at": slot, "asker_id": None, "scope": None}
    if store_once(Job, row, connection):
        return True
    again = connection.execute(
        update(Job)
        .where(Job.key == key, Job.state.not_in(OPEN), Job.slot_at < slot)
        .values({**_FRESH, "created_at": now, "due_at": now, "slot_at": slot})
    )
    return again.rowcount == 1


def send_waiting(
    *,
    now: datetime,
    again_before: datetime,
    kinds: Collection[str],
    limit: int,
    is_asked_too: bool = True,
) -> list[int]:
    """Note that workers are told of waiting jobs, and give their ids.

    What somebody has asked for, and waits for, comes first; then what is due the
    longest. A job of which one was told before `again_before` is among them: that word was lost.
    Without `is_asked_too` what somebody has asked for waits on, and what comes round does not.
    """
    if limit <= 0:
        return []
    waiting = (
        select(Job.id)
        .where(*_unsent(now, again_before), Job.kind.in_(kinds))
        .where(true() if is_asked_too else Job.asker_id.is_(None))
        .order_by(Job.asker_id.is_(None), Job.due_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.session.scalars(waiting))
    db.session.execute(update(Job).where(Job.id.in_(ids)).values(sent_at=now))
    return ids


def _unsent(now: datetime, again_before: datetime) -> Iterable[Any]:
    return (
        Job.state == JobState.WAITING,
        Job.due_at <= now,
        or_(Job.sent_at.is_(None), Job.sent_at <= again_before),
    )


def look(*, now: datetime, again_before: datetime, kinds: Collection[str]) -> tuple[bool, bool]:
    """Whether a worker is to be told of anything, and whether anything was lost with its worker."""
    unsent = exists().where(*_unsent(now, again_before), Job.kind.in_(kinds))
    lost = exists().where(*_lost(now), Job.kind.in_(kinds))
    statement = select(unsent, lost)
    is_unsent, is_lost = db.session.execute(statement).one()
    return bool(is_unsent), bool(is_lost)


def _lost(now: datetime) -> Iterable[Any]:
    return Job.state == JobState.RUNNING, Job.claimed_until < now


def claim(
    job_id: int, name: str, *, now: datetime, until: datetime, kinds: Collection[str]
) -> Run | None:
    """Take a job that waits and is due; None where somebody else has it, or it is not to be done.

    `name` is this run's own: nobody else's job is ever claimed by it. `kinds` are those that this
    worker knows: what a newer version has asked for is left to its workers.
    """
    taken: AnyRow | None = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.WAITING, Job.due_at <= now)
        .where(Job.kind.in_(kinds))
        .values(
            state=JobState.RUNNING,
            claimed_by=name,
            claimed_until=until,
            heartbeat_at=now,
            tried_count=Job.tried_count + 1,
            done_count=0,
        )
        .returning(Job.kind, Job.arguments, Job.asker_id, Job.scope, Job.tried_count)
    ).one_or_none()
    if taken is None:
        return None
    return Run(
        job_id,
        taken.kind,
        taken.arguments,
        taken.asker_id,
        frozenset(taken.scope or ()),
        taken.tried_count,
        name,
    )


def note_progress(run: Run, done_count: int, total_count: int | None, *, now: datetime) -> None:
    """Say how far a run is; raises ClaimLost, also where the job was cancelled."""
    change(run, done_count=done_count, total_count=total_count, heartbeat_at=now)


def extend_claims(names: Collection[str], *, now: datetime, until: datetime) -> None:
    """Extend the leases of these runs, so that they are not taken for lost."""
    db.session.execute(
        update(Job)
        .where(Job.claimed_by.in_(names), Job.state == JobState.RUNNING)
        .values(claimed_until=until, heartbeat_at=now)
    )


def settle(run: Run, output: Output, *, now: datetime) -> None:
    """Note that a job is done; raises ClaimLost.

    From now on the file that `keep_file` has stored is there for its asker.
    """
    change(
        run,
        **_FREED,
        state=JobState.DONE,
        result=dict(output.result) or None,
        failure=None,
        error=None,
        ended_at=now,
    )
    if output.file is not None:
        leave_room_for_a_file(run)


def refuse(run: Run, sentence: str, *, now: datetime) -> None:
    """End a job that cannot be done, with the reason for its asker; raises ClaimLost."""
    told = {"failure": as_line(sentence, 400), "error": as_line(sentence, 200)}
    change(run, **_FREED, **told, state=JobState.FAILED, ended_at=now)
    drop_files(Job.id == run.job_id)


def put_off(run: Run, kind: Kind, error: str, *, now: datetime) -> datetime | None:
    """Have a job that failed tried again later, and say when; None where it is given up.

    Raises ClaimLost.
    """
    due_at = next_try(run.tried_count, kind.pauses, now=now, is_endless=kind.is_endless)
    change(run, **_FREED, **_outcome(due_at, error, now))
    drop_files(Job.id == run.job_id)
    return due_at


def _outcome(due_at: datetime | None, error: str, now: datetime) -> dict[str, Any]:
    if due_at is not None:
        return {
            "state": JobState.WAITING,
            "due_at": due_at,
            "sent_at": None,
            "error": as_line(error, 200),
        }
    return {
        "state": JobState.FAILED,
        "failure": UNEXPECTED,
        "error": as_line(error, 200),
        "ended_at": now,
    }


def release(names: Collection[str]) -> None:
    """Give back what these runs have, as if it had not been tried: their worker stops."""
    theirs = Job.claimed_by.in_(names), Job.state == JobState.RUNNING
    drop_files(*theirs)
    db.session.execute(
        update(Job)
        .where(*theirs)
        .values(**_FREED, state=JobState.WAITING, sent_at=None, tried_count=Job.tried_count - 1)
    )


@dataclass(frozen=True, slots=True)
class Lost:
    """A job whose worker has died: when it is done again, or None where it is given up."""

    job_id: int
    kind: str
    due_at: datetime | None


def reclaim_lost(kinds: Mapping[str, Kind], *, now: datetime) -> list[Lost]:
    """Have done again what was lost with its worker: at once, and later each time if often."""
    statement = (
        select(Job.id, Job.kind, Job.tried_count, Job.claimed_by)
        .where(*_lost(now), Job.kind.in_(kinds))
        .order_by(Job.id)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    lost = []
    for row in db.session.execute(statement).all():
        kind = kinds[row.kind]
        due_at: datetime | None = now
        if row.tried_count > LOSSES_AT_ONCE:
            due_at = next_try(row.tried_count, kind.pauses, now=now, is_endless=kind.is_endless)
        db.session.execute(
            update(Job)
            .where(Job.id == row.id, Job.claimed_by == row.claimed_by)
            .values(**_FREED, **_outcome(due_at, "the worker that did it ended, or hung", now))
        )
        drop_files(Job.id == row.id)
        lost.append(Lost(row.id, row.kind, due_at))
    return lost


def cancel(asker_id: int, job_id: int, *, now: datetime) -> None:
    """End one of the asker's own jobs; a run under way stores nothing any more.

    Raises NoSuchJob, and JobEnded for one that has ended before.
    """
    job = _own(asker_id, job_id)
    if job.state not in OPEN:
        raise JobEnded
    job.state, job.ended_at = JobState.CANCELLED, now
    job.claimed_by = job.claimed_until = None
    db.session.flush()
    drop_files(Job.id == job_id)


def retry(asker_id: int, job_id: int, *, now: datetime) -> None:
    """Have one of the asker's own jobs done anew that failed or was cancelled.

    Raises NoSuchJob, JobEnded for any other one, and TooManyJobs.
    """
    job = _own(asker_id, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise JobEnded
    _leave_room(asker_id)
    db.session.execute(update(Job).where(Job.id == job_id).values({**_FRESH, "due_at": now}))


def restart(job_id: int, *, now: datetime) -> bool:
    """Have anybody's job done anew that is not done, or wait no longer for its next try.

    Says whether there was one in such a state.
    """
    can_be = or_(
        Job.state.in_((JobState.FAILED, JobState.CANCELLED)),
        and_(Job.state == JobState.WAITING, Job.tried_count > 0),
    )
    fresh = {**_FRESH, "due_at": now}
    statement = update(Job).where(Job.id == job_id, can_be).values(fresh).returning(Job.id)
    return db.session.execute(statement).one_or_none() is not None


def _own(asker_id: int, job_id: int) -> Job:
    statement = select(Job).where(Job.id == job_id, Job.asker_id == asker_id).with_for_update()
    job = db.session.scalar(statement)
    if job is None:
        raise NoSuchJob
    return job


def has_old(*, now: datetime) -> bool:
    """Whether anything is to be forgotten."""
    return bool(
        db.session.scalar(
            select(
                or_(
                    exists().where(JobFile.expires_at <= now),
                    exists().where(*_old(now)),
                )
            )
        )
    )


def _old(now: datetime) -> tuple[Any, ...]:
    return Job.key.is_(None), Job.ended_at <= now - RETENTION


def forget_old(*, now: datetime) -> None:
    """Delete files that have expired, and jobs that ended long ago."""
    old = select(Job.id).where(*_old(now))
    db.session.execute(
        delete(JobFile).where(or_(JobFile.expires_at <= now, JobFile.job_id.in_(old)))
    )
    db.session.execute(delete(Job).where(*_old(now)))
