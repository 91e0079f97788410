"""Days: terms in calendar months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.days import last_day_of


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-05-15", 24, "2028-05-14"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-12-01", 1, "2026-12-31"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2028-01-31", 1, "2028-02-28"),
        ("2028-02-29", 12, "2029-02-27"),
        ("2028-02-29", 48, "2032-02-28"),
        ("2027-03-01", 12, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-27"),
        ("2026-03-31", 120, "2036-03-30"),
    ],
)
def test_a_term_ends_on_the_day_before_the_same_day(first: str, months: int, last: str) -> None:
    assert last_day_of(date.fromisoformat(first), months) == date.fromisoformat(last)


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_no_term_is_shorter_than_its_months(first: date, months: int) -> None:
    after = last_day_of(first, months) + timedelta(days=1)
    assert (after.year - first.year) * 12 + after.month - first.month == months
    assert after.day == first.day or (after + timedelta(days=1)).day == 1 < first.day
