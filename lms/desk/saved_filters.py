"""Lists that officers keep by name, and the columns of their list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, update

from lms.db import current_connection, db, store_once
from lms.desk.errors import NoSuchFilter, TooManyFilters, UnfitFilterName
from lms.desk.models import Desk, SavedFilter

MOST_FILTERS = 50
LONGEST_NAME = 80
LONGEST_QUERY = 1000


_FILTERS = (
    select(SavedFilter)
    .where(SavedFilter.account_id == bindparam("account_id"))
    .order_by(SavedFilter.name, SavedFilter.id)
)


def list_filters(account_id: int) -> list[SavedFilter]:
    """An officer's lists, by name."""
    return list(db.session.scalars(_FILTERS, {"account_id": account_id}))


def save_filter(account_id: int, name: str, query: str, *, now: datetime) -> SavedFilter:
    """Keep a list by a name; one of the same name is this one from now on.

    Raises UnfitFilterName and TooManyFilters.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name or len(query) > LONGEST_QUERY:
        raise UnfitFilterName
    known = db.session.scalar(
        select(SavedFilter).where(SavedFilter.account_id == account_id, SavedFilter.name == name)
    )
    if known is not None:
        known.query, known.saved_at = query, now
        db.session.flush()
        return known
    mine = select(func.count()).where(SavedFilter.account_id == account_id)
    if (db.session.scalar(mine) or 0) >= MOST_FILTERS:
        raise TooManyFilters(MOST_FILTERS)
    row = {
        "account_id": account_id,
        "name": name,
        "query": query,
        "saved_at": now,
        "is_default": False,
    }
    store_once(SavedFilter, row, current_connection())
    return db.session.scalars(
        select(SavedFilter).where(SavedFilter.account_id == account_id, SavedFilter.name == name)
    ).one()


def rename_filter(account_id: int, filter_id: int, name: str) -> SavedFilter:
    """Give a list another name; raises NoSuchFilter and UnfitFilterName."""
    kept = _own(account_id, filter_id)
    name = " ".join(name.split())
    is_taken = exists().where(
        SavedFilter.account_id == account_id, SavedFilter.name == name, SavedFilter.id != kept.id
    )
    if not name or len(name) > LONGEST_NAME or "\0" in name or db.session.scalar(select(is_taken)):
        raise UnfitFilterName
    kept.name = name
    db.session.flush()
    return kept


def delete_filter(account_id: int, filter_id: int) -> str:
    """Forget a list; returns its name. Raises NoSuchFilter."""
    kept = _own(account_id, filter_id)
    db.session.delete(kept)
    db.session.flush()
    return kept.name


def set_default(account_id: int, filter_id: int | None) -> None:
    """Begin the list with one that is kept, or with everybody again; raises NoSuchFilter."""
    db.session.execute(
        update(SavedFilter)
        .where(SavedFilter.account_id == account_id, SavedFilter.is_default)
        .values(is_default=False)
    )
    if filter_id is not None:
        _own(account_id, filter_id).is_default = True
        db.session.flush()


def set_columns(account_id: int, columns: Sequence[str] | None, *, now: datetime) -> None:
    """Choose the columns of an officer's list."""
    row = {"account_id": account_id, "since_at": now, "seen_at": now}
    store_once(Desk, row, current_connection())
    chosen = None if columns is None else list(columns)
    desk = db.session.get_one(Desk, account_id)
    desk.columns = chosen
    db.session.flush()


def _own(account_id: int, filter_id: int) -> SavedFilter:
    kept = db.session.get(SavedFilter, filter_id)
    if kept is None or kept.account_id != account_id:
        raise NoSuchFilter
    return kept
