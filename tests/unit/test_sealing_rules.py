from datetime import UTC, datetime, timedelta

import pytest

from lms.sealing.rules import rests_until

LATEST = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "minutes"),
    [(0, None), (2, None), (3, 2), (4, 4), (5, 8), (7, 32), (8, 60), (40, 60)],
)
def test_a_service_that_fails_rests_longer_each_time(count: int, minutes: int | None) -> None:
    failures = [LATEST - timedelta(minutes=number) for number in range(count)]
    until = None if minutes is None else LATEST + timedelta(minutes=minutes)
    assert rests_until(failures) == until
