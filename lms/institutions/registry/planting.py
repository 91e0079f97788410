"""Many units at once: stored in a few statements, handed over to another institution, ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from lms.db import current_connection, db
from lms.institutions.models import Institution, Unit

T = TypeVar("T")


def hold_tree(institution_id: int) -> None:
    """Hold an institution's row: of two who change its tree at once the second sees the first."""
    db.session.execute(
        select(Institution.id)
        .where(Institution.id == institution_id)
        .with_for_update(key_share=True)
    )


def is_within(institution_id: int, path: str) -> ColumnElement[bool]:
    """That a unit is the one of a path or below it."""
    return (Unit.institution_id == institution_id) & Unit.path.startswith(path, autoescape=True)


def count_levels(institution_id: int) -> int:
    """How many levels the tree of an institution has."""
    deepest = db.session.scalar(
        select(
            func.max(func.length(Unit.path) - func.length(func.replace(Unit.path, "/", "")))
        ).where(Unit.institution_id == institution_id, Unit.ended_on.is_(None))
    )
    return (deepest or 1) - 1


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be stored beside many: `token` names it among them, `parent` the one above it.

    Above stands another of them by its token, or one that is stored, by its key and its path.
    """

    token: str
    name: str
    code: str | None = None
    parent: str | tuple[int, str] | None = None


def insert_units(institution_id: int, units: Sequence[NewUnit]) -> dict[str, tuple[int, str]]:
    """Store many units in a few statements, each after the one above it; gives key and path."""
    if not units:
        return {}
    connection = current_connection()
    rows = [
        {
            "institution_id": institution_id,
            "name": each.name,
            "code": each.code,
            "path": f"~{number}",
        }
        for number, each in enumerate(units)
    ]
    connection.execute(insert(Unit), rows)
    keys = dict(
        connection.execute(
            select(Unit.path, Unit.id).where(
                Unit.institution_id == institution_id, Unit.path.startswith("~")
            )
        ).all()
    )
    placed: dict[str, tuple[int, str]] = {}
    changes = []
    for number, each in enumerate(units):
        above = placed[each.parent] if isinstance(each.parent, str) else each.parent
        key = keys[f"~{number}"]
        path = f"{'/' if above is None else above[1]}{key}/"
        placed[each.token] = key, path
        changes.append({"unit_id": key, "above": None if above is None else above[0], "to": path})
    connection.execute(_PLACE, changes)
    return placed


_PLACE = (
    update(Unit.__table__)  # type: ignore[arg-type]  # a table, of which the stubs know less
    .where(Unit.id == bindparam("unit_id"))
    .values(parent_id=bindparam("above"), path=bindparam("to"))
)


def hand_over_units(
    institution_id: int,
    to_id: int,
    *,
    on: date,
    top: Unit | None = None,
    below: tuple[int, str] | None = None,
) -> dict[int | None, int]:
    """Make an institution's units, or one with all below it, anew at another, and end them here.

    There they stand below the unit of this key and path, or at the top. Returns what each became.
    """
    hold_tree(to_id)
    statement = select(Unit.id, Unit.parent_id, Unit.name, Unit.code).where(
        Unit.institution_id == institution_id, Unit.ended_on.is_(None)
    )
    if top is not None:
        statement = statement.where(is_within(institution_id, top.path))
    rows = db.session.execute(statement.order_by(func.length(Unit.path), Unit.id)).all()
    by_key = {row.id for row in rows}
    taken = set(
        db.session.scalars(
            select(Unit.code).where(Unit.institution_id == to_id, Unit.code.is_not(None))
        )
    )
    ordered = _parents_first([(row.id, row.parent_id, row) for row in rows])
    placed = insert_units(
        to_id,
        [
            NewUnit(
                str(row.id),
                row.name,
                None if row.code in taken else row.code,
                str(row.parent_id) if row.parent_id in by_key else below,
            )
            for row in ordered
        ],
    )
    if rows:
        current_connection().execute(
            _SUCCEED,
            [{"unit_id": row.id, "by": placed[str(row.id)][0], "on": on} for row in rows],
        )
    return {row.id: placed[str(row.id)][0] for row in rows}


_SUCCEED = (
    update(Unit.__table__)  # type: ignore[arg-type]  # as above
    .where(Unit.id == bindparam("unit_id"))
    .values(successor_id=bindparam("by"), ended_on=bindparam("on"))
)


def end_all_units(institution_id: int, *, on: date) -> None:
    """End all units of an institution that ends itself."""
    current_connection().execute(
        update(Unit)
        .where(Unit.institution_id == institution_id, Unit.ended_on.is_(None))
        .values(ended_on=on)
    )


def _parents_first(rows: Iterable[tuple[int, int | None, T]]) -> list[T]:
    """Rows by key and the key above, in an order in which what is above comes first."""
    below: dict[int | None, list[tuple[int, T]]] = {}
    listed = list(rows)
    keys = {key for key, _, _ in listed}
    for key, above, row in listed:
        below.setdefault(above if above in keys else None, []).append((key, row))
    ordered: list[T] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        key, row = waiting.pop()
        ordered.append(row)
        waiting.extend(reversed(below.get(key, [])))
    return ordered
