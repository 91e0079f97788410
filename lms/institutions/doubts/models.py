"""Doubts of confirmations, and how they were answered."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class DoubtGround(enum.Enum):
    """Why a confirmation is doubted."""

    OFFICER_DAY = "officer_day"
    """What one officer confirmed on one day is out of the ordinary."""
    MAIL_DOMAIN = "mail_domain"
    SHARED_ADDRESS = "shared_address"
    SAMPLE = "sample"
    """Who looked at a random sample did not find the person."""
    OTHER = "other"


class DoubtAnswer(enum.Enum):
    """What became of a doubt."""

    UPHELD = "upheld"
    """The person is the institution's: the confirmation holds."""
    WITHDRAWN = "withdrawn"
    """They are not: the confirmation is taken back."""


class ConfirmationDoubt(Base):
    """That it is doubted whether a person works, or worked, where an institution confirmed them.

    While it has no answer they do not count there, under whichever of their accounts. It is
    append-only but for the answer, which is given once. `opener_id` is empty for the system's own;
    `confirmer_id` is who had confirmed them, and `confirmed_on` on which day, where that is known.
    """

    __tablename__ = "confirmation_doubts"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND "
            "(answered_at IS NULL) = (evidence IS NULL)",
            name="answer",
        ),
        Index(
            "uq_confirmation_doubts_open",
            "institution_id",
            "account_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    ground: Mapped[DoubtGround]
    words: Mapped[str] = mapped_column(String(500))
    opened_at: Mapped[datetime]
    opener_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    confirmer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    confirmed_on: Mapped[date | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answerer_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id"), index=True, default=None
    )
    answer: Mapped[DoubtAnswer | None] = mapped_column(default=None)
    evidence: Mapped[str | None] = mapped_column(String(500), default=None)
