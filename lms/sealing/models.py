"""Sheets that wait for the service, rounds in which it was asked, and what it has sealed."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class Outcome(enum.Enum):
    """How a round ended."""

    DONE = "done"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


class SealingRound(Base):
    """One call of the service, behind one code.

    slot: 1 while it is under way, so that there is one at a time; None afterwards. code: what the
    signatory typed, until it is used; it is erased before the call.
    """

    __tablename__ = "sealing_rounds"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    slot: Mapped[int | None] = mapped_column(unique=True)
    code: Mapped[str | None] = mapped_column(String(12))
    actor_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    message: Mapped[str] = mapped_column(String(200), default="")
    sealed_count: Mapped[int] = mapped_column(default=0)


class WaitingSheet(Base):
    """A certificate whose sheet is to be sealed; gone when it is, or out of force."""

    __tablename__ = "waiting_sheets"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    queued_at: Mapped[datetime]


class SealedSheet(Base):
    """A sheet as the service sealed it. It cannot be made again, and so is kept."""

    __tablename__ = "sealed_sheets"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    round_id: Mapped[int] = mapped_column(ForeignKey("sealing_rounds.id"))
