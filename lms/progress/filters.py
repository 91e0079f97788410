"""What an officer asks of a list: whom it shows, in which order, and where it goes on."""

import base64
import binascii
import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final, Self

from lms.accounts.enums import EmployeeKind
from lms.progress.rules import Status


class Group(enum.Enum):
    """People of whom an officer is told apart.

    MOVED_IN: those who came from elsewhere within MOVED_IN_FOR. UNREACHED: those to whose address
    mail could not be brought.
    """

    MOVED_IN = "moved in"
    UNREACHED = "unreached"


MOVED_IN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """Whom a list shows; what is left empty leaves everybody.

    institution_id: one of the scope's; None for all of it. unit_id: that unit and all below it.
    search: a part of a name, an address or a number; fewer than three letters begin the name.
    module_id with module_status: how far they are in that module. is_confirmed: False are those
    who wait. finished_from, finished_until: the day of their last certificate, both included.
    below_duty: with fewer credit hours this year than their kind is asked for. posting_ids: those
    who were chosen one by one, a page of them at most.
    """

    institution_id: int | None = None
    unit_id: int | None = None
    search: str = ""
    status: Status | None = None
    module_id: int | None = None
    module_status: Status | None = None
    kind: EmployeeKind | None = None
    is_confirmed: bool | None = None
    is_activated: bool | None = None
    finished_from: date | None = None
    finished_until: date | None = None
    below_duty: bool = False
    group: Group | None = None
    posting_ids: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a job or an assignment keeps it; what asks nothing is left out."""
        nothing = StaffFilter()
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: _plain(value) for name, value in asked.items() if value != getattr(nothing, name)
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what was kept."""
        return cls(
            **{
                name: _READ[name](value) if name in _READ else value
                for name, value in stored.items()
                if value is not None
            }
        )

    @property
    def asks_beyond_counts(self) -> bool:
        """Whether it asks what no count knows: then people are counted one by one."""
        return bool(
            self.search.strip()
            or self.finished_from
            or self.finished_until
            or self.below_duty
            or self.picks_people
            # Each of these is counted, but by itself.
            or [self.status, self.is_activated, self._module_status].count(None) < 2
        )

    @property
    def picks_people(self) -> bool:
        """Whether it names people who are looked up one by one, since they are few."""
        return self.group is not None or bool(self.posting_ids)

    @property
    def asks_of_days_alone(self) -> bool:
        """Whether it asks when people finished and nothing else of them."""
        has_days = self.finished_from is not None or self.finished_until is not None
        return has_days and replace(self, finished_from=None, finished_until=None).leaves_everybody

    @property
    def _module_status(self) -> Status | None:
        return None if self.module_id is None else self.module_status

    @property
    def leaves_everybody(self) -> bool:
        """Whether it asks of no person anything, but for where they work."""
        return not (
            self.asks_beyond_counts
            or self._module_status is not None
            or self.status is not None
            or self.is_activated is not None
            or self.kind is not None
            or self.is_confirmed is not None
        )


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "status": Status,
    "module_status": Status,
    "kind": EmployeeKind,
    "finished_from": date.fromisoformat,
    "finished_until": date.fromisoformat,
    "group": Group,
    "posting_ids": tuple,
}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


class SortBy(enum.Enum):
    """What a list is sorted by; after it by name. WAITING: who waits first, then by name."""

    NAME = "name"
    WAITING = "waiting"
    UNIT = "unit"
    FINISHED_ON = "finished_on"
    CREDIT_HOURS = "credit_hours"


@dataclass(frozen=True, slots=True)
class Sort:
    """In which order; down is the same backwards."""

    by: SortBy = SortBy.NAME
    is_down: bool = False


BY_NAME = Sort()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: in which stretch of the list, and at which key."""

    stretch: int
    key: tuple[Any, ...]

    def write(self) -> str:
        """As text, for an address."""
        values = [value.isoformat() if isinstance(value, date) else value for value in self.key]
        packed = json.dumps([self.stretch, *values], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None, kinds: tuple[tuple[type, ...], ...]) -> Self | None:
        """From text, with keys of these types by stretch; None for what we did not write."""
        if not text or len(text) > 2_000:
            return None
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            stretch, *values = json.loads(packed)
            types = kinds[stretch] if type(stretch) is int and stretch >= 0 else ()
            if not types or len(types) != len(values):
                return None
            return cls(stretch, tuple(map(_typed, types, values)))
        except (ValueError, TypeError, IndexError, RecursionError, binascii.Error):
            return None


def _typed(kind: type, value: object) -> object:
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not kind or (isinstance(value, int) and not 0 <= value < 2**31):
        raise ValueError(kind)
    if isinstance(value, str) and "\0" in value:
        raise ValueError(kind)
    return value
