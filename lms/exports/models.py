"""The rows of exports: an officer's own layouts, how far each was taken, and what is delivered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class ExportLayout(Base):
    """An officer's own choice of columns, under a name of theirs; `columns` as `Layout.as_json`."""

    __tablename__ = "export_layouts"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(60))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)


class ExportPoint(Base):
    """How far an officer has taken certificates away, by layout.

    `log_size` is how many entries the public log had: what is new since then is what it has beyond,
    and what is not in it yet. Numbers of the ledger are no such measure: a lower one may be stored
    later.
    """

    __tablename__ = "export_points"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    layout_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    log_size: Mapped[int]
    exported_at: Mapped[datetime]


class ExportMark(Base):
    """That an officer has handed a certificate on to the personnel system; whose word it is."""

    __tablename__ = "export_marks"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    marked_at: Mapped[datetime]
    marked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
