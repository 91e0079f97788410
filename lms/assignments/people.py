"""Who is asked by an assignment, and how far they are: computed from postings and certificates."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import aliased

from lms.accents import fold
from lms.accounts.models import Account
from lms.assignments.models import Assignee, AssigneeState, Assignment
from lms.assignments.rules import next_moment
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.days import local_day
from lms.db import AnyRow, current_connection, db, insert_once
from lms.institutions.models import Institution, Posting, Unit

AT_ONCE = 500

_top, _unit = aliased(Unit), aliased(Unit)


def is_at_its_place() -> ColumnElement[bool]:
    """That a posting stands at an assignment's place now, vouched for by its institution."""
    is_below = exists().where(
        _top.id == Assignment.unit_id,
        _unit.id == Posting.unit_id,
        _unit.path.startswith(_top.path),
    )
    return and_(
        Posting.institution_id == Assignment.institution_id,
        Posting.ended_on.is_(None),
        Posting.confirmed_at.is_not(None),
        or_(Assignment.unit_id.is_(None), is_below),
    )


def add_people(
    assignment: Assignment, account_ids: Sequence[int], *, zone: str, now: datetime
) -> int:
    """Ask these people too, whom the caller has found at its place; returns how many are new."""
    names: dict[int, str] = dict(
        current_connection()
        .execute(
            select(Account.id, Account.name)
            .where(Account.id.in_(account_ids))
            .where(
                ~exists().where(
                    Assignee.assignment_id == assignment.id, Assignee.account_id == Account.id
                )
            )
        )
        .fetchall()
    )
    finished = _finished(assignment.module_id, list(names), now=now)
    rows = [
        {
            "assignment_id": assignment.id,
            "account_id": account_id,
            "name_key": fold(name)[:200],
            "added_at": now,
            "stage": 0,
            **_begin(assignment.due_on, finished.get(account_id), zone, now=now),
        }
        for account_id, name in names.items()
    ]
    if rows:
        connection = current_connection()
        connection.execute(insert_once(Assignee, connection), rows)
    return len(rows)


def _begin(due_on: date, finished_on: date | None, zone: str, *, now: datetime) -> dict[str, Any]:
    if finished_on is not None:
        return {"state": AssigneeState.DONE, "finished_on": finished_on, "remind_at": None}
    return {
        "state": AssigneeState.OPEN,
        "finished_on": None,
        "remind_at": next_moment(0, due_on, zone, now=now),
    }


_PARTS: Select[*tuple[Any, ...]] = (
    select(
        Assignee.assignment_id,
        Assignee.account_id,
        Assignee.state,
        Assignee.finished_on,
        Assignee.name_key,
        Assignee.stage,
        Assignee.remind_at,
        Assignment.module_id,
        Assignment.due_on,
        Assignment.withdrawn_at,
        Institution.time_zone,
        Account.name,
        exists()
        .where(
            Posting.account_id == Assignee.account_id,
            is_at_its_place(),
        )
        .label("is_there"),
    )
    .join(Assignment, Assignment.id == Assignee.assignment_id)
    .join(Institution, Institution.id == Assignment.institution_id)
    .join(Account, Account.id == Assignee.account_id)
    .where(Assignee.state != AssigneeState.WITHDRAWN)
)
_PARTS_OF = _PARTS.where(Assignee.account_id.in_(bindparam("ids", expanding=True)))
_LOCK = (
    select(Account.id)
    .where(Account.id.in_(bindparam("ids", expanding=True)))
    .order_by(Account.id)
    .with_for_update(key_share=True)
)


def refresh_assignees(account_ids: Iterable[int], *, now: datetime) -> int:
    """Bring these people's parts of all assignments in line with the sources; how many changed.

    Called in the transaction that changes a certificate, a posting or a name. The accounts are
    locked first, in the order of their keys, as where people are counted.
    """
    if db.session.registry.has():
        db.session.flush()
    changed = 0
    for named in _batches(sorted(set(account_ids))):
        if current_connection().execute(_HAVE_PARTS, {"ids": named}).first() is None:
            continue
        ids = sorted(current_connection().execute(_THEIRS, {"ids": named}).scalars())
        current_connection().execute(_LOCK, {"ids": ids})
        rows = current_connection().execute(_PARTS_OF, {"ids": ids}).fetchall()
        changed += _bring_in_line(rows, now=now)
    return changed


# Certificates stay with the account that they were issued to; its person may have another now.
_NAMED: BindParameter[int] = bindparam("ids", expanding=True)
_THEIRS: CompoundSelect[int] = union(
    select(Account.id).where(Account.id.in_(_NAMED)),
    select(Account.merged_into_id).where(
        Account.id.in_(_NAMED), Account.merged_into_id.is_not(None)
    ),
)
_HAVE_PARTS = select(Assignee.account_id).where(Assignee.account_id.in_(_THEIRS)).limit(1)


def compare_assignees(assignment_id: int, account_ids: Collection[int], *, now: datetime) -> int:
    """The same for people of one assignment, as the nightly comparison does; how many differed."""
    if not account_ids:
        return 0
    ids = sorted(account_ids)
    current_connection().execute(_LOCK, {"ids": ids})
    statement = _PARTS_OF.where(Assignee.assignment_id == assignment_id)
    return _bring_in_line(current_connection().execute(statement, {"ids": ids}).fetchall(), now=now)


_CHANGE = (
    update(Assignee)
    .where(
        Assignee.assignment_id == bindparam("its_assignment"),
        Assignee.account_id == bindparam("its_account"),
    )
    .values(
        state=bindparam("state"),
        finished_on=bindparam("finished_on"),
        name_key=bindparam("name_key"),
        remind_at=bindparam("remind_at"),
    )
)


def _bring_in_line(rows: Sequence[AnyRow], *, now: datetime) -> int:
    finished: dict[tuple[int, int], date] = {}
    for module_id in {row.module_id for row in rows}:
        ids = [row.account_id for row in rows if row.module_id == module_id]
        for account_id, day in _finished(module_id, ids, now=now).items():
            finished[module_id, account_id] = day
    changes = []
    for row in rows:
        finished_on = finished.get((row.module_id, row.account_id)) if row.is_there else None
        state = _state(row, finished_on)
        name_key = fold(row.name)[:200]
        former = (row.state, row.finished_on, row.name_key)
        if (state, finished_on, name_key) == former:
            continue
        remind_at = row.remind_at
        if state is not AssigneeState.OPEN:
            remind_at = None
        elif row.state is not AssigneeState.OPEN and row.withdrawn_at is None:
            remind_at = next_moment(row.stage, row.due_on, row.time_zone, now=now)
        changes.append(
            {
                "its_assignment": row.assignment_id,
                "its_account": row.account_id,
                "state": state,
                "finished_on": finished_on,
                "name_key": name_key,
                "remind_at": remind_at,
            }
        )
    if changes:
        current_connection().execute(_CHANGE, changes)
    return len(changes)


def _state(row: AnyRow, finished_on: date | None) -> AssigneeState:
    if not row.is_there:
        return AssigneeState.LEFT
    return AssigneeState.OPEN if finished_on is None else AssigneeState.DONE


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _finished(module_id: int, account_ids: Sequence[int], *, now: datetime) -> dict[int, date]:
    """Who holds a certificate of a module that is in force and has not expired; since which day.

    Those of all accounts of a person are theirs.
    """
    found: dict[int, date] = {}
    for ids in _batches(account_ids):
        merged = current_connection().execute(
            select(Account.id, Account.merged_into_id).where(Account.merged_into_id.in_(ids))
        )
        owners = {account_id: account_id for account_id in ids}
        for account_id, kept_id in merged:
            owners[account_id] = kept_id or account_id
        rows = current_connection().execute(
            select(Certificate.account_id, func.min(Certificate.completed_on))
            .where(Certificate.account_id.in_(sorted(owners)), Certificate.module_id == module_id)
            .where(
                or_(Certificate.valid_until.is_(None), Certificate.valid_until >= local_day(now))
            )
            .where(~is_out_of_force())
            .group_by(Certificate.account_id)
        )
        for account_id, day in rows:
            owner = owners[account_id]
            found[owner] = min(day, found.get(owner, day))
    return found
