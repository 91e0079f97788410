"""Which institutions have their certificates recorded by the state, and each record."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey
from lms.personnel.enums import RecordState, Trouble

WORDS_LENGTH = 200
RECEIPT_LENGTH = 64
_IS_DUE = text("due_at IS NOT NULL")


class PersonnelOptIn(Base):
    """That an institution has its people's certificates recorded by the state.

    `next_position` is how far the public log was read for it. With `ended_at` nothing new is sent
    any more; what was recorded is still taken back when its certificate is revoked. The counts are
    of the last comparison with the service (`compared_at`).
    """

    __tablename__ = "personnel_opt_ins"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    begun_at: Mapped[datetime]
    begun_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    next_position: Mapped[int] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    compared_at: Mapped[datetime | None] = mapped_column(default=None)
    compared_count: Mapped[int] = mapped_column(default=0)
    repaired_count: Mapped[int] = mapped_column(default=0)
    unsettled_count: Mapped[int] = mapped_column(default=0)


class PersonnelRecord(Base):
    """A certificate on its way into the record that the state keeps of its holder; one each.

    It is due while `due_at` says when it is to be tried. `position` is of the last thing in the
    public log that it follows: nothing is followed twice, and whoever was sending meanwhile notices
    that something came between. `claim` is whose hands it is in, since `claimed_at`. `receipt_id`
    is the service's own name for the record; `words` are the service's too.
    """

    __tablename__ = "personnel_records"
    __table_args__ = (
        Index(
            "ix_personnel_records_due",
            "tried_count",
            "id",
            sqlite_where=_IS_DUE,
            postgresql_where=_IS_DUE,
        ),
        Index("ix_personnel_records_institution", "institution_id", "state", "id"),
        Index("ix_personnel_records_compared", "compared_at", "id"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    state: Mapped[RecordState]
    position: Mapped[int]
    due_at: Mapped[datetime | None]
    tried_count: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(22), default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[Trouble | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH), default="")
    receipt_id: Mapped[str | None] = mapped_column(String(RECEIPT_LENGTH), default=None)
    recorded_at: Mapped[datetime | None] = mapped_column(default=None)
    has_document: Mapped[bool] = mapped_column(default=False)
    compared_at: Mapped[datetime | None] = mapped_column(default=None)
