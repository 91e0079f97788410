"""A filter and an order as text that waits in a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lms.progress.filters import BY_NAME, Sort, SortBy, StaffFilter


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an export shows, and in which order: as the list that it was asked from."""

    filter: StaffFilter
    sort: Sort = BY_NAME

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {"filter": self.filter.as_json(), "sort": [self.sort.by.value, self.sort.is_down]}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what a job has kept."""
        by, is_down = stored["sort"]
        return cls(StaffFilter.read(stored["filter"]), Sort(SortBy(by), is_down))
