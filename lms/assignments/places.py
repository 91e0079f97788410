"""Whom an assignment is for, found at its place: everybody, or those whom its filter finds."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from lms.assignments.models import Assignment
from lms.db import current_connection, db
from lms.institutions.models import Posting, Unit
from lms.institutions.scope import Branch, Scope
from lms.progress.staff import BY_NAME, StaffFilter, list_staff


def list_people_there(
    assignment: Assignment, after: str | None, *, limit: int, now: datetime
) -> tuple[list[int], str | None]:
    """Some of the people, and where the next begin; None after the last.

    `after` is what came with those before, or None for the first.
    """
    if assignment.staff_filter is not None:
        return _list_found(assignment, after, limit=limit, now=now)
    ids = _list_all(assignment, after=int(after or 0), limit=limit)
    return ids, str(ids[-1]) if len(ids) == limit else None


def _list_found(
    assignment: Assignment, after: str | None, *, limit: int, now: datetime
) -> tuple[list[int], str | None]:
    wanted = replace(
        StaffFilter.read(assignment.staff_filter or {}),
        institution_id=assignment.institution_id,
        unit_id=assignment.unit_id,
        is_confirmed=True,
    )
    page = list_staff(_scope(assignment), wanted, BY_NAME, now=now, after=after, size=limit)
    return [row.account_id for row in page.rows], page.next


def _scope(assignment: Assignment) -> Scope:
    """The assignment's place and nothing else."""
    nobody = Scope(None, frozenset())
    if assignment.unit_id is None:
        return replace(nobody, institution_ids=frozenset({assignment.institution_id}))
    path = db.session.get_one(Unit, assignment.unit_id).path
    branch = Branch(assignment.institution_id, assignment.unit_id, path)
    return replace(nobody, branches=frozenset({branch}))


def _list_all(assignment: Assignment, *, after: int, limit: int) -> list[int]:
    """Everybody at an assignment's place, in the order of their keys."""
    statement = (
        select(Posting.account_id)
        .where(Posting.institution_id == assignment.institution_id, Posting.ended_on.is_(None))
        .where(Posting.confirmed_at.is_not(None), Posting.account_id > after)
        .order_by(Posting.account_id)
        .limit(limit)
    )
    if assignment.unit_id is not None:
        top = select(Unit.path).where(Unit.id == assignment.unit_id).scalar_subquery()
        statement = statement.where(
            Posting.unit_id.in_(
                select(Unit.id).where(
                    Unit.institution_id == assignment.institution_id, Unit.path.startswith(top)
                )
            )
        )
    return list(current_connection().execute(statement).scalars())
