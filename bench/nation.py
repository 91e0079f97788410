"""A whole nation in a moment: one person with all that they have, made very many."""

from sqlalchemy import select, text

from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import Base, current_connection, db
from lms.institutions.models import Posting
from lms.learning.models import ChapterRead, Enrolment

# Far from the keys that rows of their own get.
FIRST = 1_000_000


def multiply_person(certificate_id: int, count: int) -> None:
    """Make the holder of a certificate so many people more, with rows of their own in each table.

    Their numbers and addresses are well-formed for nobody, and the national figure does not count
    them. The caller stores it.
    """
    holder = select(Certificate.account_id).where(Certificate.id == certificate_id)
    account_id = db.session.scalars(holder).one()
    person = f"account_id = {account_id}"
    enrolment_ids = f"enrolment_id IN (SELECT id FROM enrolments WHERE {person})"  # noqa: S608
    certificate = f"id = {certificate_id}"
    multiply(Account, f"id = {account_id}", count, id="n", email="n || email")
    multiply(EmployeeNumber, person, count, id="n", account_id="n", number="n")
    multiply(Posting, person, count, id="n", account_id="n")
    multiply(Enrolment, person, count, id="n", account_id="n")
    multiply(ChapterRead, enrolment_ids, count, enrolment_id="n")
    multiply(Certificate, certificate, count, id="n", account_id="n", code="n", number="n")
    entry = f"certificate_id = {certificate_id}"
    multiply(LedgerEntry, entry, count, id="n", certificate_id="n")


def multiply(model: type[Base], row: str, count: int, **changes: str) -> None:
    """Copy rows of a table so many times, `n` being a copy's number in what is changed."""
    names = [column.name for column in model.__table__.columns]
    values = [changes.get(name, name) for name in names]
    statement = (
        f"WITH RECURSIVE copies(n) AS (SELECT {FIRST} UNION ALL SELECT n + 1 FROM copies"  # noqa: S608 - nothing of it comes from outside
        f" WHERE n < {FIRST + count - 1})"
        f" INSERT INTO {model.__tablename__} ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM {model.__tablename__}, copies WHERE {row}"
    )
    current_connection().execute(text(statement))
    # At once: whether a foreign key's row is there is looked up by a plan that was made when the
    # table was small, and goes through all of it until somebody has counted.
    analyze()


def analyze() -> None:
    """Let PostgreSQL know how large its tables are; it finds out by itself a minute later."""
    if current_connection().dialect.name == "postgresql":
        current_connection().execute(text("ANALYZE"))
