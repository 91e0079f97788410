"""Mail that has not left: what waits, what failed and is tried again, and what was given up."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, func, select, update

from lms.administration.errors import NothingThere
from lms.audit import record
from lms.db import current_connection, db
from lms.mail import FORGOTTEN, OutboxMessage

PAGE_SIZE: Final = 50
STOPPED: Final = "given up by an administrator"
_WAITS: Final = (OutboxMessage.due_at.is_not(None), OutboxMessage.failure.is_not(None))


class MailState(enum.Enum):
    """How far a message is that has not left.

    WAITING: it has not failed yet. FAILED: it did, and is tried again. GIVEN_UP: it is not.
    """

    WAITING = "waiting"
    FAILED = "failed"
    GIVEN_UP = "given up"


_IN: Final[Mapping[MailState, tuple[ColumnElement[bool], ...]]] = {
    MailState.WAITING: (OutboxMessage.due_at.is_not(None), OutboxMessage.failure.is_(None)),
    MailState.FAILED: _WAITS,
    MailState.GIVEN_UP: (
        OutboxMessage.due_at.is_(None),
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.failure.is_not(None),
        OutboxMessage.failure != FORGOTTEN,
    ),
}


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How many messages have not left, and since when the oldest has waited that never failed."""

    waiting_count: int
    failed_count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnsentMessage:
    """One message: to whom, its address masked, what about, and why it did not leave."""

    id: int
    recipient: str
    subject: str
    created_at: datetime
    tried_count: int
    due_at: datetime | None
    failure: str


def mask_address(address: str) -> str:
    """An address by which who has it knows it, and nobody else: `s…@contoh.go.id`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def list_unsent(state: MailState, *, before: int | None = None) -> list[UnsentMessage]:
    """Messages that are so far: the newest first; PAGE_SIZE and one more."""
    conditions = list(_IN[state])
    if before is not None:
        conditions.append(OutboxMessage.id < before)
    rows = current_connection().execute(
        select(
            OutboxMessage.id,
            OutboxMessage.recipient,
            OutboxMessage.subject,
            OutboxMessage.created_at,
            OutboxMessage.tried_count,
            OutboxMessage.due_at,
            OutboxMessage.failure,
        )
        .where(*conditions)
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    return [
        UnsentMessage(
            row.id,
            mask_address(row.recipient),
            row.subject,
            row.created_at,
            row.tried_count,
            row.due_at,
            row.failure or "",
        )
        for row in rows
    ]


def count_unsent() -> MailCounts:
    """What waits and what failed, counted apart, in one statement."""
    never_failed = OutboxMessage.failure.is_(None)
    statement = select(
        func.count(case((never_failed, 1))),
        func.count(OutboxMessage.failure),
        func.min(case((never_failed, OutboxMessage.created_at))),
    ).where(OutboxMessage.due_at.is_not(None))
    return MailCounts(*current_connection().execute(statement).one())


def try_again(actor_id: int, message_id: int, *, is_all: bool, now: datetime) -> int:
    """Have a message tried at once, or with it all that failed for the same reason; how many.

    One that a process is sending just now is left to it. What was given up has no text any more,
    and cannot be sent. Raises NothingThere.
    """
    chosen = _of(message_id, is_all=is_all)
    moved = current_connection().execute(
        update(OutboxMessage).where(*_WAITS, chosen, _is_free()).values(due_at=now)
    )
    _note(moved.rowcount, "mail.retried", actor_id, message_id, now)
    return moved.rowcount


def give_up(actor_id: int, message_id: int, *, is_all: bool, now: datetime) -> int:
    """Give a message up, or with it all that failed for the same reason; their texts are gone."""
    chosen = _of(message_id, is_all=is_all)
    stopped = current_connection().execute(
        update(OutboxMessage)
        .where(*_WAITS, chosen, _is_free())
        .values(due_at=None, body="", stop_url=None, failure=STOPPED)
    )
    _note(stopped.rowcount, "mail.given_up", actor_id, message_id, now)
    return stopped.rowcount


def _of(message_id: int, *, is_all: bool) -> ColumnElement[bool]:
    if not is_all:
        return OutboxMessage.id == message_id
    reason = db.session.scalar(
        select(OutboxMessage.failure).where(OutboxMessage.id == message_id, *_WAITS)
    )
    if reason is None:
        raise NothingThere
    return OutboxMessage.failure == reason


def _is_free() -> ColumnElement[bool]:
    return OutboxMessage.claimed_at.is_(None)


def _note(count: int, action: str, actor_id: int, message_id: int, now: datetime) -> None:
    if not count:
        raise NothingThere
    record(action, f"message:{message_id}", actor_id=actor_id, now=now, count=count)
