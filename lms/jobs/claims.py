"""What a run may change: its own job, for as long as nobody has taken it over or stopped it."""

from typing import Any

from sqlalchemy import select, update

from lms.db import db, read_only
from lms.jobs.errors import ClaimLost
from lms.jobs.kind import Run
from lms.jobs.models import Job, JobState


def held_by(run: Run) -> tuple[Any, ...]:
    """That a job is still this run's."""
    return Job.id == run.job_id, Job.claimed_by == run.claim, Job.state == JobState.RUNNING


def change(run: Run, **values: Any) -> None:
    """Set columns of a run's job; raises ClaimLost."""
    changed = db.session.execute(
        update(Job).where(*held_by(run)).values(values).returning(Job.id)
    ).one_or_none()
    if changed is None:
        raise ClaimLost(f"job {run.job_id} of {run.claim}")


def was_cancelled(job_id: int) -> bool:
    """Whether the asker has stopped a job."""
    with read_only():
        state = db.session.scalar(select(Job.state).where(Job.id == job_id))
    return state is JobState.CANCELLED


def require_claim(run: Run) -> None:
    """Hold the job until the transaction ends; raises ClaimLost."""
    change(run, claimed_by=run.claim)
