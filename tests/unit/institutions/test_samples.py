"""Samples of confirmations: how many, who, and what the answers come to."""

from datetime import date
from random import Random

import pytest

from lms.institutions.samples.errors import WhyNot
from lms.institutions.samples.models import SampleAnswer
from lms.institutions.samples.rules import Trust, draw, monday_of, read_reason, size_of


@pytest.mark.parametrize(
    ("pool", "percent", "count"),
    [(0, 2, 0), (1, 2, 0), (19, 2, 0), (20, 2, 1), (74, 2, 1), (75, 2, 2), (1_000, 2, 20),
     (1_000, 0, 0), (19, 100, 19), (20, 1, 1), (3, 50, 2)],
)  # fmt: skip
def test_a_share_is_drawn_and_one_at_least_of_twenty(pool: int, percent: int, count: int) -> None:
    assert size_of(pool, percent) == count


def test_the_same_seed_draws_the_same_people_in_whatever_order_they_come() -> None:
    people = list(range(1, 500))
    first = draw("benih", people, 10)
    Random(7).shuffle(people)  # noqa: S311 - an order, and no secret
    assert draw("benih", people + people[:20], 10) == first
    assert draw("benih", people, 3) == first[:3]
    assert draw("benih lain", people, 10) != first
    assert len(set(first)) == 10
    assert draw("benih", [], 3) == []


def test_everybody_is_drawn_about_as_often() -> None:
    times = dict.fromkeys(range(50), 0)
    for seed in range(1_000):
        for person in draw(str(seed), range(50), 5):
            times[person] += 1
    assert min(times.values()) > 60
    assert max(times.values()) < 140


def test_a_week_begins_on_its_monday() -> None:
    assert monday_of(date(2026, 5, 20)) == date(2026, 5, 18)
    assert monday_of(date(2026, 5, 18)) == date(2026, 5, 18)
    assert monday_of(date(2026, 5, 24)) == date(2026, 5, 18)


def test_who_says_no_says_why() -> None:
    assert read_reason(SampleAnswer.YES, "  ") is None
    assert read_reason(SampleAnswer.UNKNOWN, " pindah \n divisi ") == "pindah divisi"
    assert read_reason(SampleAnswer.NO, "Tidak ada di daftar.") == "Tidak ada di daftar."
    for text in ("", "bukan", "x" * 501):
        with pytest.raises(WhyNot):
            read_reason(SampleAnswer.NO, text)


@pytest.mark.parametrize(
    ("yes", "no", "interval"),
    [(0, 0, None), (1, 0, (20, 100)), (10, 0, (72, 100)), (0, 10, (0, 28)), (95, 5, (88, 98))],
)
def test_the_fewer_are_checked_the_wider_the_interval(
    yes: int, no: int, interval: tuple[int, int] | None
) -> None:
    assert Trust(yes, no, unknown=3, waiting=4).interval == interval
