"""The fictional country: all that holds of real people holds of it, and it is never beside them."""

from collections.abc import Generator
from contextlib import closing
from datetime import date
from hashlib import sha256
from typing import cast

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.passwords import is_right_password
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.db import current_connection, db, read_only, snapshot, transaction
from lms.fiction.errors import NotFictional, NothingToLearn
from lms.fiction.names import is_nobodys
from lms.fiction.places import LARGEST
from lms.fiction.service import Progress, Wish, populate, usual_institutions
from lms.fiction.storing import together
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.queries import count_waiting
from lms.institutions.scope import Scope
from lms.learning.models import ChapterRead, Enrolment
from lms.programmes.breakdown import list_by_institution
from lms.programmes.queries import NATIONAL, get_figure, list_programmes
from lms.programmes.rollup import reconcile
from lms.progress.rebuild import reconcile as reconcile_progress
from lms.progress.staff import StaffFilter, summarise
from tests.factories import PATTERN, Factory

WISH = Wish(400, 6, 7, date(2026, 5, 1))
ALWAYS_THE_SAME = "7b677599d4cf8d2c"


def _rules() -> list[tuple[object, ...]]:
    """What the database checks, and what a connection that writes is allowed of memory."""
    checks = (
        "SELECT CAST(conrelid AS regclass), conname, pg_get_constraintdef(oid), convalidated"
        " FROM pg_constraint ORDER BY 1, 2"
    )
    options = (
        "SELECT CAST(oid AS regclass), reloptions FROM pg_class"
        " WHERE reloptions IS NOT NULL ORDER BY 1"
    )
    asked = [checks, options]
    if db.engine.dialect.name == "sqlite":
        asked = [f"PRAGMA {name}" for name in ("cache_size", "wal_autocheckpoint", "foreign_keys")]
    db.session.rollback()
    with transaction():
        ask = current_connection().exec_driver_sql
        return [tuple(row) for each in asked for row in ask(each)]


def make_country(make: Factory, wish: Wish = WISH) -> None:
    """Make it, and begin anew with what is read."""
    db.session.rollback()
    for _ in populate(wish, PATTERN, now=make.now):
        pass


def test_everything_that_is_counted_and_listed_agrees_with_it(make: Factory) -> None:
    make.book(chapters=3)
    make.book("tema-dua")
    make_country(make)
    with snapshot():
        assert [reconcile(programme) for programme in list_programmes()] == [[]]
        assert reconcile_progress(now=make.now) == []
    assert make.count(Account) == make.count(Posting) == 400
    figure = get_figure(NATIONAL, now=make.now)
    assert 50 < figure.count < 400
    assert sum(each.count for each in list_by_institution(NATIONAL)) == figure.count
    largest = db.session.scalars(select(Institution).where(Institution.code == LARGEST)).one()
    scope = Scope(None, frozenset({largest.id}))
    summary = summarise(scope, StaffFilter(), now=make.now)
    assert summary.total == 40
    every = Scope(None, frozenset(db.session.scalars(select(Institution.id))))
    assert 1 <= count_waiting(every) < 40
    assert make.count(Unit) > 0
    assert make.count(ChapterRead) > make.count(Enrolment)


def test_it_is_the_same_on_every_database_and_of_nobody(make: Factory) -> None:
    make.book()
    make_country(make)
    rows = db.session.execute(
        select(Account.name, Account.email, EmployeeNumber.number, Certificate.code)
        .join(EmployeeNumber, EmployeeNumber.account_id == Account.id)
        .outerjoin(Certificate, Certificate.account_id == Account.id)
        .order_by(EmployeeNumber.number, Certificate.id)
    ).all()
    assert all(is_nobodys(row.number) for row in rows)
    assert all(row.email is None or row.email.endswith(".example") for row in rows)
    assert sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16] == ALWAYS_THE_SAME


def test_nobody_of_it_can_sign_in(make: Factory) -> None:
    make.book()
    make_country(make)
    locked = db.session.scalars(
        select(Account.password_hash).where(Account.password_hash.is_not(None)).distinct()
    ).all()
    assert len(locked) == 1
    assert not is_right_password(locked[0], "")


def test_certificates_were_revoked_and_replaced_in_it_too(make: Factory) -> None:
    make.book()
    make_country(make, Wish(3_000, 3, 7, date(2026, 5, 1)))
    kinds = dict(
        db.session.execute(select(LedgerEntry.kind, func.count()).group_by(LedgerEntry.kind)).all()
    )
    assert kinds[LedgerKind.ISSUED] == make.count(Certificate)
    assert kinds[LedgerKind.REVOKED] > 0
    assert kinds[LedgerKind.REPLACED] > 0
    with snapshot():
        assert [reconcile(programme) for programme in list_programmes()] == [[]]


def test_what_comes_after_it_has_keys_of_its_own(make: Factory) -> None:
    book = make.book()
    make_country(make)
    issued = make.certificate(make.learner(at=make.institution()), book)
    assert make.count(Account) == 401
    with read_only():
        found = select(Certificate.attempt_id).where(Certificate.code == issued.code)
        attempt_id = current_connection().execute(found).scalar_one()
        sharing = select(func.count()).where(Certificate.attempt_id == attempt_id)
        assert current_connection().execute(sharing).scalar_one() == 1


def test_the_database_is_as_strict_and_as_sparing_afterwards_as_it_was(make: Factory) -> None:
    make.book()
    before = _rules()
    make_country(make)
    assert _rules() == before


def test_a_country_that_is_given_up_leaves_no_reference_unchecked(make: Factory) -> None:
    make.book()
    before = _rules()
    db.session.rollback()
    with closing(cast("Generator[Progress]", populate(WISH, PATTERN, now=make.now))) as steps:
        next(steps)
    assert _rules() == before
    if db.engine.dialect.name == "postgresql":
        assert make.count(Account) == 0


def test_what_refers_to_nothing_is_refused_at_the_end(make: Factory) -> None:
    account = make.learner(at=make.institution())
    db.session.commit()
    broken = [{"account_id": account.id + 1, "number": "190001012090011001", "kind": "pns"}]
    with pytest.raises(IntegrityError), together() as in_parts, in_parts():
        current_connection().execute(
            insert(EmployeeNumber), [each | {"started_on": date(2026, 5, 1)} for each in broken]
        )
    assert make.count(EmployeeNumber) == 1


@pytest.mark.parametrize("is_real", ["address", "number"])
def test_it_is_never_made_beside_people_who_may_be_real(make: Factory, is_real: str) -> None:
    person = make.learner(at=make.institution())
    make.book()
    change = (
        update(Account).where(Account.id == person.id).values(email="a@kementerian.go.id")
        if is_real == "address"
        else update(EmployeeNumber).values(number="198501172010031001")
    )
    db.session.execute(change)
    db.session.commit()
    with pytest.raises(NotFictional, match="may be real"):
        make_country(make)
    assert make.count(Account) == 1


def test_it_is_made_once_and_beside_the_demonstration(make: Factory) -> None:
    make.learner(at=make.institution())
    make.book()
    make_country(make)
    with pytest.raises(NotFictional, match="there already"):
        make_country(make)
    assert make.count(Account) == 401


def test_without_a_pocketbook_there_is_nothing_to_learn(make: Factory) -> None:
    with pytest.raises(NothingToLearn):
        make_country(make)
    assert make.count(Institution) == 0


def test_few_people_are_in_few_institutions() -> None:
    assert [usual_institutions(people, 595) for people in (10, 2_000, 10**6)] == [1, 33, 595]
