"""What an asker sees of their own jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from lms.db import db
from lms.jobs.errors import NoSuchFile
from lms.jobs.models import OPEN, Job, JobFile, JobState


@dataclass(frozen=True, slots=True)
class OwnJob:
    """One line of a person's list."""

    id: int
    kind: str
    arguments: dict[str, Any]
    state: JobState
    created_at: datetime
    ended_at: datetime | None
    done_count: int
    total_count: int | None
    failure: str | None
    file_expires_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in OPEN


def list_own_jobs(account_id: int, *, now: datetime) -> list[OwnJob]:
    """A person's jobs, the newest first; files that have expired are not among theirs."""
    statement = (
        select(
            Job.id,
            Job.kind,
            Job.arguments,
            Job.state,
            Job.created_at,
            Job.ended_at,
            Job.done_count,
            Job.total_count,
            Job.failure,
            JobFile.expires_at,
        )
        .outerjoin(JobFile, (JobFile.job_id == Job.id) & (JobFile.expires_at > now))
        .where(Job.asker_id == account_id)
        .order_by(Job.id.desc())
        .limit(100)
    )
    return [OwnJob(*row) for row in db.session.execute(statement)]


def get_own_file(account_id: int, job_id: int, *, now: datetime) -> JobFile:
    """The file that a person's own job has left; raises NoSuchFile."""
    statement = (
        select(JobFile)
        .join(Job, Job.id == JobFile.job_id)
        .where(Job.id == job_id, Job.asker_id == account_id, JobFile.expires_at > now)
        .options(undefer(JobFile.content))
    )
    file = db.session.scalar(statement)
    if file is None:
        raise NoSuchFile
    return file


def has_jobs(account_id: int) -> bool:
    """Whether a person has asked for any."""
    return db.session.scalar(select(Job.id).where(Job.asker_id == account_id).limit(1)) is not None
