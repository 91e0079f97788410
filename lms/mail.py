"""Mail that is to go out: written in the business transaction, sent after its commit."""

from datetime import datetime
from email.message import EmailMessage
from smtplib import SMTP, SMTPException, SMTPServerDisconnected

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey, db


class OutboxMessage(Base):
    """One message of the outbox; `sent_at` is empty until a mail server has taken it."""

    __tablename__ = "outbox_messages"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    failure: Mapped[str | None] = mapped_column(String(200), default=None)


def write_mail(recipient: str, subject: str, body: str, *, now: datetime) -> None:
    """Put a message into the outbox; it leaves only if the surrounding transaction is stored."""
    db.session.add(OutboxMessage(recipient=recipient, subject=subject, body=body, created_at=now))


def list_recent_mail(limit: int = 50) -> list[OutboxMessage]:
    """The newest messages, for the developer's mail page and for nobody else."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    return list(db.session.scalars(statement))


def send_waiting_mail(server: SMTP, sender: str, *, now: datetime, limit: int = 100) -> int:
    """Hand waiting messages to a mail server, oldest first; returns how many it took.

    A message that the server refuses is noted with the reason and tried again at the next run,
    after those that were not; a server that cannot be reached raises OSError, and what it has not
    taken waits.
    """
    waiting = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None))
        .order_by(OutboxMessage.failure.is_not(None), OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    sent = 0
    for message in waiting:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, message.recipient, message.subject
        letter.set_content(message.body)
        try:
            server.send_message(letter)
        except SMTPServerDisconnected:
            raise
        except SMTPException as refused:
            message.failure = str(refused)[:200]
        else:
            message.sent_at, message.failure = now, None
            sent += 1
    db.session.flush()
    return sent
