"""What a person counts for, and the steps between what was and what is due."""

from datetime import UTC, date, datetime

from lms.programmes.rules import Amount, Change, Counted, add_up, is_over, sum_up

DAY, NEXT = date(2026, 5, 20), date(2026, 5, 21)


def test_the_first_certificate_says_where_and_all_give_their_hours() -> None:
    rows = [
        (1, 7, 10, 3, DAY, 2),
        (1, 7, 11, 4, NEXT, 5),
        (1, 8, 12, 4, NEXT, 1),
        (2, 7, 11, 4, NEXT, 5),
    ]
    assert sum_up(rows) == {
        (1, 7): Counted(10, 3, DAY, 7),
        (1, 8): Counted(12, 4, NEXT, 1),
        (2, 7): Counted(11, 4, NEXT, 5),
    }


def test_only_what_differs_is_a_change() -> None:
    same, moved = Counted(1, 3, DAY, 2), Counted(2, 4, DAY, 2)
    held, due = {(1, 1): same, (1, 2): same}, {(1, 1): same, (1, 2): moved, (1, 3): same}
    assert Change.between(held, due) == [
        Change((1, 2), same, moved),
        Change((1, 3), None, same),
    ]
    assert Change.between(held, {}) == [Change((1, 1), same, None), Change((1, 2), same, None)]


def test_steps_are_summed_by_place_and_those_of_nothing_are_none() -> None:
    at_three, more, at_four = Counted(1, 3, DAY, 2), Counted(1, 3, DAY, 9), Counted(5, 4, DAY, 2)
    replaced = Change((1, 1), at_three, at_three._replace(certificate_id=6))
    assert add_up([replaced]) == {}
    assert add_up([Change((1, 1), at_three, more)]) == {(1, 3, DAY): Amount(0, 7)}
    assert add_up([Change((1, 1), at_three, at_four), Change((1, 2), None, at_four)]) == {
        (1, 3, DAY): Amount(-1, -2),
        (1, 4, DAY): Amount(2, 4),
    }


def test_a_programme_is_over_once_it_is_closed_or_its_last_day_is_past() -> None:
    assert not is_over(None, None, DAY)
    assert not is_over(None, DAY, DAY)
    assert is_over(None, DAY, NEXT)
    assert is_over(datetime(2026, 5, 20, tzinfo=UTC), None, DAY)
