"""Rules of reports: which months there are, what is told of few people, and intervals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.evidence.charts import draw_added, draw_total, every_month
from lms.evidence.figures import MonthFigures
from lms.evidence.rules import (
    NATION,
    SETTLED,
    Answered,
    Subject,
    Term,
    digest_of,
    end_of_month,
    hide_nested,
    hide_parts,
    interval_of,
    list_terms,
    release,
)
from lms.small_numbers import SMALL

SINCE = date(2026, 1, 1)


def test_a_month_ends_at_midnight_in_the_capital() -> None:
    assert end_of_month(date(2026, 12, 1)) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert end_of_month(date(2026, 2, 1)) == datetime(2026, 2, 28, 17, tzinfo=UTC)


def test_a_month_can_be_asked_for_an_hour_after_its_end() -> None:
    end = datetime(2026, 10, 31, 17, tzinfo=UTC)
    before = list_terms(SINCE, now=end + SETTLED - timedelta(minutes=1))
    assert before[0] == Term(date(2026, 10, 1), end - timedelta(minutes=1))
    assert not before[0].is_whole
    at = list_terms(SINCE, now=end + SETTLED)
    assert at[0] == Term(date(2026, 10, 1), end)
    assert at[0].is_whole
    after = list_terms(SINCE, now=end + SETTLED + timedelta(minutes=1))
    assert [each.month for each in after[:2]] == [date(2026, 11, 1), date(2026, 10, 1)]
    assert [each.month for each in after][-1] == SINCE
    assert all(each.is_whole for each in after[1:])


@pytest.mark.parametrize("key", ["nation", "province:11", "institution:7"])
def test_a_subject_is_read_as_it_is_written(key: str) -> None:
    subject = Subject.read(key)
    assert subject is not None
    assert subject.key == key


@pytest.mark.parametrize(
    "key",
    [
        *("", "nation:1", "institution:", "institution:0", "institution:01", "institution:1 ", "x"),
        *("province:1", "province:\u0661\u0661", "institution:1\n", "institution:-1", "nation\0"),
        "institution:9999999999",
    ],
)
def test_what_is_no_subject_is_none(key: str) -> None:
    assert Subject.read(key) is None


@pytest.mark.parametrize(
    ("answered", "low", "high"),
    [
        # Newcombe (1998), method 3, without correction: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        (Answered(263, 81, 263), 0.2553, 0.3662),
        (Answered(148, 15, 148), 0.0624, 0.1605),
        (Answered(20, 0, 20), 0.0, 0.1611),
        (Answered(29, 1, 29), 0.0061, 0.1718),
    ],
)
def test_the_interval_is_interval_ofs(answered: Answered, low: float, high: float) -> None:
    interval = interval_of(answered)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_many_answers_of_few_people_make_it_no_narrower() -> None:
    few, many = interval_of(Answered(10, 5, 10)), interval_of(Answered(10, 50, 100))
    assert few is not None
    assert many is not None
    assert (few.low, few.high) == (many.low, many.high)
    assert interval_of(Answered(0, 0, 0)) is None


@given(st.integers(1, 500), st.integers(1, 10), st.data())
def test_an_interval_holds_its_share(people: int, each: int, data: st.DataObject) -> None:
    drawn = people * each
    right = data.draw(st.integers(0, drawn))
    interval = interval_of(Answered(people, right, drawn))
    assert interval is not None
    assert 0 <= interval.low <= interval.share <= interval.high <= 1


@given(st.lists(st.integers(0, 12), min_size=1, max_size=24))
def test_no_two_months_differ_by_one_to_four_people(months: list[int]) -> None:
    cells = [Answered(people, people, 2 * people) for people in months]
    told = [release(cells[: end + 1]) for end in range(len(cells))]
    counts = [0 if each is None else each.people for each in told]
    differences = [after - before for before in counts for after in counts if after > before]
    assert all(difference >= SMALL for difference in differences)
    assert counts == sorted(counts)
    assert sum(months) - counts[-1] < SMALL


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_no_level_is_told_that_differs_by_few(steps: list[int]) -> None:
    levels = [
        Answered(sum(steps[: end + 1]), 0, sum(steps[: end + 1])) for end in range(len(steps))
    ]
    told = [each.people for each in hide_nested(levels) if each is not None]
    assert all(people >= SMALL for people in told)
    differences = [other - one for place, one in enumerate(told) for other in told[place + 1 :]]
    assert all(difference == 0 or difference >= SMALL for difference in differences)


PARTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=0, max_size=8
)


@given(PARTS)
def test_what_is_hidden_cannot_be_reckoned_out(parts: list[tuple[int, int, int]]) -> None:
    hidden = hide_parts(parts, [False for _ in parts])
    among = [part for part, is_hidden in zip(parts, hidden, strict=True) if is_hidden]
    for part, is_hidden in zip(parts, hidden, strict=True):
        if not is_hidden:
            assert all(count == 0 or count >= SMALL for count in (sum(part), *part))
    if all(each for part, each in zip(parts, hidden, strict=True) if sum(part)):
        return  # everything is hidden, and the whole is all that is told
    assert len(among) != 1
    for column in zip(*among, strict=True):
        assert sum(column) == 0 or sum(column) >= SMALL


def test_large_parts_are_told() -> None:
    assert hide_parts([(6, 0, 7), (8, 9, 5)], [False] * 2) == [False, False]
    assert hide_parts([(6, 0, 7), (8, 9, 5), (1, 0, 9)], [False] * 3) == [True, False, True]
    assert hide_parts([], []) == []


def test_the_digest_is_of_the_numbers_in_any_order() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
    assert NATION.key == "nation"


def test_months_are_drawn_without_a_gap_and_below_nothing() -> None:
    months = [MonthFigures("2025-11", 4, 4), MonthFigures("2026-02", -1, 3)]
    found = every_month(months, "2026-03")
    assert [each.month[2:] for each in found] == ["25-11", "25-12", "26-01", "26-02", "26-03"]
    assert [each.total for each in found] == [4, 4, 4, 3, 3]
    for chart in (draw_added(found), draw_total(found)):
        assert "-0" not in chart.svg
        assert "November 2025 sampai Maret 2026" in chart.words
    assert every_month([], "2026-03") == []
