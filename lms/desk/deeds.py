"""What an officer does with many people of a list beside deciding: invite them, move them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final

from sqlalchemy import select

from lms.db import among, current_connection, db, read_only, transaction
from lms.desk.deciding import scope_of_run
from lms.errors import Refusal
from lms.institutions.people.codes import Chosen
from lms.institutions.people.errors import NobodyChosen, NoSuchBatch
from lms.institutions.people.facts import move_unit
from lms.institutions.people.held import hold_accounts
from lms.institutions.people.invitations import invite
from lms.institutions.scope import Scope
from lms.institutions.staff_models import FactKind, StaffFact
from lms.jobs.kind import Output, Run
from lms.progress.staff import StaffFilter, iterate

INVITING: Final = "staff_inviting"
MOVING: Final = "staff_moving"
"""The kinds of job."""

AT_ONCE: Final = 50
"""People of one transaction."""

Clock = Callable[[], datetime]


def list_postings(scope: Scope, wanted: StaffFilter, most: int, *, now: datetime) -> list[int]:
    """Where the people of a list stand, up to so many of them."""
    return [row.posting_id for row in islice(iterate(scope, wanted, now=now), most)]


def move_some(
    scope: Scope, posting_ids: Sequence[int], unit_id: int, on: date, *, now: datetime
) -> int:
    """Note of AT_ONCE people at most that they are in another unit from a day on; how many.

    Passed over is who is there already, who is to come there on that day anyway, who waits to be
    confirmed, the asker, and who began to work here after that day.
    """
    hold_accounts(scope, list(posting_ids))
    noted = _noted(posting_ids, unit_id, on)
    number = 0
    for posting_id in posting_ids:
        if posting_id in noted:
            continue
        try:
            with db.session.begin_nested():
                move_unit(scope, posting_id, unit_id, on, now=now)
        except Refusal:
            continue
        number += 1
    return number


def _noted(posting_ids: Sequence[int], unit_id: int, on: date) -> set[int]:
    """Of whom this very move is noted and still to come."""
    rows = db.session.execute(
        select(StaffFact.posting_id, StaffFact.details).where(
            among(StaffFact.posting_id, list(posting_ids), current_connection()),
            StaffFact.kind == FactKind.MOVED_UNIT,
            StaffFact.takes_force_on == on,
            StaffFact.applied_at.is_(None),
            StaffFact.undone_at.is_(None),
        )
    )
    return {posting_id for posting_id, details in rows if details.get("unit_id") == unit_id}


def invite_many(run: Run, *, clock: Clock) -> Output:
    """Have everybody of a list invited who needs it, all in one batch, which can be stopped.

    Raises NoInstitution or NotInScope where the asker does not answer for just these any more.
    """
    batch_id: int | None = None
    for scope, ids in _portions(run, clock):
        try:
            with transaction():
                batch_id = invite(scope, Chosen(tuple(ids)), now=clock(), batch_id=batch_id)
        except NobodyChosen:
            continue
        except NoSuchBatch:  # it was stopped, and so is this
            break
    return Output({})


def move_many(run: Run, *, clock: Clock) -> Output:
    """Note of everybody of a list that they are in another unit; raises as the inviting does."""
    unit_id, on = run.arguments["unit_id"], date.fromisoformat(run.arguments["on"])
    number = 0
    for scope, ids in _portions(run, clock):
        with transaction():
            number += move_some(scope, ids, unit_id, on, now=clock())
    return Output({"rows": number})


def _portions(run: Run, clock: Clock) -> Iterator[tuple[Scope, list[int]]]:
    """The people of a job's list, some at a time, with the asker's scope as it is then."""
    wanted = StaffFilter.read(run.arguments["filter"])
    with read_only():
        ids = [row.posting_id for row in iterate(scope_of_run(run), wanted, now=clock())]
    for start in range(0, len(ids), AT_ONCE):
        with read_only():
            scope = scope_of_run(run)
        yield scope, ids[start : start + AT_ONCE]
        run.report(min(start + AT_ONCE, len(ids)), len(ids))
