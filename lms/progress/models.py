"""Rows made of others: how far a person is, how many are how far, and what a search looks through.

Nothing here is a source. `lms/progress/sources.py` says what each row is made of, and
`rebuild_progress` makes all of them anew.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey

NO_UNIT = 0
"""The unit of who stands in none."""

ALL_UNITS = -1
"""The unit of counts of a whole institution."""

OVERALL = -1
"""The ordinal of counts that are of no one module."""

ACTIVATED = -2
"""The ordinal of counts of accounts: who has activated theirs is counted as finished."""

UNKNOWN = -3
"""The ordinal of a module without a place among the bits; nobody is counted in it."""

# By its letters' numbers on every database, so that a page ends and goes on at the same name.
_SORTED = String(250).with_variant(String(250, collation="C"), "postgresql")


class ModuleOrdinal(Base):
    """The place of a module among the bits of rows of progress; it never changes."""

    __tablename__ = "module_ordinals"

    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(SmallInteger, unique=True)


class StaffProgress(Base):
    """A person who works somewhere now, and how far they are: what staff lists filter and sort by.

    `unit_id` is NO_UNIT for who stands in none, `kind` empty for who has no number. `status` is a
    `Status.code`; `modules` has two bits a module at its ordinal, 2 for finished and 1 for begun,
    and BEGUN.
    `finished_on` is the day of the last certificate in force, or NEVER; `lapses_on` the last day
    of the first of them to end, or FOR_GOOD. `year_hours` are the latest year with credit hours,
    times YEAR_UNIT, and its hours, so that they are nobody's hours any more in another year.
    """

    __tablename__ = "staff_progress"
    __table_args__ = (
        # All that a filter asks for, so that a list by name is a walk over this and nothing else.
        Index(
            "ix_staff_progress_name",
            "institution_id",
            "sort_name",
            "account_id",
            "status",
            "is_confirmed",
            "is_activated",
            "kind",
            "unit_id",
            "finished_on",
            "year_hours",
            "modules",
        ),
        Index("ix_staff_progress_unit", "institution_id", "unit_id", "sort_name", "account_id"),
        Index(
            "ix_staff_progress_finished_on",
            "institution_id",
            "finished_on",
            "sort_name",
            "account_id",
        ),
        Index("ix_staff_progress_hours", "institution_id", "year_hours", "sort_name", "account_id"),
        Index(
            "ix_staff_progress_waiting",
            "institution_id",
            "sort_name",
            "account_id",
            sqlite_where=text("is_confirmed = 0"),  # as SQLAlchemy asks for it there
            postgresql_where=text("NOT is_confirmed"),
        ),
        Index(
            "ix_staff_progress_lapses_on",
            "lapses_on",
            sqlite_where=text("lapses_on < '9999-12-31'"),
            postgresql_where=text("lapses_on < '9999-12-31'"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    posting_id: Mapped[int]
    institution_id: Mapped[int]
    unit_id: Mapped[int]
    sort_name: Mapped[str] = mapped_column(_SORTED)
    kind: Mapped[str] = mapped_column(String(32))
    is_confirmed: Mapped[bool]
    is_activated: Mapped[bool]
    status: Mapped[int] = mapped_column(SmallInteger)
    modules: Mapped[int] = mapped_column(BigInteger)
    finished_on: Mapped[date]
    lapses_on: Mapped[date]
    year_hours: Mapped[int]


class StaffSearch(Base):
    """What a search looks through of a person who works somewhere now: name, address, number.

    In small letters without marks. PostgreSQL finds them by the index below; SQLite by the table
    `staff_search_words` (FTS5), which triggers keep in step.
    """

    __tablename__ = "staff_search"
    __table_args__ = (
        Index(
            "ix_staff_search_text",
            "institution_id",
            "text",
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_with={"gin_pending_list_limit": "256"},
        ).ddl_if(dialect="postgresql"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    institution_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class StaffCount(Base):
    """How many people of an institution or a unit are how far, up to the last fold.

    Of a module there are only those who have begun it; the others are what is left.
    """

    __tablename__ = "staff_counts"

    institution_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_confirmed: Mapped[bool] = mapped_column(primary_key=True)
    status: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    people_count: Mapped[int]


class StaffSum(Base):
    """How many people of a unit with all below it are how far, up to the last fold.

    Of these, who stands in the unit itself is a `StaffCount` too; who stands in none is in no sum.
    """

    __tablename__ = "staff_sums"
    __table_args__ = ({"sqlite_with_rowid": False},)

    institution_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_confirmed: Mapped[bool] = mapped_column(primary_key=True)
    status: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    people_count: Mapped[int]


class StaffCountStep(Base):
    """What a change has added to a count or taken from it, until it is folded.

    A row each, as in the tally, so that nobody waits for who changes the same count.
    """

    __tablename__ = "staff_count_steps"
    __table_args__ = (Index("ix_staff_count_steps_institution", "institution_id", "ordinal"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    institution_id: Mapped[int]
    unit_id: Mapped[int]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(32))
    is_confirmed: Mapped[bool]
    status: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[int]


class CreditDuty(Base):
    """The credit hours that a year asks of a kind of civil servant, from a day on.

    `minimum` is a duty; `maximum` is how much a year lets them have, which is none. With neither,
    nothing holds from that day on. `source` says in words where it is written.
    """

    __tablename__ = "credit_duties"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    minimum: Mapped[int | None] = mapped_column(default=None)
    maximum: Mapped[int | None] = mapped_column(default=None)
    source: Mapped[str] = mapped_column(String(300), default="", server_default="")
