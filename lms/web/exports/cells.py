"""What stands in the cells of an export: words, days and numbers, looked up once for a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from flask_babel import gettext

from lms.days import local_day
from lms.errors import N_
from lms.exports.columns import CERTIFICATES, PEOPLE, Placed
from lms.exports.queries import CertificateRow
from lms.http.addresses import public_url
from lms.progress.modules import ListedModule
from lms.progress.staff import ModuleState, StaffRow, Status
from lms.tables.workbooks import Column, Kind
from lms.tables.writer import Cell

Row = TypeVar("Row")

PROGRESS: Final[Mapping[Status, str]] = {
    Status.FINISHED: N_("selesai"),
    Status.STARTED: N_("sedang berjalan"),
    Status.NOT_STARTED: N_("belum dimulai"),
}
STATES: Final[Mapping[str, str]] = {
    "valid": N_("berlaku"),
    "expired": N_("kedaluwarsa"),
    "revoked": N_("dicabut"),
    "replaced": N_("diganti"),
}
_WIDTHS: Final[Mapping[str, float]] = {
    "name": 34,
    "employee_number": 21,
    "kind": 8,
    "email": 34,
    "unit": 30,
    "institution": 34,
    "training": 40,
    "organiser": 34,
    "certificate_number": 24,
    "evidence": 44,
    "code": 18,
    "year": 8,
    "credit_hours": 8,
}
_NARROW: Final = 16


@dataclass(frozen=True, slots=True)
class Cells(Generic[Row]):
    """The columns of a table, and what makes a row's cells."""

    columns: list[Column]
    of: Callable[[Row], list[Cell]]


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate with the person on the list whose it is."""

    person: StaffRow
    certificate: CertificateRow


_Getter = Callable[[Any], Cell]


def people_cells(placed: Sequence[Placed], modules: Sequence[ListedModule]) -> Cells[StaffRow]:
    """The table with a row a person; each module is a column in the place of all of them."""
    getters = _people_getters()
    columns: list[Column] = []
    found: list[_Getter] = []
    for each in placed:
        if each.key in {"modules", "module_days"}:
            for index, module in enumerate(modules):
                shows_days = each.key == "module_days"
                columns.append(_module_column(module, shows_days=shows_days))
                found.append(_module_getter(index, shows_days=shows_days))
            continue
        kind, getter = getters[each.key]
        columns.append(_column(each, PEOPLE, kind))
        found.append(getter)
    return Cells(columns, lambda row: [getter(row) for getter in found])


def certificate_cells(placed: Sequence[Placed], organiser: str, day: date) -> Cells[Holder]:
    """The table with a row a certificate, as things stand on this day of the register's."""
    getters = _certificate_getters(organiser, day)
    columns = [_column(each, CERTIFICATES, getters[each.key][0]) for each in placed]
    found = [getters[each.key][1] for each in placed]
    return Cells(columns, lambda row: [getter(row) for getter in found])


def _column(placed: Placed, words: Mapping[str, str], kind: Kind) -> Column:
    heading = placed.heading or gettext(words[placed.key])
    return Column(heading, kind, _WIDTHS.get(placed.key, _NARROW))


def _module_column(module: ListedModule, *, shows_days: bool) -> Column:
    if shows_days:
        heading = gettext("%(code)s selesai pada", code=module.code)
        return Column(heading, Kind.DAY, _NARROW)
    return Column(f"{module.code} {module.title}", Kind.TEXT, _NARROW)


def _module_getter(index: int, *, shows_days: bool) -> _Getter:
    if shows_days:
        return lambda row: _day_of(row.modules, index)
    words: dict[Status, str] = {status: gettext(word) for status, word in PROGRESS.items()}
    states: dict[str, str] = {state: gettext(each) for state, each in STATES.items()}

    def word(row: StaffRow) -> str | None:
        if index >= len(row.modules):
            return None
        state = row.modules[index]
        if state.status is not Status.FINISHED and state.is_expired:
            return states["expired"]
        if state.status is not Status.FINISHED and state.is_revoked:
            return states["revoked"]
        return words[state.status]

    return word


def _day_of(modules: Sequence[ModuleState], index: int) -> date | None:
    if index >= len(modules) or modules[index].status is not Status.FINISHED:
        return None
    return modules[index].finished_on


def _people_getters() -> dict[str, tuple[Kind, _Getter]]:
    yes, not_yet = gettext("ya"), gettext("belum")
    words = {status: gettext(word) for status, word in PROGRESS.items()}
    return {
        "name": (Kind.TEXT, lambda row: row.name),
        "employee_number": (Kind.TEXT, lambda row: row.employee_number),
        "kind": (Kind.TEXT, lambda row: row.kind.value if row.kind else None),
        "email": (Kind.TEXT, lambda row: row.email),
        "unit": (Kind.TEXT, lambda row: row.unit_name),
        "institution": (Kind.TEXT, lambda row: row.institution_name),
        "is_confirmed": (Kind.TEXT, lambda row: yes if row.is_confirmed else not_yet),
        "is_activated": (Kind.TEXT, lambda row: yes if row.is_activated else not_yet),
        "progress": (Kind.TEXT, lambda row: words[row.status]),
        "last_activity_on": (Kind.DAY, lambda row: _day(row.last_activity_at)),
        "finished_on": (Kind.DAY, lambda row: row.finished_on),
        "credit_hours": (Kind.NUMBER, lambda row: row.credit_hours),
    }


def _certificate_getters(organiser: str, day: date) -> dict[str, tuple[Kind, _Getter]]:
    words = {state: gettext(word) for state, word in STATES.items()}
    mark = "0" * 12
    before, _, after = public_url("verification.show", code=mark).partition(mark)
    return {
        "name": (Kind.TEXT, lambda it: it.person.name),
        "employee_number": (Kind.TEXT, lambda it: it.person.employee_number),
        "unit": (Kind.TEXT, lambda it: it.person.unit_name),
        "training": (Kind.TEXT, lambda it: it.certificate.title),
        "organiser": (Kind.TEXT, lambda _: organiser),
        "certificate_number": (Kind.TEXT, lambda it: it.certificate.number),
        "started_on": (Kind.DAY, lambda it: it.certificate.started_on),
        "completed_on": (Kind.DAY, lambda it: it.certificate.completed_on),
        "year": (Kind.NUMBER, lambda it: it.certificate.completed_on.year),
        "credit_hours": (Kind.NUMBER, lambda it: it.certificate.credit_hours),
        "valid_until": (Kind.DAY, lambda it: it.certificate.valid_until),
        "state": (Kind.TEXT, lambda it: words[it.certificate.state(day)]),
        "delivered_on": (Kind.DAY, lambda it: _day(it.certificate.delivered_at)),
        "code": (Kind.TEXT, lambda it: it.certificate.code),
        "evidence": (Kind.LINK, lambda it: f"{before}{it.certificate.code}{after}"),
        "started_text": (
            Kind.TEXT,
            lambda it: _as_text(it.certificate.started_on or it.certificate.completed_on),
        ),
        "completed_text": (Kind.TEXT, lambda it: _as_text(it.certificate.completed_on)),
    }


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)


def _as_text(day: date) -> str:
    return f"{day.day:02}-{day.month:02}-{day.year:04}"
