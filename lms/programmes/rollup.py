"""The rollup: folded every few seconds by a job, recomputed in full every night.

It is kept three times: by institution and day, by institution, and by day, each the sum of the same
entries, so that a page that shows one of the two never reads both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Executable,
    FromClause,
    Integer,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from lms.db import current_connection, db
from lms.programmes.counting import counted_cells
from lms.programmes.models import (
    Programme,
    RollupCell,
    RollupDay,
    RollupInstitution,
    TallyEntry,
)
from lms.programmes.rules import Amount

Table = type[RollupCell] | type[RollupDay] | type[RollupInstitution]
Column = InstrumentedAttribute[Any]
Side = Select[int | None, date | None, int, int, int, int]
"""Institution, day, people and hours as published, people and hours as recomputed."""

ROLLUPS: tuple[tuple[Table, tuple[Column, ...]], ...] = (
    (RollupCell, (TallyEntry.institution_id, TallyEntry.counted_on)),
    (RollupInstitution, (TallyEntry.institution_id,)),
    (RollupDay, (TallyEntry.counted_on,)),
)


def list_unfolded() -> list[int]:
    """The programmes whose tally has a tail."""
    tail = exists().where(
        TallyEntry.programme_id == Programme.id, TallyEntry.id > Programme.folded_through
    )
    return list(db.session.scalars(select(Programme.id).where(tail).order_by(Programme.id)))


def fold(programme: Programme) -> int:
    """Move the tally's tail into the rollup; returns how many entries were folded.

    A transaction may get its entry's number before another that is stored first. On PostgreSQL
    the table is locked against writers for the moment, so that no entry with a lower number can
    still be on its way; SQLite has one writer anyway. The table comes before the programme's row,
    which is held so that entries may still refer to it: who has written into the tally waits for
    neither.
    """
    if current_connection().dialect.name == "postgresql":
        current_connection().execute(text("LOCK TABLE tally_entries IN SHARE MODE"))
    db.session.refresh(programme, with_for_update={"key_share": True})
    count, steps, hours, last = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(TallyEntry.step), 0),
            func.coalesce(func.sum(TallyEntry.hours_step), 0),
            func.max(TallyEntry.id),
        )
        .where(TallyEntry.programme_id == programme.id)
        .where(TallyEntry.id > programme.folded_through)
    ).one()
    if not count:
        return 0
    for table, columns in ROLLUPS:
        current_connection().execute(_add(table, columns, programme, last))
    current_connection().execute(_move_on(programme, last))
    programme.folded_count += int(steps)
    programme.folded_hours += int(hours)
    programme.folded_through = last
    db.session.flush()
    return int(count)


def _add(table: Table, columns: tuple[Column, ...], programme: Programme, last: int) -> Executable:
    """The statement that adds the tail up to its last entry to one of the rollups."""
    words = postgresql if current_connection().dialect.name == "postgresql" else sqlite
    tail = (
        select(
            TallyEntry.programme_id,
            *columns,
            func.sum(TallyEntry.step),
            func.sum(TallyEntry.hours_step),
        )
        .where(TallyEntry.programme_id == programme.id)
        .where(TallyEntry.id > programme.folded_through, TallyEntry.id <= last)
        .group_by(TallyEntry.programme_id, *columns)
    )
    keys = ["programme_id", *(column.key for column in columns)]
    added = words.insert(table).from_select([*keys, "people_count", "credit_hours"], tail)
    statement: Executable = added.on_conflict_do_update(
        index_elements=keys,
        set_={
            "people_count": table.people_count + added.excluded.people_count,
            "credit_hours": table.credit_hours + added.excluded.credit_hours,
        },
    )
    return statement


def _move_on(programme: Programme, last: int) -> Executable:
    """The statement that says of each institution in the tail which is its latest day now."""
    touched = select(TallyEntry.institution_id).where(
        TallyEntry.programme_id == programme.id,
        TallyEntry.id > programme.folded_through,
        TallyEntry.id <= last,
    )
    latest = select(func.max(RollupCell.counted_on)).where(
        RollupCell.programme_id == RollupInstitution.programme_id,
        RollupCell.institution_id == RollupInstitution.institution_id,
        RollupCell.people_count > 0,
    )
    return (
        update(RollupInstitution)
        .where(
            RollupInstitution.programme_id == programme.id,
            RollupInstitution.institution_id.in_(touched),
        )
        .values(last_counted_on=latest.scalar_subquery())
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a published figure and its recomputation from the ledger disagree.

    Without a day it is that of all days, without an institution that of all institutions, and
    without both the programme's.
    """

    institution_id: int | None
    counted_on: date | None
    published: Amount
    recomputed: Amount


def reconcile(programme: Programme) -> list[Difference]:
    """Recompute a programme's figures from certificates and ledger and name every difference.

    A difference is an alarm, not a correction: nothing is changed. To be called within
    `lms.db.snapshot`, or what is stored meanwhile would look like one. The database compares;
    what it gives is differences, and so nothing as a rule.
    """
    every = union_all(*_sides(programme)).subquery()
    at, on, *amounts = every.c
    people, hours, counted_people, counted_hours = map(func.sum, amounts)
    rows = db.session.execute(
        select(at, on, people, hours, counted_people, counted_hours)
        .group_by(at, on)
        .having(or_(people != counted_people, hours != counted_hours))
        .order_by(at, on)
    )
    return [
        Difference(at, on, Amount(int(here), int(had)), Amount(int(there), int(due)))
        for at, on, here, had, there, due in rows
    ]


def _sides(programme: Programme) -> Iterator[Side]:
    """Each rollup with the tail, and the sum of all, published and recomputed."""
    entries = select(
        TallyEntry.institution_id,
        TallyEntry.counted_on,
        TallyEntry.step.label("people_count"),
        TallyEntry.hours_step.label("credit_hours"),
    ).where(TallyEntry.programme_id == programme.id, TallyEntry.id > programme.folded_through)
    tail, counted = entries.cte("tail"), counted_cells(programme.id).cte("counted")
    for table, columns in ROLLUPS:
        names = {column.key for column in columns}
        rolled = select(table).where(table.programme_id == programme.id).subquery()
        yield _side(rolled, names)
        yield _side(tail, names)
        yield _side(counted, names, is_published=False)
    yield select(
        cast(null(), Integer),
        cast(null(), Date),
        literal(programme.folded_count),
        literal(programme.folded_hours),
        literal(0),
        literal(0),
    )
    yield _side(tail, set())
    yield _side(counted, set(), is_published=False)


def _side(rows: FromClause, names: set[str], *, is_published: bool = True) -> Side:
    """Rows with the columns that are asked for, and nothing in the place of others."""
    at = rows.c.institution_id if "institution_id" in names else cast(null(), Integer)
    on = rows.c.counted_on if "counted_on" in names else cast(null(), Date)
    amount, nothing = (rows.c.people_count, rows.c.credit_hours), (literal(0), literal(0))
    if is_published:
        return select(at, on, *amount, *nothing)
    return select(at, on, *nothing, *amount)
