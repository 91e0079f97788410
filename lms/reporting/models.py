"""What was confirmed by officer and day, rolled up from the audit log, with what stands out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class ConfirmationDay(Base):
    """How many people an officer confirmed on a day for an institution; no officer: a command.

    Or a word that `source` names, such as sign-on elsewhere; it is empty otherwise.
    `signals` has pairs of a kind and of how many people it is said; all of it is made of the audit
    log again whenever the day is surveyed.
    """

    __tablename__ = "confirmation_days"
    __table_args__ = (
        Index("ix_confirmation_days_weight", "weight", "day", "people_count"),
        Index("ix_confirmation_days_day", "day"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    day: Mapped[date]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    people_count: Mapped[int]
    foreign_count: Mapped[int]
    weight: Mapped[int]
    signals: Mapped[list[Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(20), default="", server_default="")


class ConfirmationSurvey(Base):
    """When a day of confirmations was last surveyed; once after its end, and it is final."""

    __tablename__ = "confirmation_surveys"

    day: Mapped[date] = mapped_column(primary_key=True)
    surveyed_at: Mapped[datetime]
