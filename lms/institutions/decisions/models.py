"""Decisions that can still be undone; when that time is over they are forgotten."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class DecisionKind(enum.Enum):
    """What an officer said of people who registered themselves."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"


class StaffDecision(Base):
    """That an officer confirmed or declined some people, all at once.

    It is `done_at` when the last of them is; until then a job is at it. Once it was undone, or its
    people were told, it is forgotten with its items. What was decided stays in the audit log.
    """

    __tablename__ = "staff_decisions"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[DecisionKind]
    begun_at: Mapped[datetime]
    people_count: Mapped[int] = mapped_column(default=0)
    passed_count: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class DecidedPerson(Base):
    """A posting that a decision was about, and the moment that stands in it since."""

    __tablename__ = "decided_people"
    __table_args__ = ({"sqlite_with_rowid": False},)

    decision_id: Mapped[int] = mapped_column(ForeignKey("staff_decisions.id"), primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    decided_at: Mapped[datetime]
