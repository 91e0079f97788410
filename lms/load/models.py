"""At which level of service the processes of all hosts are, and how old a replica is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class LoadNote(Base):
    """What a process says of itself, for the others and for the background process.

    It holds until `holds_until`, so that nothing is left of a process that was killed. One that
    leaves nothing out has no row.
    """

    __tablename__ = "load_notes"

    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    level: Mapped[int]
    since: Mapped[datetime]
    holds_until: Mapped[datetime]


class ReplicaBeat(Base):
    """The one row that the background process writes again and again where there is a replica.

    What a replica has of it says how old everything is there, in whatever way it came to lag.
    """

    __tablename__ = "replica_beats"

    id: Mapped[PrimaryKey]
    beat_at: Mapped[datetime]
