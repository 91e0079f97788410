"""A figure as it was at a moment: the tally is only added to, so that it is the same ever after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from lms.certificates.models import LedgerEntry
from lms.days import local_day
from lms.db import AnyRow, current_connection
from lms.institutions.models import Institution
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import IS_CURRENT, Programme, ProgrammeState, TallyEntry


@dataclass(frozen=True, slots=True)
class PastFigure:
    """What a programme's figure was at a moment, by the version that was in force then.

    `definition` is what that version counts in a coordinator's words, empty of the first ones.
    """

    programme_id: int
    name: str
    definition_version: int
    moment: datetime
    count: int
    credit_hours: int
    target: int
    target_hours: int | None
    starts_on: date
    ends_on: date | None
    definition: str


@dataclass(frozen=True, slots=True)
class PastReached:
    """An institution's part of it."""

    institution_id: int
    name: str
    count: int
    credit_hours: int


_VERSIONS = (
    select(
        Programme.id,
        Programme.name,
        Programme.definition_version,
        Programme.target_count,
        Programme.target_hours,
        Programme.starts_on,
        Programme.ends_on,
        Programme.definition,
        Programme.published_at,
    )
    .where(
        Programme.slug == bindparam("slug"),
        Programme.published_at.is_not(None),
        Programme.starts_on <= bindparam("day"),
        or_(IS_CURRENT, Programme.state == ProgrammeState.SUPERSEDED),
    )
    .order_by(Programme.published_at, Programme.definition_version)
)
_BY_THEN = and_(
    TallyEntry.programme_id == bindparam("programme_id"),
    TallyEntry.entered_at <= bindparam("moment"),
)
_SUM = select(
    func.coalesce(func.sum(TallyEntry.step), 0), func.coalesce(func.sum(TallyEntry.hours_step), 0)
).where(_BY_THEN)
_BY_INSTITUTION = (
    select(
        TallyEntry.institution_id,
        Institution.name,
        func.sum(TallyEntry.step),
        func.sum(TallyEntry.hours_step),
    )
    .join(Institution, Institution.id == TallyEntry.institution_id)
    .where(_BY_THEN)
    .group_by(TallyEntry.institution_id, Institution.name)
    .having(or_(func.sum(TallyEntry.step) != 0, func.sum(TallyEntry.hours_step) != 0))
    .order_by(func.sum(TallyEntry.step).desc(), Institution.name, TallyEntry.institution_id)
)

_CELLS = (
    select(TallyEntry.institution_id, TallyEntry.counted_on, func.sum(TallyEntry.step))
    .where(_BY_THEN)
    .group_by(TallyEntry.institution_id, TallyEntry.counted_on)
    .having(func.sum(TallyEntry.step) != 0)
    .order_by(TallyEntry.institution_id, TallyEntry.counted_on)
)
_POSITION = (
    select(LedgerEntry.id)
    .where(LedgerEntry.entered_at <= bindparam("moment"))
    .order_by(LedgerEntry.id.desc())
    .limit(1)
)


def figure_at(slug: str, moment: datetime) -> PastFigure:
    """What the figure of a programme was; raises NoSuchProgramme before its window.

    The same whenever it is asked, once the deeds of that moment are stored: an entry bears the
    moment at which its deed began, and is seen when that has ended. So who reports a month asks
    when it has been over for some minutes. Entries from before hours were counted have none; they
    were entered together, at the moment from which on they were counted.
    """
    version = _version_at(slug, moment)
    asked = {"programme_id": version.id, "moment": moment}
    people, hours = current_connection().execute(_SUM, asked).one()
    return PastFigure(
        programme_id=version.id,
        name=version.name,
        definition_version=version.definition_version,
        moment=moment,
        count=int(people),
        credit_hours=int(hours),
        target=version.target_count,
        target_hours=version.target_hours,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        definition=version.definition,
    )


def breakdown_at(slug: str, moment: datetime) -> list[PastReached]:
    """The same by institution, the most first, which together are the figure; raises as it does."""
    asked = {"programme_id": _version_at(slug, moment).id, "moment": moment}
    rows = current_connection().execute(_BY_INSTITUTION, asked)
    return [PastReached(key, name, int(people), int(hours)) for key, name, people, hours in rows]


def cells_at(
    slug: str, moment: datetime, *is_wanted: ColumnElement[bool]
) -> Iterator[tuple[int, date, int]]:
    """Institution, day, and how many people a programme had reached there by then.

    Of all institutions, or of those of which the conditions hold, which are asked of the tally's;
    raises NoSuchProgramme.
    """
    asked = {"programme_id": _version_at(slug, moment).id, "moment": moment}
    rows = current_connection().execute(_CELLS.where(*is_wanted), asked)
    for institution_id, day, people in rows:
        yield institution_id, day, int(people)


def position_at(moment: datetime) -> int:
    """The number of the ledger's last entry at a moment; 0 of none."""
    return current_connection().execute(_POSITION, {"moment": moment}).scalar() or 0


def _version_at(slug: str, moment: datetime) -> AnyRow:
    """The version that was in force; before any was, the first one, which counts from its start."""
    asked = {"slug": slug, "day": local_day(moment)}
    versions = current_connection().execute(_VERSIONS, asked).all()
    if not versions:
        raise NoSuchProgramme
    published = [each for each in versions if each.published_at <= moment]
    return published[-1] if published else versions[0]
