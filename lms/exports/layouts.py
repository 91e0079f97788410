"""An officer's own layouts: choices of columns under names of theirs."""

from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.db import db
from lms.exports.columns import READY, Layout
from lms.exports.errors import LayoutNameTaken, NoColumns, NoSuchLayout, TooManyLayouts
from lms.exports.models import ExportLayout, ExportPoint

MOST_LAYOUTS: Final = 20


def list_layouts(account_id: int) -> list[Layout]:
    """The ready layouts, then the officer's own by name; names of ready ones are to translate."""
    rows = db.session.scalars(
        select(ExportLayout)
        .where(ExportLayout.account_id == account_id)
        .order_by(ExportLayout.name, ExportLayout.id)
    )
    return [*READY.values(), *map(_layout, rows)]


def get_layout(account_id: int, key: str) -> Layout:
    """A ready layout or one of the officer's own; raises NoSuchLayout."""
    return READY.get(key) or _layout(_own(account_id, key))


def store_layout(account_id: int, layout: Layout) -> str:
    """Store an officer's layout, a new one where its key is empty; returns its key.

    Raises NoSuchLayout for one that is not theirs, NoColumns, LayoutNameTaken and TooManyLayouts.
    """
    if not layout.people and not layout.certificates:
        raise NoColumns
    if layout.key:
        row = _own(account_id, layout.key)
    else:
        number = select(func.count()).where(ExportLayout.account_id == account_id)
        if (db.session.scalar(number) or 0) >= MOST_LAYOUTS:
            raise TooManyLayouts(MOST_LAYOUTS)
        row = ExportLayout(account_id=account_id, name=layout.name, columns={})
    try:
        with db.session.begin_nested():
            row.name, row.columns = layout.name, layout.as_json()
            db.session.add(row)
    except IntegrityError as error:
        raise LayoutNameTaken(layout.name) from error
    return str(row.id)


def delete_layout(account_id: int, key: str) -> str:
    """Delete an officer's own layout, and how far it was taken; returns its name.

    Raises NoSuchLayout.
    """
    row = _own(account_id, key)
    db.session.execute(
        delete(ExportPoint).where(
            ExportPoint.account_id == account_id, ExportPoint.layout_key == key
        )
    )
    db.session.delete(row)
    db.session.flush()
    return row.name


def _own(account_id: int, key: str) -> ExportLayout:
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        raise NoSuchLayout
    statement = select(ExportLayout).where(
        ExportLayout.id == int(key), ExportLayout.account_id == account_id
    )
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        raise NoSuchLayout
    return row


def _layout(row: ExportLayout) -> Layout:
    return Layout.read(str(row.id), row.name, row.columns)
