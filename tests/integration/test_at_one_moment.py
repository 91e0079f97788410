"""Deeds that meet in one moment wait for each other at most: none of them ends the other."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from lms.accounts.errors import NumberTaken
from lms.accounts.queries import find_account, find_number
from lms.accounts.rules import read_employee_number
from lms.certificates.errors import ChangedMeanwhile, NotInForce
from lms.certificates.models import Certificate
from lms.certificates.own_certificates import list_own_certificates
from lms.certificates.queries import get_any_certificate
from lms.certificates.service import replace_certificate
from lms.days import local_day
from lms.db import db, transaction
from lms.errors import Refusal
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.models import Institution
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff
from lms.institutions.staff_additions import Added, add_staff
from lms.learning.attempts import submit_attempt
from lms.learning.service import reopen_lapsed
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import fold, reconcile
from tests.factories import (
    PATTERN,
    REASON,
    TODAY,
    Factory,
    InstitutionRef,
    Person,
    Sitting,
    later,
)
from tests.pocketbooks import Source
from tests.waiting import wait_until

# So long is rested, for the next to come as far as to what they share.
PAUSE_SECONDS = 0.3


@contextmanager
def dawdling_after(words: str) -> Iterator[Event]:
    """Whoever has just executed a statement in which these words are found takes a rest.

    The event says that somebody does.
    """
    resting = Event()

    def rest(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if re.search(words, statement, re.DOTALL):
            resting.set()
            time.sleep(PAUSE_SECONDS)

    event.listen(Engine, "after_cursor_execute", rest)
    try:
        yield resting
    finally:
        event.remove(Engine, "after_cursor_execute", rest)


def one_soon_after_the_other(
    app: Flask, resting: Event, first: Callable[[], object], second: Callable[[], object]
) -> list[object]:
    """What deeds give or refuse, each in its own transaction, the second begun while one rests."""

    def run(deed: Callable[[], object]) -> object:
        with app.app_context():
            try:
                with transaction():
                    return deed()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(run, first)
        # On SQLite there is no statement after which who folds could rest.
        wait_until(lambda: resting.is_set() or begun.done(), tell=lambda: "It does not rest.")
        next_one = pool.submit(run, second)
        return [begun.result(), next_one.result()]


def national() -> Programme:
    """The national programme's row."""
    return db.session.scalars(select(Programme).where(Programme.slug == NATIONAL)).one()


def hand_in(sitting: Sitting, now: datetime) -> Callable[[], object]:
    """The deed of somebody who has answered everything."""
    return lambda: submit_attempt(sitting.person.id, sitting.token, now=now)


def answered(make: Factory, sitting: Sitting) -> Sitting:
    """An attempt with all its answers, and all of them right."""
    make.answers(sitting, sitting.right)
    return sitting


@pytest.mark.parametrize("dawdler", ["who folds", "who hands in"])
def test_folding_and_handing_in_do_not_end_each_other(
    app: Flask, make: Factory, now: datetime, dawdler: str
) -> None:
    sitting = answered(make, make.attempt(make.learner(at=make.institution()), make.book()))
    folding, handing_in = (lambda: fold(national())), hand_in(sitting, now)
    if dawdler == "who folds":
        with dawdling_after("FROM programmes.* FOR |LOCK TABLE") as resting:
            one_soon_after_the_other(app, resting, folding, handing_in)
    else:
        with dawdling_after("INTO tally_entries") as resting:
            one_soon_after_the_other(app, resting, handing_in, folding)
    assert get_figure(NATIONAL, now=now).count == 1
    assert reconcile(national()) == []


def test_two_books_that_one_person_passes_in_one_moment_give_two_certificates(
    app: Flask, make: Factory, now: datetime
) -> None:
    person = make.learner(at=make.institution())
    sittings = [
        answered(make, make.attempt(person, book)) for book in (make.book(), make.book("tema-dua"))
    ]
    with dawdling_after("INTO certificates") as resting:
        one_soon_after_the_other(app, resting, *(hand_in(each, now) for each in sittings))
    assert len(list_own_certificates(person.id, today=TODAY)) == 2
    assert get_figure(NATIONAL, now=now).count == 1
    assert reconcile(national()) == []


def test_two_lists_that_name_one_claimed_number_in_one_moment_do_not_both_have_it(
    app: Flask, make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    thief, ayu, budi = (make.learner(at=at, confirmed=False) for at in (ours, ours, theirs))

    def adding(institution: InstitutionRef, person: Person) -> Callable[[], object]:
        return lambda: add_staff(
            Scope(None, frozenset({institution.id})),
            db.session.get_one(Institution, institution.id),
            "Nama Dari Daftar",
            person.email,
            read_employee_number(thief.number),
            "link:{}".format,
            now=now,
        )

    with dawdling_after("INTO employee_numbers") as resting:
        first, second = one_soon_after_the_other(
            app, resting, adding(ours, ayu), adding(theirs, budi)
        )
    assert isinstance(first, Added)
    assert isinstance(second, NumberTaken)
    holder = find_account(thief.number)
    assert holder is not None
    assert holder.id == ayu.id
    untouched = find_account(budi.number)
    assert untouched is not None
    assert (untouched.id, untouched.name) == (budi.id, budi.name)


def test_of_two_corrections_in_one_moment_the_later_one_holds(
    app: Flask, make: Factory, now: datetime
) -> None:
    institution = make.institution()
    person, numbers = make.learner(at=institution), [make.employee_number() for _ in range(2)]
    posting_id = person.posting_id
    assert posting_id is not None

    def correcting(number: str) -> Callable[[], object]:
        scope, facts = Scope(None, frozenset({institution.id})), read_employee_number(number)
        return lambda: correct_staff(scope, posting_id, person.name, facts, now=now)

    with dawdling_after("INTO employee_numbers") as resting:
        given = one_soon_after_the_other(app, resting, *map(correcting, numbers))
    assert given == [None, None]
    assert find_number(person.id) == numbers[1]


def test_two_officers_who_decide_about_each_other_do_not_end_each_other(
    app: Flask, make: Factory, now: datetime
) -> None:
    institution = make.institution()
    ayu, budi = (make.learner(at=institution, confirmed=False) for _ in range(2))

    def confirming(officer: Person, person: Person) -> Callable[[], object]:
        assert person.posting_id is not None
        scope, posting_id = Scope(officer.id, frozenset({institution.id})), person.posting_id
        return lambda: confirm_staff(scope, posting_id, now=now)

    with dawdling_after("FROM accounts.* FOR ") as resting:
        names = one_soon_after_the_other(app, resting, confirming(ayu, budi), confirming(budi, ayu))
    assert names == [budi.name, ayu.name]


@pytest.mark.parametrize("first", ["correction", "renewal"])
def test_a_correction_and_a_renewal_of_what_has_expired_make_one_chain(
    app: Flask, make: Factory, now: datetime, first: str
) -> None:
    person, book = make.learner(at=make.institution()), make.book(source=Source(term="1 bulan"))
    issued = make.certificate(person, book)
    again = later(now, days=40)
    assert reopen_lapsed(today=local_day(again)) == 1
    db.session.commit()
    make.rename(person, "Ayu Lestari")
    sitting = answered(make, make.attempt(person, book, at=again))
    actor = make.coordinator()

    def correcting() -> str:
        return replace_certificate(issued.code, REASON, PATTERN, actor.id, now=again)

    renewing = hand_in(sitting, again)
    deeds = (correcting, renewing) if first == "correction" else (renewing, correcting)
    with dawdling_after("INTO certificates") as resting:
        given = dict(zip(deeds, one_soon_after_the_other(app, resting, *deeds), strict=True))
    chain = db.session.scalars(
        select(Certificate.code).order_by(Certificate.replaces_id.nulls_first())
    )
    codes, corrected = chain.all(), [given[correcting]]
    # Who passes gets a certificate in any case, after the corrected one where there is one.
    if first == "renewal":
        assert isinstance(corrected.pop(), ChangedMeanwhile | NotInForce)
    assert codes[:-1] == [issued.code, *corrected]
    assert get_any_certificate(codes[-1]).status_on(local_day(again)) == "valid"
