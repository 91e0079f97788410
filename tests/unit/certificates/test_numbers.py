"""Official numbers by pattern, and grouped employee numbers."""

import pytest

from lms.certificates.numbers import BadPattern, NumberPattern, group_number, is_contract_number


def test_a_number_follows_the_pattern() -> None:
    pattern = NumberPattern("HAM.{module}/{serial:06d}/{year}")
    assert pattern.number("HAM-01", 123, 2026) == "HAM.01/000123/2026"
    assert pattern.number("HAM-01", 1_234_567, 2026) == "HAM.01/1234567/2026"


def test_the_module_is_what_follows_the_last_dash() -> None:
    pattern = NumberPattern("{module}/{serial}")
    assert pattern.number("HAM-KDRT-03", 1, 2026) == "03/1"
    assert pattern.number("DASAR", 1, 2026) == "DASAR/1"
    assert pattern.number(None, 1, 2026) == "00/1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("HAM.{modul}/{serial}", r"\{modul\} is unknown"),
        ("{}/{serial}", r"\{\} is unknown"),
        ("{serial.real}", "is unknown"),
        ("{serial[0]}", "is unknown"),
        ("HAM/{year}", r"\{serial\} is missing"),
        ("", r"\{serial\} is missing"),
        ("{serial!r}", "not allowed"),
        ("{serial:999999999}", "not allowed"),
        ("{serial:{year}}", "not allowed"),
        ("{serial:zz}", "does not fit"),
        ("{serial", "expected '}'"),
        ("{serial}}", "single '}'"),
        ("{serial:9999}", "more than 60"),
        ("{serial}" + "x" * 60, "more than 60"),
        ("{serial}\n", "cannot be printed"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_at_once(text: str, reason: str) -> None:
    with pytest.raises(BadPattern, match=reason):
        NumberPattern(text)


@pytest.mark.parametrize(
    ("number", "grouped"),
    [
        ("190501172099031001", "19050117 209903 1 001"),
        ("19050117 209903 1 001", "19050117 209903 1 001"),
        ("191108302098212004", "19110830 2098 21 2 004"),
        ("12345", "12345"),
        ("not a number", "not a number"),
    ],
)
def test_an_employee_number_is_written_in_its_groups(number: str, grouped: str) -> None:
    assert group_number(number) == grouped


def test_a_contract_number_is_told_by_its_contract() -> None:
    assert is_contract_number("191108302098212004")
    assert not is_contract_number("190501172099031001")
    assert not is_contract_number("")
