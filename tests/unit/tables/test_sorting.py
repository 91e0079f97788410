"""Rows are put in order by their first value, in little memory."""

import pytest

from lms.tables.sorting import Sorter


def test_rows_come_by_their_first_value_and_equal_ones_as_they_came() -> None:
    with Sorter(2) as sorter:
        sorter.add([("b", 1), ("A", 2), ("a", None)])
        sorter.add([("B", 4), ("'); DROP TABLE kept; --", "five")])
        batches = list(sorter.batches(2))
    assert batches == [
        [("'); DROP TABLE kept; --", "five"), ("A", 2)],
        [("a", None), ("b", 1)],
        [("B", 4)],
    ]


def test_nothing_comes_of_nothing() -> None:
    with Sorter(1) as sorter:
        sorter.add([])
        assert list(sorter.batches(10)) == []


@pytest.mark.parametrize("size", [1, 999, 5_000])
def test_many_rows_are_all_given_back(size: int) -> None:
    rows = [(f"{number * 7919 % 5_000:05}", number) for number in range(5_000)]
    with Sorter(2) as sorter:
        sorter.add(rows)
        found = [row for batch in sorter.batches(size) for row in batch]
    assert found == sorted(rows)
