"""A programme, the modules it counts, who stands counted, and the tally that says how many."""

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class ProgrammeState(enum.Enum):
    """Where a version of a programme stands; the last three are ends."""

    PREPARING = "preparing"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    DISCARDED = "discarded"


def _one(name: str, condition: str) -> Index:
    """Of versions that meet a condition, a programme has one."""
    only = text(condition)
    return Index(name, "slug", unique=True, sqlite_where=only, postgresql_where=only)


class Programme(Base):
    """A version of a programme: so many people and hours, from when to when, by what counts.

    What a published version counts never changes: a change is a version of its own, with the same
    slug and a `definition_version` of its own, which is counted through while the present one goes
    on (`filled_at`), and takes its place at once (`published_at`, and `ended_at` of the other).
    What has ended is counted no more, and keeps its last figure.

    `folded_through` is the last tally entry that the rollup holds, and `folded_count` and
    `folded_hours` their sums; what comes after is added when the figure is read. Only who folds
    writes them, never a request that counts somebody.
    """

    __tablename__ = "programmes"
    __table_args__ = (
        UniqueConstraint("slug", "definition_version"),
        _one("uq_programmes_current", "state IN ('published', 'closed')"),
        _one("uq_programmes_preparing", "state = 'preparing'"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    target_count: Mapped[int]
    starts_on: Mapped[date]
    definition_version: Mapped[int]
    state: Mapped[ProgrammeState]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """When what it counts was last changed, while it was prepared."""
    definition: Mapped[str] = mapped_column(Text, default="")
    """What it counts, in a coordinator's words: paragraphs parted by an empty line."""
    target_hours: Mapped[int | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    filled_through: Mapped[int] = mapped_column(default=0)
    """Up to which account people were counted through, while it is prepared."""
    filled_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(String(500), default=None)
    folded_through: Mapped[int] = mapped_column(default=0)
    folded_count: Mapped[int] = mapped_column(default=0)
    folded_hours: Mapped[int] = mapped_column(default=0)


def _in(*states: ProgrammeState) -> ColumnElement[bool]:
    """Constants, which hot statements need not spell out at each call."""
    return Programme.state.in_([literal_column(f"'{state.value}'") for state in states])


IS_CURRENT = _in(ProgrammeState.PUBLISHED, ProgrammeState.CLOSED)
"""That a version is the one whose figure is shown; a programme has one at most."""

IS_COUNTED = _in(ProgrammeState.PREPARING, ProgrammeState.PUBLISHED)
"""That people are counted by a version now."""


class ProgrammeModule(Base):
    """That a programme counts a module."""

    __tablename__ = "programme_modules"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)


class ProgrammeTarget(Base):
    """What a version is to reach at an institution, or in a province with all that is in it."""

    __tablename__ = "programme_targets"
    __table_args__ = (
        UniqueConstraint("programme_id", "institution_id"),
        UniqueConstraint("programme_id", "province_code"),
        CheckConstraint("(institution_id IS NULL) <> (province_code IS NULL)", name="place"),
        CheckConstraint("people_count IS NOT NULL OR credit_hours IS NOT NULL", name="amount"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)
    province_code: Mapped[str | None] = mapped_column(String(2), default=None)
    people_count: Mapped[int | None] = mapped_column(default=None)
    credit_hours: Mapped[int | None] = mapped_column(default=None)


class Standing(Base):
    """That a person is counted by a programme now, by which certificate, and with how many JP.

    `credit_hours` are those of all their certificates that count, where the first of them stands.
    """

    __tablename__ = "standings"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    counted_on: Mapped[date]
    credit_hours: Mapped[int]


class TallyEntry(Base):
    """One step of the figure, up or down, at an institution and a day; only ever added."""

    __tablename__ = "tally_entries"
    __table_args__ = (Index("ix_tally_entries_programme", "programme_id", "id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    counted_on: Mapped[date]
    step: Mapped[int]
    hours_step: Mapped[int]
    entered_at: Mapped[datetime]


class RollupCell(Base):
    """The tally summed by institution and day, up to the programme's `folded_through`."""

    __tablename__ = "rollup_cells"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    people_count: Mapped[int]
    credit_hours: Mapped[int]


class RollupInstitution(Base):
    """The cells summed by institution: what the public page reads, however many days there were.

    `last_counted_on` is the latest day of its cells on which anybody counts.
    """

    __tablename__ = "rollup_institutions"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    people_count: Mapped[int]
    credit_hours: Mapped[int]
    last_counted_on: Mapped[date | None] = mapped_column(default=None)


class RollupDay(Base):
    """The cells summed by day: what the public page draws, however many institutions there are."""

    __tablename__ = "rollup_days"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    people_count: Mapped[int]
    credit_hours: Mapped[int]
