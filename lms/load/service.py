"""A process notes what it leaves out, so that all others know."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update

from lms.db import current_connection, store_once
from lms.load.models import LoadNote, ReplicaBeat
from lms.load.rules import Level

HOLDS_FOR: Final = timedelta(seconds=30)


def note_level(process: str, level: Level, *, now: datetime) -> None:
    """Say at which level of service a process is, for the next half minute.

    `process` is its own name, such as `host:4711`. Since when it has been there stays as it was
    noted first.
    """
    if level is Level.ALL:
        forget_process(process)
        return
    values = {"level": int(level), "holds_until": now + HOLDS_FOR}
    connection = current_connection()
    changed = connection.execute(
        update(LoadNote).where(LoadNote.process == process, LoadNote.holds_until >= now), values
    )
    if changed.rowcount == 0:
        forget_process(process)
        store_once(LoadNote, {"process": process, "since": now, **values}, connection)


def forget_process(process: str) -> None:
    """Say that a process leaves nothing out."""
    current_connection().execute(delete(LoadNote).where(LoadNote.process == process))


def forget_old_notes(*, now: datetime) -> None:
    """Delete what was noted by processes that are there no more."""
    current_connection().execute(
        delete(LoadNote).where(LoadNote.holds_until < now - timedelta(hours=1))
    )


def beat(*, now: datetime) -> None:
    """Write down which time it is, for replicas to have."""
    connection = current_connection()
    if not store_once(ReplicaBeat, {"id": 1, "beat_at": now}, connection):
        connection.execute(update(ReplicaBeat), {"beat_at": now})
