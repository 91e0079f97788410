"""An officer's list: their own people and nobody else's, each with how far they are."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Protocol

import pytest
from sqlalchemy import update

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.queries import get_staff_certificate
from lms.days import local_day
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Posting, Unit
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from lms.progress.counts import StaffSummary, fold_counts
from lms.progress.duties import Setting, YearlyHours, set_yearly_hours
from lms.progress.filters import Cursor
from lms.progress.refresh import refresh_progress
from lms.progress.staff import (
    BY_NAME,
    Count,
    Sort,
    SortBy,
    StaffFilter,
    Status,
    count,
    get_person,
    iterate,
    list_staff,
    summarise,
)
from tests.conftest import Statements
from tests.factories import Book, Factory, InstitutionRef, Person
from tests.integration.conftest import NOW

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


def test_accounts_are_counted_too_and_go_with_every_filter(
    make: Factory, now: datetime, names: Names
) -> None:
    ours, theirs, book = make.institution(), make.institution(), make.book()
    people = [
        make.learner("Ayu", at=ours),
        make.learner("Budi", at=ours, is_pppk=True),
        make.learner("Citra", at=ours, confirmed=False),
    ]
    make.certificate(people[0], book)
    make.learner("Dewi", at=ours)
    make.learner("Eka", at=theirs)
    ids = [person.id for person in people]
    db.session.execute(update(Account).where(Account.id.in_(ids)).values(activated_at=now))
    refresh_progress(ids, now=now)
    db.session.commit()
    scope = scope_of(ours)
    for _ in range(2):
        assert names(scope, StaffFilter(is_activated=True)) == ["Ayu", "Budi", "Citra"]
        assert names(scope, StaffFilter(is_activated=False)) == ["Dewi"]
        confirmed = StaffFilter(is_activated=True, is_confirmed=True)
        assert names(scope, confirmed) == ["Ayu", "Budi"]
        assert names(scope, replace(confirmed, kind=EmployeeKind.PPPK)) == ["Budi"]
        assert names(scope, replace(confirmed, status=Status.FINISHED)) == ["Ayu"]
        assert names(scope, replace(confirmed, module_id=book.module_id)) == ["Ayu", "Budi"]
        finished = replace(confirmed, module_id=book.module_id, module_status=Status.FINISHED)
        assert names(scope, finished) == ["Ayu"]
        assert names(scope_of(ours, theirs), StaffFilter(is_activated=False)) == ["Dewi", "Eka"]
        assert not StaffFilter(is_activated=False).leaves_everybody
        fold_counts()
        db.session.commit()


def test_a_module_is_filtered_and_summed_by_its_own_states(
    make: Factory, now: datetime, names: Names
) -> None:
    ours, one, two = make.institution(), make.book(), make.book("tema-dua")
    make.certificate(make.learner("Ayu", at=ours), one)
    make.reading(make.learner("Budi", at=ours), two, 1)
    scope = scope_of(ours)

    def found(book: Book, status: Status) -> list[str]:
        return names(scope, StaffFilter(module_id=book.module_id, module_status=status))

    assert [found(one, status) for status in Status] == [["Ayu"], [], ["Budi"]]
    assert [found(two, status) for status in Status] == [[], ["Budi"], ["Ayu"]]
    assert [found(two, status) for status in Status] == [[], ["Budi"], ["Ayu"]]
    of_two = summarise(scope, StaffFilter(module_id=two.module_id), now=now)
    assert of_two == StaffSummary(0, 1, 1, 0)
    states = [[state.status for state in row.modules] for row in iterate(scope, EVERYBODY, now=now)]
    assert states == [[Status.FINISHED, Status.NOT_STARTED], [Status.NOT_STARTED, Status.STARTED]]


def test_who_has_finished_is_shown_with_the_certificate(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    issued = make.certificate(ayu)
    row = get_person(scope_of(ours), ayu.posting_id or 0, now=now)
    (module,) = row.modules
    assert (module.certificate_code, module.certificate_number) == (issued.code, issued.number)
    assert (module.title, module.credit_hours, row.credit_hours) == ("Nilai Contoh", 2, 2)
    assert (row.finished_on, row.last_activity_at) == (local_day(now), now)
    assert (row.employee_number, row.kind, row.email) == (ayu.number, EmployeeKind.PNS, ayu.email)
    make.revoke(issued)
    row = get_person(scope_of(ours), ayu.posting_id or 0, now=now)
    assert (row.status, row.modules[0].status) == (Status.STARTED, Status.STARTED)
    assert (row.modules[0].is_revoked, row.modules[0].certificate_code) == (True, issued.code)


def test_a_replaced_certificate_is_shown_as_its_replacement(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu Lestri", at=ours)
    issued = make.certificate(ayu)
    make.rename(ayu, "Ayu Lestari")
    code = make.replace(issued)
    (row,) = iterate(scope_of(ours), EVERYBODY, now=now)
    assert row.modules[0].certificate_code == code


def test_who_has_left_is_not_on_the_list(make: Factory, names: Names) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu", at=ours)
    make.move(ayu, theirs)
    assert (names(scope_of(ours)), names(scope_of(theirs))) == ([], ["Ayu"])


@pytest.mark.parametrize("wanted", ASKED)
def test_no_question_reaches_another_institutions_people(
    make: Factory, now: datetime, wanted: StaffFilter
) -> None:
    ours, theirs, book = make.institution(), make.institution(), make.book()
    stranger = make.learner("Pegawai Asing", at=theirs, confirmed=False, is_pppk=True)
    issued = make.certificate(stranger, book)
    unit = a_unit(theirs, "Dinas", [stranger])
    key = list_staff(scope_of(theirs), EVERYBODY, now=now).rows[0]
    cursor = Cursor(0, ("", 0)).write()
    for scope in (scope_of(ours), NOBODY):
        for of in (
            wanted,
            replace(wanted, institution_id=theirs.id),
            replace(wanted, unit_id=unit.unit_id),
            replace(wanted, search=issued.person.number),
        ):
            assert list_staff(scope, of, now=now, after=cursor).rows == []
            assert list(iterate(scope, of, now=now)) == []
            assert count(scope, of, now=now) == Count(0)
            assert summarise(scope, of, now=now) == StaffSummary(0, 0, 0, 0)
        with pytest.raises(NoSuchStaff):
            get_person(scope, key.posting_id, now=now)
        with pytest.raises(NoSuchCertificate):
            get_staff_certificate(scope, issued.code)


def a_unit(
    institution: InstitutionRef, name: str, people: list[Person], *, below: Branch | None = None
) -> Branch:
    """A unit with these people in it."""
    parent = None if below is None else db.session.get_one(Unit, below.unit_id)
    unit = add_unit(institution.id, name, parent=parent)
    for person in people:
        db.session.get_one(Posting, person.posting_id).unit_id = unit.id
    db.session.flush()
    refresh_progress([person.id for person in people], now=NOW)
    branch = Branch(institution.id, unit.id, unit.path)
    db.session.commit()
    return branch


def test_an_officer_of_a_unit_has_those_in_it_and_below_and_nobody_else(
    make: Factory, now: datetime, names: Names
) -> None:
    ours = make.institution()
    ayu, budi, citra, _ = (make.learner(name, at=ours) for name in ("Ayu", "Budi", "Citra", "Dewi"))
    top = a_unit(ours, "Dinas", [ayu])
    below = a_unit(ours, "Seksi", [budi], below=top)
    other = a_unit(ours, "Badan", [citra])
    scope = Scope(None, frozenset(), frozenset({top}))
    assert names(scope) == ["Ayu", "Budi"]
    assert names(scope, StaffFilter(search="ayu")) == ["Ayu"]
    assert names(scope, StaffFilter(search="citra")) == []
    assert names(scope, StaffFilter(unit_id=below.unit_id)) == ["Budi"]
    assert names(scope, StaffFilter(unit_id=other.unit_id)) == []
    assert names(
        Scope(None, frozenset(), frozenset({below})), StaffFilter(unit_id=top.unit_id)
    ) == ["Budi"]
    assert summarise(scope, EVERYBODY, now=now) == StaffSummary(0, 0, 2, 0)
    with pytest.raises(NoSuchStaff):
        get_person(scope, citra.posting_id or 0, now=now)
    by_unit = Sort(SortBy.UNIT)
    assert names(scope_of(ours), sort=by_unit) == ["Citra", "Ayu", "Budi", "Dewi"]
    assert names(scope_of(ours), StaffFilter(unit_id=top.unit_id), by_unit) == ["Ayu", "Budi"]
    fold_counts()
    db.session.commit()
    assert names(scope_of(ours), StaffFilter(unit_id=top.unit_id)) == ["Ayu", "Budi"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ayu", ["Ayu 100% Lestari"]),
        ("  LESTARI ", ["Ayu 100% Lestari"]),
        ("ayu@contoh", ["Ayu 100% Lestari"]),
        ("100%", ["Ayu 100% Lestari"]),
        ("%", []),
        ("a", ["Ayu 100% Lestari"]),
        ("er", ["\u00c9ric"]),
        ("eri", ["\u00c9ric"]),
        ("\u00e9RIC", ["\u00c9ric"]),
        ('"', []),
        ('x" OR "ayu', []),
        ("ayu* NOT x", []),
        ("a\0yu", ["Ayu 100% Lestari"]),
    ],
)
def test_a_search_finds_names_and_addresses_by_what_is_in_them(
    make: Factory, names: Names, search: str, found: list[str]
) -> None:
    ours = make.institution()
    make.learner("Ayu 100% Lestari", at=ours, email="ayu@contoh.example")
    make.learner("\u00c9ric", at=ours, email="r@contoh.example")
    assert names(scope_of(ours), StaffFilter(search=search)) == found


def test_a_number_is_found_however_it_is_spaced_and_no_longer_once_it_is_former(
    make: Factory, names: Names
) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    for written in (ayu.number, f"{ayu.number[:8]} {ayu.number[8:]}", ayu.number[-7:]):
        assert names(scope_of(ours), StaffFilter(search=written)) == ["Ayu"]
    make.renumber(ayu, make.employee_number())
    assert names(scope_of(ours), StaffFilter(search=ayu.number)) == []


def test_more_than_a_thousand_found_are_not_counted_on(
    make: Factory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.progress.staff.MOST_COUNTED", 2)
    ours = make.institution()
    for number in range(4):
        make.learner(f"Pegawai {number}", at=ours)
    assert count(scope_of(ours), StaffFilter(search="pegawai"), now=now) == Count(2, is_more=True)
    assert count(scope_of(ours), EVERYBODY, now=now) == Count(4)


def test_who_has_fewer_hours_than_their_kind_is_asked_for(
    make: Factory, now: datetime, names: Names
) -> None:
    ours = make.institution()
    make.learner("Ayu", at=ours)
    make.learner("Budi", at=ours, is_pppk=True)

    def say(kind: EmployeeKind, from_day: date, hours: YearlyHours | None) -> None:
        set_yearly_hours(Setting(kind, from_day, hours, "Contoh"), actor_id=None, now=now)

    say(EmployeeKind.PNS, date(2018, 1, 1), YearlyHours(20, is_most=False))
    say(EmployeeKind.PPPK, date(2018, 1, 1), YearlyHours(24, is_most=True))
    assert names(scope_of(ours), StaffFilter(below_duty=True)) == ["Ayu"]
    say(EmployeeKind.PNS, date(2026, 1, 1), YearlyHours(2, is_most=False))
    make.certificate(make.learner("Citra", at=ours))
    assert names(scope_of(ours), StaffFilter(below_duty=True)) == ["Ayu"]
    next_year = now.replace(year=now.year + 1)
    found = iterate(scope_of(ours), StaffFilter(below_duty=True), now=next_year)
    assert [(row.name, row.credit_hours) for row in found] == [("Ayu", 0), ("Citra", 0)]
    say(EmployeeKind.PNS, date(2026, 2, 1), None)
    assert names(scope_of(ours), StaffFilter(below_duty=True)) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "W10",
        "WzAsMSwyXQ",
        "WzksImEiLDFd",
        "Wy0xLCJhIiwxXQ",
        "WzAsImEiLDFlOV0",
        "A" * 3_000,
    ],
)
def test_a_cursor_that_we_did_not_write_shows_the_first_page(
    make: Factory, now: datetime, cursor: str
) -> None:
    ours = make.institution()
    make.learner("Ayu", at=ours)
    for page in (
        list_staff(scope_of(ours), EVERYBODY, now=now, after=cursor),
        list_staff(scope_of(ours), EVERYBODY, now=now, before=cursor),
    ):
        assert ([row.name for row in page.rows], page.previous, page.next) == (["Ayu"], None, None)


def test_a_list_costs_the_same_statements_however_long(
    make: Factory, now: datetime, statements: Statements
) -> None:
    ours, book = make.institution(), make.book()
    counted = []
    for _ in range(2):
        for _ in range(3):
            make.certificate(make.learner(at=ours), book)
        with statements() as seen:
            list_staff(scope_of(ours), EVERYBODY, now=now)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 6


def test_who_has_moved_is_found_where_they_work_now(make: Factory, names: Names) -> None:
    ours, theirs = make.institution(), make.institution()
    for name in ("Ayu", "Citra"):
        make.learner(name, at=ours, number=make.employee_number())
    budi = make.learner("Budi", at=theirs, number=(number := make.employee_number()))
    make.learner("Budiman", at=theirs)
    make.move(budi, ours)
    for words in ("budi", number, number[:10], number[:9], number[-4:], number[3:15]):
        assert "Budi" in names(scope_of(ours), StaffFilter(search=words)), words
        assert "Budi" not in names(scope_of(theirs), StaffFilter(search=words)), words
        assert "Budi" in names(scope_of(ours, theirs), StaffFilter(search=words)), words
    assert names(scope_of(ours, theirs), StaffFilter(search=number)) == ["Budi"]
    assert names(scope_of(ours), StaffFilter(search=f"{number[:-3]}999")) == []


def test_whom_a_search_finds_is_looked_up_the_same_way_however_many(
    make: Factory, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make.institution()
    for number in range(4):
        make.learner(f"Budi {number}", at=ours, confirmed=bool(number % 2))
    wanted = StaffFilter(search="budi", is_confirmed=True)
    few = names(scope_of(ours), wanted)
    monkeypatch.setattr("lms.progress.walks.FOUND_AT_ONCE", 2)
    assert names(scope_of(ours), wanted) == few == ["Budi 1", "Budi 3"]
