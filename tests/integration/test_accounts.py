"""Accounts on a real database: numbers, links, signing in, devices."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import (
    LinkSpent,
    NoSuchDevice,
    NumberTaken,
    WeakPassword,
    WrongCredentials,
)
from lms.accounts.models import Account, Device, EmployeeNumber, OneTimeLink
from lms.accounts.notifications import mail_link
from lms.accounts.people import change_number, create_account
from lms.accounts.permissions import Permission
from lms.accounts.queries import (
    find_account,
    find_number,
    find_signed_in,
    get_open_link,
    list_devices,
)
from lms.accounts.rules import read_employee_number
from lms.accounts.service import (
    choose_password,
    open_device,
    sign_in,
    sign_out_device,
    sign_out_everywhere,
    touch_device,
)
from lms.days import local_day
from lms.db import db
from lms.mail import list_recent_mail
from tests.factories import PASSWORD, Factory, Person

NEW_PASSWORD = "jendela-batu-sawah-9"


def account_of(person: Person) -> Account:
    """The row of a person."""
    return db.session.get_one(Account, person.id)


def mailed_token(recipient: str) -> str:
    """The token in the newest message to an address."""
    message = next(mail for mail in list_recent_mail() if mail.recipient == recipient)
    return next(
        line.removeprefix("link:") for line in message.body.splitlines() if line.startswith("link:")
    )


def device_of(token: str, now: datetime) -> int:
    """The device that a cookie names."""
    principal = find_signed_in(token, now=now)
    assert principal is not None
    assert principal.via is not None
    return principal.via.device_id


def link_to(person: Person, purpose: LinkPurpose, now: datetime) -> str:
    """Mail a link to a person; gives its token."""
    mail_link(account_of(person), purpose, "link:{}".format, now=now)
    db.session.commit()
    return mailed_token(person.email)


def test_a_number_belongs_to_one_person_for_good(make: Factory, now: datetime) -> None:
    ayu = make.learner("Ayu")
    with pytest.raises(NumberTaken):
        create_account("Budi", "budi@contoh.example", read_employee_number(ayu.number), now=now)
    assert make.count(Account) == 1


def test_an_address_belongs_to_one_person(make: Factory, now: datetime) -> None:
    ayu = make.learner("Ayu")
    number = read_employee_number(make.employee_number())
    with pytest.raises(NumberTaken):
        create_account("Budi", ayu.email, number, now=now)
    assert find_account(number.number) is None


def test_a_refused_number_leaves_the_transaction_usable(make: Factory, now: datetime) -> None:
    ayu = make.learner("Ayu")
    with pytest.raises(NumberTaken):
        create_account("B", ayu.email, read_employee_number(make.employee_number()), now=now)
    number = read_employee_number(make.employee_number())
    assert create_account("C", "c@contoh.example", number, now=now).id


def test_another_number_leaves_the_former_one_in_the_history(make: Factory, now: datetime) -> None:
    ayu = make.learner(is_pppk=True)
    new = read_employee_number(make.employee_number(is_pppk=True))
    change_number(account_of(ayu), new, on=local_day(now))
    history = db.session.scalars(
        select(EmployeeNumber)
        .where(EmployeeNumber.account_id == ayu.id)
        .order_by(EmployeeNumber.id)
    ).all()
    assert [(row.number, row.ended_on) for row in history] == [
        (ayu.number, local_day(now)),
        (new.number, None),
    ]
    assert find_number(ayu.id) == new.number


def test_a_number_of_somebody_else_is_refused_as_another_number(
    make: Factory, now: datetime
) -> None:
    ayu, budi = make.learner(), make.learner()
    with pytest.raises(NumberTaken):
        change_number(account_of(ayu), read_employee_number(budi.number), on=local_day(now))


def test_a_person_may_get_a_former_number_back(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    change_number(account_of(ayu), read_employee_number(make.employee_number()), on=local_day(now))
    change_number(account_of(ayu), read_employee_number(ayu.number), on=local_day(now))
    assert find_number(ayu.id) == ayu.number


@pytest.mark.parametrize("way", ["number", "spaced", "email", "EMAIL"])
def test_one_signs_in_with_the_number_or_the_address(
    make: Factory, now: datetime, way: str
) -> None:
    ayu = make.learner(password=PASSWORD)
    number = ayu.number
    typed = {
        "number": number,
        "spaced": f" {number[:8]} {number[8:14]} {number[14]} {number[15:]} ",
        "email": ayu.email,
        "EMAIL": f" {ayu.email.upper()} ",
    }[way]
    device = sign_in(typed, PASSWORD, "", now=now)
    signed_in = find_signed_in(device.token, now=now)
    assert signed_in is not None
    assert signed_in.account_id == device.account_id == ayu.id


def test_one_signs_in_with_a_former_number(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    change_number(account_of(ayu), read_employee_number(make.employee_number()), on=local_day(now))
    assert sign_in(ayu.number, PASSWORD, "", now=now)


@pytest.mark.parametrize(
    ("identifier", "password"),
    [
        ("ayu", "wrong password"),
        ("nobody@contoh.example", PASSWORD),
        ("190501172099039999", PASSWORD),
        ("", PASSWORD),
        ("   ", ""),
        ("' OR 1=1 --", PASSWORD),
        ("@", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_a_wrong_pair_does_not_say_which_half_is_wrong(
    make: Factory, now: datetime, identifier: str, password: str
) -> None:
    ayu = make.learner(password=PASSWORD)
    with pytest.raises(WrongCredentials) as refused:
        sign_in(ayu.number if identifier == "ayu" else identifier, password, "", now=now)
    assert str(refused.value) == str(WrongCredentials())


def test_an_account_without_a_password_lets_nobody_in(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    for password in ("", PASSWORD, "None", "no account has this password"):
        with pytest.raises(WrongCredentials):
            sign_in(ayu.number, password, "", now=now)


def test_the_cookie_is_kept_as_a_hash_only(make: Factory, now: datetime) -> None:
    token = make.device(make.learner())
    row = db.session.scalars(select(Device)).one()
    assert token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


def test_roles_come_with_the_person(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    signed_in = find_signed_in(make.device(ratna), now=now)
    assert signed_in is not None
    assert signed_in.grants == {(Role.HR_OFFICER, ours.id)}
    assert signed_in.permissions == {
        Permission.MANAGE_STAFF,
        Permission.REPORT_ON_OWN,
        Permission.CHECK_IN_BULK,
    }
    assert signed_in.institutions_for(Permission.MANAGE_STAFF) == {ours.id}


def test_a_session_ends_after_thirty_days(make: Factory, now: datetime) -> None:
    token = make.device(make.learner())
    assert find_signed_in(token, now=now + timedelta(days=30, seconds=-1)) is not None
    assert find_signed_in(token, now=now + timedelta(days=30, seconds=1)) is None


@pytest.mark.parametrize("token", ["", "x", "\x00", "a" * 10_000, "é"])
def test_a_made_up_cookie_is_nobody(make: Factory, now: datetime, token: str) -> None:
    make.device(make.learner())
    assert find_signed_in(token, now=now) is None


def test_a_device_in_use_says_when_it_was_seen_last(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    device_id = device_of(make.device(ayu), now)
    later = now + timedelta(hours=1)
    touch_device(device_id, now=later)
    seen = list_devices(ayu.id, device_id, now=later)
    assert [device.last_seen_at for device in seen] == [later]


def test_my_devices_are_mine_and_still_signed_in(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    make.device(ayu, at=now - timedelta(days=31))
    make.device(make.learner())
    token = make.device(ayu, "Firefox Linux", at=now - timedelta(days=1))
    make.device(ayu, "Chrome Android")
    devices = list_devices(ayu.id, device_of(token, now), now=now)
    assert [(device.label, device.is_current) for device in devices] == [
        ("Chrome · Android", False),
        ("Firefox · Linux", True),
    ]


def test_one_device_is_signed_out_and_the_others_stay(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    lost, kept = make.device(ayu), make.device(ayu)
    sign_out_device(ayu.id, device_of(lost, now), now=now)
    assert find_signed_in(lost, now=now) is None
    assert find_signed_in(kept, now=now) is not None


def test_a_device_of_somebody_else_is_not_mine_to_sign_out(make: Factory, now: datetime) -> None:
    token = make.device(make.learner())
    with pytest.raises(NoSuchDevice):
        sign_out_device(make.learner().id, device_of(token, now), now=now)
    assert find_signed_in(token, now=now) is not None


def test_all_my_devices_are_signed_out_and_nobody_elses(make: Factory, now: datetime) -> None:
    ayu, budi = make.learner(), make.learner()
    mine = [make.device(ayu), make.device(ayu)]
    theirs = make.device(budi)
    sign_out_everywhere(ayu.id, now=now)
    assert [find_signed_in(token, now=now) for token in mine] == [None, None]
    assert find_signed_in(theirs, now=now) is not None


def test_a_link_works_once(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    token = link_to(ayu, LinkPurpose.ACTIVATE, now)
    link = get_open_link(token, now=now)
    assert (link.account_id, link.purpose, link.name) == (ayu.id, LinkPurpose.ACTIVATE, ayu.name)
    choose_password(token, NEW_PASSWORD, now=now)
    with pytest.raises(LinkSpent):
        get_open_link(token, now=now)


def test_the_link_is_kept_as_a_hash_only(make: Factory, now: datetime) -> None:
    token = link_to(make.learner(), LinkPurpose.RESET, now)
    row = db.session.scalars(select(OneTimeLink)).one()
    assert token.encode() not in row.token_hash


@pytest.mark.parametrize(
    ("purpose", "length"),
    [
        (LinkPurpose.ACTIVATE, timedelta(days=7)),
        (LinkPurpose.RESET, timedelta(hours=2)),
    ],
)
def test_a_link_expires(
    make: Factory, now: datetime, purpose: LinkPurpose, length: timedelta
) -> None:
    token = link_to(make.learner(), purpose, now)
    assert get_open_link(token, now=now + length - timedelta(seconds=1))
    with pytest.raises(LinkSpent):
        get_open_link(token, now=now + length + timedelta(seconds=1))


def test_a_newer_link_leaves_the_older_one_good_until_one_is_used(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner()
    older = link_to(ayu, LinkPurpose.RESET, now)
    newer = link_to(ayu, LinkPurpose.RESET, now)
    db.session.commit()
    assert get_open_link(newer, now=now)
    choose_password(older, NEW_PASSWORD, now=now)
    db.session.commit()
    with pytest.raises(LinkSpent):
        get_open_link(newer, now=now)


def test_a_link_in_two_tabs_is_spent_by_the_first(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    token = link_to(ayu, LinkPurpose.RESET, now)
    choose_password(token, NEW_PASSWORD, now=now)
    db.session.commit()
    with pytest.raises(LinkSpent):
        choose_password(token, "gunung-teh-sepeda-2", now=now)
    assert sign_in(ayu.number, NEW_PASSWORD, "", now=now)


@pytest.mark.parametrize("token", ["", "x", "a" * 5_000, "\x00"])
def test_a_made_up_link_is_as_good_as_a_spent_one(make: Factory, now: datetime, token: str) -> None:
    link_to(make.learner(), LinkPurpose.RESET, now)
    with pytest.raises(LinkSpent):
        get_open_link(token, now=now)


def test_a_weak_password_leaves_the_link_good(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    token = link_to(ayu, LinkPurpose.ACTIVATE, now)
    with pytest.raises(WeakPassword):
        choose_password(token, "password123", now=now)
    assert choose_password(token, NEW_PASSWORD, now=now).account_id == ayu.id


@pytest.mark.parametrize(
    "password", ["wulandari12", "Wulandari2026", "pegawai-77@contoh-a.example"]
)
def test_a_password_of_ones_own_name_or_address_is_refused(
    make: Factory, now: datetime, password: str
) -> None:
    person = make.learner("Wulandari, S.Pd.", email="pegawai-77@contoh-a.example")
    token = link_to(person, LinkPurpose.ACTIVATE, now)
    with pytest.raises(WeakPassword):
        choose_password(token, password, now=now)


def test_a_password_of_ones_own_number_is_refused(make: Factory, now: datetime) -> None:
    person = make.learner()
    token = link_to(person, LinkPurpose.ACTIVATE, now)
    with pytest.raises(WeakPassword):
        choose_password(token, person.number, now=now)


def test_another_password_signs_every_device_out(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    token = make.device(ayu)
    choose_password(link_to(ayu, LinkPurpose.RESET, now), NEW_PASSWORD, now=now)
    db.session.commit()
    assert find_signed_in(token, now=now) is None
    with pytest.raises(WrongCredentials):
        sign_in(ayu.number, PASSWORD, "", now=now)


def test_a_name_cannot_smuggle_a_line_into_a_messages_head(make: Factory, now: datetime) -> None:
    person = make.learner("Bcc: semua@contoh.example")
    link_to(person, LinkPurpose.RESET, now)
    message = list_recent_mail()[0]
    assert message.recipient == person.email
    assert "\n" not in message.subject


def test_opening_a_device_twice_gives_two_tokens(make: Factory, now: datetime) -> None:
    account = account_of(make.learner())
    tokens = {open_device(account.id, "", now=now).token for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)
