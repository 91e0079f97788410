"""How many of everything wait for an officer, beside the people to confirm."""

from datetime import datetime
from typing import NamedTuple

from lms.assignments.queries import overdue, overdue_on
from lms.certificates.correction_requests import requests_to_decide
from lms.days import local_day
from lms.db import count_together, current_connection
from lms.institutions.doubts.queries import open_doubts
from lms.institutions.samples.queries import Asker, open_samples
from lms.institutions.scope import Scope
from lms.progress.staff import Group, StaffFilter, people_left


class WaitingCounts(NamedTuple):
    """People who moved in or whom mail does not reach, and what is to be answered or looked at."""

    moved_in: int
    unreached: int
    doubts: int
    samples: int
    corrections: int
    overdue: int


def count_waiting(scope: Scope, wanted: StaffFilter, *, now: datetime) -> WaitingCounts:
    """All of them; the groups of people where a filter says that they work."""
    groups = [
        StaffFilter(wanted.institution_id, wanted.unit_id, group=group)
        for group in (Group.MOVED_IN, Group.UNREACHED)
    ]
    counts = [
        *(people_left(scope, group, now=now) for group in groups),
        open_doubts(scope),
        open_samples(Asker(scope, scope.officer_id or 0)),
        requests_to_decide(scope),
        overdue(scope),
    ]
    given = overdue_on(local_day(now))
    return WaitingCounts(*count_together(counts, current_connection(), given))
