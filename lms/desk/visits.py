"""When an officer last looked at their desk, and what is new since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from lms.accounts.models import Account
from lms.days import local_day
from lms.db import current_connection, db, store_once
from lms.desk.models import Desk
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.progress.staff import StaffFilter, count_each

PAUSE = timedelta(hours=1)
"""After how long without a look the next one is a new visit."""

NOTED_AFTER = timedelta(minutes=5)
"""A look so soon after another is not noted."""

MOST_SHOWN = 200

Day = date | ColumnElement[date]


@dataclass(frozen=True, slots=True)
class News:
    """How many finished, came on the list and left it since a day, that day included."""

    since: date
    finished: int
    arrived: int
    left: int


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who came on the list or left it."""

    posting_id: int
    name: str
    institution_name: str
    unit_name: str | None
    on: date


def find_visit(account_id: int) -> Desk | None:
    """An officer's desk, if they have been at it."""
    return db.session.get(Desk, account_id)


def is_to_be_noted(desk: Desk | None, *, now: datetime) -> bool:
    """Whether a look at this moment is to be stored."""
    return desk is None or now - desk.seen_at >= NOTED_AFTER


def note_visit(account_id: int, *, now: datetime) -> None:
    """Note that an officer looks; after a pause they are told what is new since the look before."""
    row = {"account_id": account_id, "since_at": now, "seen_at": now}
    if store_once(Desk, row, current_connection()):
        return
    mine = update(Desk).where(Desk.account_id == account_id)
    connection = current_connection()
    connection.execute(mine.where(Desk.seen_at <= now - PAUSE).values(since_at=Desk.seen_at))
    connection.execute(mine.values(seen_at=now))


def read_news(scope: Scope, since_at: datetime, wanted: StaffFilter, *, now: datetime) -> News:
    """What is new since a moment, by whole days, where a filter says that people work."""
    since = local_day(since_at)
    place = StaffFilter(
        institution_id=wanted.institution_id, unit_id=wanted.unit_id, finished_from=since
    )
    moves = _count_moves(scope, wanted.institution_id, wanted.unit_id)
    arrived, left = current_connection().execute(moves, {"since": since}).one()
    [finished] = count_each(scope, [place], now=now)
    return News(since, finished, arrived, left)


@lru_cache(maxsize=1_000)
def _count_moves(scope: Scope, institution_id: int | None, unit_id: int | None) -> Select[int, int]:
    """How many came and left since a day; kept, for to write it costs more than to ask it."""
    since, wanted = bindparam("since", type_=Date()), StaffFilter(institution_id, unit_id)
    moves = (_arrived(scope, since, wanted), _left(scope, since, wanted))
    arrived, left = (
        select(func.count()).select_from(Posting).where(*each).scalar_subquery() for each in moves
    )
    return select(arrived, left)


def list_arrived(scope: Scope, since: date, wanted: StaffFilter) -> list[Move]:
    """Who came on the list since a day and is still there, the latest first; MOST_SHOWN at most."""
    return _moves(_arrived(scope, since, wanted), Posting.started_on)


def list_left(scope: Scope, since: date, wanted: StaffFilter) -> list[Move]:
    """Who left since a day, in the same way."""
    return _moves(_left(scope, since, wanted), Posting.ended_on)


def _arrived(scope: Scope, since: Day, wanted: StaffFilter) -> list[ColumnElement[bool]]:
    return [*_where(scope, wanted), Posting.started_on >= since, Posting.ended_on.is_(None)]


def _left(scope: Scope, since: Day, wanted: StaffFilter) -> list[ColumnElement[bool]]:
    return [
        *_where(scope, wanted),
        Posting.ended_on >= since,
        Posting.confirmed_at.is_not(None),
    ]


def _where(scope: Scope, wanted: StaffFilter) -> list[ColumnElement[bool]]:
    conditions = [holds(scope)]
    if wanted.institution_id is not None:
        conditions.append(Posting.institution_id == wanted.institution_id)
    if wanted.unit_id is not None:
        path = select(Unit.path).where(Unit.id == wanted.unit_id).scalar_subquery()
        below = select(Unit.id).where(
            Unit.institution_id == wanted.institution_id, Unit.path.startswith(path)
        )
        conditions.append(Posting.unit_id.in_(below))
    return conditions


def _moves(conditions: Sequence[ColumnElement[bool]], on: InstrumentedAttribute[Any]) -> list[Move]:
    statement = (
        select(Posting.id, Account.name, Institution.name, Unit.name, on)
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .where(*conditions)
        .order_by(on.desc(), Posting.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Move(*row) for row in db.session.execute(statement)]
