"""Units of institutions: where they stand in the tree."""

from lms.db import db
from lms.institutions.models import Unit


def add_unit(
    institution_id: int, name: str, *, parent: Unit | None = None, code: str | None = None
) -> Unit:
    """Add a unit to an institution, below another or at the top; `code` is its own there."""
    unit = Unit(
        institution_id=institution_id,
        name=name,
        parent_id=None if parent is None else parent.id,
        code=code,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{'/' if parent is None else parent.path}{unit.id}/"
    db.session.flush()
    return unit
