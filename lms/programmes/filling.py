"""A version that is prepared: everybody is counted through for it, while the present one goes on.

Some people at a time, by sets: what is due for them is compared with what they stand for, as it is
when one person is recounted, and under the same locks. So it makes no difference whether somebody
is recounted before or after, and it may be begun again anywhere.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from lms.accounts.models import Account
from lms.db import batch, current_connection, read_only, snapshot, transaction
from lms.jobs.kind import Run
from lms.jobs.service import enqueue
from lms.programmes.counting import (
    PERSON,
    counting,
    held_of,
    recount_person,
    standing,
    store_changes,
)
from lms.programmes.models import Programme, ProgrammeState, Standing
from lms.programmes.queries import get_programme
from lms.programmes.rollup import fold, reconcile
from lms.programmes.rules import Change, Counted, Key, sum_up

FILLING: Final = "programme"
PORTION: Final = 1_000
"""So many keys of accounts at once; whoever hands something in waits for no more people."""

log = logging.getLogger("sakuham.programmes")


class FiguresDiffer(RuntimeError):
    """What was counted through is not what certificates say; everybody is counted once more."""


class _Outdated(Exception):
    """What is counted was changed, discarded or published meanwhile."""


def _are_here() -> ColumnElement[bool]:
    """The accounts of people whose kept one has a key from `first` on and before `end`."""
    first: BindParameter[int] = bindparam("first")
    end: BindParameter[int] = bindparam("end")
    return or_(
        and_(Account.merged_into_id.is_(None), Account.id >= first, Account.id < end),
        and_(Account.merged_into_id >= first, Account.merged_into_id < end),
    )


_THEIRS: Select[int, int] = select(Account.id, PERSON).where(_are_here()).order_by(Account.id)
# Who is being changed by somebody else is passed by and recounted alone: two who each hold many
# people would wait for one another.
_LOCK_THEIRS = _THEIRS.with_for_update(key_share=True, skip_locked=True)
_DUE = counting().where(Programme.id == bindparam("programme_id"), _are_here())
_HELD = standing().where(
    Standing.programme_id == bindparam("programme_id"),
    Standing.account_id >= bindparam("first"),
    Standing.account_id < bindparam("end"),
)
_LAST = select(func.coalesce(func.max(Account.id), 0))
_STATE = select(Programme.changed_at, Programme.filled_through).where(
    Programme.id == bindparam("programme_id"), Programme.state == ProgrammeState.PREPARING
)
_NOTE = (
    update(Programme)
    .where(
        Programme.id == bindparam("programme_id"),
        Programme.state == ProgrammeState.PREPARING,
        Programme.changed_at == bindparam("since"),
    )
    .execution_options(synchronize_session=False, preserve_rowcount=True)
)
_NOTE_THROUGH = _NOTE.values(filled_through=bindparam("through"))
_NOTE_FILLED = _NOTE.values(filled_at=bindparam("now"))


def ask_to_fill(programme_id: int, *, now: datetime) -> None:
    """Have everybody counted through for a version, by a job."""
    enqueue(FILLING, {"programme_id": programme_id}, asker_id=None, now=now)


def find_last_account() -> int:
    """Up to where there are accounts."""
    return int(current_connection().execute(_LAST).scalar_one())


def fill(run: Run, *, clock: Callable[[], datetime]) -> None:
    """Do the job: count everybody through, compare with certificates, and note that it is done.

    Killed and begun again, it goes on where it was. It ends where the version was changed (another
    job counts that), discarded or published. Raises FiguresDiffer, and begins anew at its next try.
    """
    programme_id: int = run.arguments["programme_id"]
    try:
        since = _count_through(run, programme_id, clock)
        with transaction():
            fold(get_programme(programme_id))
        with snapshot():
            differences = reconcile(get_programme(programme_id))
        with transaction():
            if differences:
                _note(programme_id, since, through=0)
            else:
                current = {"programme_id": programme_id, "since": since, "now": clock()}
                current_connection().execute(_NOTE_FILLED, current)
    except _Outdated:
        log.info("the preparation %s is counted no further", programme_id)
        return
    if differences:
        raise FiguresDiffer(f"{len(differences)} differences, such as {differences[0]}")


def _count_through(run: Run, programme_id: int, clock: Callable[[], datetime]) -> datetime:
    """Count everybody from where it was; gives since when it counts what it counts."""
    asked = {"programme_id": programme_id}
    with read_only():
        found = current_connection().execute(_STATE, asked).one_or_none()
    if found is None:
        raise _Outdated
    since, through = found
    while True:
        with read_only():
            last = find_last_account()
        if through >= last:
            return since
        with batch():
            busy = fill_some(programme_id, through + 1, through + 1 + PORTION, now=clock())
            _note(programme_id, since, through=through + PORTION)
        for account_id in busy:
            with transaction():
                recount_person(account_id, now=clock())
        through += PORTION
        run.report(min(through, last), last)


def _note(programme_id: int, since: datetime, *, through: int) -> None:
    current = {"programme_id": programme_id, "since": since, "through": through}
    if current_connection().execute(_NOTE_THROUGH, current).rowcount == 0:
        raise _Outdated


def fill_some(programme_id: int, first: int, end: int, *, now: datetime) -> list[int]:
    """Count the people with keys from `first` on and before `end`; gives those who were busy.

    Each is held until the end of the transaction, and then read: whatever somebody else has done
    to them is either seen here, or recounted by them when this has ended.
    """
    connection = current_connection()
    span = {"first": first, "end": end}
    locked = {account for account, _ in connection.execute(_LOCK_THEIRS, span)}
    busy: set[int] = set()
    people: set[int] = set()
    for account, person in connection.execute(_THEIRS, span):
        (people if account in locked else busy).add(person)
    asked = {**span, "programme_id": programme_id}
    people -= busy
    due = _only(people, sum_up(connection.execute(_DUE, asked)))
    held = _only(people, held_of(connection.execute(_HELD, asked)))
    if not store_changes(Change.between(held, due), now=now):
        raise _Outdated
    return sorted(busy)


def _only(people: set[int], counted: Mapping[Key, Counted]) -> dict[Key, Counted]:
    return {key: each for key, each in counted.items() if key[1] in people}
