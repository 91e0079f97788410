"""A programme's figure: the rollup plus the tally's tail, in one statement each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Executable, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.certificates.models import LedgerEntry
from lms.days import local_day
from lms.db import AnyRow, current_connection, db
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import (
    IS_COUNTED,
    IS_CURRENT,
    Programme,
    ProgrammeState,
    TallyEntry,
)
from lms.programmes.rules import is_over

NATIONAL = "1-juta-asn"
JUST_BEGUN = 1000
MOST_FORMER = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """How many people a programme has reached with how many hours, and what that rests on.

    `as_of` is the moment it was read, `ledger_position` the ledger's last entry then. `ended_at` is
    since when it is final, None while people are counted.
    """

    name: str
    count: int
    target: int
    as_of: datetime
    ledger_position: int
    definition_version: int
    credit_hours: int = 0
    target_hours: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    definition: str = ""
    ended_at: datetime | None = None

    @property
    def has_just_begun(self) -> bool:
        """Whether so few have been reached that the number alone would say nothing yet."""
        return self.count < JUST_BEGUN and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether its last day is past, or it was closed: what is earned now does not count."""
        return is_over(self.ended_at, self.ends_on, local_day(self.as_of))

    @property
    def percent(self) -> float:
        """The share of the target reached, in percent."""
        return 100 * self.count / self.target

    @property
    def percent_of_hours(self) -> float | None:
        """The share of the target in hours, in percent; None where there is none."""
        return 100 * self.credit_hours / self.target_hours if self.target_hours else None

    @property
    def paragraphs(self) -> list[str]:
        """What it counts, in the words that were published."""
        return [each for part in self.definition.split("\n\n") if (each := part.strip())]


def tail_of(step: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """What was entered since a version was folded: its people or its hours."""
    return (
        select(func.coalesce(func.sum(step), 0))
        .where(TallyEntry.programme_id == Programme.id, TallyEntry.id > Programme.folded_through)
        .scalar_subquery()
    )


_FIGURES = select(
    Programme.name,
    Programme.folded_count + tail_of(TallyEntry.step),
    Programme.target_count,
    select(func.coalesce(func.max(LedgerEntry.id), 0)).scalar_subquery(),
    Programme.definition_version,
    Programme.folded_hours + tail_of(TallyEntry.hours_step),
    Programme.target_hours,
    Programme.starts_on,
    Programme.ends_on,
    Programme.definition,
    Programme.ended_at,
)
_FIGURE = _FIGURES.where(Programme.slug == bindparam("slug"), IS_CURRENT)
_CURRENT = select(Programme.slug).where(IS_CURRENT).order_by(Programme.created_at, Programme.slug)
_FORMER = (
    _FIGURES.where(
        Programme.slug == bindparam("slug"),
        Programme.state == ProgrammeState.SUPERSEDED,
        Programme.published_at.is_not(None),
    )
    .order_by(Programme.definition_version.desc())
    .limit(bindparam("limit"))
)
_FIGURE_OF_VERSION = _FIGURES.where(Programme.id == bindparam("programme_id"))


def list_programmes() -> list[Programme]:
    """Every version that is counted now, the oldest first: the published, and what is prepared.

    Of the latter those whose people have been counted through.
    """
    return list(
        db.session.scalars(
            select(Programme)
            .where(
                IS_COUNTED,
                or_(Programme.state == ProgrammeState.PUBLISHED, Programme.filled_at.is_not(None)),
            )
            .order_by(Programme.id)
        )
    )


def list_current() -> list[str]:
    """The slugs of all programmes whose figure is shown, closed ones too, the oldest first."""
    return list(current_connection().scalars(_CURRENT))


def get_programme(programme_id: int) -> Programme:
    """The version with this key, to be folded."""
    return db.session.get_one(Programme, programme_id)


def get_figure(slug: str, *, now: datetime) -> Figure:
    """The figure of a programme at this moment, exactly; raises NoSuchProgramme.

    One statement sees one state: it cannot fall between a folding and its tail. Of a programme that
    is closed it is the last one.
    """
    return _read(_FIGURE, {"slug": slug}, now=now)


def list_former_figures(slug: str, *, now: datetime) -> list[Figure]:
    """The last figure of each version that was in force before, the latest first."""
    rows = current_connection().execute(_FORMER, {"slug": slug, "limit": MOST_FORMER})
    return [_figure(row, now=now) for row in rows]


def get_figure_of_version(programme_id: int, *, now: datetime) -> Figure:
    """The figure of one version, whether it is shown or not; raises NoSuchProgramme."""
    return _read(_FIGURE_OF_VERSION, {"programme_id": programme_id}, now=now)


def _read(statement: Executable, asked: Mapping[str, str | int], *, now: datetime) -> Figure:
    row = current_connection().execute(statement, asked).one_or_none()
    if row is None:
        raise NoSuchProgramme
    return _figure(row, now=now)


def _figure(row: AnyRow, *, now: datetime) -> Figure:
    name, count, target, position, version, hours, *rest = row
    return Figure(name, int(count), target, now, position, version, int(hours), *rest)
