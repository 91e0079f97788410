"""The rollup: folded every few seconds by a job, recomputed in full every night."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select, text

from lms.db import current_connection, db
from lms.programmes.counting import list_counted
from lms.programmes.models import Programme, RollupCell, TallyEntry


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
    tail = db.session.execute(
        select(
            TallyEntry.institution_id,
            TallyEntry.counted_on,
            func.sum(TallyEntry.step),
            func.max(TallyEntry.id),
            func.count(),
        )
        .where(TallyEntry.programme_id == programme.id)
        .where(TallyEntry.id > programme.folded_through)
        .group_by(TallyEntry.institution_id, TallyEntry.counted_on)
    ).all()
    for institution_id, counted_on, steps, _, _ in tail:
        cell = db.session.get(RollupCell, (programme.id, institution_id, counted_on))
        if cell is None:
            cell = RollupCell(
                programme_id=programme.id,
                institution_id=institution_id,
                counted_on=counted_on,
                people_count=0,
            )
            db.session.add(cell)
        cell.people_count += steps
    programme.folded_count += sum(row[2] for row in tail)
    programme.folded_through = max([row[3] for row in tail], default=programme.folded_through)
    db.session.flush()
    return sum(row[4] for row in tail)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a published figure and its recomputation from the ledger disagree."""

    institution_id: int
    counted_on: date
    published: int
    recomputed: int


def reconcile(programme: Programme) -> list[Difference]:
    """Recompute a programme's figure from certificates and ledger and name every difference.

    A difference is an alarm, not a correction: nothing is changed. To be called within
    `lms.db.snapshot`, or what is stored meanwhile would look like one.
    """
    recomputed = Counter((at, day) for _, _, at, day in list_counted(programme.id))
    published: Counter[tuple[int, date]] = Counter()
    for cell in db.session.scalars(
        select(RollupCell).where(RollupCell.programme_id == programme.id)
    ):
        published[cell.institution_id, cell.counted_on] += cell.people_count
    for entry in db.session.scalars(
        select(TallyEntry)
        .where(TallyEntry.programme_id == programme.id)
        .where(TallyEntry.id > programme.folded_through)
    ):
        published[entry.institution_id, entry.counted_on] += entry.step
    return [
        Difference(*cell, published[cell], recomputed[cell])
        for cell in sorted(published.keys() | recomputed.keys())
        if published[cell] != recomputed[cell]
    ]
