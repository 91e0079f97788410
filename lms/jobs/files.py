"""The files that jobs leave: stored in parts, and given to nobody before all of them are there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, select

from lms.db import db
from lms.jobs.claims import require_claim
from lms.jobs.kind import File, Run
from lms.jobs.models import Job, JobFile, JobFilePart, JobState

# So many files are kept for one person at most: the oldest goes when there is another.
MOST_FILES = 10
FILE_LENGTH = timedelta(days=3)
PART_SIZE = 1024 * 1024

Store = Callable[[Callable[[], None]], None]
"""Does one thing in a transaction of its own."""


def keep_file(run: Run, file: File, store: Store, *, now: datetime) -> None:
    """Store what a run has made, a part in a transaction, so that no writer waits for all of it.

    Nobody is offered it before `settle`, and whatever else ends the run deletes it. Closes the
    file. Raises ClaimLost.
    """
    content = BytesIO(file.content) if isinstance(file.content, bytes) else file.content
    with content:
        content.seek(0)
        store(partial(_begin_file, run, file, now))
        for number in count():
            part = content.read(PART_SIZE)
            if not part:
                return
            store(partial(_add_part, run, number, part))


def _begin_file(run: Run, file: File, now: datetime) -> None:
    require_claim(run)
    drop_files(Job.id == run.job_id)
    row = {"job_id": run.job_id, "name": file.name, "media_type": file.media_type}
    db.session.execute(insert(JobFile), row | {"expires_at": now + FILE_LENGTH})


def _add_part(run: Run, number: int, part: bytes) -> None:
    require_claim(run)
    row = {"job_id": run.job_id, "number": number, "content": part}
    db.session.execute(insert(JobFilePart), row)


def drop_files(*of_jobs: Any) -> None:
    """Delete the files of the jobs of which this holds."""
    jobs = select(Job.id).where(*of_jobs)
    db.session.execute(delete(JobFile).where(JobFile.job_id.in_(jobs)))


def leave_room_for_a_file(run: Run) -> None:
    """A list may have megabytes, and who asks for one after the other must not fill the disk."""
    surplus = (
        select(JobFile.job_id)
        .join(Job, Job.id == JobFile.job_id)
        .where(Job.asker_id == run.asker_id, Job.state == JobState.DONE)
        .order_by(JobFile.expires_at.desc(), JobFile.job_id.desc())
        .offset(MOST_FILES)
    )
    db.session.execute(delete(JobFile).where(JobFile.job_id.in_(surplus)))
