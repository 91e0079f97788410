"""Choosing an institution or a unit: the index of all names, made anew when one has changed.

Of their own units officers are offered all, where these are few, and whichever they name is looked
up in their scope.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select

from lms.db import AnyRow, current_connection
from lms.institutions.finding import NameIndex, Place, Within
from lms.institutions.models import Institution, Unit
from lms.institutions.reach import reaches
from lms.institutions.registry.models import RegistryEvent
from lms.institutions.scope import Scope

Stamp = tuple[int | None, int | None, int | None]

_STAMP = select(
    select(func.max(RegistryEvent.id)).scalar_subquery(),
    select(func.max(Institution.id)).scalar_subquery(),
    select(func.max(Unit.id)).scalar_subquery(),
)
_INSTITUTIONS = (
    select(Institution.id, Institution.name)
    .where(Institution.ended_on.is_(None))
    .order_by(Institution.name)
)
_UNITS = (
    select(
        Unit.institution_id, Unit.id, Unit.name, Institution.name.label("institution"), Unit.path
    )
    .join(Institution, Institution.id == Unit.institution_id)
    .where(Unit.ended_on.is_(None), Institution.ended_on.is_(None))
)
_held: Final[dict[str, tuple[Stamp, NameIndex]]] = {}


def get_index() -> NameIndex:
    """The names of all institutions and units in force, as they are now."""
    connection = current_connection()
    events, institutions, units = connection.execute(_STAMP).one()
    stamp = (events, institutions, units)
    held = _held.get("names")
    if held is not None and held[0] == stamp:
        return held[1]
    places = [Place(key, None, name, name) for key, name in connection.execute(_INSTITUTIONS)]
    places += _planted(connection.execute(_UNITS))
    index = NameIndex(places)
    _held["names"] = stamp, index
    return index


def forget_names() -> None:
    """Look at the database the next time, whatever it was before; for tests."""
    _held.clear()


def list_own_places(scope: Scope, within: Within, most: int) -> list[Place] | None:
    """The asker's places in force there, or None where there are more than `most`.

    Each institution comes before its units, these as their tree has them and by name.
    """
    connection = current_connection()
    units = _UNITS.where(reaches(scope), Unit.institution_id.in_(within.institution_ids))
    rows = connection.execute(units.limit(most + 1)).all()
    wholes: list[Place] = []
    if within.is_whole:
        ids = within.institution_ids & scope.institution_ids
        institutions = _INSTITUTIONS.where(Institution.id.in_(ids)).limit(most + 1)
        wholes = [Place(key, None, name, name) for key, name in connection.execute(institutions)]
    if len(rows) + len(wholes) > most:
        return None
    return sorted([*wholes, *_planted(rows)], key=_stand)


def find_own_unit(scope: Scope, unit_id: int) -> Place | None:
    """A unit in force that the asker answers for, with the units above it."""
    connection = current_connection()
    row = connection.execute(_UNITS.where(Unit.id == unit_id)).one_or_none()
    if row is None or not scope.covers_unit(row.institution_id, row.path):
        return None
    return _planted(connection.execute(_UNITS.where(Unit.id.in_(_keys_of(row.path)))))[-1]


def find_own_place(scope: Scope, within: Within, key: str) -> Place | None:
    """The asker's place there that a form names by its key, if it is in force."""
    institution_id, _, unit_id = (_read_key(part) for part in key.partition("-"))
    if institution_id not in within.institution_ids:
        return None
    if unit_id is not None:
        place = find_own_unit(scope, unit_id)
    elif within.is_whole and scope.covers(institution_id):
        wanted = _INSTITUTIONS.where(Institution.id == institution_id)
        row = current_connection().execute(wanted).one_or_none()
        place = None if row is None else Place(row.id, None, row.name, row.name)
    else:
        return None
    return place if place is not None and place.key == key else None


def _planted(rows: Iterable[AnyRow]) -> list[Place]:
    """The units of these rows, each with the nearest above it that is among them, in this order."""
    planted: dict[int, Place] = {}
    for row in sorted(rows, key=lambda row: len(row.path)):
        *above, _ = _keys_of(row.path)
        parent = next((planted[key] for key in reversed(above) if key in planted), None)
        planted[row.id] = Place(row.institution_id, row.id, row.name, row.institution, parent)
    return list(planted.values())


def _keys_of(path: str) -> list[int]:
    return [int(key) for key in path.split("/") if key]


def _read_key(text: str) -> int | None:
    is_key = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_key else None


def _stand(place: Place) -> tuple[str, int, list[tuple[str, int]]]:
    """By institution; by name within the same unit above, and each unit before what is below it."""
    line = [] if place.unit_id is None else [place, *place.above][::-1]
    names = [(each.name, each.unit_id or 0) for each in line]
    return place.institution_name, place.institution_id, names
