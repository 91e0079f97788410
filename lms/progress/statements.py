"""The statements that make rows of progress, for people by their keys or between two of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Executable,
    Integer,
    ScalarSelect,
    Select,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms.accounts.models import Account
from lms.db import Base, looked_up
from lms.institutions.models import Posting
from lms.progress.models import StaffProgress, StaffSearch
from lms.progress.sources import WORKS, progress_of, progress_of_new, search_of, search_of_new

Whose = Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]
"""That an account's key is one of those asked about."""

COUNTED = (
    StaffProgress.institution_id,
    StaffProgress.unit_id,
    StaffProgress.kind,
    StaffProgress.is_confirmed,
    StaffProgress.is_activated,
    StaffProgress.status,
    StaffProgress.modules,
)
"""What counts are of."""


@dataclass(frozen=True, slots=True)
class Statements:
    """In the order in which they are executed; `count` before and after the four that change.

    `begin` and `begin_search` are `store` and `store_search` for people who are new.
    """

    lock: Executable
    count: Executable
    leave: Executable
    leave_search: Executable
    store: Executable
    store_search: Executable
    begin: Executable
    begin_search: Executable


@lru_cache(maxsize=4)
def listed(dialect: str) -> Statements:
    """For the people whose keys are `ids`: an array, or its JSON on SQLite."""
    return _statements(dialect, among(dialect))


def among(dialect: str) -> Whose:
    """That a key is one of `ids`; `as_ids` gives them their form."""
    if dialect == "postgresql":
        keys: BindParameter[Any] = bindparam("ids", type_=ARRAY(Integer))
        return lambda key: looked_up(key, keys)
    each = func.json_each(bindparam("ids")).table_valued(column("value", Integer))
    return lambda key: key.in_(select(each.c.value))


def held_by(dialect: str, holder: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """That something is one of these people's, whichever of their accounts has it.

    Of accounts that are looked up, and not joined: a join may read all that the nation has.
    """
    whose, own, merged = among(dialect), aliased(Account), aliased(Account)
    accounts = union_all(
        select(own.id).where(whose(own.id)), select(merged.id).where(whose(merged.merged_into_id))
    )
    if dialect == "postgresql":
        return holder == any_(func.array(accounts.scalar_subquery()))
    return holder.in_(accounts)


def kept_account(holder: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The account that was kept, of who has something: under it a person is on lists."""
    kept = select(func.coalesce(Account.merged_into_id, Account.id)).where(Account.id == holder)
    return kept.correlate_except(Account).scalar_subquery()


def as_ids(dialect: str, ids: Sequence[int]) -> Any:
    """Keys as the statements of `among` take them."""
    return list(ids) if dialect == "postgresql" else str(list(ids))


@dataclass(frozen=True, slots=True)
class Stretch:
    """For the people of an institution with keys above `after` and at most `last`."""

    lock: Executable
    store: Executable
    store_search: Executable


@lru_cache(maxsize=2)
def stretch(dialect: str) -> Stretch:
    """The statements that make their rows; of an institution at a time, as all indexes begin."""
    here = Posting.institution_id == bindparam("institution_id", type_=Integer)
    after, last = bindparam("after", type_=Integer), bindparam("last", type_=Integer)
    theirs = (here, Posting.account_id > after, Posting.account_id <= last)
    working = select(Posting.account_id).where(*theirs, Posting.ended_on.is_(None))
    wanted = select(Account.id).where(Account.id.in_(working)).order_by(Account.id)
    return Stretch(
        lock=wanted.with_for_update(key_share=True),
        store=_store(dialect, StaffProgress, progress_of(dialect, *theirs)),
        store_search=_store(dialect, StaffSearch, search_of(*theirs)),
    )


def gone(model: type[StaffProgress] | type[StaffSearch]) -> Executable:
    """Remove the rows of who works nowhere any more, of keys above `after` and at most `last`."""
    after, last = bindparam("after", type_=Integer), bindparam("last", type_=Integer)
    return _leave(model, model.account_id, lambda key: (key > after) & (key <= last))


def _statements(dialect: str, whose: Whose) -> Statements:
    wanted = (
        select(Account.id, Account.merged_into_id).where(whose(Account.id)).order_by(Account.id)
    )
    count = select(*COUNTED, func.count()).where(whose(StaffProgress.account_id))
    return Statements(
        lock=wanted.with_for_update(key_share=True),
        count=count.group_by(*COUNTED),
        leave=_leave(StaffProgress, StaffProgress.account_id, whose),
        # Who has moved leaves and comes: SQLite's table of words stands by institution, and takes
        # all who leave, then all who come, tenfold quicker than each one's step between two.
        leave_search=_leave(
            StaffSearch,
            StaffSearch.account_id,
            whose,
            Posting.institution_id == StaffSearch.institution_id,
        ),
        store=_store(dialect, StaffProgress, progress_of(dialect, whose(Posting.account_id))),
        store_search=_store(dialect, StaffSearch, search_of(whose(Posting.account_id))),
        begin=_insert(StaffProgress, progress_of_new(whose(Posting.account_id))),
        begin_search=_insert(StaffSearch, search_of_new(whose(Posting.account_id))),
    )


def _leave(
    model: type[Base],
    key: InstrumentedAttribute[int],
    whose: Whose,
    *where: ColumnElement[bool],
) -> Executable:
    """Remove the rows of who works nowhere (there) any more, or has become another account's."""
    works = exists().where(Posting.account_id == key, *WORKS, *where)
    return delete(model).where(whose(key), ~works)


def _insert(model: type[Base], rows: Select[Any]) -> Executable:
    """Insert rows of people who have none."""
    return insert(model).from_select([str(each.key) for each in rows.selected_columns], rows)


def _store(dialect: str, model: type[Base], rows: Select[Any]) -> Executable:
    """Insert rows, or put those that differ right."""
    words = postgresql if dialect == "postgresql" else sqlite
    names = [str(each.key) for each in rows.selected_columns]
    statement = words.insert(model).from_select(names, rows)
    others = [name for name in names if name != "account_id"]
    columns, new = model.__table__.columns, statement.excluded
    stored: Executable = statement.on_conflict_do_update(
        index_elements=["account_id"],
        set_={name: new[name] for name in others},
        where=or_(*(columns[name] != new[name] for name in others)),
    )
    return stored
