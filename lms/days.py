"""The local day of a moment, in the time zone of an institution."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

NATIONAL_ZONE: Final = "Asia/Jakarta"


def local_day(moment: datetime, time_zone: str | None = None) -> date:
    """The day that a moment falls on in a time zone; in the capital's if the place is not known."""
    return moment.astimezone(ZoneInfo(time_zone or NATIONAL_ZONE)).date()
