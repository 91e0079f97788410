"""What has to be so before the lines of a checked list are put in force."""

from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, select, update

from lms.db import batch, current_connection, read_only, transaction
from lms.institutions.models import Unit
from lms.institutions.registry.relocation import find_present_place
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import found_unit
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.checking import note_of
from lms.institutions.staff_lists.models import OPEN_VERDICTS, StaffImport, StaffImportLine, Verdict
from lms.institutions.staff_lists.plans import UNIT_HAS_GONE, refused
from lms.institutions.staff_lists.queries import list_unit_places

_AT_ONCE: Final = 2_000
_LINE: Final = StaffImportLine


def add_units(kept: StaffImport, scope: Scope, now: datetime) -> None:
    """Add the units that the check found to be missing, and say of each line which it is."""
    names = list(kept.new_units or ())
    if not names:
        return
    editor = Editor(scope.officer_id, scope)
    with transaction():
        known = {place.name: place.id for place in list_unit_places(kept.institution_id)}
        for name in names:
            if name not in known:
                known[name] = found_unit(editor, kept.institution_id, name, parent_id=None, now=now)
    for name in names:
        unplaced = (
            select(_LINE.position)
            .where(
                _LINE.staff_import_id == kept.id, _LINE.new_unit == name, _LINE.unit_id.is_(None)
            )
            .limit(_AT_ONCE)
        )
        _update_some(kept.id, unplaced, unit_id=known[name])


def leave_absent(import_id: int) -> None:
    """Who is not in the file stays, since nobody has agreed to their leaving."""
    absent = (
        select(_LINE.position)
        .where(
            _LINE.staff_import_id == import_id,
            _LINE.verdict == Verdict.LEAVING,
            _LINE.line == 0,
        )
        .limit(_AT_ONCE)
    )
    _update_some(import_id, absent, verdict=Verdict.KNOWN)


def refuse_beyond(import_id: int, institution_id: int, scope: Scope) -> None:
    """Refuse the lines that name a unit which has become somebody else's since the check.

    Where it has gone into another of theirs, or was closed, its people go on by relocation.
    """
    named = and_(_LINE.staff_import_id == import_id, _LINE.unit_id.is_not(None), ~_LINE.is_done)
    with read_only():
        connection = current_connection()
        unit_ids = connection.scalars(select(_LINE.unit_id).where(named).distinct()).all()
        beyond = [key for key in unit_ids if key and not _is_theirs(institution_id, key, scope)]
    for some in range(0, len(beyond), _AT_ONCE):
        lines = (
            select(_LINE.position)
            .where(
                named,
                _LINE.unit_id.in_(beyond[some : some + _AT_ONCE]),
                _LINE.verdict.in_(OPEN_VERDICTS),
                _LINE.verdict != Verdict.LEAVING,
            )
            .limit(_AT_ONCE)
        )
        refusing = refused(UNIT_HAS_GONE)
        _update_some(import_id, lines, verdict=Verdict.REFUSED, note=note_of(refusing))


def _is_theirs(institution_id: int, unit_id: int, scope: Scope) -> bool:
    """Whether the asker answers for what a unit of theirs has become by now."""
    present_id, present_unit_id = find_present_place(institution_id, unit_id)
    if present_id != institution_id:
        return False
    path = select(Unit.path).where(Unit.id == present_unit_id)
    return scope.covers_unit(institution_id, current_connection().scalar(path))


def _update_some(import_id: int, positions: Select[int], **values: object) -> None:
    """Change lines some at a time, until none is left that `positions` finds."""
    statement = (
        update(_LINE)
        .where(_LINE.staff_import_id == import_id, _LINE.position.in_(positions))
        .values(**values)
    )
    changed = 1
    while changed:
        with batch():
            changed = current_connection().execute(statement).rowcount
