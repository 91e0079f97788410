"""Samples of a week's confirmations, and what those said who looked."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class SampleAnswer(enum.Enum):
    """What somebody who looked says of a confirmation."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ConfirmationSample(Base):
    """What was drawn of a week's confirmations at an institution: `week_on` is its Monday.

    Who is drawn follows from `seed` and the people alone (`rank_of`), so that anybody who has the
    audit log can draw again and compare. `pool_count`: of how many. Until `told_at` nobody was
    written to of it.
    """

    __tablename__ = "confirmation_samples"
    __table_args__ = (
        UniqueConstraint("week_on", "institution_id"),
        Index(
            "ix_confirmation_samples_untold",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    week_on: Mapped[date]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    pool_count: Mapped[int]
    drawn_count: Mapped[int]
    drawn_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(default=None)


class SampledConfirmation(Base):
    """One person of a sample: the place in which they were drawn, and what was said of them.

    `confirmer_id` is who confirmed them and does not answer. From `passed_on_at` on coordinators
    are asked: nobody else there can answer, or nobody has.
    """

    __tablename__ = "sampled_confirmations"
    __table_args__ = (
        UniqueConstraint("sample_id", "place"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        Index(
            "ix_sampled_confirmations_open",
            "institution_id",
            "asked_at",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_sampled_confirmations_answered", "institution_id", "answer"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    sample_id: Mapped[int] = mapped_column(ForeignKey("confirmation_samples.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    place: Mapped[int]
    asked_at: Mapped[datetime]
    confirmer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    passed_on_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answerer_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id"), index=True, default=None
    )
    answer: Mapped[SampleAnswer | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(String(500), default=None)
