"""What stands still, whom to ring first, and how fast it goes: from values alone."""

from datetime import date, timedelta

import pytest

from lms.coordination.rules import (
    QUIET_DAYS,
    Line,
    Pace,
    State,
    Sum,
    add_up,
    level_of,
    list_to_ring,
    pace_of,
    share_of,
    state_of,
)
from lms.institutions.models import InstitutionKind

TODAY = date(2026, 12, 1)
BEGUN = date(2026, 1, 1)
LONG_AGO = TODAY - timedelta(QUIET_DAYS)
LATELY = TODAY - timedelta(QUIET_DAYS - 1)


def line(name: str = "A", count: int = 1, of: int | None = 10, **facts: object) -> Line:
    """An institution in force with an officer, where somebody was added long ago."""
    known: dict[str, object] = {
        "id": ord(name[0]),
        "name": name,
        "kind": InstitutionKind.REGENCY,
        "region_code": "33.01",
        "is_open": True,
        "count": count,
        "target_count": None,
        "head_count": of,
        "officer_count": 1,
        "last_on": LONG_AGO if count else None,
    }
    return Line(**(known | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("each", "state"),
    [
        (line(count=10), State.REACHED),
        (line(count=12), State.REACHED),
        (line(count=0), State.NONE),
        (line(count=0, of=0), State.NONE),
        (line(), State.STOPPED),
        (line(of=None), State.STOPPED),
        (line(last_on=LATELY), State.MOVING),
        (line(last_on=None), State.STOPPED),
    ],
)
def test_an_institution_stands_somewhere(each: Line, state: State) -> None:
    assert state_of(each, BEGUN, TODAY) is state


def test_a_target_goes_before_the_number_of_people() -> None:
    each = line(count=4, of=100, target_count=8)
    assert (each.goal, each.missing, each.percent) == (8, 4, 50)
    assert line(of=None).missing is None
    assert line(of=0).percent is None
    assert share_of(3, None) is None


def names(*lines: Line, begun_on: date = BEGUN) -> str:
    """Whom to ring, in their order."""
    return "".join(each.name for each in list_to_ring(lines, begun_on, TODAY, most=9))


def test_who_misses_most_is_rung_first_and_whose_size_nobody_knows_last() -> None:
    lines = (
        line("A", of=20),
        line("B", of=None),
        line("C", of=900),
        line("D", count=0, of=30),
    )
    assert names(*lines) == "CDAB"
    assert len(list_to_ring(lines, BEGUN, TODAY)) == 3


def test_of_as_many_who_is_quiet_for_longer_comes_first_then_the_name() -> None:
    older = LONG_AGO - timedelta(5)
    assert names(line("C"), line("B"), line("A", last_on=older)) == "ABC"
    assert names(line("C"), line("B")) == "BC"


def test_who_moves_has_ended_or_is_there_is_not_rung() -> None:
    assert not names(line(last_on=LATELY), line(is_open=False), line(count=10))


def test_who_has_no_officer_is_rung_although_it_moves() -> None:
    assert names(line(last_on=LATELY, officer_count=0)) == "A"


def test_a_programme_that_has_just_begun_leaves_time() -> None:
    assert not names(line(count=0), begun_on=LATELY)
    assert names(line(count=0), begun_on=LONG_AGO) == "A"


def pace(added: int, missing: int = 900, until: date | None = None, begun: date = BEGUN) -> Pace:
    """The pace today."""
    return pace_of(added, missing=missing, begun_on=begun, until=until, today=TODAY)


def test_the_pace_says_how_many_a_day_it_takes() -> None:
    found = pace(60, until=TODAY + timedelta(90))
    assert (found.per_day, found.needed, found.is_enough) == (2, 10, False)
    assert pace(300, until=TODAY + timedelta(90)).is_enough
    assert found.expected_on == TODAY + timedelta(450)


@pytest.mark.parametrize("until", [None, TODAY, TODAY - timedelta(1)])
def test_without_a_day_ahead_nothing_is_needed(until: date | None) -> None:
    assert pace(60, until=until).needed is None


def test_nobody_added_or_ever_so_few_has_no_day() -> None:
    assert pace(0).expected_on is None
    assert pace(-2).expected_on is None
    assert pace(1, missing=1_000_000).expected_on is None
    assert pace(5, missing=0, until=TODAY + timedelta(9)).needed is None


@pytest.mark.parametrize(("begun", "days"), [(TODAY, 1), (TODAY + timedelta(5), 1), (LATELY, 30)])
def test_a_young_programme_is_measured_by_its_days(begun: date, days: int) -> None:
    assert pace(1, begun=begun).days == days


def test_sums_add_up() -> None:
    one = Sum(1, 5, 5, 10, 0, LONG_AGO, (1, 0, 0, 0))
    two = Sum(2, 3, 0, 0, 1, LATELY, (0, 1, 1, 0))
    whole = add_up([one, two])
    assert whole == Sum(3, 8, 5, 10, 1, LATELY, (1, 1, 1, 0))
    assert (whole.percent, whole.missing, whole.level) == (50, 5, 3)
    assert [whole.number_of(state) for state in State] == [1, 1, 1, 0]
    assert add_up([]) == Sum()
    assert Sum().level is None


@pytest.mark.parametrize(
    ("percent", "level"),
    [(0, 0), (0.1, 1), (9.9, 1), (10, 2), (40, 3), (79.9, 3), (80, 4), (120, 4), (None, None)],
)
def test_the_map_has_few_steps(percent: float | None, level: int | None) -> None:
    assert level_of(percent) == level
