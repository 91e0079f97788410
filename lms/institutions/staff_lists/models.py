"""A staff list that was uploaded, the upload while it is kept, and what each line calls for."""

import enum
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class ImportState(enum.Enum):
    """How far an upload is; each step begins where the officer has agreed to the one before."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"


class Verdict(enum.Enum):
    """What a line calls for, or has brought about.

    READDRESSED: whoever used the account by another address is out, and chooses a password anew.
    """

    REFUSED = "refused"
    LEAVING = "leaving"
    MOVED_IN = "moved_in"
    CHANGED = "changed"
    READDRESSED = "readdressed"
    CONFIRMED = "confirmed"
    NEW = "new"
    REPEATED = "repeated"
    KNOWN = "known"
    SECTION = "section"
    NOBODY = "nobody"


# What a check has refused, or found to be there, stays so: what a check says is what comes of it.
OPEN_VERDICTS: Final = (
    Verdict.NEW,
    Verdict.CHANGED,
    Verdict.READDRESSED,
    Verdict.CONFIRMED,
    Verdict.MOVED_IN,
    Verdict.LEAVING,
)


class StaffImport(Base):
    """One staff list of one officer for one institution, or of an operator who is no account.

    `scope` has the keys of the asker's scope, and `unit_id` is where people belong whose line names
    no unit. `is_whole`: who is on our list and not in the file leaves. `adds_units`: units that are
    not known are added; `new_units` has how many people each gets. `head` has the rows down to the
    headings, and `counts` how many lines have which verdict. Lines up to the place `applied_to` are
    in force.
    """

    __tablename__ = "staff_imports"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    scope: Mapped[list[int]] = mapped_column(JSON)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[ImportState] = mapped_column(default=ImportState.UPLOADED)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    columns: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    is_whole: Mapped[bool] = mapped_column(default=False)
    adds_units: Mapped[bool] = mapped_column(default=False)
    replaces_addresses: Mapped[bool] = mapped_column(default=False)
    head: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    new_units: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    line_count: Mapped[int] = mapped_column(default=0)
    applied_to: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(default=None)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"), index=True, default=None)


class StaffImportPiece(Base):
    """A piece of what was uploaded, kept until it has been checked."""

    __tablename__ = "staff_import_pieces"

    staff_import_id: Mapped[int] = mapped_column(ForeignKey("staff_imports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class StaffImportLine(Base):
    """A line of a list: its cells as they were read, what they say, and what they call for.

    `position` counts from 1, and `line` is the number in the file: 0 for who is on our list and not
    in the file. `cells` and `note` are JSON as text, which a million lines need not be parsed for.
    `is_set`: it is done in one statement with the others of its kind, and not by itself.
    `account_id` is whom the line is about; it has no foreign key, which each line would pay for.
    """

    __tablename__ = "staff_import_lines"
    __table_args__ = (
        Index("ix_staff_import_lines_verdict", "staff_import_id", "verdict", "position"),
        {"sqlite_with_rowid": False},
    )

    staff_import_id: Mapped[int] = mapped_column(ForeignKey("staff_imports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    cells: Mapped[str] = mapped_column(Text)
    verdict: Mapped[Verdict]
    is_set: Mapped[bool] = mapped_column(default=True)
    is_done: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(200), default=None)
    number: Mapped[str | None] = mapped_column(String(18), default=None)
    kind: Mapped[str | None] = mapped_column(String(32), default=None)
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    unit_id: Mapped[int | None] = mapped_column(default=None)
    new_unit: Mapped[str | None] = mapped_column(String(200), default=None)
    standing: Mapped[str | None] = mapped_column(String(32), default=None)
    standing_on: Mapped[date | None] = mapped_column(default=None)
    account_id: Mapped[int | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(Text, default=None)
