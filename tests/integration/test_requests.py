"""Registering and asking for a link: what is answered, to which mailbox, and how often."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import AlreadyRegistered, LinkSpent
from lms.accounts.models import Account, LinkRequest, OneTimeLink, Registration
from lms.accounts.people import create_account
from lms.accounts.queries import find_number, get_account, get_open_link
from lms.accounts.requests import PAUSES, answer_requests, ask_for_link, register
from lms.accounts.rules import read_employee_number
from lms.accounts.service import choose_password, sign_in
from lms.db import db
from lms.institutions.models import Posting, PostingSource
from lms.mail import OutboxMessage, list_recent_mail
from tests.factories import PASSWORD, Factory, InstitutionRef, later

NEW_PASSWORD = "jendela-batu-sawah-9"
DEWI = "dewi@contoh-a.example"


def registers(
    make: Factory,
    institution: InstitutionRef,
    now: datetime,
    *,
    number: str = "",
    email: str = DEWI,
    name: str = "Dewi Anggraini",
) -> str:
    """Somebody sends the form; gives the number that they wrote."""
    number = number or make.employee_number()
    register(name, email, read_employee_number(number), institution.id, now=now)
    db.session.commit()
    return number


def answered(now: datetime) -> int:
    """Have what was asked for answered, as the jobs process does every second."""
    return answer_requests("link:{}".format, now=now)


def messages(recipient: str | None = None) -> list[OutboxMessage]:
    """The messages that are there, the newest first."""
    return [mail for mail in list_recent_mail() if recipient in {None, mail.recipient}]


def token_in(mail: OutboxMessage) -> str:
    """The token of the link in a message."""
    return next(
        line.removeprefix("link:") for line in mail.body.splitlines() if line.startswith("link:")
    )


def chooses(token: str, now: datetime, password: str = NEW_PASSWORD) -> Account:
    """Answer by a link."""
    chosen = choose_password(token, password, now=now)
    db.session.commit()
    return get_account(chosen.account_id)


# Registering


def test_a_registration_holds_nothing_until_its_mailbox_answers(
    make: Factory, now: datetime
) -> None:
    number = registers(make, make.institution(), now)
    answered(now)
    assert make.count(Account) == make.count(Posting) == 0
    number_facts = read_employee_number(number)
    assert create_account("Orang Lain", DEWI, number_facts, now=now).email == DEWI


def test_an_answered_registration_is_an_unconfirmed_person(make: Factory, now: datetime) -> None:
    ours = make.institution()
    number = registers(make, ours, now)
    answered(now)
    account = chooses(token_in(messages(DEWI)[0]), now)
    posting = db.session.scalars(select(Posting)).one()
    assert (account.name, account.email, find_number(account.id)) == (
        "Dewi Anggraini",
        DEWI,
        number,
    )
    assert (posting.account_id, posting.institution_id) == (account.id, ours.id)
    assert posting.source is PostingSource.SELF
    assert posting.confirmed_at is None
    assert sign_in(number, NEW_PASSWORD, "", now=now)
    assert make.count(Registration) == 0


def test_a_registration_lapses_with_its_link(make: Factory, now: datetime) -> None:
    registers(make, make.institution(), now)
    answered(now)
    token = token_in(messages(DEWI)[0])
    almost, over = now + timedelta(days=2, seconds=-1), now + timedelta(days=2, seconds=1)
    assert get_open_link(token, now=almost)
    with pytest.raises(LinkSpent):
        get_open_link(token, now=over)
    answered(almost)
    assert make.count(Registration) == 1
    answered(over)
    assert make.count(Registration) == 0


def test_of_two_registrations_of_one_number_the_first_mailbox_to_answer_has_it(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    number = registers(make, ours, now, email="satu@contoh-a.example")
    registers(make, ours, now, number=number, email="dua@contoh-a.example")
    answered(now)
    first, second = (token_in(messages(f"{who}@contoh-a.example")[0]) for who in ("satu", "dua"))
    assert chooses(second, now).email == "dua@contoh-a.example"
    with pytest.raises(AlreadyRegistered, match="akun lain"):
        choose_password(first, NEW_PASSWORD, now=now)
    db.session.rollback()
    assert make.count(Account) == 1


def test_of_two_registrations_of_one_address_each_link_knows_its_own_number(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    foreign = registers(make, ours, now, name="Orang Lain")
    answered(now)
    mine = registers(make, ours, now)
    answered(now)
    newest, oldest = messages(DEWI)
    assert mine[-3:] in newest.body
    assert foreign[-3:] in oldest.body
    account = chooses(token_in(newest), now)
    assert (account.name, find_number(account.id)) == ("Dewi Anggraini", mine)
    with pytest.raises(LinkSpent):
        get_open_link(token_in(oldest), now=now)


def test_registering_the_same_again_says_that_it_waits_and_leaves_both_links_good(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    number = registers(make, ours, now)
    answered(now)
    registers(make, ours, now, number=number)
    answered(later(now, minutes=5))
    second, first = messages(DEWI)
    assert "masih menunggu" in second.body
    assert "masih menunggu" not in first.body
    chooses(token_in(first), now)
    with pytest.raises(LinkSpent):
        get_open_link(token_in(second), now=now)
    assert make.count(Account) == 1


@pytest.mark.parametrize("known_by", ["number", "email"])
@pytest.mark.parametrize("has_password", [True, False])
def test_who_is_known_is_told_what_is_true_at_the_mailbox_on_record(
    make: Factory, now: datetime, known_by: str, has_password: bool
) -> None:
    ours = make.institution()
    known = make.learner("Sumirah", at=ours, password=PASSWORD if has_password else None)
    if known_by == "number":
        registers(make, ours, now, number=known.number, email="lain@contoh.example")
    else:
        registers(make, ours, now, email=known.email)
    answered(now)
    (mail,) = messages(known.email)
    purpose = get_open_link(token_in(mail), now=now).purpose
    if has_password:
        assert "akun Anda sudah ada" in mail.body
        assert purpose is LinkPurpose.RESET
    else:
        assert "daftar pegawai" in mail.body
        assert purpose is LinkPurpose.ACTIVATE
    assert make.count(Account) == 1


def test_whose_number_another_mailbox_has_is_told_the_way_forward_and_nothing_else(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    thief = make.learner(
        "Penyerang", at=ours, confirmed=False, email="x@gratis.example", password=PASSWORD
    )
    registers(make, ours, now, number=thief.number)
    answered(now)
    (mail,) = messages(DEWI)
    assert "pengelola kepegawaian" in mail.body
    assert thief.number[-3:] in mail.body
    for words in ("link:", "Penyerang", thief.email, thief.number):
        assert words not in mail.body
    ask_for_link(DEWI, now=now)
    db.session.commit()
    answered(now)
    assert len(messages(DEWI)) == 1
    answered(later(now, days=2, minutes=1))
    assert make.count(Registration) == 0


def test_a_person_listed_while_their_registration_waits_comes_in_by_its_link(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    number = registers(make, ours, now, name="Dewi")
    answered(now)
    listed = make.learner("Dewi Anggraini, S.H.", at=ours, number=number, email=DEWI)
    account = chooses(token_in(messages(DEWI)[0]), now)
    assert (account.id, account.name) == (listed.id, "Dewi Anggraini, S.H.")
    assert make.count(Posting) == 1


def test_a_person_listed_with_another_address_is_not_the_registrations(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    number = registers(make, ours, now, email="penyerang@gratis.example")
    answered(now)
    listed = make.learner("Korban", at=ours, number=number, email=DEWI)
    with pytest.raises(AlreadyRegistered):
        choose_password(token_in(messages()[0]), NEW_PASSWORD, now=now)
    db.session.rollback()
    assert db.session.get_one(Account, listed.id).password_hash is None


def test_where_a_registration_leads_is_kept(make: Factory, now: datetime) -> None:
    number = read_employee_number(make.employee_number())
    register("Dewi", DEWI, number, make.institution().id, now=now, target="/buku/x/kuis")
    db.session.commit()
    answered(now)
    assert get_open_link(token_in(messages()[0]), now=now).target == "/buku/x/kuis"


# Links


def test_who_asks_gets_the_link_that_is_needed(make: Factory, now: datetime) -> None:
    new, old = make.learner(), make.learner(password=PASSWORD)
    for person in (new, old):
        ask_for_link(person.number, now=now, target="/akun")
    db.session.commit()
    assert answered(now) == 2
    links = {
        person.id: get_open_link(token_in(messages(person.email)[0]), now=now)
        for person in (new, old)
    }
    assert {key: link.purpose for key, link in links.items()} == {
        new.id: LinkPurpose.ACTIVATE,
        old.id: LinkPurpose.RESET,
    }
    assert {link.target for link in links.values()} == {"/akun"}
    assert make.count(LinkRequest) == 0


def test_asking_for_somebody_unknown_mails_nobody(make: Factory, now: datetime) -> None:
    make.learner()
    for identifier in ("nobody@contoh.example", "190501172099039999", "", "'"):
        ask_for_link(identifier, now=now)
    db.session.commit()
    answered(now)
    assert messages() == []
    assert make.count(LinkRequest) == 0


@pytest.mark.parametrize("by", ["number", "email"])
def test_who_has_not_answered_their_registration_gets_its_link_once_more(
    make: Factory, now: datetime, by: str
) -> None:
    number = registers(make, make.institution(), now)
    answered(now)
    ask_for_link(number if by == "number" else DEWI, now=now)
    db.session.commit()
    answered(now)
    again, first = messages(DEWI)
    assert chooses(token_in(again), now).email == DEWI
    with pytest.raises(LinkSpent):
        get_open_link(token_in(first), now=now)


@pytest.mark.parametrize("is_known", [True, False])
def test_asking_costs_the_same_statements_whether_somebody_is_known(
    make: Factory, now: datetime, statements: Any, is_known: bool
) -> None:
    person = make.learner(password=PASSWORD)
    with statements() as seen:
        ask_for_link(person.number if is_known else "190501172099039999", now=now)
        db.session.flush()
    assert len(seen) == 1
    assert seen[0].startswith("INSERT INTO link_requests")


# What our messages say, and how many there are


def test_a_message_to_an_unproved_address_says_nothing_that_a_stranger_typed(
    make: Factory, now: datetime
) -> None:
    registers(make, make.institution(), now, name="Selamat klik hadiah", email="korban@x.example")
    make.learner("Pegawai Terdaftar", email="baru@x.example", at=make.institution())
    ask_for_link("baru@x.example", now=now)
    db.session.commit()
    answered(now)
    assert len(messages()) == 2
    for mail in messages():
        for words in ("Selamat", "hadiah", "Terdaftar"):
            assert words not in mail.body + mail.subject


def test_a_message_to_a_proved_address_names_its_person(make: Factory, now: datetime) -> None:
    person = make.learner("Sumirah, S.Pd.", password=PASSWORD)
    ask_for_link(person.email, now=now)
    db.session.commit()
    answered(now)
    assert messages()[0].body.startswith("Yth. Sumirah, S.Pd.,")


@pytest.mark.parametrize("kind", ["link", "registration", "known"])
def test_a_mailbox_gets_three_messages_an_hour(make: Factory, now: datetime, kind: str) -> None:
    ours = make.institution()
    person = (
        make.learner(at=ours, email=DEWI, password=PASSWORD) if kind != "registration" else None
    )
    for minute in range(10):
        moment = later(now, minutes=minute)
        if kind == "link" and person is not None:
            ask_for_link(person.number if minute % 2 else DEWI, now=moment)
            db.session.commit()
        else:
            registers(make, ours, moment)
        answered(moment)
    assert len(messages(DEWI)) == 3
    for mail in messages(DEWI):
        assert get_open_link(token_in(mail), now=now)
    registers(make, ours, later(now, minutes=70))
    answered(later(now, minutes=70))
    assert len(messages(DEWI)) == 4


@pytest.mark.parametrize("strangers_ask", ["by registering", "for a link"])
def test_strangers_cannot_keep_a_mailbox_from_registering(
    make: Factory, now: datetime, strangers_ask: str
) -> None:
    ours = make.institution()
    for _ in range(3):
        registers(make, ours, now, name="Orang Lain")
        answered(now)
    mine = registers(make, ours, later(now, minutes=1))
    answered(later(now, minutes=1))
    assert len(messages(DEWI)) == 3
    for minute in range(2, 75):
        moment = later(now, minutes=minute)
        if strangers_ask == "for a link":
            ask_for_link(DEWI, now=moment)
            db.session.commit()
        else:
            registers(make, ours, moment, name="Orang Lain")
        answered(moment)
    assert len(messages(DEWI)) <= 6
    mailed = [mail.body for mail in messages(DEWI) if f"berakhir {mine[-3:]}." in mail.body]
    assert mailed
    tokens = [line for body in mailed for line in body.splitlines() if line.startswith("link:")]
    found = {get_open_link(token.removeprefix("link:"), now=moment).number for token in tokens}
    assert mine in found


# The worst item of the queue


def test_a_request_that_meets_an_accident_holds_up_none_of_the_others(
    make: Factory, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make.learner(email="buruk@x.example"), make.learner(email="baik@x.example")
    for person in (bad, good):
        ask_for_link(person.number, now=now)
    db.session.commit()

    def address(token: str) -> str:
        link = db.session.scalars(
            select(OneTimeLink).order_by(OneTimeLink.id.desc()).limit(1)
        ).first()
        if link is None or link.account_id == bad.id:
            raise ValueError("cannot be written")
        return token

    moment = now
    for number, pause in enumerate((*PAUSES, timedelta(0))):
        answer_requests(address, now=moment)
        assert len(messages(good.email)) == 1
        assert make.count(LinkRequest) == (1 if number < len(PAUSES) else 0)
        answer_requests(address, now=moment + pause - timedelta(seconds=1))
        moment += pause
    assert messages(bad.email) == []
    assert len([each for each in caplog.records if each.exc_info]) == 1
