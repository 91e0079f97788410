"""Credit hours (JP): those of a year, and what the rules say about a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.accounts.enums import EmployeeKind
from lms.certificates.own_certificates import OwnCertificate


@dataclass(frozen=True, slots=True)
class YearlyHours:
    """How many credit hours a year asks of a person, or how many it lets them have at most."""

    hours: int
    is_most: bool


# From a day on, the newest first. PNS: PP 11/2017 (203) and Peraturan LAN 10/2018, at least 20;
# PPPK: PP 49/2018 (40), at most 24, which is no duty.
_RULES: dict[EmployeeKind, tuple[tuple[date, YearlyHours], ...]] = {
    EmployeeKind.PNS: ((date(2018, 1, 1), YearlyHours(20, is_most=False)),),
    EmployeeKind.PPPK: ((date(2018, 11, 28), YearlyHours(24, is_most=True)),),
}


def yearly_hours(kind: EmployeeKind | None, on: date) -> YearlyHours | None:
    """What holds for a kind of civil servant on a day; None where nothing is known to hold."""
    rules = _RULES[kind] if kind is not None else ()
    return next((rule for start, rule in rules if start <= on), None)


def hours_by_year(certificates: Iterable[OwnCertificate]) -> dict[int, int]:
    """The credit hours of each year, the newest first.

    Certificates that were revoked or replaced have none; one that has expired keeps its hours in
    the year in which they were earned.

    A module counts once in a year, in the latest of its editions, whichever certificate was issued
    last: that of a former edition may have been corrected since. What is of no edition counts each
    time.
    """
    years: dict[int, dict[int | str, int]] = {}
    standing = [each for each in certificates if each.ended_as is None]
    for each in sorted(standing, key=lambda each: each.edition_id or 0):
        counted = each.code if each.edition_id is None or each.module_id is None else each.module_id
        years.setdefault(each.completed_on.year, {})[counted] = each.credit_hours
    return {year: sum(counted.values()) for year, counted in sorted(years.items(), reverse=True)}
