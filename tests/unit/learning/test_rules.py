"""Grading, orders of choices and waiting, decided from values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.rules import Score, choice_order, is_right, opens_at, wait_after

ORDERS = st.permutations(range(5))


@pytest.mark.parametrize(
    ("right", "total", "mark", "passed"),
    [
        (8, 10, 80, True),
        (7, 10, 80, False),
        (10, 10, 100, True),
        (0, 10, 0, True),
        (2, 3, 67, False),
        (2, 3, 66, True),
        (5, 7, 71, True),
        (5, 7, 72, False),
    ],
)
def test_the_pass_mark_is_reached_exactly_or_not(
    right: int, total: int, mark: int, passed: bool
) -> None:
    assert Score(right, total).is_pass(mark) is passed


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_shown_percentage_never_reaches_a_mark_that_was_missed(score: tuple[int, int]) -> None:
    shown = Score(*score)
    assert all(shown.is_pass(mark) == (shown.percent >= mark) for mark in range(101))


@given(ORDERS)
def test_the_choice_that_speaks_of_the_others_stays_last(shuffled: list[int]) -> None:
    order = choice_order(shuffled, keeps_order=False, pinned_last=2)
    assert order[-1] == 2
    assert sorted(order) == [0, 1, 2, 3, 4]


@given(ORDERS)
def test_true_and_false_keep_their_order(shuffled: list[int]) -> None:
    assert choice_order(shuffled, keeps_order=True, pinned_last=None) == [0, 1, 2, 3, 4]


@given(ORDERS, st.sets(st.integers(0, 4)), st.sets(st.integers(0, 4), min_size=1))
def test_a_question_is_right_when_exactly_the_right_choices_are_made(
    order: list[int], chosen: set[int], right: set[int]
) -> None:
    shown = {order.index(index) for index in right}
    assert is_right(order, shown, right)
    assert is_right(order, chosen, right) == (chosen == shown)


def test_some_of_the_right_choices_are_not_enough() -> None:
    assert not is_right([0, 1, 2], [0], [0, 1])
    assert not is_right([0, 1, 2], [0, 1, 2], [0, 1])
    assert not is_right([0, 1, 2], [], [0, 1])


@pytest.mark.parametrize(
    ("wait", "waits"),
    [
        (10, [10, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]),
        (0, [0, 0, 10, 20, 40]),
        (2000, [2000, 2000, 2000, 2000]),
    ],
)
def test_the_wait_grows_from_the_third_miss_to_a_day(wait: int, waits: list[int]) -> None:
    assert [wait_after(count, wait) for count, _ in enumerate(waits, start=1)] == waits


def test_the_next_attempt_opens_after_the_waiting_time() -> None:
    handed_in = datetime(2026, 5, 20, 3, 55, tzinfo=UTC)
    assert opens_at(handed_in, 10) == datetime(2026, 5, 20, 4, 5, tzinfo=UTC)


def test_the_moment_that_is_told_without_seconds_is_never_too_early() -> None:
    handed_in = datetime(2026, 5, 20, 3, 55, 13, 500, tzinfo=UTC)
    assert opens_at(handed_in, 10) == datetime(2026, 5, 20, 4, 6, tzinfo=UTC)


def test_where_there_is_no_wait_the_next_attempt_opens_at_once() -> None:
    handed_in = datetime(2026, 5, 20, 3, 55, 13, tzinfo=UTC)
    assert opens_at(handed_in, 0) == handed_in
