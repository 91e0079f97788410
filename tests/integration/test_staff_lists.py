"""An officer's list: their own people and nobody else's, each with how far they are."""

from datetime import date, datetime
from itertools import product
from typing import Protocol

import pytest

from lms.accounts.enums import EmployeeKind
from lms.db import db
from lms.institutions.scope import Scope
from lms.progress.counts import StaffSummary, fold_counts
from lms.progress.staff import (
    BY_NAME,
    Count,
    Sort,
    SortBy,
    StaffFilter,
    Status,
    count,
    iterate,
    list_staff,
    summarise,
)
from tests.factories import Factory, InstitutionRef

NOBODY = Scope(None, frozenset())
EVERYBODY = StaffFilter()


def scope_of(*institutions: InstitutionRef) -> Scope:
    """The scope of an officer of these institutions."""
    return Scope(None, frozenset(institution.id for institution in institutions))


class Names(Protocol):
    """Whom a filter finds, in the order of the list."""

    def __call__(
        self, scope: Scope, wanted: StaffFilter = EVERYBODY, sort: Sort = BY_NAME
    ) -> list[str]:
        """Their names."""


@pytest.fixture
def names(now: datetime) -> Names:
    """The same; all pages, the way back and the count agree with it."""

    def ask(scope: Scope, wanted: StaffFilter = EVERYBODY, sort: Sort = BY_NAME) -> list[str]:
        whole = [row.name for row in iterate(scope, wanted, sort, now=now)]
        pages, after = [], None
        while True:
            page = list_staff(scope, wanted, sort, now=now, after=after, size=2)
            pages.append(page)
            if page.next is None:
                break
            after = page.next
        assert [row.name for page in pages for row in page.rows] == whole
        back, before = pages[-1:], pages[-1].previous
        while before is not None:
            page = list_staff(scope, wanted, sort, now=now, before=before, size=2)
            back.insert(0, page)
            before = page.previous
        assert [row.name for page in back for row in page.rows] == whole
        number = count(scope, wanted, now=now)
        assert number == Count(len(whole))
        return whole

    return ask


def test_a_list_says_who_has_finished_who_has_started_and_who_has_not(
    make: Factory, now: datetime, names: Names
) -> None:
    ours, book = make.institution(), make.book()
    make.certificate(make.learner("Ayu", at=ours), book)
    make.reading(make.learner("Budi", at=ours), book, 1)
    make.learner("Citra", at=ours)
    make.not_passed(make.learner("Dewi", at=ours), book)
    rows = list_staff(scope_of(ours), EVERYBODY, now=now).rows
    assert [(row.name, row.status) for row in rows] == [
        ("Ayu", Status.FINISHED), ("Budi", Status.STARTED), ("Citra", Status.NOT_STARTED),
        ("Dewi", Status.STARTED),
    ]  # fmt: skip
    for _ in range(2):
        assert summarise(scope_of(ours), EVERYBODY, now=now) == StaffSummary(1, 2, 1, 0)
        assert names(scope_of(ours), StaffFilter(status=Status.STARTED)) == ["Budi", "Dewi"]
        fold_counts()
        db.session.commit()


SORTS = [Sort(by, is_down) for by, is_down in product(SortBy, (False, True))]
ASKED = [
    EVERYBODY,
    StaffFilter(status=Status.FINISHED),
    StaffFilter(is_confirmed=False),
    StaffFilter(kind=EmployeeKind.PPPK),
    StaffFilter(search="pegawai"),
    StaffFilter(search="pe"),
    StaffFilter(is_activated=True),
    StaffFilter(below_duty=True),
    StaffFilter(finished_until=date(2030, 1, 1)),
]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("wanted", ASKED)
def test_every_filter_goes_with_every_order(
    make: Factory, now: datetime, names: Names, sort: Sort, wanted: StaffFilter
) -> None:
    ours, theirs = make.institution(), make.institution()
    for place, letter in product((ours, theirs), "ABC"):
        make.learner(f"Pegawai {letter}", at=place, confirmed=letter != "B", is_pppk=letter == "C")
    assert names(NOBODY, wanted, sort) == []
    found = names(scope_of(ours), wanted, sort)
    both = names(scope_of(ours, theirs), wanted, sort)
    assert sorted(both) == sorted(found * 2)
