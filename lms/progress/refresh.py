"""Brings rows of progress up to date, in the transaction of what changes them.

Each row is made of its sources anew, and never by what happened: whatever happens in whatever
order, it cannot drift from them.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert

from lms.days import local_day
from lms.db import AnyRow, current_connection, db
from lms.progress.models import ACTIVATED, OVERALL, StaffCountStep
from lms.progress.rules import Status, states_of
from lms.progress.statements import Statements, as_ids, listed


class Cell(NamedTuple):
    """Of whom a count is: an institution's unit, a module by its ordinal, and how far they are."""

    institution_id: int
    unit_id: int
    ordinal: int
    kind: str
    is_confirmed: bool
    status: int


def refresh_progress(
    account_ids: Collection[int], *, are_same: bool = False, now: datetime
) -> None:
    """Bring the rows of some people up to date, and step the counts by the difference.

    With `are_same` they are who and where they were, and have but learned something: rows that
    say who they are stay.

    Called in the transaction of the change, for one person or for some thousand. Their accounts'
    rows are locked first, in the order of their keys, so that two changes to one person come one
    after the other. Who works nowhere any more has no row.
    """
    if not account_ids:
        return
    if db.session.registry.has():
        db.session.flush()
    connection = current_connection()
    dialect = connection.dialect.name
    statements = listed(dialect)
    ids = _hold(statements, account_ids)
    asked = {"ids": as_ids(dialect, ids), "today": local_day(now)}
    before = count_cells(connection.execute(statements.count, asked))
    if not are_same:
        connection.execute(statements.leave, asked)
        connection.execute(statements.leave_search, asked)
        connection.execute(statements.store_search, asked)
    connection.execute(statements.store, asked)
    _step(before, count_cells(connection.execute(statements.count, asked)))


def begin_progress(account_ids: Collection[int]) -> None:
    """Make the rows of people who are new, and step the counts by them.

    Called in the transaction that adds their accounts. So nobody has to be held, for nobody else
    sees them yet; and nothing they have done is looked for.
    """
    connection = current_connection()
    dialect = connection.dialect.name
    statements = listed(dialect)
    asked = {"ids": as_ids(dialect, sorted(account_ids))}
    connection.execute(statements.begin, asked)
    connection.execute(statements.begin_search, asked)
    _step(Counter(), count_cells(connection.execute(statements.count, asked)))


def _step(before: Counter[Cell], after: Counter[Cell]) -> None:
    steps = [
        {**cell._asdict(), "step": after[cell] - before[cell]}
        for cell in sorted(before.keys() | after.keys())
        if before[cell] != after[cell]
    ]
    if steps:
        current_connection().execute(insert(StaffCountStep), steps)


def _hold(statements: Statements, account_ids: Collection[int]) -> list[int]:
    """Hold the accounts of some people and those that they were merged into; gives all keys."""
    connection = current_connection()
    ids = set(account_ids)
    while True:
        asked = {"ids": as_ids(connection.dialect.name, sorted(ids))}
        kept = {into for _, into in connection.execute(statements.lock, asked) if into is not None}
        if kept <= ids:
            return sorted(ids)
        ids |= kept


def count_cells(rows: Iterable[AnyRow]) -> Counter[Cell]:
    """How many people are how far, overall and by module, and have activated their account.

    From rows of COUNTED and a number.
    """
    counted: Counter[Cell] = Counter()
    for institution, unit, kind, is_confirmed, is_activated, status, modules, people in rows:
        counted[Cell(institution, unit, OVERALL, kind, is_confirmed, status)] += people
        if is_activated:
            state = Status.FINISHED.code
            counted[Cell(institution, unit, ACTIVATED, kind, is_confirmed, state)] += people
        for ordinal, state in states_of(modules).items():
            counted[Cell(institution, unit, ordinal, kind, is_confirmed, state)] += people
    return counted
