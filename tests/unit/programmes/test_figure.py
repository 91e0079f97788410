"""The figure of a programme as it is shown."""

from datetime import UTC, datetime

import pytest

from lms.programmes.queries import Figure


@pytest.mark.parametrize(
    ("count", "percent"), [(0, 0.0), (1, 0.0001), (500_000, 50.0), (1_200_000, 120.0)]
)
def test_the_share_of_the_target_is_in_percent(count: int, percent: float) -> None:
    figure = Figure("1 Juta ASN", count, 1_000_000, datetime(2026, 5, 20, tzinfo=UTC), 1, 1)
    assert figure.percent == pytest.approx(percent)
