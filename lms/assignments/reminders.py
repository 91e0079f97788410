"""Reminders: whose moment has come, found by sets, and one mail a person for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import aliased

from lms.accounts.mail_preferences import StopAddress, wants_reminders
from lms.accounts.models import Account, MailPreference
from lms.assignments.letters import reminder_letter
from lms.assignments.models import Assignee, AssigneeState, Assignment, Reminder
from lms.assignments.rules import CEILING, CEILING_SPAN, Duty, Turn, take_turn, wait
from lms.db import AnyRow, current_connection
from lms.institutions.models import Institution
from lms.mail import write_patient_letter
from lms.pocketbooks.models import Module, Release
from lms.pocketbooks.queries import latest_release

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a mail leads: to what one has to learn, to a first password, and to the end of it."""

    learning: str
    activation: str
    stop: StopAddress


def has_due_reminders(*, now: datetime) -> bool:
    """Whether anybody's moment has come."""
    due = select(Assignee.account_id).where(Assignee.remind_at <= now).limit(1)
    return current_connection().execute(due).first() is not None


# Held against whoever recounts these people or brings their parts in line meanwhile.
_DUE = (
    select(Account.id)
    .where(
        Account.id.in_(
            select(Assignee.account_id)
            .where(Assignee.remind_at <= bindparam("now"))
            .order_by(Assignee.remind_at, Assignee.account_id)
            .limit(AT_ONCE)
        )
    )
    .order_by(Account.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_release = aliased(Release)
_DUTIES = (
    select(
        Assignee.account_id,
        Assignee.assignment_id,
        Assignee.state,
        Assignee.stage,
        Assignee.told_due_on,
        Assignment.due_on,
        Assignment.words,
        Assignment.withdrawn_at,
        Institution.time_zone,
        _release.title,
        Account.name,
        case((Account.closed_at.is_(None), Account.email)).label("email"),
        Account.activated_at,
        wants_reminders().label("wants"),
    )
    .join(Assignment, Assignment.id == Assignee.assignment_id)
    .join(Institution, Institution.id == Assignment.institution_id)
    .join(Module, Module.id == Assignment.module_id)
    .join(_release, _release.id == latest_release(Module.current_edition_id))
    .join(Account, Account.id == Assignee.account_id)
    .outerjoin(MailPreference, MailPreference.account_id == Account.id)
    .where(Assignee.account_id.in_(bindparam("ids", expanding=True)))
    .where(Assignee.remind_at <= bindparam("now"))
    .order_by(Assignee.account_id, Assignment.due_on, Assignment.id)
)
_WRITTEN = select(Reminder.account_id, Reminder.written_at).where(
    Reminder.account_id.in_(bindparam("ids", expanding=True)),
    Reminder.written_at > bindparam("since"),
)
_MOVE = (
    update(Assignee)
    .where(
        Assignee.assignment_id == bindparam("its_assignment"),
        Assignee.account_id == bindparam("its_account"),
    )
    .values(
        stage=bindparam("stage"),
        told_due_on=bindparam("told_due_on"),
        remind_at=bindparam("remind_at"),
    )
)
_TELL = (
    update(Assignee)
    .where(
        Assignee.assignment_id == bindparam("its_assignment"),
        Assignee.account_id == bindparam("its_account"),
    )
    .values(message_id=bindparam("message_id"))
)


def remind_some(addresses: Addresses, *, now: datetime) -> int:
    """Give the next hundred people whose moment has come their turn; returns how many there were.

    Who has no address, or wants no reminders, is not written to; the turn passes.
    """
    ids = list(current_connection().execute(_DUE, {"now": now}).scalars())
    if not ids:
        return 0
    duties: dict[int, list[AnyRow]] = {}
    for row in current_connection().execute(_DUTIES, {"ids": ids, "now": now}):
        duties.setdefault(row.account_id, []).append(row)
    since = now - CEILING_SPAN
    written: dict[int, list[datetime]] = {}
    for account_id, at in current_connection().execute(_WRITTEN, {"ids": ids, "since": since}):
        written.setdefault(account_id, []).append(at)
    moves: list[dict[str, Any]] = []
    for account_id, rows in duties.items():
        turns = _turns(rows, written.get(account_id, []), now=now)
        moves += [_as_move(account_id, turn) for turn in turns]
        told = [turn for turn in turns if turn.news is not None]
        if told and rows[0].email is not None and rows[0].wants:
            _write(rows[0], told, addresses, now=now)
    if moves:
        current_connection().execute(_MOVE, moves)
    return len(ids)


def _turns(rows: Sequence[AnyRow], written: Sequence[datetime], *, now: datetime) -> list[Turn]:
    turns = [take_turn(_duty(row), now=now) for row in rows]
    may_be_written = rows[0].email is not None and rows[0].wants
    if len(written) < CEILING or not may_be_written:
        return turns
    return [turn if turn.news is None else wait(turn.duty, written, now=now) for turn in turns]


def _duty(row: AnyRow) -> Duty:
    return Duty(
        assignment_id=row.assignment_id,
        title=row.title,
        words=row.words,
        due_on=row.due_on,
        told_due_on=row.told_due_on,
        stage=row.stage,
        is_open=row.state is AssigneeState.OPEN and row.withdrawn_at is None,
        is_withdrawn=row.state is AssigneeState.WITHDRAWN,
        time_zone=row.time_zone,
    )


def _as_move(account_id: int, turn: Turn) -> dict[str, Any]:
    return {
        "its_assignment": turn.duty.assignment_id,
        "its_account": account_id,
        "stage": turn.stage,
        "told_due_on": turn.told_due_on,
        "remind_at": turn.remind_at,
    }


def _write(row: AnyRow, told: Sequence[Turn], addresses: Addresses, *, now: datetime) -> None:
    letter = reminder_letter(
        [(turn.news, turn.duty) for turn in told if turn.news is not None],
        name=row.name if row.activated_at is not None else "",
        learning=addresses.learning,
        activation=addresses.activation if row.activated_at is None else "",
        stop_url=addresses.stop(row.account_id),
        now=now,
    )
    message_id = write_patient_letter(row.email, letter, now=now)
    connection = current_connection()
    connection.execute(
        insert(Reminder),
        {"account_id": row.account_id, "message_id": message_id, "written_at": now},
    )
    connection.execute(
        _TELL,
        [
            {
                "its_assignment": turn.duty.assignment_id,
                "its_account": row.account_id,
                "message_id": message_id,
            }
            for turn in told
        ],
    )
