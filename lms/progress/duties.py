"""Credit hours that a year asks of a kind of civil servant: settings, each from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, insert, select

from lms.accounts.enums import EmployeeKind
from lms.audit import record
from lms.db import asked_once, current_connection
from lms.errors import N_, Invalid, NotFound
from lms.progress.models import CreditDuty

MOST_HOURS: Final = 500
"""More than any rule has asked for, and fewer than a slip of the keyboard makes."""
SOURCE_LENGTH: Final = 300
YEARS: Final = range(2000, 2100)


class NoSuchYearlyHours(NotFound):
    """Nothing is said of this kind from this day on."""

    def __init__(self) -> None:
        super().__init__(N_("Ketentuan itu tidak ada lagi."))


@dataclass(frozen=True, slots=True)
class YearlyHours:
    """How many credit hours a year asks of a person, or how many it lets them have at most."""

    hours: int
    is_most: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What is said of a kind from a day on, and where it is written; without hours, nothing."""

    kind: EmployeeKind
    from_day: date
    hours: YearlyHours | None
    source: str


_SETTINGS = select(
    CreditDuty.kind, CreditDuty.from_day, CreditDuty.minimum, CreditDuty.maximum, CreditDuty.source
).order_by(CreditDuty.kind, CreditDuty.from_day.desc())


def list_settings() -> Sequence[Setting]:
    """All that was set, by kind, the latest first."""
    return [
        Setting(EmployeeKind(kind), from_day, _hours(minimum, maximum), source)
        for kind, from_day, minimum, maximum, source in current_connection().execute(_SETTINGS)
    ]


def list_current_settings(on: date) -> dict[EmployeeKind, Setting]:
    """The setting in force on a day, by kind."""
    current: dict[EmployeeKind, Setting] = {}
    for setting in list_settings():
        if setting.from_day <= on:
            current.setdefault(setting.kind, setting)
    return current


@asked_once
def list_yearly_hours(on: date) -> dict[EmployeeKind, YearlyHours]:
    """What holds on a day, by kind; a kind of which nothing holds is not there."""
    current = list_current_settings(on)
    return {kind: each.hours for kind, each in current.items() if each.hours is not None}


def yearly_hours(kind: EmployeeKind | None, on: date) -> YearlyHours | None:
    """What holds for a kind of civil servant on a day; None where nothing is known to hold."""
    return None if kind is None else list_yearly_hours(on).get(kind)


def set_yearly_hours(setting: Setting, *, actor_id: int | None, now: datetime) -> None:
    """Say what holds for a kind from a day on, until the next day for which something is said.

    What was said of the same day before is replaced. Lists ask for what holds when they are read,
    so that nothing else is to be changed. Raises Invalid for hours, days and sources that none has.
    """
    source = " ".join(setting.source.split())
    if setting.hours is not None and not 0 < setting.hours.hours <= MOST_HOURS:
        raise Invalid("hours", N_("Tulis banyaknya JP, 1 sampai %(most)d."), most=MOST_HOURS)
    if setting.from_day.year not in YEARS:
        raise Invalid("from_day", N_("Pilih tanggal antara tahun 2000 dan 2099."))
    if not 0 < len(source) <= SOURCE_LENGTH:
        raise Invalid(
            "source",
            N_("Sebutkan dasar hukumnya, paling panjang %(max)d karakter."),
            max=SOURCE_LENGTH,
        )
    _delete(setting.kind, setting.from_day)
    hours = setting.hours
    row = {
        "kind": setting.kind.value,
        "from_day": setting.from_day,
        "minimum": None if hours is None or hours.is_most else hours.hours,
        "maximum": hours.hours if hours is not None and hours.is_most else None,
        "source": source,
    }
    current_connection().execute(insert(CreditDuty), row)
    record(
        "yearly_hours.set",
        f"kind:{setting.kind.value}",
        actor_id=actor_id,
        now=now,
        **row | {"from_day": setting.from_day.isoformat()},
    )


def remove_yearly_hours(
    kind: EmployeeKind, from_day: date, *, actor_id: int | None, now: datetime
) -> None:
    """Take back what was said of a day by mistake: what was said before it holds on.

    Raises NoSuchYearlyHours.
    """
    if not _delete(kind, from_day):
        raise NoSuchYearlyHours
    record(
        "yearly_hours.removed",
        f"kind:{kind.value}",
        actor_id=actor_id,
        now=now,
        from_day=from_day.isoformat(),
    )


def _delete(kind: EmployeeKind, from_day: date) -> bool:
    statement = delete(CreditDuty).where(
        CreditDuty.kind == kind.value, CreditDuty.from_day == from_day
    )
    return bool(current_connection().execute(statement).rowcount)


def _hours(minimum: int | None, maximum: int | None) -> YearlyHours | None:
    if minimum is not None:
        return YearlyHours(minimum, is_most=False)
    return None if maximum is None else YearlyHours(maximum, is_most=True)
