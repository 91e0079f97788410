"""The audit log: who did what, and when; append-only, written in the transaction of the action."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey, current_connection


class AuditEntry(Base):
    """One action: its name (`staff.confirmed`), who did it, what it was done to, and details."""

    __tablename__ = "audit_entries"
    # The log is read from the newest on, by any of these; a deed on many has one moment.
    __table_args__ = (
        Index("ix_audit_entries_action_entered_at", "action", "entered_at", "id"),
        Index("ix_audit_entries_actor", "actor_id", "entered_at", "id"),
        Index("ix_audit_entries_subject", "subject", "entered_at", "id"),
        Index("ix_audit_entries_entered_at", "entered_at", "id"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    entered_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


_ENTER = insert(AuditEntry)


def record(
    action: str, subject: str, *, actor_id: int | None, now: datetime, **details: object
) -> None:
    """Note an action; `details` are plain values and hold no more personal data than needed."""
    record_all(action, [subject], actor_id=actor_id, now=now, **details)


def record_all(
    action: str, subjects: Iterable[str], *, actor_id: int | None, now: datetime, **details: object
) -> None:
    """Note the same action on many subjects at once."""
    entries = [
        {
            "entered_at": now,
            "actor_id": actor_id,
            "action": action,
            "subject": subject,
            "details": details,
        }
        for subject in subjects
    ]
    if entries:
        current_connection().execute(_ENTER, entries)
