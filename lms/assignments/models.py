"""What officers ask of whom until when, and which mail told them of it."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class AssigneeState(enum.Enum):
    """How it stands with one person's part of an assignment."""

    OPEN = "open"
    DONE = "done"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


class Assignment(Base):
    """That the people of a place are asked to finish a module until a day.

    The place is an institution, or a unit of it and all below. With `is_following` everybody of the
    place is asked, newcomers too, or everybody there whom `staff_filter` finds; otherwise only
    those who were chosen. `settled_at` is empty while
    its people have not all been brought in line with what it says.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("ix_assignments_place", "institution_id", "unit_id", "id"),
        Index(
            "ix_assignments_running",
            "due_on",
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_assignments_unsettled",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    due_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(500))
    is_following: Mapped[bool]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    staff_filter: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class DueDateChange(Base):
    """That an assignment's due date was moved, from which day to which, by whom and when."""

    __tablename__ = "due_date_changes"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    former_due_on: Mapped[date]
    due_on: Mapped[date]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    changed_at: Mapped[datetime]


class Assignee(Base):
    """One person's part of an assignment.

    State and `finished_on` are computed from postings and certificates, anew whenever these change.
    `name_key` is the name as lists are sorted by it. `stage` is the reminder that has had its turn,
    `told_due_on` the due date that was told by mail, `message_id` the last mail, and `remind_at`
    when the next one is to be thought of.
    """

    __tablename__ = "assignees"
    __table_args__ = (
        Index("ix_assignees_list", "assignment_id", "state", "name_key", "account_id"),
        Index(
            "ix_assignees_remind",
            "remind_at",
            "account_id",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    state: Mapped[AssigneeState]
    name_key: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime]
    finished_on: Mapped[date | None] = mapped_column(default=None)
    stage: Mapped[int] = mapped_column(default=0)
    told_due_on: Mapped[date | None] = mapped_column(default=None)
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_messages.id"), index=True, default=None
    )
    remind_at: Mapped[datetime | None] = mapped_column(default=None)


class Reminder(Base):
    """That a person was written about their assignments: by this the ceiling is kept."""

    __tablename__ = "reminders"
    __table_args__ = (Index("ix_reminders_account_id_written_at", "account_id", "written_at"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id"))
    written_at: Mapped[datetime]
