"""The people of an assignment as their officers see them: who has done it, who not, what mail."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, case, func, select, tuple_

from lms.accounts.mail_preferences import wants_reminders
from lms.accounts.models import Account, MailPreference
from lms.assignments.models import Assignee, AssigneeState, Assignment
from lms.db import AnyRow, db
from lms.institutions.models import Posting, Unit
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.learning.models import Enrolment
from lms.mail import OutboxMessage

PAGE_SIZE: Final = 50


class MailState(enum.Enum):
    """What became of the last mail about an assignment to one person."""

    NO_ADDRESS = "no address"
    UNWANTED = "unwanted"
    NONE = "none"
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class AssigneeRow:
    """One person of an assignment, as their officer sees them.

    `opened_at` is when they were last in the module. `reminded_at` is when the last mail was
    written, and `masked_email` where to, for a mail that could not be delivered.
    """

    account_id: int
    name: str
    unit_name: str | None
    state: AssigneeState
    finished_on: date | None
    opened_at: datetime | None
    mail: MailState
    reminded_at: datetime | None
    masked_email: str | None


@dataclass(frozen=True, slots=True)
class AssigneePage:
    """People of an assignment by name; `next` continues after the last, None at the end."""

    rows: list[AssigneeRow]
    next: int | None


def list_assignees(
    scope: Scope, assignment_id: int, state: AssigneeState, *, after: int | None = None
) -> AssigneePage:
    """People of an assignment in one state, by name, as far as they are the asker's now.

    `after` is the `next` of the page before.
    """
    statement = (
        select(
            Assignee.account_id,
            Account.name,
            Account.email,
            Unit.name.label("unit_name"),
            Assignee.state,
            Assignee.finished_on,
            Assignee.name_key,
            Assignee.message_id,
            OutboxMessage.created_at,
            OutboxMessage.sent_at,
            OutboxMessage.due_at,
            wants_reminders().label("wants"),
            select(func.max(Enrolment.last_activity_at))
            .where(
                Enrolment.account_id == Assignee.account_id,
                Enrolment.module_id == Assignment.module_id,
            )
            .scalar_subquery()
            .label("opened_at"),
        )
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .join(Account, Account.id == Assignee.account_id)
        .join(Posting, and_(Posting.account_id == Assignee.account_id, Posting.ended_on.is_(None)))
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .outerjoin(MailPreference, MailPreference.account_id == Assignee.account_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == Assignee.message_id)
        .where(Assignee.assignment_id == assignment_id, Assignee.state == state, holds(scope))
        .order_by(Assignee.name_key, Assignee.account_id)
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        last_name = (
            select(Assignee.name_key)
            .where(Assignee.assignment_id == assignment_id, Assignee.account_id == after)
            .scalar_subquery()
        )
        statement = statement.where(
            tuple_(Assignee.name_key, Assignee.account_id) > tuple_(last_name, after)
        )
    rows = db.session.execute(statement).all()
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return AssigneePage(
        [_assignee(row) for row in rows[:PAGE_SIZE]],
        None if last is None else last.account_id,
    )


def _assignee(row: AnyRow) -> AssigneeRow:
    mail = _mail_state(row)
    return AssigneeRow(
        account_id=row.account_id,
        name=row.name,
        unit_name=row.unit_name,
        state=row.state,
        finished_on=row.finished_on,
        opened_at=row.opened_at,
        mail=mail,
        reminded_at=row.sent_at or row.created_at,
        masked_email=mask_address(row.email) if mail is MailState.GIVEN_UP else None,
    )


def _mail_state(row: AnyRow) -> MailState:
    if row.message_id is not None and row.sent_at is not None:
        return MailState.SENT
    if row.message_id is not None:
        return MailState.GIVEN_UP if row.due_at is None else MailState.WAITING
    if row.email is None:
        return MailState.NO_ADDRESS
    return MailState.NONE if row.wants else MailState.UNWANTED


def mask_address(email: str | None) -> str:
    """An address by its first letter and its domain: `a•••@contoh.go.id`."""
    name, _, domain = (email or "").rpartition("@")
    return f"{name[:1]}•••@{domain}"


def count_mail(scope: Scope, assignment_id: int) -> dict[MailState, int]:
    """How many people of an assignment were sent a mail at all, and of how many none arrived."""
    state = case(
        (OutboxMessage.sent_at.is_not(None), "sent"),
        (OutboxMessage.due_at.is_(None), "given up"),
        else_="waiting",
    )
    rows = db.session.execute(
        select(state, func.count())
        .select_from(Assignee)
        .join(OutboxMessage, OutboxMessage.id == Assignee.message_id)
        .join(Posting, and_(Posting.account_id == Assignee.account_id, Posting.ended_on.is_(None)))
        .where(Assignee.assignment_id == assignment_id, holds(scope))
        .group_by(state)
    )
    return {MailState(row[0]): row[1] for row in rows}
