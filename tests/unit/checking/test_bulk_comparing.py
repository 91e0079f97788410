"""A row says the same as a certificate, or it does not: as people write."""

import pytest

from lms.checking.bulk.comparing import is_same_hours, is_same_name, is_same_number

NUMBER = "190501172099031001"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Sri Wahyuni, S.Pd., M.M.", "SRI  WAHYUNI"),
        ("Dr. Sri Wahyuni S.Pd.", "Sri Wahyuni, S.Pd"),
        ("Prof. Dr. Ir. Budi Santoso", "budi santoso"),
        ("M. Ali", "M Ali"),
        ("I Made S.", "I Made S"),
        ("Nur-Aini", "Nur Aini"),
        ("Ma'ruf", "Ma\u2019ruf"),
        ("René", "Rene"),
    ],
)
def test_one_name_is_one_however_it_is_written(left: str, right: str) -> None:
    assert is_same_name(left, right)
    assert is_same_name(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Muh. Ali", "Muhammad Ali"),
        ("Sri Wahyuni", "Sri Wahyuningsih"),
        ("Budi", "Budi Santoso"),
        ("Ali Budi", "Budi Ali"),
    ],
)
def test_another_name_is_another(left: str, right: str) -> None:
    assert not is_same_name(left, right)


@pytest.mark.parametrize(
    ("written", "is_same"),
    [
        ("19050117 209903 1 001", True),
        ("190501172099031001", True),
        ("1.90501172099031E+17", True),
        ("1.90501172099032E+17", False),
        ("190501172099031002", False),
        ("", False),
    ],
)
def test_a_number_is_compared_as_far_as_it_goes(written: str, *, is_same: bool) -> None:
    assert is_same_number(written, NUMBER, is_whole=True) is is_same


def test_of_strangers_only_the_digits_that_everybody_sees_are_compared() -> None:
    """Or a sheet of guesses would tell when somebody was born."""
    assert is_same_number("190002022088021001", NUMBER, is_whole=False)
    assert not is_same_number("190501172099031002", NUMBER, is_whole=False)


@pytest.mark.parametrize(
    ("written", "is_same"), [("3", True), ("3.0", True), ("3 JP", True), ("4", False), ("x", False)]
)
def test_hours_are_compared_as_numbers(written: str, *, is_same: bool) -> None:
    assert is_same_hours(written, 3) is is_same
