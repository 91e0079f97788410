"""Entering what became of an institution or a unit, for good."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from lms.audit import record, record_all
from lms.days import local_day
from lms.db import current_connection
from lms.institutions.registry.models import EventKind, RegistryEvent

_ENTER = insert(RegistryEvent)
_LAST = select(func.max(RegistryEvent.id))


def last_event_id() -> int | None:
    """The last thing that became of any institution or unit: while it stays, all is as it was."""
    return current_connection().execute(_LAST).scalar_one()


def enter_event(
    kind: EventKind,
    institution_id: int,
    *,
    on: date,
    actor_id: int | None,
    now: datetime,
    unit_id: int | None = None,
    other: tuple[int | None, int | None] = (None, None),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Enter that this happened on a day; `other` is the institution and the unit it went to.

    The audit log has it too, for who reads that.
    """
    other_institution_id, other_unit_id = other
    row = {
        "entered_at": now,
        "happened_on": on,
        "kind": kind,
        "institution_id": institution_id,
        "unit_id": unit_id,
        "other_institution_id": other_institution_id,
        "other_unit_id": other_unit_id,
        "actor_id": actor_id,
        "before": _plain(before or {}),
        "after": _plain(after or {}),
    }
    current_connection().execute(_ENTER, row)
    what = "institution" if unit_id is None else "unit"
    subject = f"institution:{institution_id}" if unit_id is None else f"unit:{unit_id}"
    record(f"{what}.{kind.value}", subject, actor_id=actor_id, now=now)


def enter_added_units(
    institution_id: int, names: Mapping[int, str], *, actor_id: int | None, now: datetime
) -> None:
    """Enter that many units were added today, by their keys."""
    rows = [
        {
            "entered_at": now,
            "happened_on": local_day(now),
            "kind": EventKind.ADDED,
            "institution_id": institution_id,
            "unit_id": key,
            "actor_id": actor_id,
            "before": {},
            "after": {"name": name},
        }
        for key, name in names.items()
    ]
    if rows:
        current_connection().execute(_ENTER, rows)
        record_all("unit.added", [f"unit:{key}" for key in names], actor_id=actor_id, now=now)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON holds them: days as texts, kinds by their words."""
    return {name: _value(value) for name, value in facts.items()}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "value", value)
