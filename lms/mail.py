"""Mail that is to go out: written in the business transaction, sent after its commit."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTP, SMTPException, SMTPServerDisconnected

from sqlalchemy import String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import AnyRow, Base, PrimaryKey, db, transaction

# Longer than any mail server takes; a claim that old was left by a process that died.
CLAIM_LENGTH = timedelta(minutes=5)


class OutboxMessage(Base):
    """One message of the outbox; `sent_at` is empty until a mail server has taken it.

    `claimed_at` says since when a process has been about to send it.
    """

    __tablename__ = "outbox_messages"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    failure: Mapped[str | None] = mapped_column(String(200), default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)


def write_mail(recipient: str, subject: str, body: str, *, now: datetime) -> None:
    """Put a message into the outbox; it leaves only if the surrounding transaction is stored."""
    db.session.add(OutboxMessage(recipient=recipient, subject=subject, body=body, created_at=now))


def list_recent_mail(limit: int = 50) -> list[OutboxMessage]:
    """The newest messages, for the developer's mail page and for nobody else."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    return list(db.session.scalars(statement))


def has_waiting_mail() -> bool:
    """Whether there is anything to send."""
    waiting = select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def send_waiting_mail(server: SMTP, sender: str, *, now: datetime, limit: int = 100) -> int:
    """Hand waiting messages to a mail server, oldest first; returns how many it took.

    Each message is claimed and settled in transactions of their own, so that nobody who writes
    waits for a mail server, and no two processes send the same one. A message that the server
    refuses is noted with the reason and tried again at the next run, after those that were not; a
    server that cannot be reached raises OSError, and what it has not taken waits.
    """
    tried: list[int] = []
    sent = 0
    while len(tried) < limit and (message := _claim(tried, now=now)) is not None:
        tried.append(message.id)
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, message.recipient, message.subject
        letter.set_content(message.body)
        try:
            server.send_message(letter)
        except OSError as refused:  # also everything that smtplib raises
            _settle(message.id, failure=str(refused)[:200])
            if isinstance(refused, SMTPServerDisconnected) or not isinstance(
                refused, SMTPException
            ):
                raise
        else:
            _settle(message.id, sent_at=now)
            sent += 1
    return sent


def _claim(tried: list[int], *, now: datetime) -> AnyRow | None:
    """The next message that nobody is sending, marked as being sent from now on."""
    free = or_(OutboxMessage.claimed_at.is_(None), OutboxMessage.claimed_at <= now - CLAIM_LENGTH)
    with transaction():
        chosen = db.session.scalar(
            select(OutboxMessage.id)
            .where(OutboxMessage.sent_at.is_(None), free, OutboxMessage.id.not_in(tried))
            .order_by(OutboxMessage.failure.is_not(None), OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if chosen is None:
            return None
        return db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == chosen)
            .values(claimed_at=now)
            .returning(
                OutboxMessage.id,
                OutboxMessage.recipient,
                OutboxMessage.subject,
                OutboxMessage.body,
            )
        ).one()


def _settle(
    message_id: int, *, sent_at: datetime | None = None, failure: str | None = None
) -> None:
    """Note how it went, and let the message go."""
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(sent_at=sent_at, failure=failure, claimed_at=None)
        )
