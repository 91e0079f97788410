"""No figure of few people is told, nor follows from what is."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lms.small_numbers import SMALL, Cell, Veil, veil

cells = st.integers(0, 60).flatmap(
    lambda total: st.builds(Cell, finished=st.integers(0, total), total=st.just(total))
)


def test_few_and_nearly_all_are_hidden() -> None:
    assert Cell(0, 50).veil is Veil.FEW
    assert Cell(4, 50).veil is Veil.FEW
    assert Cell(5, 50).veil is None
    assert Cell(45, 50).veil is None
    assert Cell(46, 50).veil is Veil.NEARLY_ALL
    assert Cell(50, 50).veil is Veil.NEARLY_ALL
    assert Cell(0, 0).veil is Veil.FEW


def test_one_hidden_figure_takes_the_smallest_other_with_it() -> None:
    found = veil([Cell(20, 40), Cell(3, 30), Cell(10, 20)])
    assert found == [None, Veil.FEW, Veil.HELD_BACK]


def test_two_that_are_small_together_take_another_with_them() -> None:
    found = veil([Cell(0, 20), Cell(0, 30), Cell(10, 20), Cell(20, 40)])
    assert found == [Veil.FEW, Veil.FEW, Veil.HELD_BACK, None]


def test_two_that_are_not_small_together_are_enough() -> None:
    assert veil([Cell(4, 20), Cell(4, 30), Cell(10, 20)]) == [Veil.FEW, Veil.FEW, None]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert veil([Cell(10, 20), Cell(20, 40)]) == [None, None]
    assert veil([]) == []


def test_a_single_unit_is_as_large_as_its_institution() -> None:
    assert veil([Cell(3, 20)]) == [Veil.FEW]
    assert veil([Cell(9, 20)]) == [None]


@given(st.lists(cells, min_size=2, max_size=12))
def test_what_is_hidden_cannot_be_told_from_the_sums(rows: Sequence[Cell]) -> None:
    found = veil(rows)
    hidden = [cell for cell, why in zip(rows, found, strict=True) if why is not None]
    shown = [cell for cell, why in zip(rows, found, strict=True) if why is None]
    assert all(SMALL <= cell.finished <= cell.total - SMALL for cell in shown)
    if hidden and shown:
        assert len(hidden) > 1
        assert sum(cell.finished for cell in hidden) >= SMALL
        assert sum(cell.total - cell.finished for cell in hidden) >= SMALL
