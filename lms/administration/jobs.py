"""All jobs: how far they are, who asked, what is late, and how one is done again or stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from lms.accounts.models import Account
from lms.administration.errors import NothingThere
from lms.audit import record
from lms.db import AnyRow, current_connection, db
from lms.jobs.files import drop_files
from lms.jobs.models import OPEN, Job, JobState
from lms.jobs.service import restart

PAGE_SIZE: Final = 50
LATE_AFTER: Final = timedelta(minutes=10)
"""A round is late when it waits so long beyond its time."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job, whoever asked for it; what it was asked with is its asker's."""

    id: int
    kind: str
    state: JobState
    asker: str | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    tried_count: int
    done_count: int
    total_count: int | None
    error: str | None
    is_round: bool

    @property
    def may_stop(self) -> bool:
        """Whether it can be stopped: what somebody asked for, and is not done yet."""
        return self.state in OPEN and not self.is_round

    @property
    def may_restart(self) -> bool:
        """Whether it can be done anew: what ended without being done, or waits after a failure."""
        return self.state in {JobState.FAILED, JobState.CANCELLED} or (
            self.state is JobState.WAITING and self.tried_count > 0
        )

    def is_late(self, now: datetime) -> bool:
        """Whether it waits beyond its time, as when no worker runs."""
        return self.state is JobState.WAITING and self.due_at <= now - LATE_AFTER


def list_jobs(
    *, state: JobState | None, is_round: bool, before: int | None = None
) -> list[JobLine]:
    """Jobs that people asked for, or those that come round, the newest first; one page and one."""
    statement = (
        select(
            Job.id,
            Job.kind,
            Job.state,
            Account.name,
            Job.created_at,
            Job.due_at,
            Job.ended_at,
            Job.tried_count,
            Job.done_count,
            Job.total_count,
            Job.error,
            Job.key.is_not(None),
        )
        .outerjoin(Account, Account.id == Job.asker_id)
        .where(Job.key.is_not(None) if is_round else Job.key.is_(None))
        .order_by(Job.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if state is not None:
        statement = statement.where(Job.state == state)
    if before is not None:
        statement = statement.where(Job.id < before)
    rows: Sequence[AnyRow] = current_connection().execute(statement).all()
    return [JobLine(*row) for row in rows]


def count_states() -> Mapping[tuple[bool, JobState], int]:
    """How many jobs stand where, by whether they come round."""
    is_round = Job.key.is_not(None)
    rows = current_connection().execute(
        select(is_round, Job.state, func.count()).group_by(is_round, Job.state)
    )
    return {(bool(comes_round), state): number for comes_round, state, number in rows}


def restart_job(actor_id: int, job_id: int, *, now: datetime) -> None:
    """Have a job done anew that failed, was cancelled, or waits for its next try.

    Raises NothingThere for any other.
    """
    if not restart(job_id, now=now):
        raise NothingThere
    record("job.restarted", f"job:{job_id}", actor_id=actor_id, now=now)


def stop_job(actor_id: int, job_id: int, *, now: datetime) -> None:
    """End a job that somebody asked for; a run under way stores nothing any more.

    What comes round is not stopped: it would only come again. Raises NothingThere.
    """
    stopped = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.key.is_(None), Job.state.in_(OPEN))
        .values(state=JobState.CANCELLED, ended_at=now, claimed_by=None, claimed_until=None)
        .returning(Job.id)
    ).one_or_none()
    if stopped is None:
        raise NothingThere
    drop_files(Job.id == job_id)
    record("job.stopped", f"job:{job_id}", actor_id=actor_id, now=now)
