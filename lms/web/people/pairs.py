"""The pairs of accounts that may be one person's, as far as they are known without a search."""

from dataclasses import dataclass

from lms.institutions.people.duplicates import Pair, count_people, list_duplicates
from lms.institutions.scope import Scope
from lms.jobs.queries import find_last_result
from lms.web.people.jobs import DUPLICATES

MOST_COMPARED_AT_ONCE = 1_000
"""More are compared beside the requests."""

MOST_COMPARED_BESIDE = 100
"""More are not compared where a page is about something else."""


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """The pairs; is_large: of more people than are compared at once; is_searched: by a job."""

    pairs: list[Pair]
    is_large: bool
    is_searched: bool


def find_pairs(scope: Scope, most: int, *, at_least: int = 0) -> KnownPairs:
    """The pairs among the asker's people, or of more than `most` those of their last search.

    `at_least`: so many people there are, as the caller has counted before.
    """
    if at_least <= most and count_people(scope, most + 1) <= most:
        return KnownPairs(list_duplicates(scope), is_large=False, is_searched=False)
    assert scope.officer_id is not None  # noqa: S101 - somebody has signed in
    result = find_last_result(scope.officer_id, DUPLICATES)
    found = [(one, other) for one, other in result["pairs"]] if result else []
    return KnownPairs(
        list_duplicates(scope, found) if found else [],
        is_large=True,
        is_searched=result is not None,
    )
