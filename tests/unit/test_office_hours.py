"""Office hours: by each zone's own clock, and never on a Sunday."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.days import is_in_office_hours, next_office_hour

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_no_moment_of_a_week_is_put_into_a_night_or_a_sunday(zone: str) -> None:
    for minute in range(0, 7 * 24 * 60, 30):
        moment = MONDAY + timedelta(minutes=minute)
        found = next_office_hour(moment, zone)
        local = found.astimezone(ZoneInfo(zone))
        assert 7 <= local.hour < 17
        assert local.weekday() != 6
        assert timedelta(0) <= found - moment <= timedelta(hours=38)
        assert is_in_office_hours(found, zone)
        assert (found == moment) is is_in_office_hours(moment, zone)


def test_the_same_moment_is_morning_in_the_east_and_night_in_the_west() -> None:
    moment = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # 05.30 WIB, 07.30 WIT on Tuesday
    assert is_in_office_hours(moment, "Asia/Jayapura")
    assert not is_in_office_hours(moment, "Asia/Jakarta")
    assert next_office_hour(moment, "Asia/Jakarta") == datetime(2026, 6, 2, 0, 0, tzinfo=UTC)


def test_a_saturdays_evening_waits_for_monday() -> None:
    saturday = datetime(2026, 6, 6, 11, 0, tzinfo=UTC)  # 18.00 WIB
    assert next_office_hour(saturday) == datetime(2026, 6, 8, 0, 0, tzinfo=UTC)
