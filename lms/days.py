"""Days: that of a moment in the time zone of an institution, and how one is written."""

from datetime import date, datetime
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


def write_day(day: date) -> str:
    """Write a day the Indonesian way: ``15 Mei 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
