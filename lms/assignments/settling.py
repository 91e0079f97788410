"""Bringing the people of an assignment in line with it, some hundreds in a transaction.

What was begun and not finished, because the process died, is done again from the start: who is
asked already is asked no second time.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from lms.assignments.models import Assignee, AssigneeState, Assignment
from lms.assignments.people import add_people, compare_assignees
from lms.assignments.places import list_people_there
from lms.assignments.rules import RUNS_ON
from lms.days import local_day, next_office_hour
from lms.db import current_connection, db, transaction
from lms.institutions.models import Institution

AT_ONCE = 500


def list_unsettled() -> list[int]:
    """The assignments whose people have to be looked through."""
    statement = select(Assignment.id).where(Assignment.settled_at.is_(None))
    return list(current_connection().execute(statement.order_by(Assignment.id)).scalars())


def look_through_running(*, now: datetime) -> int:
    """Have every running assignment looked through, as is done each night; returns how many.

    Newcomers are asked, who works elsewhere is not any more, and what differs from postings and
    certificates is put right.
    """
    earliest = local_day(now) - RUNS_ON - timedelta(days=1)
    looked = current_connection().execute(
        update(Assignment)
        .where(Assignment.withdrawn_at.is_(None), Assignment.due_on >= earliest)
        .values(settled_at=None)
    )
    return looked.rowcount


def settle(assignment_id: int, *, now: datetime) -> int:
    """Look through one assignment's people, each batch in a transaction of its own.

    Returns how many parts differed from what postings and certificates say.
    """
    place: str | None = None
    goes_on = True
    while goes_on:
        with transaction():
            place = _ask_newcomers(assignment_id, place, now=now)
        goes_on = place is not None
    differing = 0
    after: int | None = 0
    while after is not None:
        with transaction():
            count, after = _bring_in_line(assignment_id, after, now=now)
        differing += count
    with transaction():
        assignment = _get(assignment_id)
        assignment.settled_at = now
    return differing


def _get(assignment_id: int) -> Assignment:
    return db.session.get_one(Assignment, assignment_id)


def _zone(assignment: Assignment) -> str:
    return db.session.get_one(Institution, assignment.institution_id).time_zone


def _ask_newcomers(assignment_id: int, after: str | None, *, now: datetime) -> str | None:
    assignment = _get(assignment_id)
    if not assignment.is_following or assignment.withdrawn_at is not None:
        return None
    ids, place = list_people_there(assignment, after, limit=AT_ONCE, now=now)
    add_people(assignment, ids, zone=_zone(assignment), now=now)
    return place


def _bring_in_line(assignment_id: int, after: int, *, now: datetime) -> tuple[int, int | None]:
    assignment = _get(assignment_id)
    ids = list(
        current_connection()
        .execute(
            select(Assignee.account_id)
            .where(Assignee.assignment_id == assignment_id, Assignee.account_id > after)
            .order_by(Assignee.account_id)
            .limit(AT_ONCE)
        )
        .scalars()
    )
    count = compare_assignees(assignment_id, ids, now=now)
    those = (
        Assignee.assignment_id == assignment_id,
        Assignee.account_id.in_(ids),
        Assignee.state == AssigneeState.OPEN,
    )
    if assignment.withdrawn_at is not None:
        current_connection().execute(
            update(Assignee).where(*those).values(state=AssigneeState.WITHDRAWN, remind_at=now)
        )
    else:
        current_connection().execute(
            update(Assignee)
            .where(*those, Assignee.told_due_on != assignment.due_on)
            .values(remind_at=next_office_hour(now, _zone(assignment)))
        )
    return count, ids[-1] if len(ids) == AT_ONCE else None
