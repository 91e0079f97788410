"""Webhooks: told in the order of the log, signed, tried again, and never into our own network."""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lms.accounts.models import RoleGrant
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, read_only, transaction
from lms.exchange.deliveries import GIVEN_UP_AFTER, PAUSES, deliver_waiting, has_undelivered
from lms.exchange.errors import (
    BadPosition,
    BadWebhookAddress,
    CannotDeliver,
    NoSuchWebhook,
    NoWholeInstitution,
    TooManyWebhooks,
)
from lms.exchange.models import Webhook
from lms.exchange.receivers import is_public, post, read_address
from lms.exchange.webhooks import (
    MOST,
    list_webhooks,
    make_webhook,
    remove_webhook,
    replay_webhook,
)
from lms.mail import OutboxMessage
from lms.transparency.sequencer import sequence_batch
from tests.factories import Factory, InstitutionRef, Issued, Person
from tests.webhook_receivers import Receiver, receiving

OWN = frozenset({"localhost"})


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratna", at=ours)


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving(tmp_path) as listening:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "receiver.pem"))
        yield listening


@pytest.fixture
def told(make: Factory, officer: Person, ours: InstitutionRef, receiver: Receiver) -> Receiver:
    """A receiver that is told from now on."""
    with make.inside(), transaction():
        secret = make_webhook(officer.scope, ours.id, receiver.url, now=utc_now())
    receiver.told.secret = secret
    return receiver


def issue(make: Factory, at: InstitutionRef, count: int = 1) -> list[Issued]:
    book = make.book()
    return [make.certificate(make.learner(at=at), book) for _ in range(count)]


def log(make: Factory) -> None:
    with make.inside(), transaction():
        while sequence_batch("sakuham.example/log", now=utc_now()):
            pass


def deliver(make: Factory, *, at: datetime | None = None) -> int:
    """One round, at a moment."""
    with make.inside():
        return deliver_waiting(OWN, lambda: at or utc_now())


def kept(make: Factory) -> Webhook:
    with make.inside():
        found = db.session.scalars(select(Webhook)).one()
        db.session.expunge(found)
        return found


@pytest.mark.usefixtures("keys")
def test_what_happens_is_told_once_in_the_order_of_the_log(
    make: Factory, ours: InstitutionRef, told: Receiver
) -> None:
    first, second = issue(make, ours, 2)
    issue(make, make.institution())
    make.revoke(first)
    log(make)
    assert deliver(make) == 1
    messages = told.told.messages
    assert [(each.kind, each.position) for each in messages] == [
        ("certificate.issued", 0), ("certificate.issued", 1), ("certificate.revoked", 3),
    ]  # fmt: skip
    assert messages[0].number == messages[2].number != messages[1].number
    assert told.told.refused == []
    for each in messages:  # and nothing of the person
        assert set(each.body) == {"type", "timestamp", "data"}
        assert set(each.body["data"]) == {"position", "number"}
    assert len({each.message_id for each in messages}) == 3
    assert deliver(make) == 0
    assert len(messages) == 3
    with make.inside(), read_only():
        assert not has_undelivered(now=utc_now())
    make.reinstate(first)
    make.rename(second.person, "Budi Santoso, S.H.")
    make.replace(second)
    log(make)
    deliver(make)
    assert sorted(each.kind for each in messages[3:]) == [
        "certificate.issued", "certificate.reinstated", "certificate.replaced",
    ]  # fmt: skip


@pytest.mark.usefixtures("keys")
def test_what_failed_is_tried_again_from_there_with_growing_pauses(
    make: Factory, ours: InstitutionRef, told: Receiver
) -> None:
    issue(make, ours, 3)
    log(make)
    told.told.statuses = [204, 503]
    now = utc_now()
    assert deliver(make, at=now) == 1
    webhook = kept(make)
    assert (webhook.position, webhook.failure_count, webhook.failure) == (1, 1, "status 503")
    assert webhook.due_at == now + PAUSES[0]
    assert deliver(make, at=now + PAUSES[0] / 2) == 0
    told.told.statuses = [302]
    again = now + PAUSES[0]
    deliver(make, at=again)
    webhook = kept(make)
    assert (webhook.failure_count, webhook.failure) == (2, "status 302")  # nothing is followed
    assert webhook.due_at == again + PAUSES[1]
    assert webhook.failing_since == now
    assert len(told.told.messages) == 1
    assert deliver(make, at=again + PAUSES[1]) == 1
    assert [each.position for each in told.told.messages] == [0, 1, 2]
    webhook = kept(make)
    assert (webhook.failure_count, webhook.failure, webhook.failing_since) == (0, None, None)


@pytest.mark.usefixtures("keys")
def test_a_message_has_the_same_number_at_every_try(
    make: Factory, ours: InstitutionRef, officer: Person, told: Receiver
) -> None:
    issue(make, ours)
    log(make)
    deliver(make)
    with make.inside(), transaction():
        replay_webhook(officer.scope, kept_id(), 0, now=utc_now())
    deliver(make)
    first, again = told.told.messages
    assert first.message_id == again.message_id


def kept_id() -> int:
    return db.session.scalars(select(Webhook.id)).one()


@pytest.mark.usefixtures("keys")
def test_after_days_of_failure_it_is_switched_off_and_officers_are_told(
    make: Factory, ours: InstitutionRef, officer: Person, told: Receiver
) -> None:
    issue(make, ours)
    log(make)
    told.told.statuses = [500, 500]
    now = utc_now()
    deliver(make, at=now)
    late = now + GIVEN_UP_AFTER + timedelta(hours=1)
    deliver(make, at=late)
    assert kept(make).due_at is None
    assert deliver(make, at=late + timedelta(days=30)) == 0
    with make.inside():
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.subject == "Webhook instansi Anda dimatikan")
        ).all()
        assert [each.recipient for each in letters] == [officer.email]
        assert "status 500" in letters[0].body
        actions = db.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.action.startswith("webhook."))
            .order_by(AuditEntry.id)
        ).all()
        assert actions == ["webhook.made", "webhook.switched_off"]
    with make.inside(), transaction():  # nothing is lost: it goes on where it stopped
        replay_webhook(officer.scope, kept_id(), kept(make).position, now=late)
    with make.inside(), transaction():
        db.session.execute(update(Webhook).values(due_at=utc_now()))
    deliver(make)
    assert len(told.told.messages) == 1


@pytest.mark.usefixtures("keys")
def test_who_is_gone_is_switched_off_at_once(
    make: Factory, ours: InstitutionRef, told: Receiver
) -> None:
    issue(make, ours)
    log(make)
    told.told.statuses = [410]
    deliver(make)
    assert kept(make).due_at is None


@pytest.mark.usefixtures("keys")
def test_a_silent_receiver_is_left_and_no_other_waits_for_it(
    make: Factory,
    ours: InstitutionRef,
    told: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lms.exchange.receivers.SECONDS", 0.5)
    issue(make, ours)
    theirs = make.institution()
    issue(make, theirs)
    log(make)
    told.told.statuses = [0]
    deliver(make)
    webhook = kept(make)
    assert (webhook.position, webhook.failure_count) == (0, 1)
    assert told.told.messages == []


@pytest.mark.usefixtures("keys")
def test_nobody_is_told_once_their_webhooks_maker_or_institution_has_left(
    make: Factory, ours: InstitutionRef, officer: Person, told: Receiver
) -> None:
    issue(make, ours)
    log(make)
    with make.inside(), transaction():
        over = utc_now() - timedelta(seconds=1)
        ended = update(RoleGrant).where(RoleGrant.account_id == officer.id)
        db.session.execute(ended.values(ends_on=local_day(over), ends_at=over))
    assert deliver(make) == 0
    assert told.told.messages == []
    with make.inside():
        (line,) = list_webhooks(officer.scope, now=utc_now())
        assert line.is_orphaned


@pytest.mark.usefixtures("keys")
def test_whoever_begins_anew_while_something_is_sent_is_not_overruled(
    make: Factory,
    ours: InstitutionRef,
    officer: Person,
    told: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issue(make, ours, 3)
    log(make)
    deliver(make)
    issue(make, ours)
    log(make)

    def begin_anew(*args: object, **how: object) -> None:
        post(*args, **how)  # type: ignore[arg-type]
        with make.app.app_context(), transaction():
            replay_webhook(officer.scope, kept_id(), 1, now=utc_now())

    with monkeypatch.context() as patch:
        patch.setattr("lms.exchange.deliveries.post", begin_anew)
        deliver(make)
    assert kept(make).position == 1
    deliver(make)
    assert [each.position for each in told.told.messages] == [0, 1, 2, 3, 1, 2, 3]


def test_a_secret_is_given_once_and_lies_sealed(
    make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    with make.inside(), transaction():
        secret = make_webhook(officer.scope, ours.id, "https://simpeg.example/x", now=utc_now())
    assert secret.startswith("whsec_")
    assert len(secret) == 50
    webhook = kept(make)
    assert secret.removeprefix("whsec_").encode() not in webhook.sealed_secret
    with make.inside():
        (line,) = list_webhooks(officer.scope, now=utc_now())
        assert secret not in repr(line)
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.subject.startswith("Webhook baru"))
        ).all()
        assert [each.recipient for each in letters] == [officer.email]
        assert secret not in letters[0].body


def test_only_who_answers_for_an_institution_has_to_do_with_its_webhooks(
    make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    other = make.officer(at=make.institution())
    now = utc_now()
    with make.inside(), transaction():
        make_webhook(officer.scope, ours.id, "https://simpeg.example/", now=now)
    with make.inside(), transaction():
        webhook_id = kept_id()
        assert list_webhooks(other.scope, now=now) == []
        with pytest.raises(NoWholeInstitution):
            make_webhook(other.scope, ours.id, "https://simpeg.example/", now=now)
        with pytest.raises(NoSuchWebhook):
            replay_webhook(other.scope, webhook_id, 0, now=now)
        with pytest.raises(NoSuchWebhook):
            remove_webhook(other.scope, webhook_id, now=now)
        for position in (-1, 1, 10**15):
            with pytest.raises(BadPosition):
                replay_webhook(officer.scope, webhook_id, position, now=now)
        for _ in range(MOST - 1):
            make_webhook(officer.scope, ours.id, "https://simpeg.example/", now=now)
        with pytest.raises(TooManyWebhooks):
            make_webhook(officer.scope, ours.id, "https://simpeg.example/", now=now)
        remove_webhook(officer.scope, webhook_id, now=now)
    assert make.count(Webhook) == MOST - 1


# Where it may lead


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "text",
    [
        "", "simpeg", "http://simpeg.example/", "ftp://simpeg.example/", "https://", "https:///x",
        "https://a:b@simpeg.example/", "https://a@simpeg.example/", "https://simpeg.example/#x",
        "https://simpeg.example:0/", "https://simpeg.example:99999/", "https://[::1/",
        "https://simpeg.example/a b", "https://simpeg.example/\r\nHost: x", "https://é.example/",
        "https://simpeg.example/" + "a" * 500, "javascript:alert(1)", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_receiver_is_refused(text: str) -> None:
    with pytest.raises(BadWebhookAddress):
        read_address(text)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::",
        "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::127.0.0.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_within_is_not_spoken_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(address)
    found = [(0, 0, 0, "", (each, 1)) for each in ("8.8.8.8", address)]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(CannotDeliver, match="not public"):
        post("https://simpeg.example/", b"{}", {}, own_hosts=OWN)


@pytest.mark.sqlite_only
def test_addresses_of_the_internet_are(receiver: Receiver) -> None:
    assert is_public("8.8.8.8")
    assert is_public("2606:4700:4700::1111")
    with pytest.raises(CannotDeliver, match="not public"):
        post(receiver.url, b"{}", {}, own_hosts=frozenset())
    for literal in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
    ):
        with pytest.raises(CannotDeliver, match=r"not public|nowhere"):
            post(literal, b"{}", {}, own_hosts=OWN)


@pytest.mark.sqlite_only
def test_a_name_is_looked_up_once_and_nowhere_else_is_gone(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers otherwise the second time leads nobody anywhere."""
    import socket

    asked, found = [], socket.getaddrinfo

    def look_up(host: str, *args: object, **how: object) -> object:
        asked.append(host)
        return found(host, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    receiver.told.secret = "whsec_"
    with pytest.raises(CannotDeliver, match="status 400"):
        post(receiver.url, b"{}", SIGNED, own_hosts=OWN)
    assert [each for each in asked if not each[0].isdigit() and ":" not in each] == ["localhost"]


SIGNED = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x"}


@pytest.mark.sqlite_only
def test_a_certificate_has_to_be_that_of_the_name(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert ssl.create_default_context().check_hostname
    with pytest.raises(CannotDeliver, match="certificate"):
        post(receiver.url, b"{}", SIGNED, own_hosts=OWN)
