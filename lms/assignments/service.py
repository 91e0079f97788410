"""Use cases of officers: assign a module, move its due date, withdraw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from lms.accounts.models import EmployeeNumber
from lms.assignments.errors import (
    AssignmentWithdrawn,
    DueDatePast,
    ModuleNotOffered,
    NobodyChosen,
    NoSuchAssignee,
    NoSuchAssignment,
    PeopleUnknown,
    PlaceNotOwn,
    TooManyChosen,
)
from lms.assignments.models import Assignee, AssigneeState, Assignment, DueDateChange
from lms.assignments.people import add_people
from lms.assignments.places import list_people_there
from lms.assignments.rules import FURTHEST_DUE, WORDS_LENGTH
from lms.audit import record
from lms.days import local_day
from lms.db import current_connection, db
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.reach import holds
from lms.institutions.scope import Branch, Scope
from lms.pocketbooks.queries import list_books
from lms.progress.filters import StaffFilter

MOST_CHOSEN = 500


@dataclass(frozen=True, slots=True)
class AssignmentWish:
    """What is asked: which module, until when, and a sentence of the officer's own."""

    module_id: int
    due_on: date
    words: str = ""


def assign_to_place(
    scope: Scope, institution_id: int, unit_id: int | None, wish: AssignmentWish, *, now: datetime
) -> Assignment:
    """Ask everybody of an institution or of a unit and all below, and whoever comes later.

    A few hundred are asked at once, the rest by the next job. Raises PlaceNotOwn, and what is wrong
    with the wish: ModuleNotOffered, DueDatePast.
    """
    institution = _own_place(scope, institution_id, unit_id)
    assignment = _make(scope, institution, unit_id, wish, is_following=True, now=now)
    _ask_first(assignment, institution, now=now)
    return assignment


def assign_to_filter(
    scope: Scope, wanted: StaffFilter, wish: AssignmentWish, *, now: datetime
) -> list[Assignment]:
    """Ask everybody whom a filter of the staff list finds, and whom it finds at night from now on.

    Its parameters are kept, and not whom it has found; who is not confirmed is not asked. There is
    an assignment for each place that the asker answers for within the filter's own. Raises
    PlaceNotOwn where there is none, NobodyChosen for a list of those alone who wait to be
    confirmed, and what is wrong with the wish.
    """
    if wanted.is_confirmed is False:
        raise NobodyChosen
    # Where they work is each assignment's place, and those chosen one by one are asked by name.
    asked = replace(wanted, institution_id=None, unit_id=None, is_confirmed=None, posting_ids=())
    made = []
    for institution_id, unit_id in _places_of(scope, wanted):
        institution = _own_place(scope, institution_id, unit_id)
        assignment = _make(scope, institution, unit_id, wish, is_following=True, now=now)
        # Who asks nothing of people asks everybody there.
        assignment.staff_filter = asked.as_json() or None
        db.session.flush()
        _ask_first(assignment, institution, now=now)
        made.append(assignment)
    if not made:
        raise PlaceNotOwn
    return made


def _places_of(scope: Scope, wanted: StaffFilter) -> list[tuple[int, int | None]]:
    if wanted.unit_id is not None:
        unit = db.session.get(Unit, wanted.unit_id)
        if unit is None or wanted.institution_id not in {None, unit.institution_id}:
            return []
        if scope.covers_unit(unit.institution_id, unit.path):
            return [(unit.institution_id, unit.id)]
        below = [each for each in scope.branches if each.path.startswith(unit.path)]
        return [(each.institution_id, each.unit_id) for each in _sorted(below)]
    whole: list[tuple[int, int | None]] = [(key, None) for key in sorted(scope.institution_ids)]
    branches = [each for each in scope.branches if not scope.covers(each.institution_id)]
    places = whole + [(each.institution_id, each.unit_id) for each in _sorted(branches)]
    asked = [place for place in places if wanted.institution_id in {None, place[0]}]
    return [place for place in asked if not _has_ended(*place)]


def _has_ended(institution_id: int, unit_id: int | None) -> bool:
    """Whether nobody works any more where a role was held."""
    place = (
        db.session.get_one(Institution, institution_id)
        if unit_id is None
        else db.session.get_one(Unit, unit_id)
    )
    return place.ended_on is not None


def _sorted(branches: Iterable[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda branch: branch.path)


def _ask_first(assignment: Assignment, institution: Institution, *, now: datetime) -> None:
    """Ask the first few hundred; if that was all, the next job has nothing to do."""
    ids, rest = list_people_there(assignment, None, limit=MOST_CHOSEN, now=now)
    add_people(assignment, ids, zone=institution.time_zone, now=now)
    if rest is None:
        assignment.settled_at = now


def assign_to_numbers(
    scope: Scope, numbers: Sequence[str], wish: AssignmentWish, *, now: datetime
) -> list[Assignment]:
    """Ask the people with these numbers; one assignment for each place that the asker answers for.

    Raises NobodyChosen, TooManyChosen, PeopleUnknown for numbers of nobody who is confirmed there,
    and what is wrong with the wish.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise NobodyChosen
    if len(wanted) > MOST_CHOSEN:
        raise TooManyChosen(MOST_CHOSEN)
    rows = _postings(scope, EmployeeNumber.number.in_(wanted))
    found = {number for _, number, _, _, _ in rows}
    if len(found) < len(wanted):
        raise PeopleUnknown([number for number in wanted if number not in found])
    return _assign_chosen(scope, rows, wish, now=now)


def assign_to_postings(
    scope: Scope, posting_ids: Sequence[int], wish: AssignmentWish, *, now: datetime
) -> list[Assignment]:
    """The same for rows that were chosen in the staff list; who is not confirmed is left out.

    Raises NobodyChosen where nobody is left, TooManyChosen, and what is wrong with the wish.
    """
    if len(set(posting_ids)) > MOST_CHOSEN:
        raise TooManyChosen(MOST_CHOSEN)
    rows = _postings(scope, Posting.id.in_(posting_ids))
    if not rows:
        raise NobodyChosen
    return _assign_chosen(scope, rows, wish, now=now)


def change_due_date(scope: Scope, assignment_id: int, due_on: date, *, now: datetime) -> None:
    """Move the due date; it is noted from which day to which, and who is asked is told.

    Raises NoSuchAssignment, AssignmentWithdrawn and DueDatePast; the same day changes nothing.
    """
    assignment = hold_assignment(scope, assignment_id)
    _require_running(assignment)
    if due_on == assignment.due_on:
        return
    institution = db.session.get_one(Institution, assignment.institution_id)
    _require_ahead(due_on, institution.time_zone, now=now)
    change = DueDateChange(
        assignment_id=assignment.id,
        former_due_on=assignment.due_on,
        due_on=due_on,
        actor_id=scope.officer_id,
        changed_at=now,
    )
    db.session.add(change)
    assignment.due_on, assignment.settled_at = due_on, None
    db.session.flush()
    _note(scope, "assignment.due_date_changed", assignment, now=now)


def withdraw_assignment(scope: Scope, assignment_id: int, *, now: datetime) -> None:
    """Ask nobody any more; who was told of it is told that too.

    Raises NoSuchAssignment and AssignmentWithdrawn.
    """
    assignment = hold_assignment(scope, assignment_id)
    _require_running(assignment)
    assignment.withdrawn_at, assignment.settled_at = now, None
    db.session.flush()
    _note(scope, "assignment.withdrawn", assignment, now=now)


def withdraw_assignee(scope: Scope, assignment_id: int, account_id: int, *, now: datetime) -> None:
    """Ask one person no longer; they are told if they were told before.

    Raises NoSuchAssignment, AssignmentWithdrawn, and NoSuchAssignee for who is not asked.
    """
    assignment = hold_assignment(scope, assignment_id)
    _require_running(assignment)
    withdrawn = current_connection().execute(
        update(Assignee)
        .where(Assignee.assignment_id == assignment_id, Assignee.account_id == account_id)
        .where(Assignee.state == AssigneeState.OPEN)
        .where(
            Assignee.account_id.in_(
                select(Posting.account_id).where(holds(scope), Posting.ended_on.is_(None))
            )
        )
        .values(state=AssigneeState.WITHDRAWN, remind_at=now)
    )
    if withdrawn.rowcount != 1:
        raise NoSuchAssignee
    _note(scope, "assignment.person_withdrawn", assignment, now=now, account_id=account_id)


def hold_assignment(scope: Scope, assignment_id: int) -> Assignment:
    """An assignment of a place that the asker answers for, held against other changes.

    Raises NoSuchAssignment.
    """
    found = db.session.execute(
        select(Assignment, Unit.path)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.id == assignment_id)
        .with_for_update(of=Assignment)
    ).one_or_none()
    if found is None or not scope.covers_unit(found.Assignment.institution_id, found.path):
        raise NoSuchAssignment
    assignment: Assignment = found.Assignment
    return assignment


def _postings(scope: Scope, is_wanted: object) -> list[tuple[int, str, int, int | None, str]]:
    """Confirmed people of the scope: person, number, institution, unit and its path."""
    rows = db.session.execute(
        select(
            Posting.account_id,
            EmployeeNumber.number,
            Posting.institution_id,
            Posting.unit_id,
            Unit.path,
        )
        .join(EmployeeNumber, EmployeeNumber.account_id == Posting.account_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .where(is_wanted, holds(scope), EmployeeNumber.ended_on.is_(None))  # type: ignore[arg-type]  # a condition
        .where(Posting.ended_on.is_(None), Posting.confirmed_at.is_not(None))
        .order_by(Posting.account_id)
    )
    return [(row[0], row[1], row[2], row[3], row[4] or "") for row in rows]


def _assign_chosen(
    scope: Scope,
    rows: Sequence[tuple[int, str, int, int | None, str]],
    wish: AssignmentWish,
    *,
    now: datetime,
) -> list[Assignment]:
    places: dict[tuple[int, int | None], list[int]] = {}
    for account_id, _, institution_id, _, path in rows:
        places.setdefault(_place(scope, institution_id, path), []).append(account_id)
    made = []
    for (institution_id, unit_id), account_ids in places.items():
        institution = _own_place(scope, institution_id, unit_id)
        assignment = _make(scope, institution, unit_id, wish, is_following=False, now=now)
        add_people(assignment, account_ids, zone=institution.time_zone, now=now)
        assignment.settled_at = now
        made.append(assignment)
    return made


def _place(scope: Scope, institution_id: int, path: str) -> tuple[int, int | None]:
    """The whole of the asker's that holds somebody: their institution, or the branch."""
    if scope.covers(institution_id):
        return institution_id, None
    branch = min(
        (each for each in scope.branches if path.startswith(each.path)),
        key=lambda each: len(each.path),
    )
    return institution_id, branch.unit_id


def _own_place(scope: Scope, institution_id: int, unit_id: int | None) -> Institution:
    path = None
    if unit_id is not None:
        unit = db.session.get(Unit, unit_id)
        if unit is None or unit.institution_id != institution_id or unit.ended_on is not None:
            raise PlaceNotOwn
        path = unit.path
    if not scope.covers_unit(institution_id, path):
        raise PlaceNotOwn
    return db.session.get_one(Institution, institution_id)


def _make(
    scope: Scope,
    institution: Institution,
    unit_id: int | None,
    wish: AssignmentWish,
    *,
    is_following: bool,
    now: datetime,
) -> Assignment:
    if wish.module_id not in {book.module_id for book in list_books()}:
        raise ModuleNotOffered
    _require_ahead(wish.due_on, institution.time_zone, now=now)
    assignment = Assignment(
        institution_id=institution.id,
        unit_id=unit_id,
        module_id=wish.module_id,
        due_on=wish.due_on,
        words=" ".join(wish.words.split())[:WORDS_LENGTH],
        is_following=is_following,
        actor_id=scope.officer_id,
        made_at=now,
    )
    db.session.add(assignment)
    db.session.flush()
    _note(scope, "assignment.made", assignment, now=now)
    return assignment


def _require_ahead(due_on: date, time_zone: str, *, now: datetime) -> None:
    today = local_day(now, time_zone)
    if not today + timedelta(days=1) <= due_on <= today + FURTHEST_DUE:
        raise DueDatePast


def _require_running(assignment: Assignment) -> None:
    if assignment.withdrawn_at is not None:
        raise AssignmentWithdrawn


def _note(
    scope: Scope, action: str, assignment: Assignment, *, now: datetime, **details: object
) -> None:
    record(
        action,
        f"assignment:{assignment.id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=assignment.institution_id,
        module_id=assignment.module_id,
        due_on=assignment.due_on.isoformat(),
        **details,
    )
