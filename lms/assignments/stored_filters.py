"""A filter of the staff list as an assignment keeps it: its parameters, and not whom it found."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lms.accounts.enums import EmployeeKind
from lms.progress.filters import Group, StaffFilter
from lms.progress.rules import Status


def store_filter(wanted: StaffFilter) -> dict[str, Any]:
    """What a filter asks of people, as plain values; where they work is the assignment's place."""
    asked = {
        "search": wanted.search.strip(),
        "status": wanted.status and wanted.status.value,
        "module_id": wanted.module_id,
        "module_status": wanted.module_status and wanted.module_status.value,
        "kind": wanted.kind and wanted.kind.value,
        "is_activated": wanted.is_activated,
        "finished_from": wanted.finished_from and wanted.finished_from.isoformat(),
        "finished_until": wanted.finished_until and wanted.finished_until.isoformat(),
        "below_duty": wanted.below_duty,
        "group": wanted.group and wanted.group.value,
    }
    return {name: value for name, value in asked.items() if value not in {None, "", False}} | (
        {"is_activated": False} if wanted.is_activated is False else {}
    )


def read_filter(stored: Mapping[str, Any], institution_id: int, unit_id: int | None) -> StaffFilter:
    """The same filter of the people of a place, and of the confirmed ones alone."""

    def day(name: str) -> date | None:
        return date.fromisoformat(stored[name]) if name in stored else None

    def status(name: str) -> Status | None:
        return Status(stored[name]) if name in stored else None

    return StaffFilter(
        institution_id=institution_id,
        unit_id=unit_id,
        search=stored.get("search", ""),
        status=status("status"),
        module_id=stored.get("module_id"),
        module_status=status("module_status"),
        kind=EmployeeKind(stored["kind"]) if "kind" in stored else None,
        is_confirmed=True,
        is_activated=stored.get("is_activated"),
        finished_from=day("finished_from"),
        finished_until=day("finished_until"),
        below_duty=stored.get("below_duty", False),
        group=Group(stored["group"]) if "group" in stored else None,
    )
