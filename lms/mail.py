"""The mail outbox: written in the business transaction, sent by SMTP after its commit."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from smtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from sqlalchemy import Index, Select, String, Text, func, insert, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.announcements import announce
from lms.days import is_in_office_hours, next_office_hour
from lms.db import AnyRow, Base, PrimaryKey, current_connection, db, read_only, transaction
from lms.jobs.rules import PAUSES as JOB_PAUSES
from lms.jobs.rules import as_line, next_try
from lms.letters import Letter

log = logging.getLogger("sakuham.mail")

# Longer than any mail server takes; a claim that old was left by a process that died.
CLAIM_LENGTH = timedelta(minutes=5)
# How long a message waits before each further try; then it is given up, after four days.
PAUSES = (*JOB_PAUSES, timedelta(days=2))
# A server that is set up wrongly refuses for good as well, so once is not believed.
PAUSES_WHEN_REFUSED = PAUSES[:3]
# No link in a message lives longer.
LAPSES_AFTER = timedelta(days=7)
LAPSED = "not sent within 7 days"
FORGOTTEN = "nothing is sent there any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettled:
    """A message is settled: a mail server took it, or none takes anything for its address."""

    recipient: str
    was_taken: bool
    now: datetime


class OutboxMessage(Base):
    """One message of the outbox.

    It waits while `due_at` says when it is to be tried; that is empty once a mail server has taken
    it (`sent_at`) or it was given up. Then its body is empty too: the links in it are nobody else's
    to read. `claimed_at` says since when a process has been about to send it.

    What has a `time_zone` is sent in its office hours, and after all others (`is_patient`). A mail
    program ends such messages by `stop_url`.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_next",
            "is_patient",
            "tried_count",
            "id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_messages_given_up",
            "created_at",
            sqlite_where=text("due_at IS NULL AND failure IS NOT NULL"),
            postgresql_where=text("due_at IS NULL AND failure IS NOT NULL"),
        ),
        # Of millions that were sent, those few that were not.
        Index(
            "ix_outbox_messages_failed",
            "id",
            sqlite_where=text("failure IS NOT NULL"),
            postgresql_where=text("failure IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    failure: Mapped[str | None] = mapped_column(String(200), default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    is_patient: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str | None] = mapped_column(String(32), default=None)
    stop_url: Mapped[str | None] = mapped_column(String(300), default=None)


def write_mail(recipient: str | None, subject: str, body: str, *, now: datetime) -> None:
    """Put a message into the outbox; it leaves only if the surrounding transaction is stored.

    Who has no address is written nothing.
    """
    if recipient is None:
        return
    db.session.add(
        OutboxMessage(recipient=recipient, subject=subject, body=body, created_at=now, due_at=now)
    )


def write_letter(recipient: str | None, letter: Letter, *, now: datetime) -> None:
    """The same for a letter; nothing is written to who has no address."""
    write_letters([(recipient, letter)], now=now)


def write_letters(letters: Iterable[tuple[str | None, Letter]], *, now: datetime) -> None:
    """The same for many at once, by recipient."""
    rows = [
        _row(recipient, letter, now=now) for recipient, letter in letters if recipient is not None
    ]
    if rows:
        current_connection().execute(insert(OutboxMessage), rows)


def write_patient_letter(recipient: str, letter: Letter, *, now: datetime) -> int:
    """Put a letter into the outbox that waits for office hours and for all others; its key."""
    row = _row(recipient, letter, now=now) | {"is_patient": True}
    written = current_connection().execute(insert(OutboxMessage).returning(OutboxMessage.id), row)
    return int(written.scalar_one())


def _row(recipient: str, letter: Letter, *, now: datetime) -> dict[str, object]:
    return {
        "recipient": recipient,
        "subject": letter.subject,
        "body": letter.text,
        "created_at": now,
        "due_at": now,
        "time_zone": letter.time_zone,
        "stop_url": letter.stop_url,
    }


def forget_mail_to(recipient: str) -> None:
    """Send nobody's mailbox what still waits for it; to whom nothing may be written any more."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.recipient == recipient, OutboxMessage.due_at.is_not(None))
        .values(due_at=None, body="", failure=FORGOTTEN, claimed_at=None)
    )


def list_recent_mail(limit: int = 50) -> list[OutboxMessage]:
    """The newest messages, for the developer's mail page and for nobody else."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    return list(db.session.scalars(statement))


def has_waiting_mail(*, now: datetime) -> bool:
    """Whether there is anything to send at this moment."""
    waiting = select(OutboxMessage.id).where(OutboxMessage.due_at <= now).limit(1)
    return db.session.scalar(waiting) is not None


def find_delay(*, now: datetime) -> timedelta:
    """For how long the message has waited that should have left first; zero if none waits."""
    due_at = db.session.scalar(select(func.min(OutboxMessage.due_at)))
    return timedelta() if due_at is None else max(timedelta(), now - due_at)


def count_mail(*, now: datetime) -> tuple[int, int]:
    """How many messages are due, and how many of the last two weeks' were given up."""
    due = select(func.count()).where(OutboxMessage.due_at <= now).scalar_subquery()
    lost = select(func.count()).where(
        OutboxMessage.due_at.is_(None),
        OutboxMessage.failure.is_not(None),
        OutboxMessage.created_at > now - 2 * LAPSES_AFTER,
    )
    waiting, given_up = db.session.execute(select(due, lost.scalar_subquery())).one()
    return waiting, given_up


def let_old_mail_lapse(*, now: datetime) -> int:
    """Give up what could not be sent for so long that its links are dead; returns how many."""
    old = OutboxMessage.due_at.is_not(None), OutboxMessage.created_at <= now - LAPSES_AFTER
    with read_only():
        lapsed = list(db.session.scalars(select(OutboxMessage.id).where(*old).limit(500)))
    if lapsed:
        with transaction():
            db.session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id.in_(lapsed), *old)
                .values(due_at=None, body="", stop_url=None, failure=LAPSED, claimed_at=None)
            )
        log.error("%s messages were given up: %s", len(lapsed), LAPSED)
    return len(lapsed)


def send_waiting_mail(
    server: SMTP, sender: str, *, clock: Callable[[], datetime], limit: int = 100
) -> int:
    """Hand waiting messages to a mail server, new ones first; returns how many it took.

    Each message is claimed and settled in transactions of their own, so that nobody who writes
    waits for a mail server, and no two processes send the same one; the time is asked for at each,
    since many together may take longer than a claim holds. A message that cannot be sent,
    for whatever reason, is noted with it and put off, longer each time, and given up in the end;
    the others go on. When the connection breaks, its OSError is raised, and what was not tried
    waits.
    """
    sent = 0
    for _ in range(limit):
        message = _claim(now=clock())
        if message is None:
            break
        if message.time_zone and not is_in_office_hours(clock(), message.time_zone):
            _wait_for_office_hours(message, now=clock())
            continue
        try:
            server.send_message(_email(message, sender))
        except Exception as error:
            _put_off(message, error, now=clock())
            if _is_broken(error):
                raise
            if not isinstance(error, SMTPException):
                server.rset()  # whatever it was about to be told of this message is void
        else:
            now = clock()
            settled = MailSettled(recipient=message.recipient, was_taken=True, now=now)
            _settle(
                message.id, settled, sent_at=now, failure=None, due_at=None, body="", stop_url=None
            )
            sent += 1
    return sent


def _email(message: AnyRow, sender: str) -> EmailMessage:
    email = EmailMessage()
    email["From"], email["To"], email["Subject"] = sender, message.recipient, message.subject
    if message.stop_url:
        # RFC 8058 asks for https; a mail program offers the first of them to be opened.
        email["List-Unsubscribe"] = f"<{message.stop_url}>"
        if message.stop_url.startswith("https:"):
            email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(message.body)
    return email


def _wait_for_office_hours(message: AnyRow, *, now: datetime) -> None:
    """Let a message go that came too late for today; nothing was tried."""
    due_at = next_office_hour(now, message.time_zone)
    _settle(message.id, due_at=due_at, tried_count=message.tried_count - 1)


def _is_broken(error: Exception) -> bool:
    """Whether the connection is of no more use."""
    return isinstance(error, SMTPServerDisconnected) or (
        isinstance(error, OSError) and not isinstance(error, SMTPException)
    )


def _pauses_after(error: Exception) -> tuple[timedelta, ...]:
    """How often, and after how long each, what failed so is worth another try."""
    match error:
        case SMTPNotSupportedError():
            return ()
        case SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
        case SMTPSenderRefused():
            codes = []  # that is about us, not about this message
        case SMTPResponseException():
            codes = [error.smtp_code]
        case OSError():
            codes = []
        case _:
            return ()  # no message can be made of it
    return PAUSES_WHEN_REFUSED if codes and min(codes) >= 500 else PAUSES


def _is_about_address(error: Exception) -> bool:
    """Whether a server does not know an address; whom it may not relay for is our own matter.

    RFC 3463: a status of X.7 is about security or policy.
    """
    return isinstance(error, SMTPRecipientsRefused) and not any(
        answer.startswith((b"4.7.", b"5.7.")) for _, answer in error.recipients.values()
    )


def _put_off(message: AnyRow, error: Exception, *, now: datetime) -> None:
    failure = as_line(f"{type(error).__name__}: {error}", 200)
    due_at = next_try(message.tried_count, _pauses_after(error), now=now)
    if due_at is not None:
        _settle(message.id, failure=failure, due_at=due_at)
        if message.tried_count == 1:
            log.warning("message %s is put off: %s", message.id, type(error).__name__)
    else:
        settled = None
        if _is_about_address(error):
            settled = MailSettled(recipient=message.recipient, was_taken=False, now=now)
        _settle(message.id, settled, failure=failure, due_at=None, body="", stop_url=None)
        log.error("message %s is given up: %s", message.id, type(error).__name__)


def next_message(*, now: datetime) -> Select[int]:
    """The key of the message that leaves next: what is needed first, then what was not tried."""
    free = or_(OutboxMessage.claimed_at.is_(None), OutboxMessage.claimed_at <= now - CLAIM_LENGTH)
    return (
        select(OutboxMessage.id)
        .where(OutboxMessage.due_at <= now, free)
        .order_by(OutboxMessage.is_patient, OutboxMessage.tried_count, OutboxMessage.id)
        .limit(1)
    )


def _claim(*, now: datetime) -> AnyRow | None:
    """The next message that nobody is sending, marked as being sent, and tried, from now on."""
    with transaction():
        chosen = db.session.scalar(next_message(now=now).with_for_update(skip_locked=True))
        if chosen is None:
            return None
        return db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == chosen)
            .values(claimed_at=now, tried_count=OutboxMessage.tried_count + 1)
            .returning(
                OutboxMessage.id,
                OutboxMessage.recipient,
                OutboxMessage.subject,
                OutboxMessage.body,
                OutboxMessage.tried_count,
                OutboxMessage.time_zone,
                OutboxMessage.stop_url,
            )
        ).one()


def _settle(message_id: int, settled: MailSettled | None = None, **outcome: object) -> None:
    """Note how it went, and let the message go; told is what is settled for good."""
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(claimed_at=None, **outcome)
        )
        if settled is not None:
            announce(settled)
