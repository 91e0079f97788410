"""How far an institution's people are, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.enums import EmployeeKind
from lms.exchange.errors import BadCursor
from lms.institutions.scope import Scope
from lms.progress.filters import BY_NAME, Cursor, StaffFilter
from lms.progress.modules import list_modules
from lms.progress.rows import StaffRow
from lms.progress.rules import Status
from lms.progress.staff import list_staff
from lms.progress.walks import types_of


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """How far a person is in a module, named by its code."""

    code: str
    status: Status
    finished_on: date | None
    certificate_number: str | None
    is_expired: bool
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """A person, and how far they are in each module."""

    name: str
    employee_number: str | None
    kind: EmployeeKind | None
    unit_name: str | None
    is_confirmed: bool
    is_activated: bool
    status: Status
    credit_hours: int
    modules: list[ModuleProgress]


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """A page of people by name, and the cursor of the next one, if there is any."""

    people: list[PersonProgress]
    next_cursor: str | None


def list_progress(scope: Scope, after: str | None, limit: int, *, now: datetime) -> ProgressPage:
    """A page of the asker's people, those who wait to be confirmed too; raises BadCursor."""
    if after is not None and Cursor.read(after, types_of(BY_NAME)) is None:
        raise BadCursor
    page = list_staff(scope, StaffFilter(), BY_NAME, now=now, after=after, size=limit)
    codes = {module.module_id: module.code for module in list_modules()}
    return ProgressPage([_person(row, codes) for row in page.rows], page.next)


def _person(row: StaffRow, codes: dict[int, str]) -> PersonProgress:
    return PersonProgress(
        name=row.name,
        employee_number=row.employee_number,
        kind=row.kind,
        unit_name=row.unit_name,
        is_confirmed=row.is_confirmed,
        is_activated=row.is_activated,
        status=row.status,
        credit_hours=row.credit_hours,
        modules=[
            ModuleProgress(
                code=codes[module.module_id],
                status=module.status,
                finished_on=module.finished_on,
                certificate_number=module.certificate_number,
                is_expired=module.is_expired,
                is_revoked=module.is_revoked,
            )
            for module in row.modules
        ],
    )
