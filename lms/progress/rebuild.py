"""All rows anew, and whether they are what their sources give: for operators, and at night."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Select,
    delete,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
)

from lms.accounts.models import Account
from lms.days import local_day
from lms.db import AnyRow, current_connection, read_only, refresh_statistics, transaction
from lms.institutions.models import Institution, Posting
from lms.progress.cells import add_to_cells, of_units_above, with_all_units
from lms.progress.models import (
    StaffCount,
    StaffCountStep,
    StaffProgress,
    StaffSearch,
    StaffSum,
)
from lms.progress.modules import number_modules
from lms.progress.refresh import Cell, count_cells, refresh_progress
from lms.progress.sources import progress_of, search_of
from lms.progress.statements import COUNTED, among, as_ids, gone, stretch

AT_ONCE = 2_000
"""Accounts of one transaction: some 50 ms, so that nobody who writes waits long."""

COMPARED_AT_ONCE = 5_000
"""People whose rows are compared by one statement, where no institution has more."""

LAPSED_AT_ONCE = 500


def rebuild_progress(*, now: datetime, at_once: int = AT_ONCE) -> Iterator[tuple[int, int]]:
    """Make all rows and counts anew, some thousand people in a transaction of their own each.

    Gives how many institutions are done, and how many there are. Whatever changes meanwhile is
    right in the end: who was done before is brought up to date by the change itself.
    """
    with transaction():
        number_modules()
    _forget_gone(at_once)
    with read_only():
        institutions = select(Institution.id).order_by(Institution.id)
        there = list(current_connection().execute(institutions).scalars())
        counted = set(current_connection().execute(select(StaffCount.institution_id)).scalars())
    for number, institution_id in enumerate(there, start=1):
        _rebuild_institution(institution_id, at_once, today=local_day(now))
        with transaction():
            _recount(institution_id)
        yield number, len(there)
    for institution_id in sorted(counted - set(there)):
        with transaction():
            _recount(institution_id)
    with transaction():
        refresh_statistics(StaffProgress, StaffSearch, StaffCount, StaffSum)


def _forget_gone(at_once: int) -> None:
    """Remove the rows of who works nowhere any more."""
    with read_only():
        last = current_connection().execute(select(func.max(Account.id))).scalar() or 0
    for after in range(0, last, 10 * at_once):
        with transaction():
            for model in (StaffProgress, StaffSearch):
                asked = {"after": after, "last": after + 10 * at_once}
                current_connection().execute(gone(model), asked)


def _rebuild_institution(institution_id: int, at_once: int, *, today: date) -> None:
    """Make the rows of an institution's people anew."""
    theirs = (
        select(Posting.account_id)
        .where(Posting.institution_id == institution_id, Posting.ended_on.is_(None))
        .order_by(Posting.account_id)
    )
    after: int = 0
    while True:
        with transaction():
            connection = current_connection()
            found = theirs.where(Posting.account_id > after).limit(at_once)
            keys = list(connection.execute(found).scalars())
            if not keys:
                return
            statements = stretch(connection.dialect.name)
            asked = {
                "institution_id": institution_id,
                "after": after,
                "last": keys[-1],
                "today": today,
            }
            if connection.dialect.name == "postgresql":
                connection.execute(statements.lock, asked)
            connection.execute(statements.store, asked)
            connection.execute(statements.store_search, asked)
            after = keys[-1]


def _recount(institution_id: int) -> None:
    """Count an institution's people anew.

    On PostgreSQL steps are locked against writers for the moment, so that nobody's is stored
    between the statement that counts them and the one that takes it away; and the institution, so
    that none of its units moves.
    """
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        here = select(Institution.id).where(Institution.id == institution_id)
        connection.execute(here.with_for_update(read=True))
        connection.execute(text("LOCK TABLE staff_count_steps IN SHARE ROW EXCLUSIVE MODE"))
    for model in (StaffCount, StaffSum, StaffCountStep):
        connection.execute(delete(model).where(model.institution_id == institution_id))
    rows = select(*COUNTED, func.count()).where(StaffProgress.institution_id == institution_id)
    counted = count_cells(connection.execute(rows.group_by(*COUNTED)))
    add_to_cells(with_all_units(counted))
    add_to_cells(of_units_above(counted), StaffSum)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where rows and their sources disagree: `what` of whom, and by how many."""

    what: str
    of: str
    number: int


def reconcile(*, now: datetime) -> list[Difference]:
    """Compare all rows with their sources, and the counts with the rows; nothing is changed.

    A difference is an alarm, not a correction. To be called within `lms.db.snapshot`. Some
    institutions come after others: all of them together would not fit into memory.
    """
    rows = set(_strays())
    counts: list[Difference] = []
    for institution_ids in _together():
        rows.update(_differing_rows(institution_ids, today=local_day(now)))
        counts += _differing_counts(institution_ids)
    return [Difference("row", f"account:{key}", 1) for key in sorted(rows)] + counts


_WHERE = (
    select(Institution.id, literal(0)),
    select(StaffProgress.institution_id, func.count()).group_by(StaffProgress.institution_id),
    select(StaffCount.institution_id, literal(0)).distinct(),
    select(StaffSum.institution_id, literal(0)).distinct(),
    select(StaffCountStep.institution_id, literal(0)).distinct(),
)
_CELL = [getattr(StaffCount, name) for name in Cell._fields]
_SUM_CELL = [getattr(StaffSum, name) for name in Cell._fields]
_STEP_CELL = [getattr(StaffCountStep, name) for name in Cell._fields]


def _together() -> Iterator[list[int]]:
    """The institutions, by their keys, as many at a time as have some thousand people."""
    people: Counter[int] = Counter()
    for asked in _WHERE:
        for institution_id, number in current_connection().execute(asked):
            people[institution_id] += number
    some: list[int] = []
    together = 0
    for institution_id in sorted(people):
        some.append(institution_id)
        together += people[institution_id]
        if together >= COMPARED_AT_ONCE:
            yield some
            some, together = [], 0
    if some:
        yield some


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The statements that compare the rows and the counts of institutions whose keys are `ids`."""

    differing: tuple[Select[int], ...]
    due: Select[*tuple[Any, ...]]
    cells: Select[*tuple[Any, ...]]
    sums: Select[*tuple[Any, ...]]
    steps: Select[*tuple[Any, ...]]


@lru_cache(maxsize=2)
def _comparison(dialect: str) -> _Comparison:
    whose = among(dialect)
    here = whose(Posting.institution_id)
    return _Comparison(
        differing=(
            _differing(StaffProgress, progress_of(dialect, here)),
            _differing(StaffSearch, search_of(here)),
        ),
        due=select(*COUNTED, func.count())
        .where(whose(StaffProgress.institution_id))
        .group_by(*COUNTED),
        cells=select(*_CELL, StaffCount.people_count).where(whose(StaffCount.institution_id)),
        sums=select(*_SUM_CELL, StaffSum.people_count).where(whose(StaffSum.institution_id)),
        steps=select(*_STEP_CELL, func.sum(StaffCountStep.step))
        .where(whose(StaffCountStep.institution_id))
        .group_by(*_STEP_CELL),
    )


def _differing_counts(institution_ids: list[int]) -> list[Difference]:
    """The counts of institutions that are not what their rows give."""
    connection = current_connection()
    dialect = connection.dialect.name
    statements, asked = _comparison(dialect), {"ids": as_ids(dialect, institution_ids)}
    due = count_cells(connection.execute(statements.due, asked))
    since = _counted(connection.execute(statements.steps, asked))
    cells = _counted(connection.execute(statements.cells, asked))
    sums = _counted(connection.execute(statements.sums, asked))
    cells.update(with_all_units(since))
    sums.update(of_units_above(since))
    return [
        *_differences("count", cells, with_all_units(due)),
        *_differences("sum", sums, of_units_above(due)),
    ]


def _counted(rows: Iterable[AnyRow]) -> Counter[Cell]:
    return Counter({Cell(*row[:-1]): int(row[-1]) for row in rows})


def _differences(what: str, held: Counter[Cell], due: Counter[Cell]) -> list[Difference]:
    return [
        Difference(what, str(tuple(cell)), held[cell] - due[cell])
        for cell in sorted(held.keys() | due.keys())
        if held[cell] != due[cell]
    ]


def _strays() -> Iterator[int]:
    """The accounts that have a row, and work nowhere."""
    for model in (StaffProgress, StaffSearch):
        key = model.account_id
        works = exists().where(Posting.account_id == key, Posting.ended_on.is_(None))
        yield from current_connection().execute(select(key).where(~works)).scalars()


def _differing_rows(institution_ids: list[int], *, today: date) -> Iterator[int]:
    """The accounts of institutions whose rows are not what their sources give, or are missing.

    Compared in the database, which gives only those that differ.
    """
    connection = current_connection()
    dialect = connection.dialect.name
    asked = {"ids": as_ids(dialect, institution_ids), "today": today}
    for statement in _comparison(dialect).differing:
        yield from connection.execute(statement, asked).scalars()


def _differing(model: type[StaffProgress] | type[StaffSearch], made: Select[Any]) -> Select[int]:
    made_rows, columns = made.subquery("made"), model.__table__.columns
    key = columns["account_id"]
    names = [name for name in made_rows.c.keys() if name != "account_id"]  # noqa: SIM118
    differs = or_(
        key.is_(null()), *(columns[name].is_distinct_from(made_rows.c[name]) for name in names)
    )
    asked = select(made_rows.c.account_id).outerjoin(model, key == made_rows.c.account_id)
    return asked.where(differs)


def list_lapsed(*, now: datetime) -> list[int]:
    """Accounts with a certificate that has ended since their row was made; some hundred at most."""
    wanted = (
        select(StaffProgress.account_id)
        .where(
            StaffProgress.lapses_on < local_day(now),
            StaffProgress.lapses_on < literal_column("'9999-12-31'"),
        )
        .order_by(StaffProgress.lapses_on, StaffProgress.account_id)
        .limit(LAPSED_AT_ONCE)
    )
    return list(current_connection().execute(wanted).scalars())


def refresh_lapsed(*, now: datetime) -> int:
    """Bring the rows up to date of whose certificates have ended; returns how many there were."""
    done = 0
    while True:
        with read_only():
            ids = list_lapsed(now=now)
        if not ids:
            return done
        with transaction():
            refresh_progress(ids, now=now)
        done += len(ids)
