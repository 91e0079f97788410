"""The outbox: what was written with its transaction leaves once, and a bad address stops nobody."""

from datetime import datetime
from email.message import EmailMessage
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.mail import OutboxMessage, list_recent_mail, send_waiting_mail, write_mail
from tests.factories import later

SENDER = "SakuHAM <sakuham@contoh.example>"


class Server:
    """Stands in for a mail server: takes letters, and refuses as smtplib does."""

    def __init__(self, refusals: dict[str, SMTPException] | None = None) -> None:
        self.refusals = refusals or {}
        self.letters: list[EmailMessage] = []

    def send_message(self, letter: EmailMessage) -> dict[str, Any]:
        if letter["To"] in self.refusals:
            raise self.refusals[letter["To"]]
        self.letters.append(letter)
        return {}

    @property
    def recipients(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


def send(server: Server, now: datetime, limit: int = 100) -> int:
    """Hand over what is waiting."""
    return send_waiting_mail(cast(Any, server), SENDER, now=now, limit=limit)


@pytest.fixture
def written(app: Flask, now: datetime) -> list[str]:
    """Three letters that wait, the oldest first."""
    recipients = [f"{name}@contoh.example" for name in ("ayu", "budi", "citra")]
    for recipient in recipients:
        write_mail(recipient, "Salam – Anda", "Yth. Anda,\n\nIsi surat.\n", now=now)
    db.session.commit()
    return recipients


def test_letters_leave_once_the_oldest_first(written: list[str], now: datetime) -> None:
    server = Server()
    assert send(server, now) == 3
    assert send(server, now) == 0
    assert server.recipients == written
    assert set(db.session.scalars(select(OutboxMessage.sent_at))) == {now}


def test_a_letter_says_who_writes_and_what(written: list[str], now: datetime) -> None:
    server = Server()
    send(server, now)
    letter = server.letters[0]
    assert (letter["From"], letter["Subject"]) == (SENDER, "Salam – Anda")
    assert "Isi surat." in letter.get_content()


def test_no_more_leave_than_were_asked_for(written: list[str], now: datetime) -> None:
    server = Server()
    assert send(server, now, limit=2) == 2
    assert server.recipients == written[:2]


@pytest.mark.parametrize(
    "refusal",
    [
        SMTPRecipientsRefused({"budi@contoh.example": (550, b"no such user")}),
        SMTPDataError(554, b"rejected"),
        SMTPNotSupportedError("SMTPUTF8 not supported by server"),
    ],
)
def test_a_refused_letter_holds_up_none_of_the_others(
    written: list[str], now: datetime, refusal: SMTPException
) -> None:
    server = Server({"budi@contoh.example": refusal})
    assert send(server, now) == 2
    assert server.recipients == [written[0], written[2]]
    waiting = db.session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).one()
    assert waiting.recipient == written[1]
    assert waiting.failure


def test_a_refused_letter_is_tried_again_after_the_others(
    written: list[str], now: datetime
) -> None:
    refusing = Server({each: SMTPDataError(451, b"try later") for each in written[:2]})
    assert send(refusing, now, limit=2) == 0
    server = Server()
    assert send(server, later(now, minutes=1), limit=2) == 2
    assert server.recipients == [written[2], written[0]]
    assert send(server, later(now, minutes=2)) == 1
    assert set(db.session.scalars(select(OutboxMessage.failure))) == {None}


def test_what_a_broken_connection_has_not_taken_waits(written: list[str], now: datetime) -> None:
    server = Server({written[1]: SMTPServerDisconnected("gone")})
    with pytest.raises(OSError, match="gone"):
        send(server, now)
    assert server.recipients == written[:1]


def test_the_newest_letters_are_shown_first(written: list[str]) -> None:
    assert [letter.recipient for letter in list_recent_mail(2)] == written[:0:-1]
