"""The rows of reports: the figures of a moment, and who has asked for them in which form."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class EvidenceFigures(Base):
    """The figures of a subject at a moment, as they were when they were first asked for.

    `institution_ids` are those that belonged to the subject then, None of all; `counted` and
    `noted` as `Counted` and `Noted` have them.
    """

    __tablename__ = "evidence_figures"
    __table_args__ = (UniqueConstraint("subject", "counted_at"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    subject: Mapped[str] = mapped_column(String(40))
    counted_at: Mapped[datetime]
    institution_ids: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    counted: Mapped[dict[str, Any]] = mapped_column(JSON)
    noted: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReportForm(enum.Enum):
    """What a report is."""

    PDF = "pdf"
    XLSX = "xlsx"


class EvidenceReport(Base):
    """That somebody has asked for a report: of whom, of which month and moment, in which form.

    `job_id` names what makes it, without a foreign key: jobs are forgotten after a while. Once it
    is made, `digest` is that of the numbers in it. `is_own`: the asker answers for all of the
    institution, so that nothing of its units is hidden.
    """

    __tablename__ = "evidence_reports"
    __table_args__ = (Index("ix_evidence_reports_subject", "subject", "id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    subject: Mapped[str] = mapped_column(String(40))
    month: Mapped[date]
    counted_at: Mapped[datetime]
    form: Mapped[ReportForm]
    is_own: Mapped[bool]
    asker_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(default=None)
    made_at: Mapped[datetime | None] = mapped_column(default=None)
    digest: Mapped[str | None] = mapped_column(String(64), default=None)
