"""Dated facts about staff, and invitations to activate an account."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class FactKind(enum.Enum):
    """What an officer notes of a person, with the day from which it holds."""

    MOVED_UNIT = "moved unit"
    MOVED_OUT = "moved out"
    MOVED_IN = "moved in"
    RETIRED = "retired"
    DIED = "died"
    NAME = "name"
    ADDRESS = "address"


class StaffFact(Base):
    """A dated fact about a person of an institution, noted by its officer.

    It takes force on its day, in the institution's time zone: at once, or by the nightly job.
    `details` holds what its undoing needs. Until `applied_at` nothing has changed.
    """

    __tablename__ = "staff_facts"
    __table_args__ = (
        Index(
            "ix_staff_facts_waiting",
            "takes_force_on",
            sqlite_where=text("applied_at IS NULL AND undone_at IS NULL"),
            postgresql_where=text("applied_at IS NULL AND undone_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"))
    kind: Mapped[FactKind]
    takes_force_on: Mapped[date]
    noted_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    applied_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undoer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)


class InvitationBatch(Base):
    """That an officer has people invited by mail, so many a minute, until it is stopped."""

    __tablename__ = "invitation_batches"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None] = mapped_column(default=None)


class InvitationState(enum.Enum):
    """What became of one person's invitation."""

    WAITING = "waiting"
    MAILED = "mailed"
    LEFT_OUT = "left out"


class Invitation(Base):
    """One person of a batch; `settled_at` says when they were mailed or left out."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_account_id_state", "account_id", "state"),
        Index("ix_invitations_batch_id_state", "batch_id", "state"),
        Index(
            "ix_invitations_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_invitations_settled_at", "settled_at"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("invitation_batches.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.WAITING)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)


class UnreachedAddress(Base):
    """That a message to a person's address was given up, and none has arrived there since.

    It is of the institution where they worked then.
    """

    __tablename__ = "unreached_addresses"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    failed_at: Mapped[datetime]
