"""What officers see of their assignments, and what a person is asked."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.assignments.errors import NoSuchAssignment
from lms.assignments.models import Assignee, AssigneeState, Assignment, DueDateChange
from lms.assignments.rules import RUNS_ON
from lms.days import local_day
from lms.db import AnyRow, current_connection, db
from lms.institutions.models import Institution, Unit
from lms.institutions.scope import Scope
from lms.pocketbooks.models import Module, Pocketbook, Release
from lms.pocketbooks.queries import latest_release

LIST_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment as its officers see it; `today` is the day at its institution."""

    id: int
    title: str
    slug: str
    institution_name: str
    unit_name: str | None
    due_on: date
    words: str
    is_following: bool
    has_filter: bool
    made_at: datetime
    actor_name: str | None
    is_settled: bool
    withdrawn_at: datetime | None
    today: date
    done_count: int
    open_count: int

    @property
    def total_count(self) -> int:
        """Everybody who is asked, or was and has finished."""
        return self.done_count + self.open_count

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed and somebody has not finished."""
        return self.withdrawn_at is None and self.today > self.due_on and self.open_count > 0

    @property
    def days_left(self) -> int:
        """Until the due date; negative after it."""
        return (self.due_on - self.today).days


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """What a person is asked to finish, the soonest due first; `days_left` is negative after."""

    assignment_id: int
    module_id: int
    slug: str
    code: str
    title: str
    institution_name: str
    words: str
    due_on: date
    days_left: int


_release = aliased(Release)

_ASSIGNMENTS: Select[*tuple[Any, ...]] = (
    select(
        Assignment,
        _release.title,
        Pocketbook.slug,
        Institution.name.label("institution_name"),
        Institution.time_zone,
        Unit.name.label("unit_name"),
        Unit.path,
        Account.name.label("actor_name"),
    )
    .join(Module, Module.id == Assignment.module_id)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .join(_release, _release.id == latest_release(Module.current_edition_id))
    .join(Institution, Institution.id == Assignment.institution_id)
    .outerjoin(Unit, Unit.id == Assignment.unit_id)
    .outerjoin(Account, Account.id == Assignment.actor_id)
)


def _is_own(scope: Scope) -> ColumnElement[bool]:
    """That an assignment's place is wholly the asker's."""
    whole = Assignment.institution_id.in_(scope.institution_ids)
    below = [
        and_(
            Assignment.institution_id == branch.institution_id,
            Unit.path.startswith(branch.path, autoescape=True),
        )
        for branch in sorted(scope.branches, key=lambda branch: branch.path)
    ]
    return or_(whole, *below)


def list_assignments(scope: Scope, *, page: int, now: datetime) -> list[AssignmentView]:
    """The asker's assignments, the newest first."""
    rows = db.session.execute(
        _ASSIGNMENTS.where(_is_own(scope))
        .order_by(Assignment.id.desc())
        .limit(LIST_SIZE)
        .offset((page - 1) * LIST_SIZE)
    ).all()
    counts = _count_people([row.Assignment.id for row in rows])
    return [_view(row, counts, now=now) for row in rows]


def count_assignments(scope: Scope) -> int:
    """How many there are in that list."""
    statement = (
        select(func.count())
        .select_from(Assignment)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .where(_is_own(scope))
    )
    return db.session.scalar(statement) or 0


def count_overdue(scope: Scope, *, now: datetime) -> int:
    """How many of the asker's running assignments are past their day and not finished by all."""
    return current_connection().execute(overdue(scope), overdue_on(local_day(now))).scalar_one()


def overdue_on(today: date) -> dict[str, date]:
    """The parameters of what counts them."""
    return {"overdue_on": today, "overdue_from": today - RUNS_ON}


@lru_cache(maxsize=1_000)
def overdue(scope: Scope) -> Select[int]:
    """What counts them. Kept for each officer: to write it costs more than to ask it."""
    today, first = (bindparam(name, type_=Date()) for name in ("overdue_on", "overdue_from"))
    is_open = exists().where(
        Assignee.assignment_id == Assignment.id, Assignee.state == AssigneeState.OPEN
    )
    return (
        select(func.count(Assignment.id))
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .where(_is_own(scope), Assignment.withdrawn_at.is_(None))
        .where(Assignment.due_on < today, Assignment.due_on >= first, is_open)
    )


def get_assignment(scope: Scope, assignment_id: int, *, now: datetime) -> AssignmentView:
    """One of them; raises NoSuchAssignment for any other."""
    row = db.session.execute(
        _ASSIGNMENTS.where(_is_own(scope), Assignment.id == assignment_id)
    ).one_or_none()
    if row is None:
        raise NoSuchAssignment
    return _view(row, _count_people([assignment_id]), now=now)


def list_due_date_changes(assignment_id: int) -> list[tuple[date, date, datetime]]:
    """From which day to which an assignment's due date was moved, and when, the latest first."""
    rows = db.session.execute(
        select(DueDateChange.former_due_on, DueDateChange.due_on, DueDateChange.changed_at)
        .where(DueDateChange.assignment_id == assignment_id)
        .order_by(DueDateChange.id.desc())
        .limit(20)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _count_people(assignment_ids: list[int]) -> dict[tuple[int, AssigneeState], int]:
    rows = db.session.execute(
        select(Assignee.assignment_id, Assignee.state, func.count())
        .where(Assignee.assignment_id.in_(assignment_ids))
        .group_by(Assignee.assignment_id, Assignee.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _view(
    row: AnyRow, counts: dict[tuple[int, AssigneeState], int], *, now: datetime
) -> AssignmentView:
    assignment: Assignment = row.Assignment
    # Of one that is withdrawn those are meant who were asked until then.
    still = AssigneeState.OPEN if assignment.withdrawn_at is None else AssigneeState.WITHDRAWN
    return AssignmentView(
        id=assignment.id,
        title=row.title,
        slug=row.slug,
        institution_name=row.institution_name,
        unit_name=row.unit_name,
        due_on=assignment.due_on,
        words=assignment.words,
        is_following=assignment.is_following,
        has_filter=assignment.staff_filter is not None,
        made_at=assignment.made_at,
        actor_name=row.actor_name,
        is_settled=assignment.settled_at is not None,
        withdrawn_at=assignment.withdrawn_at,
        today=local_day(now, row.time_zone),
        done_count=counts.get((assignment.id, AssigneeState.DONE), 0),
        open_count=counts.get((assignment.id, still), 0),
    )


_OWN: Select[*tuple[Any, ...]] = (
    select(
        Assignment.id,
        Assignment.module_id,
        Pocketbook.slug,
        Pocketbook.code,
        _release.title,
        Institution.name,
        Assignment.words,
        Assignment.due_on,
        Institution.time_zone,
    )
    .select_from(Assignee)
    .join(Assignment, Assignment.id == Assignee.assignment_id)
    .join(Institution, Institution.id == Assignment.institution_id)
    .join(Module, Module.id == Assignment.module_id)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .join(_release, _release.id == latest_release(Module.current_edition_id))
    .where(
        Assignee.account_id == bindparam("account_id"),
        Assignee.state == AssigneeState.OPEN,
        Assignment.withdrawn_at.is_(None),
    )
    .order_by(Assignment.due_on, Assignment.id)
)


def list_own_duties(account_id: int, *, now: datetime) -> list[OwnDuty]:
    """What a person is asked to finish, a module once: by the assignment that is due soonest."""
    rows = current_connection().execute(_OWN, {"account_id": account_id})
    duties: dict[int, OwnDuty] = {}
    for row in rows:
        days_left = (row.due_on - local_day(now, row.time_zone)).days
        duty = OwnDuty(
            row.id,
            row.module_id,
            row.slug,
            row.code,
            row.title,
            row.name,
            row.words,
            row.due_on,
            days_left,
        )
        duties.setdefault(row.module_id, duty)
    return list(duties.values())
