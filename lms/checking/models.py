"""Reports of mismatches between a certificate that somebody holds and what its check says."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class MismatchReport(Base):
    """What somebody who checked a certificate found to differ, and what a registrar answered.

    Who reports says no more of themselves than they wish: `contact` may be empty, and is emptied
    when the report is closed, since it has served its purpose.
    """

    __tablename__ = "mismatch_reports"
    __table_args__ = (
        Index(
            "ix_mismatch_reports_open",
            "reported_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    reported_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(1000))
    contact: Mapped[str | None] = mapped_column(String(254), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    answer: Mapped[str | None] = mapped_column(String(1000), default=None)
