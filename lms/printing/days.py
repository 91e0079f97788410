"""Dates in Indonesian words, as they are printed."""

from datetime import date
from typing import Final

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


def write_day(day: date) -> str:
    """Write a day the Indonesian way: ``15 Mei 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
