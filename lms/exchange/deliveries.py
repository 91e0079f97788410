"""Tells webhooks what has happened: in the order of the log, from where each of them is.

What is sent is not stored beforehand: the log itself is the outbox, and a webhook's position says
how far it is. It goes on only once the receiver has taken a message, so that nothing is missed;
who takes a message and cannot say so gets it again under the same number.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from sqlalchemy import bindparam, exists, select, update

from lms.audit import record
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import AnyRow, current_connection, db, read_only, transaction
from lms.exchange.changes import LOOKED_THROUGH
from lms.exchange.errors import CannotDeliver
from lms.exchange.letters import webhook_switched_off
from lms.exchange.makers import has_maker
from lms.exchange.models import Webhook
from lms.exchange.receivers import post
from lms.exchange.signatures import headers_of, message_of
from lms.exchange.webhooks import PURPOSE, log_size, row_of
from lms.institutions.granting.officers import list_addresses_of_officers
from lms.institutions.models import Institution
from lms.keys.sealed import CannotUnseal, unseal
from lms.keys.vault import vault
from lms.mail import write_letters
from lms.transparency.models import LogEntry

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 180, 360, 720))
"""How long it is waited after each failure; then as long as the last time."""

GIVEN_UP_AFTER: Final = timedelta(days=5)
AT_ONCE: Final = 200
"""So many webhooks have their turn in one round, those that have waited longest first."""

SENDERS: Final = 8
TURN_SECONDS: Final = 15.0
"""So long one webhook is told one message after the other; then the others have their turn."""

MESSAGES: Final = 100
SEALED: Final = "the secret cannot be opened"

_MAY_BE_TOLD: Final = (
    Webhook.due_at <= bindparam("now"),
    Webhook.position < bindparam("size"),
    has_maker(Webhook),
    exists().where(Institution.id == Webhook.institution_id, Institution.ended_on.is_(None)),
)
_ANY: Final = select(Webhook.id).where(*_MAY_BE_TOLD).limit(1)
_DUE: Final = (
    select(
        Webhook.id,
        Webhook.institution_id,
        Webhook.url,
        Webhook.sealed_secret,
        Webhook.position,
        Webhook.failing_since,
        Webhook.failure_count,
    )
    .where(*_MAY_BE_TOLD)
    .order_by(Webhook.due_at, Webhook.id)
    .limit(AT_ONCE)
)
_EVENTS: Final = (
    select(LogEntry.position, LedgerEntry.kind, LedgerEntry.entered_at, Certificate.number)
    .join(LedgerEntry, LedgerEntry.id == LogEntry.ledger_entry_id)
    .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
    .where(
        LogEntry.position >= bindparam("start"),
        LogEntry.position < bindparam("end"),
        Certificate.institution_id == bindparam("institution"),
    )
    .order_by(LogEntry.position)
    .limit(MESSAGES)
)
# Where somebody has begun anew from elsewhere meanwhile, that holds.
_IS_WHERE_IT_WAS: Final = (
    Webhook.id == bindparam("of_webhook"),
    Webhook.position == bindparam("was_at"),
)
_GO_ON: Final = update(Webhook).where(*_IS_WHERE_IT_WAS).values(position=bindparam("is_at"))
_TOLD: Final = (
    update(Webhook)
    .where(*_IS_WHERE_IT_WAS)
    .values(
        position=bindparam("is_at"),
        delivered_at=bindparam("moment"),
        due_at=bindparam("moment"),
        failing_since=None,
        failure_count=0,
        failure=None,
    )
)
_FAILED: Final = (
    update(Webhook)
    .where(Webhook.id == bindparam("of_webhook"), Webhook.position == bindparam("is_at"))
    .values(
        due_at=bindparam("again_at"),
        failing_since=bindparam("since"),
        failure_count=bindparam("tries"),
        failure=bindparam("words"),
    )
)


@dataclass(frozen=True, slots=True)
class _Told:
    """How far a webhook has come, and what stopped it."""

    position: int
    has_taken: bool
    failure: CannotDeliver | None = None


def has_undelivered(*, now: datetime) -> bool:
    """Whether a webhook is to be told something, or to go on past what is not for it."""
    asked = {"now": now, "size": log_size()}
    return current_connection().scalar(_ANY, asked) is not None


def deliver_waiting(own_hosts: Collection[str], clock: Callable[[], datetime]) -> int:
    """Tell every webhook that is due what it has not been told; gives how many took something.

    Some at once, so that a silent receiver keeps few others waiting. What has come of each is
    stored as soon as it is known. own_hosts: names that may lead into our own network.
    """
    with read_only():
        size = log_size()
        due = current_connection().execute(_DUE, {"now": clock(), "size": size}).all()
        messages = [_find_events(each, size) for each in due]
    told_count = 0
    with ThreadPoolExecutor(SENDERS) as senders:
        work = [
            (webhook, senders.submit(_tell, _open(webhook), webhook, events, own_hosts, clock))
            for webhook, (events, _) in zip(due, messages, strict=True)
            if events
        ]
        _go_on(
            [
                {"of_webhook": each.id, "was_at": each.position, "is_at": end}
                for each, (events, end) in zip(due, messages, strict=True)
                if not events
            ]
        )
        for webhook, sending in work:
            told = sending.result()
            with transaction():
                _store(webhook, told, now=clock())
            told_count += told.has_taken
    return told_count


def _find_events(webhook: AnyRow, size: int) -> tuple[Sequence[AnyRow], int]:
    """What a webhook is to be told next, and how far the log was looked through for it."""
    end = min(webhook.position + LOOKED_THROUGH, size)
    events = (
        current_connection()
        .execute(
            _EVENTS,
            {"start": webhook.position, "end": end, "institution": webhook.institution_id},
        )
        .all()
    )
    return events, end


def _open(webhook: AnyRow) -> bytes | None:
    """The secret; None where the passphrase is another than that by which it was sealed."""
    try:
        return unseal(
            webhook.sealed_secret, vault().passphrase, purpose=PURPOSE, row=row_of(webhook.id)
        )
    except CannotUnseal:
        return None


def _tell(
    secret: bytes | None,
    webhook: AnyRow,
    events: Sequence[AnyRow],
    own_hosts: Collection[str],
    clock: Callable[[], datetime],
) -> _Told:
    """Send one message after the other, until all are taken, one is not, or the turn is over."""
    if secret is None:
        return _Told(webhook.position, has_taken=False, failure=CannotDeliver(SEALED))
    end, position = monotonic() + TURN_SECONDS, webhook.position
    for event in events:
        body = message_of(event.kind.value, event.position, event.number, event.entered_at)
        message_id = f"msg_{webhook.id}_{event.position}"
        try:
            headers = headers_of(secret, message_id, body, now=clock())
            post(webhook.url, body, headers, own_hosts=own_hosts)
        except CannotDeliver as failure:
            return _Told(position, has_taken=position != webhook.position, failure=failure)
        position = event.position + 1
        if monotonic() > end:
            break
    return _Told(position, has_taken=True)


def _go_on(steps: list[dict[str, int]]) -> None:
    """Have those for whom there was nothing go on past it."""
    if steps:
        with transaction():
            current_connection().execute(_GO_ON, steps)


def _store(webhook: AnyRow, told: _Told, *, now: datetime) -> None:
    is_at = told.position
    asked = {"of_webhook": webhook.id, "was_at": webhook.position, "is_at": is_at}
    if told.has_taken:
        current_connection().execute(_TOLD, asked | {"moment": now})
    if told.failure is None:
        return
    since = now if told.has_taken or webhook.failing_since is None else webhook.failing_since
    tries = 1 if told.has_taken else webhook.failure_count + 1
    is_over = told.failure.is_gone or now - since >= GIVEN_UP_AFTER
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    failed = current_connection().execute(
        _FAILED,
        {
            "of_webhook": webhook.id,
            "is_at": is_at,
            "again_at": None if is_over else now + pause,
            "since": since,
            "tries": tries,
            "words": str(told.failure)[:200],
        },
    )
    if is_over and failed.rowcount == 1:
        _switch_off(webhook, str(told.failure), now=now)


def _switch_off(webhook: AnyRow, failure: str, *, now: datetime) -> None:
    record(
        "webhook.switched_off",
        row_of(webhook.id),
        actor_id=None,
        now=now,
        institution_id=webhook.institution_id,
        failure=failure,
    )
    place = db.session.scalars(
        select(Institution.name).where(Institution.id == webhook.institution_id)
    ).one()
    letter = webhook_switched_off(webhook.url, failure, place)
    emails = list_addresses_of_officers(webhook.institution_id, now=now)
    write_letters([(email, letter) for email in emails], now=now)
