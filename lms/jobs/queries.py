"""What an asker sees of their own jobs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from lms.db import current_connection, db, read_only
from lms.jobs.errors import NoSuchFile
from lms.jobs.models import OPEN, Job, JobFile, JobFilePart, JobState

_PART = select(JobFilePart.content).where(
    JobFilePart.job_id == bindparam("job_id"), JobFilePart.number == bindparam("number")
)


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
        .outerjoin(
            JobFile,
            and_(JobFile.job_id == Job.id, JobFile.expires_at > now, Job.state == JobState.DONE),
        )
        .where(Job.asker_id == account_id)
        .order_by(Job.id.desc())
        .limit(100)
    )
    return [OwnJob(*row) for row in db.session.execute(statement)]


def get_own_file(
    account_id: int, job_id: int, *, now: datetime, scope: Collection[int] = ()
) -> JobFile:
    """The file that a person's own job has left; raises NoSuchFile.

    One about an institution's people is theirs for as long as they answer for these; `scope` has
    the keys of all for whom they do.
    """
    statement = (
        select(JobFile, Job.scope)
        .join(Job, Job.id == JobFile.job_id)
        .where(
            Job.id == job_id,
            Job.asker_id == account_id,
            Job.state == JobState.DONE,  # before that it is being stored
            JobFile.expires_at > now,
        )
    )
    row = db.session.execute(statement).one_or_none()
    if row is None or not set(row.scope or ()) <= set(scope):
        raise NoSuchFile
    file: JobFile = row.JobFile
    return file


def size_of_file(job_id: int) -> int:
    """How many bytes all parts of a file have."""
    length = func.coalesce(func.sum(func.length(JobFilePart.content)), 0)
    of_job = select(length).where(JobFilePart.job_id == job_id)
    size: int = current_connection().execute(of_job).scalar_one()
    return size


def read_part(job_id: int, number: int) -> bytes | None:
    """A part of the file that `get_own_file` gave, read by itself; None behind the last."""
    with read_only():
        part = current_connection().execute(_PART, {"job_id": job_id, "number": number})
        content: bytes | None = part.scalar()
    return content


_LAST_RESULT = (
    select(Job.result)
    .where(
        Job.asker_id == bindparam("asker_id"),
        Job.kind == bindparam("kind"),
        Job.state == JobState.DONE,
    )
    .order_by(Job.id.desc())
    .limit(1)
)


def find_last_result(account_id: int, kind: str) -> Mapping[str, Any] | None:
    """What the latest job of a kind that a person asked for, and that is done, has found."""
    asked = {"asker_id": account_id, "kind": kind}
    return current_connection().execute(_LAST_RESULT, asked).scalar()


def has_jobs(account_id: int) -> bool:
    """Whether a person has asked for any."""
    return db.session.scalar(select(Job.id).where(Job.asker_id == account_id).limit(1)) is not None


def list_given_up(kind: str) -> set[str]:
    """The keys of a kind's jobs that were tried in vain too often."""
    statement = select(Job.key).where(
        Job.kind == kind, Job.state == JobState.FAILED, Job.key.is_not(None)
    )
    return {key for key in db.session.scalars(statement) if key is not None}


def find_heartbeat() -> datetime | None:
    """When a worker last had something in hand that comes round again; None: never yet."""
    return db.session.scalar(select(func.max(Job.heartbeat_at)).where(Job.key.is_not(None)))


def list_armed(keys: Collection[str], slot_at: datetime) -> set[str]:
    """Which of these jobs are open, or have had this turn."""
    statement = select(Job.key).where(
        Job.key.in_(keys), or_(Job.state.in_(OPEN), Job.slot_at >= slot_at)
    )
    return {key for key in db.session.scalars(statement) if key is not None}
