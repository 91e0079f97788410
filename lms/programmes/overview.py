"""Programmes and their versions as whoever keeps them sees them, each with its figure."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from lms.db import AnyRow, current_connection
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.filling import find_last_account
from lms.programmes.models import (
    IS_CURRENT,
    Programme,
    ProgrammeModule,
    ProgrammeState,
    TallyEntry,
)
from lms.programmes.queries import tail_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was written, with its figure.

    `filled_percent` is how far people have been counted through for it, 100 where all were.
    """

    programme_id: int
    slug: str
    number: int
    state: ProgrammeState
    name: str
    definition: str
    target_count: int
    target_hours: int | None
    starts_on: date
    ends_on: date | None
    published_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    is_filled: bool
    filled_percent: int
    count: int
    credit_hours: int
    module_ids: frozenset[int]

    @property
    def paragraphs(self) -> list[str]:
        """What it counts, in a coordinator's words."""
        return [each for part in self.definition.split("\n\n") if (each := part.strip())]


@dataclass(frozen=True, slots=True)
class Line:
    """A programme in the list: its current version, or the first one while that is prepared."""

    slug: str
    name: str
    state: ProgrammeState
    starts_on: date
    ends_on: date | None
    count: int
    target: int
    credit_hours: int
    target_hours: int | None
    is_changing: bool
    """Whether another version is prepared."""


_COUNT = Programme.folded_count + tail_of(TallyEntry.step)
_HOURS = Programme.folded_hours + tail_of(TallyEntry.hours_step)
_VERSIONS = (
    select(
        Programme.id,
        Programme.slug,
        Programme.definition_version,
        Programme.state,
        Programme.name,
        Programme.definition,
        Programme.target_count,
        Programme.target_hours,
        Programme.starts_on,
        Programme.ends_on,
        Programme.published_at,
        Programme.ended_at,
        Programme.end_reason,
        Programme.filled_at,
        Programme.filled_through,
        _COUNT.label("people"),
        _HOURS.label("hours"),
    )
    .where(Programme.slug == bindparam("slug"), Programme.state != ProgrammeState.DISCARDED)
    .order_by(Programme.definition_version.desc())
)
_MODULES = (
    select(ProgrammeModule.programme_id, ProgrammeModule.module_id)
    .join(Programme, Programme.id == ProgrammeModule.programme_id)
    .where(Programme.slug == bindparam("slug"))
    .order_by(ProgrammeModule.programme_id, ProgrammeModule.module_id)
)
_other = aliased(Programme)
_PREPARED = (
    select(func.count())
    .where(_other.slug == Programme.slug, _other.state == ProgrammeState.PREPARING)
    .scalar_subquery()
)
_SHOWN = (
    select(func.count())
    .where(
        _other.slug == Programme.slug,
        _other.state.in_((ProgrammeState.PUBLISHED, ProgrammeState.CLOSED)),
    )
    .scalar_subquery()
)
_IS_LISTED = or_(IS_CURRENT, (Programme.state == ProgrammeState.PREPARING) & (_SHOWN == 0))
_LINES = (
    select(
        Programme.slug,
        Programme.name,
        Programme.state,
        Programme.starts_on,
        Programme.ends_on,
        _COUNT.label("people"),
        Programme.target_count,
        _HOURS.label("hours"),
        Programme.target_hours,
        _PREPARED.label("prepared"),
    )
    .where(_IS_LISTED)
    .order_by(Programme.state == ProgrammeState.CLOSED, Programme.name, Programme.slug)
    .limit(PAGE_SIZE)
    .offset(bindparam("before"))
)
_LINE_COUNT = select(func.count()).select_from(Programme).where(_IS_LISTED)


def list_lines(page: int) -> list[Line]:
    """A page of all programmes, those that are closed last."""
    rows = current_connection().execute(_LINES, {"before": (page - 1) * PAGE_SIZE})
    return [
        Line(
            slug=row.slug,
            name=row.name,
            state=row.state,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            count=int(row.people),
            target=row.target_count,
            credit_hours=int(row.hours),
            target_hours=row.target_hours,
            is_changing=bool(row.prepared) and row.state is not ProgrammeState.PREPARING,
        )
        for row in rows
    ]


def count_lines() -> int:
    """How many programmes there are."""
    return int(current_connection().execute(_LINE_COUNT).scalar_one())


def list_versions(slug: str) -> list[Version]:
    """The versions of a programme that were not discarded, the newest first.

    Raises NoSuchProgramme where there is none.
    """
    connection = current_connection()
    rows = connection.execute(_VERSIONS, {"slug": slug}).all()
    if not rows:
        raise NoSuchProgramme
    modules: dict[int, set[int]] = {}
    for programme_id, module_id in connection.execute(_MODULES, {"slug": slug}):
        modules.setdefault(programme_id, set()).add(module_id)
    is_counting = any(
        row.state is ProgrammeState.PREPARING and row.filled_at is None for row in rows
    )
    last = find_last_account() if is_counting else 0
    return [_version(row, frozenset(modules.get(row.id, ())), last) for row in rows]


def _version(row: AnyRow, module_ids: frozenset[int], last: int) -> Version:
    """A row as it is read; `last` is up to which account people are to be counted through."""
    is_filled = row.filled_at is not None
    percent = 100 if is_filled or not last else min(99, 100 * row.filled_through // last)
    return Version(
        programme_id=row.id,
        slug=row.slug,
        number=row.definition_version,
        state=row.state,
        name=row.name,
        definition=row.definition,
        target_count=row.target_count,
        target_hours=row.target_hours,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        published_at=row.published_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        is_filled=is_filled,
        filled_percent=percent,
        count=int(row.people),
        credit_hours=int(row.hours),
        module_ids=module_ids,
    )
