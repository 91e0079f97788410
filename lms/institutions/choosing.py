"""Choosing an institution or a unit: the index of all names, made anew when one has changed."""

from typing import Final

from sqlalchemy import func, select

from lms.db import current_connection
from lms.institutions.finding import NameIndex, Place
from lms.institutions.models import Institution, Unit
from lms.institutions.registry.models import RegistryEvent

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
    select(Unit.institution_id, Unit.id, Unit.name, Institution.name)
    .join(Institution, Institution.id == Unit.institution_id)
    .where(Unit.ended_on.is_(None), Institution.ended_on.is_(None))
    .order_by(Unit.id)
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
    places += [Place(*row) for row in connection.execute(_UNITS)]
    index = NameIndex(places)
    _held["names"] = stamp, index
    return index


def forget_names() -> None:
    """Look at the database the next time, whatever it was before; for tests."""
    _held.clear()
