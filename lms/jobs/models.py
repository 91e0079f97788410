"""The rows of jobs, and the files that some of them leave."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class JobState(enum.Enum):
    """Where a job stands; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobState.WAITING, JobState.RUNNING)


class Job(Base):
    """One thing to do: what, for whom, how far it is, and how it ended.

    While it waits, `due_at` says from when on it may be done, and `sent_at` when a worker was last
    told of it. While it runs, `claimed_by` names the run that has it and `claimed_until` says until
    when; a run that lost its claim can neither report nor store anything. There is one job for a
    `key`, which is armed again by a later `slot_at`: so two schedulers arm it once.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_jobs_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_jobs_running",
            "claimed_until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_jobs_failed",
            "kind",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    asker_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id"), index=True, default=None
    )
    scope: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """The institutions whose people it is about, as the asker's roles had it."""
    key: Mapped[str | None] = mapped_column(String(80), default=None)
    slot_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    tried_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    claimed_by: Mapped[str | None] = mapped_column(String(80), default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    heartbeat_at: Mapped[datetime | None] = mapped_column(default=None)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int | None] = mapped_column(default=None)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    failure: Mapped[str | None] = mapped_column(String(400), default=None)
    """Why it failed, as a sentence for the asker."""
    error: Mapped[str | None] = mapped_column(String(200), default=None)
    """What went wrong at the last try, as a line for the operator."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class JobFile(Base):
    """The file that a job has made, for its asker alone and until it expires.

    Its content stands in parts, so that no worker has to hold the whole of it.
    """

    __tablename__ = "job_files"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    media_type: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class JobFilePart(Base):
    """A part of a job's file; they are numbered from 0."""

    __tablename__ = "job_file_parts"

    job_id: Mapped[int] = mapped_column(
        ForeignKey("job_files.job_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]
