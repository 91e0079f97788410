"""The outbox: what was written with its transaction leaves once, and a bad address stops nobody."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from lms.days import is_in_office_hours
from lms.db import db, transaction
from lms.institutions.staff_models import UnreachedAddress
from lms.letters import Letter
from lms.mail import (
    LAPSES_AFTER,
    OutboxMessage,
    has_waiting_mail,
    let_old_mail_lapse,
    list_recent_mail,
    send_waiting_mail,
    write_letter,
    write_mail,
    write_patient_letter,
)
from tests.factories import Factory, later

SENDER = "SakuHAM <sakuham@contoh.example>"


class Server:
    """Stands in for a mail server: takes messages, and refuses as smtplib does."""

    def __init__(self, refusals: Mapping[str, Exception] | None = None) -> None:
        self.refusals = refusals or {}
        self.messages: list[EmailMessage] = []
        self.is_clean = True

    def rset(self) -> None:
        self.is_clean = True

    def send_message(self, mail: EmailMessage) -> dict[str, Any]:
        if not self.is_clean:
            raise SMTPSenderRefused(503, b"nested MAIL", mail["From"])
        if mail["To"] in self.refusals:
            self.is_clean = isinstance(self.refusals[mail["To"]], SMTPException)
            raise self.refusals[mail["To"]]
        self.messages.append(mail)
        return {}

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.messages]


def send(server: Server, now: datetime, limit: int = 100) -> int:
    """Hand over what is waiting."""
    return send_waiting_mail(cast(Any, server), SENDER, clock=lambda: now, limit=limit)


@pytest.fixture
def written(app: Flask, now: datetime) -> list[str]:
    """Three messages that wait, the oldest first."""
    recipients = [f"{name}@contoh.example" for name in ("ayu", "budi", "citra")]
    for recipient in recipients:
        write_mail(recipient, "Salam – Anda", "Yth. Anda,\n\nIsi surat.\n", now=now)
    db.session.commit()
    return recipients


def test_messages_leave_once_the_oldest_first(written: list[str], now: datetime) -> None:
    server = Server()
    assert send(server, now) == 3
    assert send(server, now) == 0
    assert server.recipients == written
    assert set(db.session.scalars(select(OutboxMessage.sent_at))) == {now}


def test_a_message_says_who_writes_and_what(written: list[str], now: datetime) -> None:
    server = Server()
    send(server, now)
    mail = server.messages[0]
    assert (mail["From"], mail["Subject"]) == (SENDER, "Salam – Anda")
    assert "Isi surat." in mail.get_content()


def test_two_processes_and_a_slow_server_send_each_message_once(
    written: list[str], now: datetime
) -> None:
    quick = Server()

    class Slow(Server):
        """Takes four minutes over each message; at the second the other process has a turn."""

        moment = now

        def send_message(self, mail: EmailMessage) -> dict[str, Any]:
            self.moment = later(self.moment, minutes=4)
            if len(self.messages) == 1:
                send(quick, self.moment)
            return super().send_message(mail)

    slow = Slow()
    send_waiting_mail(cast(Any, slow), SENDER, clock=lambda: slow.moment)
    assert slow.recipients + quick.recipients == written


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
def test_a_refused_message_holds_up_none_of_the_others(
    written: list[str], now: datetime, refusal: SMTPException
) -> None:
    server = Server({"budi@contoh.example": refusal})
    assert send(server, now) == 2
    assert server.recipients == [written[0], written[2]]
    waiting = db.session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).one()
    assert waiting.recipient == written[1]
    assert waiting.failure


def test_a_refused_message_is_tried_again_after_the_others(
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


POISON = "=?utf-8?q?=0a1?=@x.example"  # the mail library decodes it to two lines


def row_of(recipient: str) -> OutboxMessage:
    """A message as it is stored."""
    db.session.rollback()
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.recipient == recipient)
    ).one()


def test_a_poisoned_message_before_them_stops_none_of_the_good_ones(
    app: Flask, now: datetime
) -> None:
    for _ in range(70):
        write_mail(POISON, "Salam", "Isi.\n", now=now)
    write_mail("ayu@contoh.example", "Salam", "Isi.\n", now=now)
    db.session.commit()
    server = Server()
    assert send(server, now) == 1
    assert server.recipients == ["ayu@contoh.example"]
    assert not has_waiting_mail(now=later(now, days=30))
    given_up = db.session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None)))
    assert {(each.failure or "").split(":")[0] for each in given_up} == {"ValueError"}


def test_an_accident_with_one_message_does_not_reach_the_next(
    written: list[str], now: datetime
) -> None:
    server = Server({written[0]: UnicodeEncodeError("ascii", "é", 0, 1, "no ASCII")})
    assert send(server, now) == 2
    assert server.recipients == written[1:]


def test_a_message_that_fails_is_tried_after_growing_pauses_and_given_up_in_the_end(
    written: list[str], now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server({written[0]: SMTPDataError(451, b"try later")})
    tried: list[datetime] = []
    moment = now
    with caplog.at_level(logging.WARNING, logger="sakuham.mail"):
        while (due_at := row_of(written[0]).due_at) is not None:
            moment = max(moment, due_at)
            tried.append(moment)
            send(server, moment)
    pauses = [after - before for before, after in pairwise(tried)]
    assert len(tried) == 9
    assert pauses == sorted(pauses)
    assert timedelta(days=3) < tried[-1] - tried[0] < LAPSES_AFTER
    said = [record.getMessage() for record in caplog.records]
    assert [words.split(" is ")[1].split(":")[0] for words in said] == ["put off", "given up"]
    assert not any(written[0] in words for words in said)  # an address is nobody's in a log


def test_a_message_refused_for_good_is_given_up_after_a_few_tries(
    written: list[str], now: datetime
) -> None:
    server = Server({written[0]: SMTPRecipientsRefused({written[0]: (550, b"no such user")})})
    moment, tries = now, 0
    while (due_at := row_of(written[0]).due_at) is not None:
        moment, tries = max(moment, due_at), tries + 1
        send(server, moment)
    assert tries == 4
    assert moment - now < timedelta(hours=1)


@pytest.mark.parametrize(
    ("refusal", "is_about_address"),
    [
        (SMTPRecipientsRefused({"ayu@contoh.example": (550, b"5.1.1 no such user")}), True),
        (SMTPRecipientsRefused({"ayu@contoh.example": (452, b"4.2.2 mailbox full")}), True),
        (SMTPRecipientsRefused({"ayu@contoh.example": (554, b"5.7.1 relay denied")}), False),
        (SMTPSenderRefused(550, b"no such sender", SENDER), False),
        (SMTPDataError(554, b"rejected"), False),
        (SMTPNotSupportedError("SMTPUTF8 not supported by server"), False),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no ASCII"), False),
    ],
)
def test_an_address_is_out_of_reach_only_when_a_server_says_so_of_it(
    make: Factory, now: datetime, refusal: Exception, *, is_about_address: bool
) -> None:
    make.learner(at=make.institution(), email="ayu@contoh.example")
    with transaction():
        write_mail("ayu@contoh.example", "Salam", "Isi.\n", now=now)
    moment, server = now, Server({"ayu@contoh.example": refusal})
    while (due_at := row_of("ayu@contoh.example").due_at) is not None:
        moment = max(moment, due_at)
        send(server, moment)
    assert bool(db.session.scalars(select(UnreachedAddress)).all()) is is_about_address


def test_a_message_at_which_the_server_hangs_up_lets_the_others_pass(
    written: list[str], now: datetime
) -> None:
    server = Server({written[0]: SMTPServerDisconnected("gone")})
    with pytest.raises(OSError, match="gone"):
        send(server, now)
    assert send(server, now) == 2
    assert server.recipients == written[1:]


def test_the_text_of_a_message_is_kept_only_until_it_is_sent_or_given_up(
    written: list[str], now: datetime
) -> None:
    send(Server({written[0]: SMTPNotSupportedError("SMTPUTF8 not supported by server")}), now)
    db.session.rollback()
    assert set(db.session.scalars(select(OutboxMessage.body))) == {""}


def test_messages_that_were_not_sent_while_their_links_lived_are_given_up(
    written: list[str], now: datetime
) -> None:
    moment = now + LAPSES_AFTER
    write_mail("dewi@contoh.example", "Salam", "Isi.\n", now=moment)
    db.session.commit()
    assert let_old_mail_lapse(now=moment) == 3
    server = Server()
    assert send(server, moment) == 1
    assert server.recipients == ["dewi@contoh.example"]
    assert row_of(written[0]).body == ""


def test_the_newest_messages_are_shown_first(written: list[str]) -> None:
    assert [mail.recipient for mail in list_recent_mail(2)] == written[:0:-1]


# What can wait: reminders

SATURDAY_EVENING = datetime(2026, 6, 6, 11, tzinfo=UTC)  # 18.00 WIB, 20.00 WIT


def letter(stop_url: str | None = None, time_zone: str | None = "Asia/Jakarta") -> Letter:
    """A reminder."""
    return Letter(
        subject="Penugasan", parts=("Isi.",), why="Karena.", stop_url=stop_url, time_zone=time_zone
    )


def test_what_can_wait_leaves_after_all_that_is_needed(app: Flask) -> None:
    morning = datetime(2026, 6, 3, 3, tzinfo=UTC)
    for name in ("ayu", "budi"):
        write_patient_letter(f"{name}@contoh.example", letter(), now=morning)
    write_letter("citra@contoh.example", letter(time_zone=None), now=morning)
    write_letter(None, letter(), now=morning)
    db.session.commit()
    server = Server()
    assert send(server, morning) == 3
    assert [name.partition("@")[0] for name in server.recipients] == ["citra", "ayu", "budi"]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_a_reminder_that_comes_too_late_waits_for_office_hours_and_has_lost_no_try(
    app: Flask, zone: str
) -> None:
    write_patient_letter("ayu@contoh.example", letter(time_zone=zone), now=SATURDAY_EVENING)
    db.session.commit()
    server = Server()
    moment, count = SATURDAY_EVENING, 0
    while not server.messages:
        assert has_waiting_mail(now=moment) is (count == 0 or is_in_office_hours(moment, zone))
        send(server, moment)
        moment, count = later(moment, minutes=60), count + 1
    sent = db.session.scalars(select(OutboxMessage)).one()
    assert sent.sent_at is not None
    assert (sent.sent_at.astimezone(ZoneInfo(zone)).weekday(), sent.tried_count) == (0, 1)
    assert sent.sent_at.astimezone(ZoneInfo(zone)).hour == 7


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_mail_program_is_told_how_to_end_it_and_by_itself_only_over_https(
    app: Flask, scheme: str
) -> None:
    url = f"{scheme}://sakuham.example/berhenti/abc"
    write_letter("ayu@contoh.example", letter(url, None), now=SATURDAY_EVENING)
    write_letter("budi@contoh.example", letter(None, None), now=SATURDAY_EVENING)
    db.session.commit()
    server = Server()
    send(server, SATURDAY_EVENING)
    mail, plain = server.messages
    assert mail["List-Unsubscribe"] == f"<{url}>"
    wanted = "List-Unsubscribe=One-Click" if scheme == "https" else None
    assert mail["List-Unsubscribe-Post"] == wanted
    assert plain["List-Unsubscribe"] is None
    db.session.expire_all()
    assert set(db.session.scalars(select(OutboxMessage.stop_url))) == {None}
