"""How long work goes in turns, by a clock that the tests turn."""

import pytest

from lms.institutions.staff_lists.pacing import LARGEST, SMALLEST, TURN_SECONDS, Pace


class Clock:
    """Goes as far as it is told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def size_after(size: int, *turns: float) -> int:
    """How many lines are next, after turns that took so long."""
    clock = Clock()
    pace = Pace(size, pause=0, clock=clock)
    for lasted in turns:
        with pace.turn():
            clock.seconds += lasted
    return pace.size


@pytest.mark.parametrize(
    ("lasted", "then"),
    [
        (TURN_SECONDS, 1_000),
        (TURN_SECONDS * 1.25, 800),
        (TURN_SECONDS * 100, 500),
        (TURN_SECONDS / 1.25, 1_250),
        (0, 1_500),
    ],
)
def test_a_turn_takes_what_fits_by_the_last_one_and_changes_in_steps(
    lasted: float, then: int
) -> None:
    assert size_after(1_000, lasted) == then


def test_turns_stay_between_the_smallest_and_the_largest() -> None:
    assert size_after(1_000, *(9.0,) * 20) == SMALLEST
    assert size_after(1_000, *(0.0,) * 20) == LARGEST
