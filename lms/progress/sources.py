"""What rows of progress are made of: the one definition, for a person as for a million.

Each fact is a subquery of its own about one person, which an index answers. As a join of sets
PostgreSQL would read the nation's certificates to make the rows of some thousand people. What only
certificates tell is asked after it is known who has none.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    any_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms.accents import folded
from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.ledger import HAS_ENDED, ended
from lms.certificates.models import Certificate
from lms.institutions.models import Posting
from lms.learning.models import ChapterRead, Enrolment
from lms.progress.models import NO_UNIT, ModuleOrdinal, StaffProgress
from lms.progress.rules import BEGUN, FOR_GOOD, NEVER, YEAR_UNIT, Status

TODAY = bindparam("today", type_=Date())
"""The day on which certificates are in force or have ended."""

_account, _number = aliased(Account), aliased(EmployeeNumber)

WORKS = (
    Posting.ended_on.is_(None),
    _account.id == Posting.account_id,
    _account.merged_into_id.is_(None),
)
"""That a posting is a present one, of an account that is kept."""

_STANDING = (
    Posting.account_id,
    Posting.id.label("posting_id"),
    Posting.institution_id,
    func.coalesce(Posting.unit_id, NO_UNIT).label("unit_id"),
    folded(_account.name).label("sort_name"),
    func.coalesce(cast(_number.kind, String(32)), "").label("kind"),
    Posting.confirmed_at.is_not(None).label("is_confirmed"),
    _account.activated_at.is_not(None).label("is_activated"),
)
"""Who somebody is, and where they stand."""


_member = aliased(Account)
_MERGED = select(_member.id).where(_member.merged_into_id == Posting.account_id).scalar_subquery()
_ACCOUNTS: ColumnElement[Any] = func.array_append(
    func.array(_MERGED), Posting.account_id, type_=ARRAY(Integer)
).label("accounts")
"""All accounts of a person, on PostgreSQL."""


def _of_who_works(
    columns: tuple[SQLColumnExpression[Any], ...], whose: tuple[ColumnElement[bool], ...]
) -> Select[Any]:
    has_number = and_(_number.account_id == Posting.account_id, _number.ended_on.is_(None))
    return select(*columns).outerjoin_from(Posting, _number, has_number).where(*WORKS, *whose)


def _theirs(
    people: FromClause, model: type[Certificate | Enrolment], *columns: SQLColumnExpression[Any]
) -> Select[Any]:
    """Of what a person has, whichever of their accounts has it.

    PostgreSQL has found these once, and goes by an array, for which it cannot but look things up:
    what it joins it may read whole. On SQLite accounts are joined, and not asked for with IN, which
    would look each of them up.
    """
    if "accounts" in people.c:
        theirs = model.account_id == any_(people.c.accounts)
        return select(*columns).select_from(model).where(theirs).correlate(people)
    kept, member = people.c.account_id, aliased(Account)
    own = union_all(
        select(kept.label("account_id")).correlate(people),
        select(member.id).where(member.merged_into_id == kept).correlate(people),
    ).subquery()
    return (
        select(*columns)
        .join_from(own, model, model.account_id == own.c.account_id)
        .correlate(people)
    )


def _issued(people: FromClause, *columns: SQLColumnExpression[Any]) -> Select[Any]:
    """Of a person's certificates that were neither revoked nor replaced."""
    end = select(ended.id).where(HAS_ENDED).correlate(Certificate).limit(1).scalar_subquery()
    return _theirs(people, Certificate, *columns).where(end.is_(None))


def _is_in_force() -> ColumnElement[bool]:
    """That one of them is of a module, and has not ended."""
    return and_(
        Certificate.edition_id.is_not(None),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= TODAY),
    )


def _finished(people: FromClause) -> ColumnElement[int | None]:
    """The bits of the modules that are finished; nothing for who was issued no certificate."""
    bits = case((_is_in_force(), _place(2)), else_=0)
    return _bits(
        _issued(people, cast(func.sum(bits.distinct()), BigInteger)), Certificate.module_id
    )


def _begun(people: FromClause) -> ColumnElement[int | None]:
    """The bits of the modules of which a chapter is finished, or nothing."""
    asked = _theirs(people, Enrolment, cast(func.sum(_place(1).distinct()), BigInteger))
    chapter = select(ChapterRead.enrolment_id).where(ChapterRead.enrolment_id == Enrolment.id)
    has_read = chapter.limit(1).correlate(Enrolment).scalar_subquery().is_not(None)
    return _bits(asked.where(has_read), Enrolment.module_id)


def _place(bit: int) -> ColumnElement[int]:
    """This bit at the place of a module; 0 for one without a place."""
    return func.coalesce(
        cast(literal(bit), BigInteger).bitwise_lshift(2 * ModuleOrdinal.ordinal), 0
    )


def _bits(asked: Select[Any], module_id: InstrumentedAttribute[Any]) -> ColumnElement[int | None]:
    return asked.outerjoin(ModuleOrdinal, ModuleOrdinal.module_id == module_id).scalar_subquery()


def _year_hours(people: FromClause) -> ColumnElement[int]:
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
    ranked = _issued(
        people, year.label("year"), Certificate.credit_hours.label("hours"), rank.label("rank")
    ).subquery("ranked")
    return (
        select(cast(ranked.c.year * YEAR_UNIT + func.sum(ranked.c.hours), Integer))
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.year)
        .order_by(ranked.c.year.desc())
        .limit(1)
        .scalar_subquery()
    )


def progress_of(dialect: str, *whose: ColumnElement[bool]) -> Select[Any]:
    """The rows of progress of those who work somewhere now, of postings with these conditions."""
    standing = (*_STANDING, _ACCOUNTS) if dialect == "postgresql" else _STANDING
    people = _once(_of_who_works(standing, whose), "people")
    known = _once(
        select(people, _finished(people).label("finished"), _begun(people).label("begun")), "known"
    )

    def of_certificates(
        found: ColumnElement[Any], otherwise: ColumnElement[Any]
    ) -> ColumnElement[Any]:
        return case((known.c.finished.is_(None), otherwise), else_=func.coalesce(found, otherwise))

    def day(found: ColumnElement[Any], otherwise: date) -> ColumnElement[Any]:
        asked = _issued(known, found).where(_is_in_force()).scalar_subquery()
        return of_certificates(asked, literal(otherwise, Date()))

    modules = func.coalesce(known.c.finished, 0) + func.coalesce(
        known.c.begun + literal(BEGUN, BigInteger), 0
    )
    facts = _once(
        select(
            *(known.c[column.key] for column in _STANDING),
            modules.label("modules"),
            day(func.max(Certificate.completed_on), NEVER).label("finished_on"),
            day(func.min(Certificate.valid_until), FOR_GOOD).label("lapses_on"),
            of_certificates(_year_hours(known), literal(0)).label("year_hours"),
        ),
        "facts",
    )
    status = case(
        (facts.c.finished_on > literal(NEVER, Date()), Status.FINISHED.code),
        (facts.c.modules != 0, Status.STARTED.code),
        else_=Status.NOT_STARTED.code,
    )
    return select(*facts.c, status.label("status")).where(facts.c.account_id.is_not(None))


def _once(rows: Select[Any], name: str) -> CTE:
    """Rows that are made once, however often their values are looked at."""
    return rows.cte(name).prefix_with("MATERIALIZED")


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
    parts = (
        folded(_account.name),
        func.coalesce(func.lower(_account.email), ""),
        func.coalesce(_number.number, ""),
    )
    words = parts[0] + " " + parts[1] + " " + parts[2]
    return _of_who_works((Posting.account_id, Posting.institution_id, words.label("text")), whose)


def search_of_new(*whose: ColumnElement[bool]) -> Select[Any]:
    """The same of people who are new, and have their row of progress."""
    email = func.coalesce(func.lower(Account.email), "")
    words = StaffProgress.sort_name + " " + email + " " + EmployeeNumber.number
    return (
        _new(Posting.institution_id, words.label("text"))
        .join(StaffProgress, StaffProgress.account_id == Posting.account_id)
        .where(*whose)
    )
