"""Drawing a quiz: in proportion over objectives and chapters, and nothing twice if it can be."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.balancing import Groups, balance
from lms.learning.drawing import draw
from lms.learning.models import FrozenQuestion
from lms.pocketbooks.question_bank import BankItem

STOCKS = st.dictionaries(st.integers(1, 12), st.integers(0, 15), max_size=8)
SMALL_BANKS = st.lists(
    st.tuples(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.booleans()), max_size=9
)
BANKS = st.lists(st.tuples(st.none() | st.integers(1, 9), st.integers(1, 8)), max_size=60)


def item(number: int, objective: int | None, chapter: int, family: int | None = None) -> BankItem:
    """A question with four choices; of a family of its own unless it is told."""
    return BankItem(
        question_id=number,
        chapter_number=chapter,
        objective=objective,
        family=family or number,
        choice_count=4,
        keeps_order=False,
        pinned_last=None,
    )


def bank(counts: dict[int, int]) -> list[BankItem]:
    """So many questions in each chapter, without objectives."""
    chapters = [chapter for chapter, count in counts.items() for _ in range(count)]
    return [item(number, None, chapter) for number, chapter in enumerate(chapters, start=1)]


def bank_of(groups: Iterable[tuple[int | None, int]]) -> list[BankItem]:
    """Questions by objective and chapter."""
    return [item(number, *each) for number, each in enumerate(groups, start=1)]


def drawn_of(
    items: Sequence[BankItem], count: int, seed: int, seen: frozenset[int] = frozenset()
) -> list[BankItem]:
    """What one draw takes."""
    by_id = {each.question_id: each for each in items}
    drawn = draw(items, count, seen, Random(seed))  # noqa: S311
    return [by_id[question["question_id"]] for question in drawn]


def chapters_of(drawn: Iterable[FrozenQuestion]) -> Counter[int]:
    """How many of each chapter."""
    return Counter(question["chapter"] for question in drawn)


def badness(items: Sequence[tuple[Groups, bool]], taken: Iterable[int]) -> tuple[object, ...]:
    """Groups left out, squares of the distances to the shares, and what was to be avoided."""
    chosen = [items[place] for place in taken]
    left_out, squares = 0, Fraction()
    for side in (0, 1):
        sizes: Counter[Hashable] = Counter(groups[side] for groups, _ in items)
        drawn: Counter[Hashable] = Counter(groups[side] for groups, _ in chosen)
        left_out += len(sizes) - len(drawn)
        squares += sum(
            (drawn[group] - Fraction(size * len(chosen), len(items))) ** 2
            for group, size in sizes.items()
        )
    return left_out, squares, sum(is_avoided for _, is_avoided in chosen)


@given(SMALL_BANKS, st.integers(0, 9))
def test_no_other_draw_is_better(items: list[tuple[Groups, bool]], count: int) -> None:
    taken = balance(items, count)
    size = min(count, len(items))
    assert len(taken) == size
    others = combinations(range(len(items)), size)
    assert badness(items, taken) == min(badness(items, other) for other in others)


def test_what_was_drawn_is_given_back_where_that_is_better() -> None:
    # The second and the third objective have one chapter in common, and the first has another.
    lines = [(1, 1), (1, 1), (2, 1), (2, 2), (2, 2), (3, 2), (3, 3), (3, 3)]
    taken = balance([(groups, False) for groups in lines], 3)
    assert {lines[place][0] for place in taken} == {lines[place][1] for place in taken} == {1, 2, 3}


@given(BANKS, st.integers(0, 60), st.integers())
def test_a_draw_takes_what_was_asked_or_all_there_is(
    groups: list[tuple[int | None, int]], count: int, seed: int
) -> None:
    drawn = drawn_of(bank_of(groups), count, seed)
    assert len({each.question_id for each in drawn}) == len(drawn) == min(count, len(groups))


@given(BANKS, st.integers(1, 60), st.integers())
def test_every_chapter_and_every_objective_has_its_share_where_they_go_together(
    groups: list[tuple[int | None, int]], count: int, seed: int
) -> None:
    items = bank_of((chapter, chapter) for _, chapter in groups)
    drawn = Counter(each.objective for each in drawn_of(items, count, seed))
    sizes = Counter(each.objective for each in items)
    wanted = min(count, len(items))
    assert len(drawn) == min(len(sizes), wanted)
    if wanted >= sum(max(1, -(-size * wanted // len(items))) for size in sizes.values()):
        assert all(drawn[each] >= size * wanted // len(items) for each, size in sizes.items())


@given(st.integers())
def test_an_objective_of_several_chapters_takes_nothing_from_its_chapters(seed: int) -> None:
    # Six chapters of six; the seventh objective has two questions of each.
    groups = [(c, c) for c in range(1, 7) for _ in range(4)] + [
        (7, c) for c in range(1, 7) for _ in range(2)
    ]
    drawn = drawn_of(bank_of(groups), 12, seed)
    assert Counter(each.chapter_number for each in drawn) == dict.fromkeys(range(1, 7), 2)
    by_objective = Counter(each.objective for each in drawn)
    assert by_objective[7] == 4
    assert all(1 <= by_objective[number] <= 2 for number in range(1, 7))


@given(STOCKS, st.integers(0, 60), st.integers())
def test_every_chapter_is_tested_where_there_are_enough_draws(
    stock: dict[int, int], wanted: int, seed: int
) -> None:
    stocked = {chapter for chapter, count in stock.items() if count}
    drawn = chapters_of(draw(bank(stock), wanted, frozenset(), Random(seed)))  # noqa: S311
    assert len(drawn) == min(len(stocked), wanted)


@pytest.mark.parametrize(
    ("stock", "wanted", "drawn"),
    [
        ({1: 5, 2: 5}, 10, {1: 5, 2: 5}),
        ({1: 100, 2: 1, 3: 1}, 3, {1: 1, 2: 1, 3: 1}),
        ({1: 8, 2: 2}, 5, {1: 4, 2: 1}),
        ({1: 3, 2: 0}, 2, {1: 2}),
        ({}, 5, {}),
    ],
)
def test_chapters_get_their_share(
    stock: dict[int, int], wanted: int, drawn: dict[int, int]
) -> None:
    assert chapters_of(draw(bank(stock), wanted, frozenset(), Random(1))) == drawn  # noqa: S311


def test_a_draw_spreads_over_the_chapters_and_repeats_nothing() -> None:
    drawn = draw(bank({1: 5, 2: 5, 3: 5}), 6, frozenset(), Random(1))  # noqa: S311
    assert chapters_of(drawn) == {1: 2, 2: 2, 3: 2}
    assert len({question["question_id"] for question in drawn}) == 6


@given(st.integers())
def test_what_is_left_over_goes_to_any_chapter(seed: int) -> None:
    drawn = chapters_of(draw(bank(dict.fromkeys(range(1, 7), 5)), 10, frozenset(), Random(seed)))  # noqa: S311
    assert sorted(drawn.values()) == [1, 1, 2, 2, 2, 2]


def test_over_many_draws_every_question_comes_about_as_often() -> None:
    groups = [(c, c) for c in range(1, 7) for _ in range(5)] + [(7, c) for c in range(1, 7)]
    items, random, draws = bank_of(groups), Random(3), 1500  # noqa: S311
    counted = Counter(
        question["question_id"]
        for _ in range(draws)
        for question in draw(items, 12, frozenset(), random)
    )
    expected = draws * 12 / len(items)
    assert all(0.7 < counted[each.question_id] / expected < 1.3 for each in items)


@given(st.integers())
def test_a_new_draw_avoids_what_the_last_one_showed(seed: int) -> None:
    seen = frozenset({1, 2, 6, 7})
    drawn = draw(bank({1: 5, 2: 5}), 6, seen, Random(seed))  # noqa: S311
    assert not seen & {question["question_id"] for question in drawn}


def test_a_question_that_was_seen_comes_again_only_where_nothing_else_is_left() -> None:
    drawn = draw(bank({1: 2, 2: 2}), 4, frozenset({1, 2, 3}), Random(1))  # noqa: S311
    assert {question["question_id"] for question in drawn} == {1, 2, 3, 4}


@given(st.integers())
def test_the_same_chance_draws_the_same_quiz(seed: int) -> None:
    items = bank_of((number % 3, number % 4) for number in range(24))
    one, other = (draw(items, 10, frozenset({1, 5}), Random(seed)) for _ in range(2))  # noqa: S311
    assert one == other


@given(st.integers())
def test_two_draws_are_shuffled_differently(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    draws = [draw(bank({1: 12, 2: 12}), 20, frozenset(), random) for _ in range(2)]
    assert draws[0] != draws[1]
    assert all(sorted(question["order"]) == [0, 1, 2, 3] for question in draws[0])


@given(st.integers())
def test_two_questions_with_the_same_choices_are_not_drawn_together(seed: int) -> None:
    items = [item(number, 1, 1, family=(number + 1) // 2) for number in range(1, 13)]
    drawn = drawn_of(items, 6, seed)
    assert len({each.family for each in drawn}) == 6


def test_the_same_choices_come_twice_where_nothing_else_is_left() -> None:
    items = [item(1, 1, 1, family=1), item(2, 1, 1, family=1), item(3, 2, 2)]
    assert len(drawn_of(items, 3, 1)) == 3
    seen = frozenset({3})
    items = [item(1, 1, 1, family=1), item(2, 1, 1, family=1), item(3, 1, 1)]
    assert {each.question_id for each in drawn_of(items, 2, 1, seen)} == {1, 2}
