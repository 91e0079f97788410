"""Use cases of units: added, renamed, moved, merged and closed, each a dated event."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from lms.announcements import announce
from lms.days import local_day
from lms.db import current_connection, db
from lms.institutions.announcements import UnitReplanted
from lms.institutions.models import Institution, Unit
from lms.institutions.registry.errors import (
    CodeTaken,
    HasEnded,
    NoSuchUnit,
    OwnDescendant,
    SuccessorUnfit,
    UnitNameTaken,
)
from lms.institutions.registry.events import enter_event
from lms.institutions.registry.models import EventKind
from lms.institutions.registry.planting import hand_over_units, hold_tree, is_within
from lms.institutions.registry.relocation import ask_to_relocate
from lms.institutions.registry.roles import pass_on_roles
from lms.institutions.registry.rules import (
    Editor,
    levels,
    path_above,
    read_unit_name,
    require_day,
    require_levels,
)
from lms.institutions.units import add_unit


def found_unit(
    editor: Editor,
    institution_id: int,
    name: str,
    *,
    parent_id: int | None,
    code: str | None = None,
    now: datetime,
) -> int:
    """Add a unit below another or at the top of an institution's tree; returns its key.

    Raises NoSuchUnit outside what the editor may change, UnreadableUnitName, UnitNameTaken,
    CodeTaken, TooDeep, and HasEnded below what has ended.
    """
    name = read_unit_name(name)
    parent = _find_parent(editor, institution_id, parent_id)
    require_levels(1 + (levels(parent.path) if parent else 0))
    _require_free(institution_id, parent_id, name, code)
    today = _today(institution_id, now)
    unit = add_unit(institution_id, name, parent=parent, code=code)
    enter_event(
        EventKind.ADDED,
        institution_id,
        unit_id=unit.id,
        on=today,
        actor_id=editor.actor_id,
        now=now,
        after={"name": name, **_above(parent)},
    )
    return unit.id


def change_unit(
    editor: Editor,
    unit_id: int,
    *,
    name: str,
    parent_id: int | None,
    code: str | None,
    now: datetime,
) -> bool:
    """Give a unit this name, this code and this place in its tree; says whether anything differs.

    What is below it goes along. Raises what `found_unit` does, and OwnDescendant.
    """
    name = read_unit_name(name)
    unit = hold_unit(editor, unit_id)
    old: dict[str, Any] = {"name": unit.name, "code": unit.code}
    new: dict[str, Any] = {"name": name, "code": code}
    is_moved = parent_id != unit.parent_id
    if old == new and not is_moved:
        return False
    parent = None
    if is_moved:
        editor.require(unit.institution_id, path_above(unit.path))
        parent = _find_parent(editor, unit.institution_id, parent_id)
        if parent is not None and parent.path.startswith(unit.path):
            raise OwnDescendant
        old |= _above(None if unit.parent_id is None else db.session.get(Unit, unit.parent_id))
        new |= _above(parent)
    _require_free(unit.institution_id, parent_id, name, code, unit.id)
    if is_moved:
        _replant(unit, parent)
    unit.name, unit.code = name, code
    db.session.flush()
    _enter_changes(unit, old, new, editor.actor_id, now=now)
    return True


def _enter_changes(
    unit: Unit, old: dict[str, Any], new: dict[str, Any], actor_id: int | None, *, now: datetime
) -> None:
    """Enter an event for each kind of change."""
    on = _today(unit.institution_id, now)
    for kind, names in (
        (EventKind.RENAMED, ("name",)),
        (EventKind.CHANGED, ("code",)),
        (EventKind.MOVED, ("parent_id", "parent")),
    ):
        before = {each: old[each] for each in names if old.get(each) != new.get(each)}
        if before:
            enter_event(
                kind,
                unit.institution_id,
                unit_id=unit.id,
                on=on,
                actor_id=actor_id,
                now=now,
                before=before,
                after={each: new[each] for each in before},
            )


def merge_unit(editor: Editor, unit_id: int, into_id: int, *, on: date, now: datetime) -> None:
    """End a unit on a day and have its people go to another one of the institution, by a job.

    What was below it stands below the other from then on. Raises HasEnded, SuccessorUnfit, DayUnfit
    and NoSuchUnit.
    """
    unit = hold_unit(editor, unit_id)
    editor.require(unit.institution_id, path_above(unit.path))
    into = db.session.get(Unit, into_id, populate_existing=True)
    if (
        into is None
        or into.institution_id != unit.institution_id
        or into.ended_on is not None
        or into.path.startswith(unit.path)
        or not editor.may_change(into.institution_id, into.path)
    ):
        raise SuccessorUnfit
    require_day(on, first=None, today=_today(unit.institution_id, now))
    for child in _children(unit):
        _replant(child, into)
    unit.ended_on, unit.successor_id = on, into.id
    db.session.flush()
    enter_event(
        EventKind.MERGED,
        unit.institution_id,
        unit_id=unit.id,
        other=(unit.institution_id, into.id),
        on=on,
        actor_id=editor.actor_id,
        now=now,
        before={"name": unit.name},
        after={"name": into.name},
    )
    ask_to_relocate(unit.institution_id, now=now)


def close_unit(editor: Editor, unit_id: int, *, on: date, now: datetime) -> None:
    """End a unit and all below it on a day; its people stay at the institution, in no unit.

    Their postings are made anew by a job. Raises HasEnded, DayUnfit and NoSuchUnit.
    """
    unit = hold_unit(editor, unit_id)
    editor.require(unit.institution_id, path_above(unit.path))
    require_day(on, first=None, today=_today(unit.institution_id, now))
    current_connection().execute(
        update(Unit)
        .where(is_within(unit.institution_id, unit.path), Unit.ended_on.is_(None))
        .values(ended_on=on)
    )
    db.session.expire(unit)
    enter_event(
        EventKind.CLOSED,
        unit.institution_id,
        unit_id=unit.id,
        on=on,
        actor_id=editor.actor_id,
        now=now,
        before={"name": unit.name},
    )
    ask_to_relocate(unit.institution_id, now=now)


def transfer_unit(
    editor: Editor, unit_id: int, institution_id: int, *, on: date, now: datetime
) -> None:
    """Have a unit with all below it belong to another institution from a day on.

    There it is a new one, since what the former one was stays; its people go there by a job. Who
    answered for it, or for a unit below it, does so there. For who keeps the whole registry. Raises
    HasEnded, SuccessorUnfit, DayUnfit and NoSuchEntry.
    """
    editor.require_whole()
    unit = hold_unit(editor, unit_id)
    goal = db.session.get(Institution, institution_id)
    if goal is None or goal.ended_on is not None or goal.id == unit.institution_id:
        raise SuccessorUnfit
    require_day(on, first=None, today=_today(unit.institution_id, now))
    became = hand_over_units(unit.institution_id, institution_id, on=on, top=unit)
    pass_on_roles(unit.institution_id, institution_id, became, actor_id=editor.actor_id, now=now)
    db.session.refresh(unit)
    enter_event(
        EventKind.MOVED,
        unit.institution_id,
        unit_id=unit.id,
        other=(institution_id, unit.successor_id),
        on=on,
        actor_id=editor.actor_id,
        now=now,
        before={"name": unit.name},
        after={"institution": goal.name},
    )
    ask_to_relocate(unit.institution_id, now=now)


def hold_unit(editor: Editor, unit_id: int) -> Unit:
    """A unit that the editor may change, with its institution's tree held until the end.

    Raises NoSuchUnit and HasEnded.
    """
    institution_id = db.session.scalar(select(Unit.institution_id).where(Unit.id == unit_id))
    if institution_id is None:
        raise NoSuchUnit
    hold_tree(institution_id)
    unit = db.session.get_one(Unit, unit_id, populate_existing=True)
    editor.require(unit.institution_id, unit.path)
    if unit.ended_on is not None:
        raise HasEnded
    return unit


def _find_parent(editor: Editor, institution_id: int, parent_id: int | None) -> Unit | None:
    """Where a unit is to stand, if the editor may change that place; the tree is held."""
    hold_tree(institution_id)
    if parent_id is None:
        editor.require(institution_id, None)
        return None
    parent = db.session.get(Unit, parent_id, populate_existing=True)
    if parent is None or parent.institution_id != institution_id:
        raise NoSuchUnit
    editor.require(institution_id, parent.path)
    if parent.ended_on is not None:
        raise HasEnded
    return parent


def _above(parent: Unit | None) -> dict[str, Any]:
    """What an event says of the unit above: its key, and its name of that day."""
    return {
        "parent_id": None if parent is None else parent.id,
        "parent": None if parent is None else parent.name,
    }


def _replant(unit: Unit, parent: Unit | None) -> None:
    """Give a unit and all below it a place below another, or at the top."""
    old, new = unit.path, f"{'/' if parent is None else parent.path}{unit.id}/"
    deepest = db.session.scalar(
        select(
            func.max(func.length(Unit.path) - func.length(func.replace(Unit.path, "/", "")))
        ).where(is_within(unit.institution_id, old), Unit.ended_on.is_(None))
    )
    require_levels(levels(new) + (deepest or 0) - old.count("/"))
    # Those that have ended go along: what was below stays below.
    current_connection().execute(
        update(Unit)
        .where(is_within(unit.institution_id, old))
        .values(path=new + func.substr(Unit.path, len(old) + 1))
    )
    db.session.expire(unit, ["path"])
    unit.parent_id = None if parent is None else parent.id
    db.session.flush()
    announce(UnitReplanted(institution_id=unit.institution_id, old=old, new=new))


def _children(unit: Unit) -> Sequence[Unit]:
    return db.session.scalars(
        select(Unit).where(Unit.parent_id == unit.id, Unit.ended_on.is_(None)).order_by(Unit.id)
    ).all()


def _require_free(
    institution_id: int,
    parent_id: int | None,
    name: str,
    code: str | None,
    unit_id: int = 0,
) -> None:
    others = select(Unit.id).where(Unit.institution_id == institution_id, Unit.id != unit_id)
    beside = others.where(
        Unit.parent_id.is_not_distinct_from(parent_id),
        func.lower(Unit.name) == name.lower(),
        Unit.ended_on.is_(None),
    )
    if db.session.scalar(beside) is not None:
        raise UnitNameTaken
    if code is not None and db.session.scalar(others.where(Unit.code == code)) is not None:
        raise CodeTaken


def _today(institution_id: int, now: datetime) -> date:
    zone = db.session.scalar(select(Institution.time_zone).where(Institution.id == institution_id))
    return local_day(now, zone)
