"""Days: that of a moment in the time zone of an institution, and how one is written."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NATIONAL_ZONE: Final = "Asia/Jakarta"
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


def last_day_of(first: date, months: int) -> date:
    """The last of so many calendar months that begin with a day, and of which that is the first.

    From 31 January one month ends on 27 February, or on the 28th of a leap year: the day of the
    month is the same, or the last that there is, and the day before it is still within.
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    same = date(year, month, min(first.day, monthrange(year, month)[1]))
    return same - timedelta(days=1)


def write_day(day: date) -> str:
    """Write a day the Indonesian way: ``15 Mei 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
