"""Credit hours (JP): those of a year."""

from collections.abc import Iterable

from lms.certificates.own_certificates import OwnCertificate


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
