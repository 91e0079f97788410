"""A filter and an order as text that waits in a job."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from typing import Any, Final, Self

from lms.accounts.enums import EmployeeKind
from lms.progress.filters import BY_NAME, Group, Sort, SortBy, StaffFilter
from lms.progress.rules import Status

_READ: Final[Mapping[str, Any]] = {
    "status": Status,
    "module_status": Status,
    "kind": EmployeeKind,
    "group": Group,
    "posting_ids": tuple,
    "finished_from": date.fromisoformat,
    "finished_until": date.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an export shows, and in which order: as the list that it was asked from."""

    filter: StaffFilter
    sort: Sort = BY_NAME

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it; what asks nothing is left out."""
        nothing = StaffFilter()
        asked = {
            each.name: _plain(getattr(self.filter, each.name))
            for each in fields(StaffFilter)
            if getattr(self.filter, each.name) != getattr(nothing, each.name)
        }
        return {"filter": asked, "sort": [self.sort.by.value, self.sort.is_down]}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what a job has kept."""
        asked = {
            name: _READ[name](value) if name in _READ else value
            for name, value in stored["filter"].items()
        }
        by, is_down = stored["sort"]
        return cls(StaffFilter(**asked), Sort(SortBy(by), is_down))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
