"""Days: that of a moment in the time zone of an institution, and how one is written."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NATIONAL_ZONE: Final = "Asia/Jakarta"
OFFICE_HOURS: Final = range(7, 17)
SUNDAY: Final = 6
MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def local_day(moment: datetime, time_zone: str | None = None) -> date:
    """The day that a moment falls on in a time zone; in the capital's if the place is not known."""
    return moment.astimezone(ZoneInfo(time_zone or NATIONAL_ZONE)).date()


def end_of(day: date, time_zone: str | None = None) -> datetime:
    """The moment at which a day is over in a time zone, in UTC."""
    zone = ZoneInfo(time_zone or NATIONAL_ZONE)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_day_of(first: date, months: int) -> date:
    """The last of so many calendar months that begin with a day, and of which that is the first.

    From 31 January one month ends on 27 February, or on the 28th of a leap year: the day of the
    month is the same, or the last that there is, and the day before it is still within.
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    same = date(year, month, min(first.day, monthrange(year, month)[1]))
    return same - timedelta(days=1)


def is_in_office_hours(moment: datetime, time_zone: str | None = None) -> bool:
    """Whether it is from 07.00 to 17.00 somewhere, and not a Sunday."""
    local = moment.astimezone(ZoneInfo(time_zone or NATIONAL_ZONE))
    return local.hour in OFFICE_HOURS and local.weekday() != SUNDAY


def next_office_hour(moment: datetime, time_zone: str | None = None) -> datetime:
    """The same moment where it is in office hours, or when these begin next; in UTC."""
    if is_in_office_hours(moment, time_zone):
        return moment
    local = moment.astimezone(ZoneInfo(time_zone or NATIONAL_ZONE))
    day = local.date() + timedelta(days=1 if local.hour >= OFFICE_HOURS.stop else 0)
    if day.weekday() == SUNDAY:
        day += timedelta(days=1)
    return morning_of(day, time_zone)


def morning_of(day: date, time_zone: str | None = None) -> datetime:
    """When office hours begin on a day somewhere, in UTC."""
    zone = ZoneInfo(time_zone or NATIONAL_ZONE)
    return datetime.combine(day, time(OFFICE_HOURS.start), zone).astimezone(UTC)


def write_day(day: date) -> str:
    """Write a day the Indonesian way: ``15 Mei 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
