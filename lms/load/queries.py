"""What is left out at this moment, on all hosts together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from lms.db import current_connection
from lms.load.models import LoadNote, ReplicaBeat
from lms.load.rules import Level

_REDUCED: Final = select(func.max(LoadNote.level), func.min(LoadNote.since)).where(
    LoadNote.holds_until >= bindparam("now")
)

_BEAT: Final = select(func.max(ReplicaBeat.beat_at))


@dataclass(frozen=True, slots=True)
class Reduced:
    """The highest level of any process, and since when any has left something out."""

    level: Level
    since: datetime | None


def find_reduced(*, now: datetime) -> Reduced:
    """What is left out by the process that leaves out most."""
    level, since = current_connection().execute(_REDUCED, {"now": now}).one()
    return Reduced(Level(level or 0), since)


def find_beat() -> datetime | None:
    """Which time it was when what is read here was stored; None: nobody has said yet."""
    beat_at: datetime | None = current_connection().execute(_BEAT).scalar()
    return beat_at
