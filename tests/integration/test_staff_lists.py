"""An officer's list: their own people and nobody else's, each with how far they are."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from lms.accounts.enums import EmployeeKind
from lms.certificates.queries import get_staff_certificate
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.scope import Scope
from lms.reporting.staff_list import (
    FINISHED,
    NOT_STARTED,
    PAGE_SIZE,
    STARTED,
    WAITING,
    StaffSummary,
    count_staff,
    get_staff,
    iterate_staff,
    list_staff,
    summarise_staff,
)
from tests.conftest import Statements
from tests.factories import TODAY, Factory, InstitutionRef, Person, later

NOBODY = Scope(None, frozenset())


def scope_of(*institutions: InstitutionRef) -> Scope:
    """The scope of an officer of these institutions."""
    return Scope(None, frozenset(institution.id for institution in institutions))


def names(scope: Scope, *, search: str = "", status: str = "") -> list[str]:
    """Whom a search and a filter find."""
    return [row.name for row in list_staff(scope, search=search, status=status, today=TODAY)]


def test_a_list_says_who_has_finished_who_has_started_and_who_has_not(make: Factory) -> None:
    ours, book = make.institution(), make.book()
    make.certificate(make.learner("Ayu", at=ours), book)
    make.reading(make.learner("Budi", at=ours), book, 1)
    make.learner("Citra", at=ours)
    make.not_passed(make.learner("Dewi", at=ours), book)
    assert [(row.name, row.status) for row in list_staff(scope_of(ours), today=TODAY)] == [
        ("Ayu", FINISHED), ("Budi", STARTED), ("Citra", NOT_STARTED), ("Dewi", STARTED),
    ]  # fmt: skip
    assert summarise_staff(scope_of(ours), today=TODAY) == StaffSummary(1, 0, 2, 1, 0)


def test_who_has_finished_is_shown_with_the_certificate(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    issued = make.certificate(ayu)
    row = get_staff(scope_of(ours), ayu.posting_id or 0, today=TODAY)
    assert (row.certificate_code, row.certificate_number) == (issued.code, issued.number)
    assert (row.title, row.credit_hours) == ("Nilai Contoh", 2)
    assert (row.finished_on, row.last_activity_at) == (date(2026, 5, 20), now)
    assert (row.employee_number, row.kind, row.email) == (ayu.number, EmployeeKind.PNS, ayu.email)


def test_a_revoked_certificate_finishes_nothing(make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    make.revoke(make.certificate(ayu))
    row = get_staff(scope_of(ours), ayu.posting_id or 0, today=TODAY)
    assert (row.status, row.certificate_code) == (STARTED, None)


def test_a_replaced_certificate_is_shown_as_its_replacement(make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu Lestri", at=ours)
    issued = make.certificate(ayu)
    make.rename(ayu, "Ayu Lestari")
    code = make.replace(issued)
    assert [row.certificate_code for row in list_staff(scope_of(ours), today=TODAY)] == [code]


def test_a_person_stands_on_one_line_whatever_they_have(make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    make.certificate(ayu, make.book())
    second = make.certificate(ayu, make.book("tema-dua"))
    rows = list_staff(scope_of(ours), today=TODAY)
    assert [row.certificate_code for row in rows] == [second.code]
    assert count_staff(scope_of(ours), today=TODAY) == 1


def test_who_registered_waits_and_is_on_the_list_too(make: Factory) -> None:
    ours = make.institution()
    make.learner("Ayu", at=ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    make.certificate(dewi)
    assert names(scope_of(ours), status=WAITING) == ["Dewi"]
    assert names(scope_of(ours), status=FINISHED) == ["Dewi"]
    assert summarise_staff(scope_of(ours), today=TODAY) == StaffSummary(1, 0, 0, 1, 1)


def test_who_has_left_is_not_on_the_list(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu", at=ours)
    make.move(ayu, theirs)
    assert (names(scope_of(ours)), names(scope_of(theirs))) == ([], ["Ayu"])


@pytest.mark.parametrize("status", ["", FINISHED, STARTED, NOT_STARTED, WAITING, "everything"])
def test_no_query_reaches_another_institutions_people(make: Factory, status: str) -> None:
    ours, theirs, book = make.institution(), make.institution(), make.book()
    issued = make.certificate(make.learner("Asing Satu", at=theirs), book)
    make.reading(make.learner("Asing Dua", at=theirs), book, 1)
    make.learner("Asing Tiga", at=theirs, confirmed=False)
    for scope in (scope_of(ours), NOBODY):
        assert list_staff(scope, status=status, today=TODAY) == []
        assert list(iterate_staff(scope, status=status, search="Asing", today=TODAY)) == []
        assert count_staff(scope, status=status, search=issued.person.number, today=TODAY) == 0
        assert summarise_staff(scope, today=TODAY) == StaffSummary(0, 0, 0, 0, 0)


def test_another_institutions_person_is_not_to_be_had_by_their_key(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner(at=theirs)
    assert ayu.posting_id is not None
    for scope in (scope_of(ours), NOBODY):
        with pytest.raises(NoSuchStaff):
            get_staff(scope, ayu.posting_id, today=TODAY)
    assert get_staff(scope_of(theirs), ayu.posting_id, today=TODAY).name == ayu.name


def test_an_officer_of_two_institutions_has_both_and_no_third(make: Factory) -> None:
    institutions = [make.institution(name) for name in ("A", "B", "C")]
    for institution in institutions:
        make.learner(f"Pegawai {institution.name}", at=institution)
    rows = list_staff(scope_of(*institutions[:2]), today=TODAY)
    assert [(row.name, row.institution_name) for row in rows] == [
        ("Pegawai A", "A"),
        ("Pegawai B", "B"),
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ayu", ["Ayu 100% Lestari"]),
        ("  LESTARI ", ["Ayu 100% Lestari"]),
        ("ayu@contoh", ["Ayu 100% Lestari"]),
        ("%", ["Ayu 100% Lestari"]),
        ("_", []),
        ("' OR 1=1 --", []),
        ("zzz", []),
        ("", ["Ayu 100% Lestari", "Budi Santoso"]),
    ],
)
def test_a_search_finds_part_of_a_name_or_an_address(
    make: Factory, search: str, found: list[str]
) -> None:
    ours = make.institution()
    make.learner("Ayu 100% Lestari", at=ours, email="ayu@contoh-a.example")
    make.learner("Budi Santoso", at=ours)
    assert names(scope_of(ours), search=search) == found
    assert count_staff(scope_of(ours), search=search, today=TODAY) == len(found)


@pytest.mark.parametrize(
    "search", ["andre", "ANDRÉ", "André", "andre\u0301", "o'brien", "O’BRIEN", "łukasz", "lukasz o"]
)
def test_a_search_finds_messages_with_marks_and_without(make: Factory, search: str) -> None:
    ours = make.institution()
    for name in ("André Siregar", "Andre Siregar", "Łukasz O’Brien", "Budi Santoso"):
        make.learner(name, at=ours)
    found = names(scope_of(ours), search=search)
    is_andre = search.casefold().startswith("andr")
    assert found == (["Andre Siregar", "André Siregar"] if is_andre else ["Łukasz O’Brien"])


def test_a_search_finds_a_number_however_it_is_grouped(make: Factory) -> None:
    ours = make.institution()
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    grouped = f"{ayu.number[:8]} {ayu.number[8:14]} {ayu.number[14]} {ayu.number[15:]}"
    assert names(scope_of(ours), search=grouped) == ["Ayu"]
    assert names(scope_of(ours), search=budi.number[-4:]) == ["Budi"]


def test_a_long_list_comes_in_pages_and_nobody_is_lost(make: Factory) -> None:
    ours = make.institution()
    with make.at_once():
        people = [make.learner(f"Pegawai {n:03}", at=ours) for n in range(PAGE_SIZE + 3)]
    pages = [list_staff(scope_of(ours), page=page, today=TODAY) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE_SIZE, 3, 0]
    assert [row.name for page in pages for row in page] == [person.name for person in people]
    assert [row.name for row in iterate_staff(scope_of(ours), today=TODAY)] == [
        each.name for each in people
    ]


ASKED: dict[str, Callable[[Scope], object]] = {
    "list": lambda scope: list_staff(scope, today=TODAY),
    "count": lambda scope: count_staff(scope, today=TODAY),
    "summary": lambda scope: summarise_staff(scope, today=TODAY),
    "all": lambda scope: list(iterate_staff(scope, today=TODAY)),
}


@pytest.mark.parametrize("asked", ASKED)
def test_twenty_rows_cost_what_two_cost(make: Factory, statements: Statements, asked: str) -> None:
    ours, book = make.institution(), make.book()

    def cost() -> int:
        with statements() as seen:
            ASKED[asked](scope_of(ours))
        return len(seen)

    make.certificate(make.learner(at=ours), book)
    make.learner(at=ours)
    few = cost()
    with make.at_once():
        for _ in range(18):
            make.learner(at=ours)
    assert cost() == few == 1


def test_a_list_is_a_list_of_people_and_not_of_numbers_they_had(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    pppk = make.learner("Dewi", at=ours, is_pppk=True)
    former = pppk.number
    make.renumber(pppk, make.employee_number(is_pppk=True))
    rows = list_staff(scope_of(ours), today=TODAY)
    assert [row.kind for row in rows] == [EmployeeKind.PPPK]
    assert former not in {row.employee_number for row in rows}


def test_a_filter_is_of_all_people_and_not_of_one_page(make: Factory) -> None:
    ours, book = make.institution(), make.book()
    with make.at_once():
        for n in range(PAGE_SIZE):
            make.learner(f"A {n:03}", at=ours)
    make.certificate(make.learner("Z", at=ours), book)
    assert names(scope_of(ours), status=FINISHED) == ["Z"]


def test_the_last_activity_is_that_of_the_book_read_last(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu: Person = make.learner(at=ours)
    make.reading(ayu, make.book(), 1, at=later(now, days=2))
    make.reading(ayu, make.book("tema-dua"), 1, at=later(now, days=1))
    assert [row.last_activity_at for row in list_staff(scope_of(ours), today=TODAY)] == [
        later(now, days=2)
    ]


def test_what_the_list_shows_the_officer_can_open(make: Factory) -> None:
    ours = make.institution()
    make.certificate(make.learner(at=ours))
    (row,) = list_staff(scope_of(ours), today=TODAY)
    assert row.certificate_code is not None
    assert get_staff_certificate(scope_of(ours), row.certificate_code).facts.title == row.title
    db.session.rollback()
