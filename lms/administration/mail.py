"""Mail that failed: what waits to be tried again and why, and what was given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from lms.administration.errors import NothingThere
from lms.audit import record
from lms.db import current_connection, db
from lms.mail import FORGOTTEN, OutboxMessage

PAGE_SIZE: Final = 50
STOPPED: Final = "given up by an administrator"
_WAITS: Final = (OutboxMessage.due_at.is_not(None), OutboxMessage.failure.is_not(None))
_GIVEN_UP: Final = (
    OutboxMessage.due_at.is_(None),
    OutboxMessage.sent_at.is_(None),
    OutboxMessage.failure.is_not(None),
    OutboxMessage.failure != FORGOTTEN,
)


@dataclass(frozen=True, slots=True)
class FailedMessage:
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


def list_failed(*, is_waiting: bool, before: int | None = None) -> list[FailedMessage]:
    """What waits after a failure, or was given up: the newest first; PAGE_SIZE and one more."""
    conditions: list[ColumnElement[bool]] = list(_WAITS if is_waiting else _GIVEN_UP)
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
        FailedMessage(
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


def count_failed() -> int:
    """How many messages wait after a failure."""
    statement = select(func.count()).select_from(OutboxMessage).where(*_WAITS)
    return db.session.scalar(statement) or 0


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
