"""What rows of progress are made of: the one definition, for a person as for a million.

Each fact is a subquery of its own about one person, which an index answers. As a join of sets
PostgreSQL would read the nation's certificates to make the rows of some thousand people.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms.accents import folded
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.one_person import accounts_of
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.institutions.models import Posting
from lms.learning.models import ChapterRead, Enrolment
from lms.progress.models import NO_UNIT, ModuleOrdinal, StaffProgress
from lms.progress.rules import BEGUN, FOR_GOOD, NEVER, YEAR_UNIT, Status

TODAY = bindparam("today", type_=Date())
"""The day on which certificates are in force or have ended."""

_account, _number = aliased(Account), aliased(EmployeeNumber)


def _theirs(account_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """That something is a posting's person's, whichever of their accounts has it."""
    return account_id.in_(accounts_of(Posting.account_id).correlate(Posting))


def _of_account(value: SQLColumnExpression[Any]) -> ScalarSelect[Any]:
    return (
        select(value).where(_account.id == Posting.account_id).correlate(Posting).scalar_subquery()
    )


def _of_number(value: SQLColumnExpression[Any]) -> ScalarSelect[Any]:
    present = _number.ended_on.is_(None)
    mine = _number.account_id == Posting.account_id
    return select(value).where(mine, present).correlate(Posting).scalar_subquery()


def _held(*columns: SQLColumnExpression[Any]) -> Select[Any]:
    """Of the certificates of modules that are in force for a posting's person."""
    return select(*columns).where(
        _theirs(Certificate.account_id),
        Certificate.edition_id.is_not(None),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= TODAY),
        ~is_out_of_force(),
    )


def _begun(*columns: SQLColumnExpression[Any]) -> Select[Any]:
    """Of the editions of which a posting's person has finished a chapter."""
    return select(*columns).where(
        _theirs(Enrolment.account_id), exists().where(ChapterRead.enrolment_id == Enrolment.id)
    )


def _modules() -> ColumnElement[int]:
    """A person's modules, packed: of each whether it is finished, and whether it was begun."""
    finished = _bits(_held, Certificate.module_id, 2)
    begun = _bits(_begun, Enrolment.module_id, 1)
    return func.coalesce(finished, 0) + func.coalesce(begun + literal(BEGUN, BigInteger), 0)


def _bits(
    among: Callable[..., Select[Any]], module_id: InstrumentedAttribute[Any], bit: int
) -> ColumnElement[int]:
    """This bit at the place of each module; 0 for modules without one, nothing without modules."""
    place = cast(literal(bit), BigInteger).bitwise_lshift(2 * ModuleOrdinal.ordinal)
    packed = cast(func.sum(func.coalesce(place, 0).distinct()), BigInteger)
    return (
        among(packed)
        .select_from(module_id.class_)
        .outerjoin(ModuleOrdinal, ModuleOrdinal.module_id == module_id)
        .correlate(Posting)
        .scalar_subquery()
    )


def _year_hours() -> ColumnElement[int]:
    """The latest year with credit hours and its hours, as `hours_by_year` counts them.

    A module counts once in a year, in the latest of its editions; what is of no edition counts each
    time. Hours stay earned where a certificate has ended.
    """
    year = extract("year", Certificate.completed_on)
    counted_as = case(
        (Certificate.edition_id.is_(None) | Certificate.module_id.is_(None), -Certificate.id),
        else_=Certificate.module_id,
    )
    rank = func.row_number().over(
        partition_by=(year, counted_as),
        order_by=(Certificate.edition_id.desc(), Certificate.id.desc()),
    )
    ranked = (
        select(year.label("year"), Certificate.credit_hours.label("hours"), rank.label("rank"))
        .where(_theirs(Certificate.account_id), ~is_out_of_force())
        .correlate(Posting)
        .subquery("ranked")
    )
    found = (
        select(cast(ranked.c.year * YEAR_UNIT + func.sum(ranked.c.hours), Integer))
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.year)
        .order_by(ranked.c.year.desc())
        .limit(1)
        .correlate(Posting)
        .scalar_subquery()
    )
    return func.coalesce(found, 0)


def _day(found: Select[Any], otherwise: date) -> ColumnElement[date]:
    return func.coalesce(found.correlate(Posting).scalar_subquery(), literal(otherwise, Date()))


WORKS = (Posting.ended_on.is_(None), _of_account(_account.merged_into_id).is_(None))
"""That a posting is a present one, of an account that is kept."""


_STANDING = (
    Posting.account_id,
    Posting.id.label("posting_id"),
    Posting.institution_id,
    func.coalesce(Posting.unit_id, NO_UNIT).label("unit_id"),
    _of_account(folded(_account.name)).label("sort_name"),
    func.coalesce(_of_number(cast(_number.kind, String(32))), "").label("kind"),
    Posting.confirmed_at.is_not(None).label("is_confirmed"),
    _of_account(_account.activated_at.is_not(None)).label("is_activated"),
)
"""Who somebody is, and where they stand."""


def progress_of(*whose: ColumnElement[bool]) -> Select[Any]:
    """The rows of progress of those who work somewhere now, of postings with these conditions."""
    facts = (
        select(
            *_STANDING,
            _modules().label("modules"),
            _day(_held(func.max(Certificate.completed_on)), NEVER).label("finished_on"),
            _day(_held(func.min(Certificate.valid_until)), FOR_GOOD).label("lapses_on"),
            _year_hours().label("year_hours"),
        )
        .where(*WORKS, *whose)
        # Once for each row, though its values are looked at twice.
        .cte("facts")
        .prefix_with("MATERIALIZED")
    )
    status = case(
        (facts.c.finished_on > literal(NEVER, Date()), Status.FINISHED.code),
        (facts.c.modules != 0, Status.STARTED.code),
        else_=Status.NOT_STARTED.code,
    )
    return select(*facts.c, status.label("status")).where(facts.c.account_id.is_not(None))


def _new(*columns: SQLColumnExpression[Any]) -> Select[Any]:
    """Of people who have come with a number, and of whom nothing is known but where they work.

    By one look at each table, where the others are of people of whom any of it may be missing.
    """
    return (
        select(Posting.account_id, *columns)
        .join(Account, Account.id == Posting.account_id)
        .join(EmployeeNumber, EmployeeNumber.account_id == Posting.account_id)
        .where(Posting.ended_on.is_(None), EmployeeNumber.ended_on.is_(None))
    )


def progress_of_new(*whose: ColumnElement[bool]) -> Select[Any]:
    """The same of people who cannot have done anything yet."""
    return _new(
        Posting.id.label("posting_id"),
        Posting.institution_id,
        func.coalesce(Posting.unit_id, NO_UNIT).label("unit_id"),
        folded(Account.name).label("sort_name"),
        cast(EmployeeNumber.kind, String(32)).label("kind"),
        Posting.confirmed_at.is_not(None).label("is_confirmed"),
        Account.activated_at.is_not(None).label("is_activated"),
        literal(0).label("modules"),
        literal(NEVER, Date()).label("finished_on"),
        literal(FOR_GOOD, Date()).label("lapses_on"),
        literal(0).label("year_hours"),
        literal(Status.NOT_STARTED.code).label("status"),
    ).where(*whose)


def search_of(*whose: ColumnElement[bool]) -> Select[Any]:
    """What is searched of the same people."""
    number = func.coalesce(_of_number(_number.number), "")
    name, email = _of_account(folded(_account.name)), _of_account(func.lower(_account.email))
    words = name + " " + func.coalesce(email, "") + " " + number
    return select(Posting.account_id, Posting.institution_id, words.label("text")).where(
        *WORKS, *whose
    )


def search_of_new(*whose: ColumnElement[bool]) -> Select[Any]:
    """The same of people who are new, and have their row of progress."""
    email = func.coalesce(func.lower(Account.email), "")
    words = StaffProgress.sort_name + " " + email + " " + EmployeeNumber.number
    return (
        _new(Posting.institution_id, words.label("text"))
        .join(StaffProgress, StaffProgress.account_id == Posting.account_id)
        .where(*whose)
    )
