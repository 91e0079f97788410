"""Regional offices, dated events of the registry, requests for what lacks, and uploaded sheets."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class RegionalOffice(Base):
    """A regional office (Kanwil) of the ministry; an institution says which one covers it."""

    __tablename__ = "regional_offices"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class EventKind(enum.Enum):
    """What can become of an institution or a unit."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"
    MERGED = "merged"
    CLOSED = "closed"


class RegistryEvent(Base):
    """What became of an institution, or of a unit of it, on a day; never changed.

    `before` and `after` have the facts that differ. What was merged or moved to another institution
    names what it went to in `other_institution_id` and `other_unit_id`.
    """

    __tablename__ = "registry_events"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    entered_at: Mapped[datetime]
    happened_on: Mapped[date]
    kind: Mapped[EventKind]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)
    other_institution_id: Mapped[int | None] = mapped_column(
        ForeignKey("institutions.id"), default=None
    )
    other_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)


class InstitutionRequest(Base):
    """That somebody has registered whose institution they did not find; closed once it is known."""

    __tablename__ = "institution_requests"
    __table_args__ = (
        Index(
            "ix_institution_requests_open",
            "asked_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    words: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)


class SheetKind(enum.Enum):
    """What a sheet of the registry lists."""

    INSTITUTIONS = "institutions"
    UNITS = "units"


class RegistryUpload(Base):
    """A sheet that was read and is looked at before it is applied; `lines` as they stood in it.

    `is_asked` once it is to be applied; `result` says what came of it.
    """

    __tablename__ = "registry_uploads"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    asker_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[SheetKind]
    name: Mapped[str] = mapped_column(String(200))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)
    is_asked: Mapped[bool] = mapped_column(default=False)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
