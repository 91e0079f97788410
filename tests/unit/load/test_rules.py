"""What is left out comes one thing after the other, in one order, and goes back the same way."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.load.rules import (
    CALM_WAIT,
    LONG_WAIT,
    RETURN_SECONDS,
    SECONDS_EACH,
    SHORTEST_SECONDS,
    STEP_SECONDS,
    TURN_LASTS_SECONDS,
    Course,
    Level,
    follow,
    is_due,
    next_turn,
    people_ahead,
)

LOOK = 0.25
LONG, SHORT = LONG_WAIT + 0.1, 0.0


def levels(waits: Iterable[float], course: Course | None = None) -> list[Level]:
    """The level after each of these looks, four a second."""
    seen = []
    course = course or Course()
    for number, wait in enumerate(waits):
        course = follow(course, wait, number * LOOK)
        seen.append(course.level)
    return seen


def test_one_long_wait_leaves_nothing_out() -> None:
    assert set(levels([LONG, SHORT] * 40)) == {Level.ALL}


def test_things_are_left_out_one_a_second_in_the_stated_order() -> None:
    seen = levels([LONG] * 30)
    assert list(dict.fromkeys(seen)) == list(Level)
    steps = [seen.index(level) * LOOK for level in Level]
    assert [later - earlier for earlier, later in pairwise(steps[1:])] == [STEP_SECONDS] * 3


def test_they_come_back_one_by_one_after_calm_and_slower_than_they_went() -> None:
    seen = levels([LONG] * 30 + [SHORT] * 100)
    back = seen[30:]
    assert list(dict.fromkeys(back)) == list(Level)[::-1]
    assert back.index(Level.EXPORTS_WAIT) * LOOK == RETURN_SECONDS
    assert back.index(Level.ALL) * LOOK == RETURN_SECONDS * 4


def test_what_is_neither_long_nor_calm_changes_nothing() -> None:
    between = (LONG_WAIT + CALM_WAIT) / 2
    assert set(levels([between] * 100)) == {Level.ALL}
    assert levels([LONG] * 6 + [between] * 100)[-1] is Level.SIGN_UPS_WAIT


@given(st.lists(st.floats(min_value=0, max_value=20), max_size=200))
def test_no_step_is_ever_left_out(waits: list[float]) -> None:
    seen = [Level.ALL, *levels(waits)]
    assert all(abs(after - before) <= 1 for before, after in pairwise(seen))


def test_turns_follow_one_another_and_none_comes_at_once() -> None:
    now = 1000.0
    first = next_turn(0.0, now)
    second = next_turn(first, now)
    assert (first, second) == (now + SHORTEST_SECONDS, first + SECONDS_EACH)
    assert [people_ahead(turn, now) for turn in (first, second)] == [0, 1]
    assert next_turn(second, second + 100) == second + 100 + SHORTEST_SECONDS


def test_a_turn_comes_and_goes() -> None:
    assert not is_due(100.0, 99.9)
    assert is_due(100.0, 100.0)
    assert is_due(100.0, 100.0 + TURN_LASTS_SECONDS)
    assert not is_due(100.0, 100.1 + TURN_LASTS_SECONDS)
