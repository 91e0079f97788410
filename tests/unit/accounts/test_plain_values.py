"""What is taken at once is what the whole rules take: the two never differ."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import rules
from lms.errors import Invalid

DIGITS = st.from_regex(r"19[0-9]{2}(0[0-9]|1[0-3])[0-3][0-9]20[0-9]{2}[0-4][0-9][0-3]00[0-2]")
NUMBERS = st.one_of(
    DIGITS,
    DIGITS.map(lambda number: f" {number[:8]} {number[8:]}"),
    st.text("0123456789 .-Ee+", max_size=22),
)
WORDS = st.sampled_from(
    ["Sri", "Nur'aini", "S.Pd.", "M.Si", "drg.", "www.jahat.com", "a.co", "Uji,", "(alm)", "é", "7"]
)
NAMES = st.one_of(
    st.lists(WORDS, max_size=5).map(" ".join),
    st.text("Aaz.,'()&- \t\u200b1", max_size=20),
    st.integers(198, 203).map("A".__mul__),
)
LABELS = st.sampled_from(
    ["sri", "A-b", "-x", "x-", "contoh", "123", "go", "id", "", "a" * 64, "1a"]
)
LOCALS = st.text("aZ0._+-'=? \t", max_size=70)
EMAILS = st.one_of(
    st.tuples(LOCALS, st.lists(LABELS, max_size=5).map(".".join)).map("@".join),
    st.text("a@.-Z ", max_size=12),
    st.integers(225, 245).map(lambda count: f"a@{'b.' * (count // 2)}go.id"),
)


def outcome(read: Callable[[str], object], text: str) -> object:
    try:
        return read(text)
    except Invalid as refusal:
        return str(refusal.sentence)


@given(NUMBERS)
def test_numbers(text: str) -> None:
    whole = outcome(rules._read_any_number, text)  # noqa: SLF001 - the two ways are compared
    assert outcome(rules.read_employee_number, text) == whole


@given(NAMES)
def test_names(text: str) -> None:
    assert outcome(rules.read_name, text) == outcome(rules._read_any_name, text)  # noqa: SLF001


@given(EMAILS)
def test_addresses(text: str) -> None:
    assert outcome(rules.read_email, text) == outcome(rules._read_any_email, text)  # noqa: SLF001


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (rules.read_employee_number, "190501172099032118"),
        (rules.read_name, "Sri Uji, S.Pd., M.Si."),
        (rules.read_email, "Sri.Uji@contoh-a.example"),
    ],
)
def test_an_ordinary_value_never_takes_the_long_way(
    read: Callable[[str], object], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_read_any_number", "_read_any_name", "_read_any_email"):
        monkeypatch.delattr(rules, name)
    assert outcome(read, text)
