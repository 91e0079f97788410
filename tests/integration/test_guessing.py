"""Guessing at one account's password: slower and slower, and never a lock-out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask

from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import TooManyGuesses, WrongCredentials
from lms.accounts.models import Account, SignInFailure
from lms.accounts.notifications import mail_link
from lms.accounts.rules import FREE_GUESSES, LONGEST_PAUSE
from lms.accounts.service import choose_password, sign_in
from lms.accounts.throttling import KnownDevice, forget_old_failures
from lms.db import db, transaction
from tests.factories import PASSWORD, Factory, Person

WRONG = "bukan-kata-sandinya-77"


def guess(
    identifier: str, now: datetime, password: str = WRONG, on: KnownDevice | None = None
) -> str:
    """What a guess is answered with."""
    try:
        with transaction():
            sign_in(identifier, password, "", now=now, known_device=on)
    except (WrongCredentials, TooManyGuesses) as refusal:
        return type(refusal).__name__
    return "in"


def wait_of(identifier: str, now: datetime) -> timedelta:
    """How long a guess is told to wait."""
    with pytest.raises(TooManyGuesses) as refused:
        sign_in(identifier, PASSWORD, "", now=now)
    assert str(refused.value.seconds) in str(refused.value)
    return timedelta(seconds=refused.value.seconds)


def exhaust(person: Person, now: datetime, times: int = 12) -> datetime:
    """Guess wrongly, waiting as long as one is told; gives the moment of the last guess."""
    moment = now
    for number in range(times):
        if number > FREE_GUESSES:
            moment += wait_of(person.number, moment)
        assert guess(person.number, moment) == "WrongCredentials"
    return moment


def test_a_few_mistakes_cost_nothing(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    for _ in range(FREE_GUESSES):
        assert guess(ayu.number, now) == "WrongCredentials"
    assert guess(ayu.number, now, PASSWORD) == "in"


def test_a_known_device_begins_anew_with_each_sign_in(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    known = KnownDevice(ayu.id, "kata")
    for _ in range(3):
        for _ in range(FREE_GUESSES):
            assert guess(ayu.number, now, on=known) == "WrongCredentials"
        assert guess(ayu.number, now, PASSWORD, on=known) == "in"
    assert make.count(SignInFailure) == 0


def test_strangers_who_never_pause_do_not_hold_up_a_known_device(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(password=PASSWORD)
    known = KnownDevice(ayu.id, "kata")
    for number in range(200):
        guess(ayu.number, now + timedelta(seconds=number))
    moment = now + timedelta(seconds=200)
    assert guess(ayu.number, moment) == "TooManyGuesses"
    assert guess(ayu.number, moment, PASSWORD, on=known) == "in"


def test_a_known_device_is_braked_by_its_own_failures(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    known = KnownDevice(ayu.id, "kata")
    answers = [guess(ayu.number, now, on=known) for _ in range(FREE_GUESSES + 2)]
    assert answers[-1] == "TooManyGuesses"


def test_a_device_that_is_known_to_another_account_is_a_strangers(
    make: Factory, now: datetime
) -> None:
    ayu, thief = make.learner(password=PASSWORD), make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    assert guess(ayu.number, moment, PASSWORD, on=KnownDevice(thief.id, "kata")) == (
        "TooManyGuesses"
    )


def test_pauses_grow_up_to_a_minute(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    moment, waits = now, []
    for number in range(FREE_GUESSES + 9):
        if number > FREE_GUESSES:
            waits.append(wait_of(ayu.number, moment))
            moment += waits[-1]
        assert guess(ayu.number, moment) == "WrongCredentials"
    assert [wait.seconds for wait in waits] == [2, 4, 8, 16, 32, 60, 60, 60]


def test_the_right_person_comes_in_after_the_wait_that_they_were_told(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    wait = wait_of(ayu.number, moment)
    assert wait <= LONGEST_PAUSE
    assert guess(ayu.number, moment + wait, PASSWORD) == "in"


def test_what_comes_too_early_makes_nobody_wait_longer(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    wait = wait_of(ayu.number, moment)
    for second in range(wait.seconds):
        assert guess(ayu.number, moment + timedelta(seconds=second)) == "TooManyGuesses"
    assert guess(ayu.number, moment + wait, PASSWORD) == "in"


def test_a_hundred_and_twenty_guesses_from_everywhere_are_hardly_any(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(password=PASSWORD)
    answers = [guess(ayu.number, now + timedelta(seconds=number)) for number in range(120)]
    assert answers.count("WrongCredentials") < 15
    assert answers.count("TooManyGuesses") > 100


def test_the_pauses_tell_not_which_address_belongs_to_a_number(
    make: Factory, now: datetime
) -> None:
    ayu, other = make.learner(password=PASSWORD), make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    for typed in (ayu.email, other.email, "nobody@x.example"):
        assert guess(typed, moment) == "WrongCredentials"


def test_the_pauses_tell_not_that_the_person_has_come_in(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    known, invented = KnownDevice(ayu.id, "kata"), "190501172099039"
    for _ in range(FREE_GUESSES):
        assert guess(ayu.number, now) == guess(invented, now) == "WrongCredentials"
    assert guess(ayu.number, now, PASSWORD, on=known) == "in"
    moments = [now + timedelta(seconds=number) for number in range(20)]
    answers = [[guess(who, moment) for moment in moments] for who in (ayu.number, invented)]
    assert answers[0] == answers[1]


def test_a_mailed_link_is_never_held_up(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    sent: list[str] = []

    def address(token: str) -> str:
        sent.append(token)
        return token

    with transaction():
        mail_link(db.session.get_one(Account, ayu.id), LinkPurpose.RESET, address, now=moment)
    with transaction():
        chosen = choose_password(sent[0], "gunung-teh-sepeda-2", now=moment)
    known = KnownDevice(chosen.account_id, "kata")
    assert guess(ayu.number, moment, "gunung-teh-sepeda-2", on=known) == "in"


def test_who_is_nobody_is_answered_just_as_somebody(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    moments = [now + timedelta(seconds=number) for number in range(20)]
    answers = [
        [guess(who, moment) for moment in moments] for who in (ayu.number, "190501172099039")
    ]
    assert answers[0] == answers[1]


def test_of_many_guesses_in_one_moment_one_is_looked_at(
    app: Flask, make: Factory, now: datetime
) -> None:
    ayu = make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    moment += wait_of(ayu.number, moment)
    db.session.remove()
    gate = Barrier(6)

    def one(_number: int) -> str:
        with app.app_context():
            gate.wait()
            try:
                return guess(ayu.number, moment)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(6)))
    assert sorted(answers) == ["TooManyGuesses"] * 5 + ["WrongCredentials"]


def test_failures_are_forgotten_after_a_day(make: Factory, now: datetime) -> None:
    ayu = make.learner(password=PASSWORD)
    moment = exhaust(ayu, now)
    forget_old_failures(now=moment + timedelta(hours=23))
    assert make.count(SignInFailure) == 1
    forget_old_failures(now=moment + timedelta(hours=25))
    assert make.count(SignInFailure) == 0
