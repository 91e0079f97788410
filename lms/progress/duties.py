"""Credit hours that a year asks of a kind of civil servant: settings, each from a day on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select

from lms.accounts.enums import EmployeeKind
from lms.db import asked_once, current_connection
from lms.progress.models import CreditDuty


@dataclass(frozen=True, slots=True)
class YearlyHours:
    """How many credit hours a year asks of a person, or how many it lets them have at most."""

    hours: int
    is_most: bool


_DUTIES = select(
    CreditDuty.kind, CreditDuty.from_day, CreditDuty.minimum, CreditDuty.maximum
).order_by(CreditDuty.from_day.desc())


@asked_once
def list_yearly_hours(on: date) -> dict[EmployeeKind, YearlyHours]:
    """What holds on a day, by kind; a kind of which nothing holds is not there."""
    held: dict[EmployeeKind, YearlyHours] = {}
    for kind, from_day, minimum, maximum in current_connection().execute(_DUTIES):
        hours = maximum if minimum is None else minimum
        if from_day <= on and hours is not None:
            held.setdefault(EmployeeKind(kind), YearlyHours(hours, is_most=minimum is None))
    return held


def yearly_hours(kind: EmployeeKind | None, on: date) -> YearlyHours | None:
    """What holds for a kind of civil servant on a day; None where nothing is known to hold."""
    return None if kind is None else list_yearly_hours(on).get(kind)


def set_yearly_hours(kind: EmployeeKind, from_day: date, hours: YearlyHours) -> None:
    """Say what holds for a kind from a day on, until the next day for which something is said."""
    connection = current_connection()
    connection.execute(
        delete(CreditDuty).where(CreditDuty.kind == kind.value, CreditDuty.from_day == from_day)
    )
    row = {
        "kind": kind.value,
        "from_day": from_day,
        "minimum": None if hours.is_most else hours.hours,
        "maximum": hours.hours if hours.is_most else None,
    }
    connection.execute(insert(CreditDuty), row)
