"""Drawing, grading and waiting, decided from values."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.drawing import draw
from lms.learning.rules import Score, choice_order, is_right, opens_at, quotas, wait_after
from lms.pocketbooks.question_bank import BankItem

STOCKS = st.dictionaries(st.integers(1, 12), st.integers(0, 15), max_size=8)
ORDERS = st.permutations(range(5))


def bank(counts: dict[int, int], **changes: object) -> list[BankItem]:
    """So many questions in each chapter."""
    items: list[BankItem] = []
    for chapter, count in counts.items():
        for _ in range(count):
            item = {"choice_count": 4, "keeps_order": False, "pinned_last": None} | changes
            items.append(BankItem(len(items) + 1, chapter, **item))  # type: ignore[arg-type]
    return items


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


@given(STOCKS, st.integers(0, 60))
def test_a_draw_takes_what_was_asked_or_all_there_is(stock: dict[int, int], wanted: int) -> None:
    drawn = quotas(stock, wanted)
    assert sum(drawn.values()) == min(wanted, sum(stock.values()))
    assert all(0 <= drawn[chapter] <= stock[chapter] for chapter in stock)


@given(STOCKS, st.integers(0, 60))
def test_every_chapter_is_tested_where_there_are_enough_draws(
    stock: dict[int, int], wanted: int
) -> None:
    stocked = [chapter for chapter, count in stock.items() if count]
    drawn = quotas(stock, wanted)
    if wanted >= len(stocked):
        assert all(drawn[chapter] >= 1 for chapter in stocked)


@pytest.mark.parametrize(
    ("stock", "wanted", "drawn"),
    [
        ({1: 5, 2: 5}, 10, {1: 5, 2: 5}),
        ({1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5}, 10, {1: 2, 2: 2, 3: 2, 4: 2, 5: 1, 6: 1}),
        ({1: 100, 2: 1, 3: 1}, 3, {1: 1, 2: 1, 3: 1}),
        ({1: 8, 2: 2}, 5, {1: 4, 2: 1}),
        ({1: 3, 2: 0}, 2, {1: 2, 2: 0}),
        ({}, 5, {}),
    ],
)
def test_chapters_get_their_share(
    stock: dict[int, int], wanted: int, drawn: dict[int, int]
) -> None:
    assert quotas(stock, wanted) == drawn


def test_a_draw_spreads_over_the_chapters_and_repeats_nothing() -> None:
    drawn = draw(bank({1: 5, 2: 5, 3: 5}), 6, frozenset(), Random(1))  # noqa: S311
    assert Counter(question["chapter"] for question in drawn) == {1: 2, 2: 2, 3: 2}
    assert len({question["question_id"] for question in drawn}) == 6


@given(st.integers())
def test_a_new_draw_avoids_what_the_last_one_showed(seed: int) -> None:
    seen = frozenset({1, 2, 6, 7})
    drawn = draw(bank({1: 5, 2: 5}), 6, seen, Random(seed))  # noqa: S311
    assert not seen & {question["question_id"] for question in drawn}


def test_a_question_that_was_seen_comes_again_only_where_nothing_else_is_left() -> None:
    drawn = draw(bank({1: 2, 2: 2}), 4, frozenset({1, 2, 3}), Random(1))  # noqa: S311
    assert {question["question_id"] for question in drawn} == {1, 2, 3, 4}


@given(st.integers())
def test_two_draws_are_shuffled_differently(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    draws = [draw(bank({1: 12, 2: 12}), 20, frozenset(), random) for _ in range(2)]
    assert draws[0] != draws[1]
    assert all(sorted(question["order"]) == [0, 1, 2, 3] for question in draws[0])


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
