"""What a page costs does not grow with people whom it is not about.

Counted in steps of SQLite's own machine and in rows that PostgreSQL reads, which are the same on
every computer and in every run.
"""

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import Base, connection, db
from lms.institutions.models import Posting
from lms.institutions.scope import Scope
from lms.learning.models import ChapterRead, Enrolment
from lms.programmes.folding import fold
from lms.programmes.models import Programme, TallyEntry
from lms.programmes.queries import NATIONAL, get_figure, list_by_day, list_by_institution
from lms.reporting.queries import (
    FINISHED,
    NOT_STARTED,
    STARTED,
    StaffSummary,
    count_staff,
    get_staff,
    iterate_staff,
    list_staff,
    summarise_staff,
)
from tests.factories import Factory

STRANGERS = 1_500
FIRST = 1_000_000
# An index is a level deeper now and then, and a search in it a few steps longer; PostgreSQL reads
# a small table whole.
SLACK = 50


def effort(asked: Callable[[], object]) -> int:
    """What the database does to answer: SQLite's steps in tens, PostgreSQL's rows read."""
    asked()  # what is made once is made before
    count = _rows_read if connection().dialect.name == "postgresql" else _steps
    taken = count(asked)
    db.session.rollback()
    return taken


def _steps(asked: Callable[[], object]) -> int:
    raw = connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    taken: list[None] = []
    raw.set_progress_handler(lambda: taken.append(None), 10)
    asked()
    raw.set_progress_handler(None, 0)
    return len(taken)


ROWS_READ = text(
    "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer"
    " FROM pg_stat_xact_user_tables"
)


def _rows_read(asked: Callable[[], object]) -> int:
    before: int = connection().execute(ROWS_READ).scalar_one()
    asked()
    after: int = connection().execute(ROWS_READ).scalar_one()
    return after - before


def analyze() -> None:
    """Let PostgreSQL know how large its tables are; it finds out by itself a minute later."""
    if connection().dialect.name == "postgresql":
        connection().execute(text("ANALYZE"))


def multiply(model: type[Base], row: str, **changes: str) -> None:
    """Copy one row of a table many times, `n` being the copy's number in what is changed."""
    # ruff: noqa: S608 - every word of these statements stands in this file or in a model
    names = [column.name for column in model.__table__.columns]
    values = [changes.get(name, name) for name in names]
    connection().execute(
        text(
            f"WITH RECURSIVE copies(n) AS (SELECT {FIRST} UNION ALL SELECT n + 1 FROM copies"
            f" WHERE n < {FIRST + STRANGERS - 1})"
            f" INSERT INTO {model.__tablename__} ({', '.join(names)})"
            f" SELECT {', '.join(values)} FROM {model.__tablename__}, copies WHERE {row}"
        )
    )


def crowd(make: Factory) -> None:
    """Make one person of another institution very many, with all that they have."""
    issued = make.certificate(make.learner(at=make.institution()))
    person, certificate = f"account_id = {issued.person.id}", f"id = {issued.id}"
    with make.at_once():
        enrolment_id = db.session.scalar(
            select(Enrolment.id).where(Enrolment.account_id == issued.person.id)
        )
        multiply(Account, f"id = {issued.person.id}", id="n", email="n || email")
        multiply(EmployeeNumber, person, id="n", account_id="n", number="n")
        multiply(Posting, person, id="n", account_id="n")
        multiply(Enrolment, person, id="n", account_id="n")
        multiply(ChapterRead, f"enrolment_id = {enrolment_id}", enrolment_id="n")
        multiply(Certificate, certificate, id="n", account_id="n", code="n", number="n")
        multiply(LedgerEntry, f"certificate_id = {issued.id}", id="n", certificate_id="n")
        analyze()


ABOUT_STAFF: dict[str, Callable[[Scope, int], object]] = {
    "page": lambda scope, _: list_staff(scope),
    "search": lambda scope, _: list_staff(scope, search="budi"),
    "number": lambda scope, _: list_staff(scope, search="1905"),
    "finished": lambda scope, _: list_staff(scope, status=FINISHED),
    "not started": lambda scope, _: list_staff(scope, status=NOT_STARTED),
    "count": lambda scope, _: count_staff(scope, status=STARTED),
    "summary": lambda scope, _: summarise_staff(scope),
    "export": lambda scope, _: list(iterate_staff(scope)),
    "person": get_staff,
}


@pytest.mark.parametrize("asked", ABOUT_STAFF)
def test_an_officers_question_costs_the_same_whoever_else_is_in_the_country(
    make: Factory, asked: str
) -> None:
    ours, book = make.institution(), make.book()
    budi = make.learner("Budi", at=ours)
    make.certificate(budi, book)
    make.reading(make.learner("Citra", at=ours), book, 1)
    scope = Scope(None, frozenset({ours.id}))

    def cost() -> int:
        return effort(lambda: ABOUT_STAFF[asked](scope, budi.posting_id or 0))

    alone = cost()
    crowd(make)
    assert cost() <= alone + SLACK
    assert summarise_staff(scope) == StaffSummary(1, 1, 0, 0)


ABOUT_THE_NATION: dict[str, Callable[[], object]] = {
    "by institution": lambda: list_by_institution(NATIONAL),
    "by day": lambda: list_by_day(NATIONAL),
}


@pytest.mark.parametrize("asked", ABOUT_THE_NATION)
def test_what_was_folded_is_not_read_again_for_the_public_figure(make: Factory, asked: str) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    with make.at_once():
        fold(db.session.query(Programme).one())

    def cost() -> int:
        return effort(ABOUT_THE_NATION[asked])

    small = cost()
    with make.at_once():
        multiply(TallyEntry, "step = 1", id="n")
        analyze()
        fold(db.session.query(Programme).one())
    assert cost() <= small + SLACK
    assert list_by_institution(NATIONAL) == [
        (issued.person.institution and issued.person.institution.name, 1 + STRANGERS)
    ]
    assert get_figure(NATIONAL, now=make.now).count == 1 + STRANGERS
