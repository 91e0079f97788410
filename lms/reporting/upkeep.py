"""How the house itself is: what waits, what has failed, and for how long, for who operates it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, select, text, union_all

from lms.db import current_connection
from lms.jobs.models import OPEN, Job, JobState
from lms.jobs.queries import find_heartbeat
from lms.mail import count_mail, find_delay
from lms.programmes.models import Programme, TallyEntry
from lms.transparency.models import UnloggedEntry

MOST: Final = 10_000
"""Beyond that nobody counts."""


@dataclass(frozen=True, slots=True)
class JobsOfKind:
    """How many jobs of a kind are in a state, and since when the oldest is due."""

    kind: str
    state: JobState
    count: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What waits and what has failed, at one moment.

    jobs: those that wait, run or were given up. jobs_silent: since when no job was begun. tail:
    steps of the figure that are not yet folded, and tail_age: for how long the oldest has not been.
    unlogged: entries of the ledger that are not in the public log.
    """

    jobs: tuple[JobsOfKind, ...]
    jobs_silent: timedelta | None
    mail_waiting: int
    mail_given_up: int
    mail_delay: timedelta
    unlogged: int
    tail: int
    tail_age: timedelta


# A condition in the very words of a partial index is what every plan can use it for.
_JOBS: Final = union_all(
    *(
        select(Job.kind, Job.state, func.count(), func.min(Job.due_at))
        .where(text(f"state = '{state.value}'"))
        .group_by(Job.kind, Job.state)
        for state in (*OPEN, JobState.FAILED)
    )
).order_by("kind", "state")
_UNLOGGED: Final = select(func.count()).select_from(
    select(UnloggedEntry.ledger_entry_id).limit(MOST).subquery()
)
_tail = (
    select(TallyEntry.entered_at)
    .join(Programme, Programme.id == TallyEntry.programme_id)
    .where(TallyEntry.id > Programme.folded_through)
    .limit(bindparam("most"))
    .subquery()
)
_TAIL: Final = select(func.count(), func.min(_tail.c.entered_at))


def find_upkeep(*, now: datetime) -> Upkeep:
    """How everything beside the requests is."""
    connection = current_connection()
    seen_at = find_heartbeat()
    waiting, given_up = count_mail(now=now)
    tail, entered_at = connection.execute(_TAIL, {"most": MOST}).one()
    return Upkeep(
        jobs=tuple(JobsOfKind(*row) for row in connection.execute(_JOBS)),
        jobs_silent=None if seen_at is None else now - seen_at,
        mail_waiting=waiting,
        mail_given_up=given_up,
        mail_delay=find_delay(now=now),
        unlogged=connection.execute(_UNLOGGED).scalar_one(),
        tail=tail,
        tail_age=timedelta() if entered_at is None else max(timedelta(), now - entered_at),
    )
