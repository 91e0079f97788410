"""What an officer keeps at their desk: lists by name, columns, and when they last looked."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class SavedFilter(Base):
    """A list by the name that an officer gave it: the query of its address, without a page.

    One at most is the default, with which the list begins.
    """

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        Index(
            "uq_saved_filters_default",
            "account_id",
            unique=True,
            sqlite_where=text("is_default = 1"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
    saved_at: Mapped[datetime]
    is_default: Mapped[bool] = mapped_column(default=False)


class Desk(Base):
    """An officer's desk: the columns of their list, and since when they are told what is new.

    `seen_at` is when they last looked; after a pause the next look begins at it (`since_at`).
    `columns` is empty for those that everybody begins with.
    """

    __tablename__ = "desks"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    columns: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
