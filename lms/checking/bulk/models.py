"""What was asked to be checked at once, the upload while it is kept, and the rows of the result."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class UploadKind(enum.Enum):
    """What was uploaded: an archive of PDFs, or a sheet with a column of references."""

    DOCUMENTS = "documents"
    TABLE = "table"


class BulkCheck(Base):
    """One upload of one person, and the job that checks it.

    A sheet waits without a job until its columns are confirmed: `preview` shows its beginning, and
    `columns` says what was confirmed. `is_packed`: the archive was made by us of loose files.
    """

    __tablename__ = "bulk_checks"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    asker_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[UploadKind]
    name: Mapped[str] = mapped_column(String(200))
    item_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    is_packed: Mapped[bool] = mapped_column(default=False)
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    columns: Mapped[dict[str, int | None] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"), unique=True, default=None)


class UploadPiece(Base):
    """A piece of what was uploaded, kept until it has been checked."""

    __tablename__ = "bulk_check_pieces"

    bulk_check_id: Mapped[int] = mapped_column(ForeignKey("bulk_checks.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class CheckedRow(Base):
    """One row of a result: a row of the sheet, or a file, with its verdict.

    `found` holds the asker's own cells and what was found, as far as they may see it
    (`lms/checking/bulk/results.py`).
    """

    __tablename__ = "bulk_check_rows"

    bulk_check_id: Mapped[int] = mapped_column(ForeignKey("bulk_checks.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
