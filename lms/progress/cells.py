"""Numbers of people, stored by cells: of each unit, of whole institutions, of units with all below.

What a unit has with all below it is stored as a sum, since an institution may have thousands of
units. A sum goes by where units stand: when one moves, what it brings is taken from those that it
stood below, and added to those that it stands below now.
"""

from collections import Counter
from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.db import among, current_connection
from lms.institutions.models import Institution, Unit
from lms.progress.models import ALL_UNITS, StaffCount, StaffSum
from lms.progress.refresh import Cell


def with_all_units(counted: Counter[Cell]) -> Counter[Cell]:
    """The same numbers with those of whole institutions."""
    both = Counter(counted)
    for cell, people in counted.items():
        both[cell._replace(unit_id=ALL_UNITS)] += people
    return both


def of_units_above(counted: Counter[Cell]) -> Counter[Cell]:
    """The same numbers, summed for each unit and for all those that it stands below."""
    ids = sorted({cell.unit_id for cell in counted if cell.unit_id > 0})
    connection = current_connection()
    asked = select(Unit.id, Unit.path).where(among(Unit.id, ids, connection))
    lines = {key: keys_of(path) for key, path in connection.execute(asked)} if ids else {}
    sums: Counter[Cell] = Counter()
    for cell, people in counted.items():
        for key in lines.get(cell.unit_id, ()):
            sums[cell._replace(unit_id=key)] += people
    return sums


def keys_of(path: str) -> list[int]:
    """The keys of the units of a path, the topmost first."""
    return [int(key) for key in path.split("/") if key]


_SUMS = select(*(getattr(StaffSum, name) for name in Cell._fields), StaffSum.people_count).where(
    StaffSum.institution_id == bindparam("institution_id"),
    StaffSum.unit_id == bindparam("unit_id"),
)


def move_sums(institution_id: int, old: str, new: str) -> None:
    """Have the sums follow a unit whose path has become another, in the transaction of that.

    The institution's row is held by whoever changes its tree.
    """
    above, *_ = _split(old)
    below, key = _split(new)
    given = {"institution_id": institution_id, "unit_id": key}
    changes: Counter[Cell] = Counter()
    for *cell, people in current_connection().execute(_SUMS, given):
        for keys, sign in ((above, -1), (below, 1)):
            for each in keys:
                changes[Cell(*cell)._replace(unit_id=each)] += sign * people
    add_to_cells(changes, StaffSum)


def _split(path: str) -> tuple[list[int], int]:
    *above, key = keys_of(path)
    return above, key


def hold_still(institution_ids: Collection[int]) -> list[int]:
    """Hold institutions, so that no unit of theirs moves until this is stored; on PostgreSQL.

    Returns those that are held. Who changes a tree just now holds it: nobody is waited for, since
    they may wait in turn.
    """
    connection = current_connection()
    ids = sorted(institution_ids)
    if connection.dialect.name != "postgresql":
        return ids
    asked = select(Institution.id).where(among(Institution.id, ids, connection))
    return list(
        connection.execute(
            asked.order_by(Institution.id).with_for_update(read=True, skip_locked=True)
        ).scalars()
    )


def add_to_cells(
    counted: Counter[Cell], model: type[StaffCount] | type[StaffSum] = StaffCount
) -> None:
    """Add numbers of people to cells, in the order of their keys."""
    rows = [
        {**cell._asdict(), "people_count": people}
        for cell, people in sorted(counted.items())
        if people
    ]
    if rows:
        connection = current_connection()
        connection.execute(_adding(connection.dialect.name, model), rows)


@lru_cache(maxsize=4)
def _adding(dialect: str, model: type[StaffCount] | type[StaffSum]) -> Insert:
    words = postgresql if dialect == "postgresql" else sqlite
    statement = words.insert(model)
    added = model.people_count + statement.excluded.people_count
    stored: Insert = statement.on_conflict_do_update(
        index_elements=list(Cell._fields), set_={"people_count": added}
    )
    return stored
