"""The credit hours of a person's year, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.queries import find_kind
from lms.certificates.hours import YearlyHours, hours_by_year, yearly_hours
from lms.certificates.queries import OwnCertificate


@dataclass(frozen=True, slots=True)
class HoursOfYear:
    """Credit hours recorded here in a year, and what the rules say about the year."""

    year: int
    hours: int
    rule: YearlyHours | None


def hours_of_year(
    account_id: int, certificates: Sequence[OwnCertificate], *, now: datetime
) -> HoursOfYear:
    """Those of the present year."""
    rule = yearly_hours(find_kind(account_id), now.date())
    return HoursOfYear(now.year, hours_by_year(certificates).get(now.year, 0), rule)
