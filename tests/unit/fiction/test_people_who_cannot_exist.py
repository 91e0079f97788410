"""Names, numbers and days of the fictional country."""

from collections import Counter
from datetime import date
from random import Random

from lms.accounts.rules import read_email, read_employee_number, read_name
from lms.certificates.codes import parse_code
from lms.fiction.calendar import make_calendar
from lms.fiction.codes import Codes
from lms.fiction.names import draw_name, draw_number, is_nobodys
from lms.fiction.places import plan_sizes


def same_draw() -> Random:
    """The same in every run."""
    return Random(1)  # noqa: S311 - nothing is kept secret by it


def test_numbers_are_well_formed_nobodys_and_never_the_same() -> None:
    random = same_draw()
    drawn = [draw_number(random, serial) for serial in range(20_000)]
    assert len({number for number, _ in drawn}) == len(drawn)
    assert all(is_nobodys(number) for number, _ in drawn)
    for number, kind in drawn[::97]:
        assert read_employee_number(number).kind is kind


def test_names_are_names_and_addresses_are_addresses() -> None:
    random = same_draw()
    for _ in range(2_000):
        name, address = draw_name(random)
        assert read_name(name) == name
        email = f"{address}.1@contoh-a.example"
        assert read_email(email) == email


def test_people_learn_on_workdays_and_most_on_the_day_of_human_rights() -> None:
    calendar, random = make_calendar(date(2026, 11, 29)), same_draw()
    drawn = Counter(calendar.days[calendar.draw(random)] for _ in range(20_000))
    weekend = sum(count for day, count in drawn.items() if day.weekday() >= 5)
    assert weekend < 1_000
    assert drawn.most_common(1)[0][0] == date(2025, 12, 10)
    assert (calendar.days[0], calendar.days[-1]) == (date(2024, 11, 29), date(2026, 11, 29))


def test_codes_are_true_and_never_the_same() -> None:
    codes = Codes(1)
    drawn = [codes.code() for _ in range(5_000)]
    assert len(set(drawn)) == len(drawn)
    assert all(parse_code(code).is_valid for code in drawn[::50])
    assert drawn == [again.code() for again in [Codes(1)] for _ in range(5_000)]
    assert drawn[0] != Codes(2).code()


def test_a_tenth_of_all_are_in_the_first_institution() -> None:
    sizes = plan_sizes(same_draw(), 1_000_000, 595)
    assert (sizes[0], sum(sizes), len(sizes)) == (100_000, 1_000_000, 595)
    assert min(sizes) > 100
