"""A programme's figure as it was at a moment: the sums of the tally up to it.

The tally is only ever added to, and each entry has its moment; so the figure of a moment is always
the same, once all that was begun before it is stored.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select

from lms.certificates.models import LedgerEntry
from lms.db import current_connection
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import Programme, TallyEntry
from lms.programmes.queries import Figure


def figure_at(slug: str, moment: datetime) -> Figure:
    """The figure of a programme at a moment; raises NoSuchProgramme."""
    connection = current_connection()
    programme = connection.execute(
        select(
            Programme.id, Programme.name, Programme.target_count, Programme.definition_version
        ).where(Programme.slug == slug)
    ).one_or_none()
    if programme is None:
        raise NoSuchProgramme
    people = connection.execute(
        _steps(slug, moment).with_only_columns(func.coalesce(func.sum(TallyEntry.step), 0))
    ).scalar_one()
    return Figure(
        programme.name,
        int(people),
        programme.target_count,
        moment,
        position_at(moment),
        programme.definition_version,
    )


def breakdown_at(
    slug: str, moment: datetime, *is_wanted: ColumnElement[bool]
) -> Iterator[tuple[int, date, int]]:
    """Institution, day, and how many people a programme had reached there at a moment.

    Of all institutions, or of those of which the conditions hold, which are asked of the tally's.
    """
    cell = (TallyEntry.institution_id, TallyEntry.counted_on)
    people = func.sum(TallyEntry.step)
    rows = current_connection().execute(
        _steps(slug, moment)
        .where(*is_wanted)
        .with_only_columns(*cell, people)
        .group_by(*cell)
        .having(people != 0)
        .order_by(*cell)
    )
    for institution_id, day, count in rows:
        yield institution_id, day, int(count)


def position_at(moment: datetime) -> int:
    """The number of the ledger's last entry at a moment; 0 of none."""
    last = (
        select(LedgerEntry.id)
        .where(LedgerEntry.entered_at <= moment)
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    )
    return current_connection().execute(last).scalar() or 0


def _steps(slug: str, moment: datetime) -> Select[int]:
    programme = select(Programme.id).where(Programme.slug == slug).scalar_subquery()
    return select(TallyEntry.id).where(
        TallyEntry.programme_id == programme, TallyEntry.entered_at <= moment
    )
