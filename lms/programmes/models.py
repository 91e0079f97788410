"""A programme, the modules it counts, who stands counted, and the tally that says how many."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey


class Programme(Base):
    """A target: so many people, from when to when, by modules that count.

    `folded_through` is the last tally entry that the rollup holds, and `folded_count` their sum;
    what comes after is added when the figure is read. Only the folding job writes them, never a
    request. `definition_version` names the written definition of the figure.
    """

    __tablename__ = "programmes"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    target_count: Mapped[int]
    starts_on: Mapped[date]
    definition_version: Mapped[int] = mapped_column(default=2)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    folded_through: Mapped[int] = mapped_column(default=0)
    folded_count: Mapped[int] = mapped_column(default=0)


class ProgrammeModule(Base):
    """That a programme counts a module."""

    __tablename__ = "programme_modules"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)


class Standing(Base):
    """That a person is counted by a programme now, and by which certificate."""

    __tablename__ = "standings"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    counted_on: Mapped[date]


class TallyEntry(Base):
    """One step of the figure, up or down, at an institution and a day; only ever added."""

    __tablename__ = "tally_entries"
    __table_args__ = (Index("ix_tally_entries_programme", "programme_id", "id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    counted_on: Mapped[date]
    step: Mapped[int]
    entered_at: Mapped[datetime]


class RollupCell(Base):
    """The tally summed by institution and day, up to the programme's `folded_through`."""

    __tablename__ = "rollup_cells"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    people_count: Mapped[int]


class RollupInstitution(Base):
    """The cells summed by institution: what the public page reads, however many days there were."""

    __tablename__ = "rollup_institutions"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    people_count: Mapped[int]


class RollupDay(Base):
    """The cells summed by day: what the public page draws, however many institutions there are."""

    __tablename__ = "rollup_days"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    people_count: Mapped[int]
