"""The credit hours of a person's year, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.certificates.hours import hours_by_year
from lms.certificates.own_certificates import OwnCertificate
from lms.days import local_day
from lms.institutions.queries import get_employment
from lms.progress.duties import YearlyHours, yearly_hours


@dataclass(frozen=True, slots=True)
class HoursOfYear:
    """Credit hours recorded here in a year, and what the rules say about the year."""

    year: int
    hours: int
    rule: YearlyHours | None


def hours_of_year(
    account_id: int, certificates: Sequence[OwnCertificate], *, now: datetime
) -> HoursOfYear:
    """Those of the year that it is where the person works."""
    employment = get_employment(account_id)
    today = local_day(now, employment.time_zone)
    hours = hours_by_year(certificates).get(today.year, 0)
    return HoursOfYear(today.year, hours, yearly_hours(employment.kind, today))
