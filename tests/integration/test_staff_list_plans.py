"""No question about an institution's people reads a table that grows with the nation whole."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from bench.nation import multiply_person
from lms.accounts.enums import EmployeeKind
from lms.certificates.register import search_certificates
from lms.checking.reports import list_reports
from lms.db import current_connection, db
from lms.institutions.people.merging import list_merges
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from lms.progress.counts import fold_counts
from lms.progress.duties import Setting, YearlyHours, set_yearly_hours
from lms.progress.models import OVERALL, StaffSum
from lms.progress.rebuild import rebuild_progress
from lms.progress.staff import (
    Count,
    Group,
    Sort,
    SortBy,
    StaffFilter,
    Status,
    count,
    count_each,
    get_person,
    iterate,
    list_staff,
    summarise,
)
from tests.effort import effort
from tests.factories import Factory

STRANGERS = 4_000
# These have a row for a module, an institution or a change that is not folded yet.
SMALL = {"modules", "pocketbooks", "module_ordinals", "credit_duties", "staff_count_steps"}
SMALL |= {"unreached_addresses"}  # and this one none
QUESTIONS = {
    "everybody": (StaffFilter(), SortBy.NAME),
    "status": (StaffFilter(status=Status.FINISHED), SortBy.NAME),
    "kind": (StaffFilter(kind=EmployeeKind.PPPK), SortBy.UNIT),
    "module": (StaffFilter(module_id=1, module_status=Status.STARTED), SortBy.NAME),
    "waiting": (StaffFilter(is_confirmed=False), SortBy.NAME),
    "waiting first": (StaffFilter(), SortBy.WAITING),
    "activated": (StaffFilter(is_activated=True), SortBy.FINISHED_ON),
    "words": (StaffFilter(search="budi"), SortBy.NAME),
    "number": (StaffFilter(search="19050117"), SortBy.CREDIT_HOURS),
    "a whole number": (StaffFilter(search="190501172099031001"), SortBy.NAME),
    "the end of a number": (StaffFilter(search="31001"), SortBy.NAME),
    "beginning": (StaffFilter(search="bu"), SortBy.NAME),
    "moved in": (StaffFilter(group=Group.MOVED_IN), SortBy.NAME),
    "unreached": (StaffFilter(group=Group.UNREACHED), SortBy.UNIT),
    "chosen": (StaffFilter(posting_ids=(1, 2)), SortBy.NAME),
    "days": (StaffFilter(finished_from=date(2026, 1, 1)), SortBy.FINISHED_ON),
    "a month": (
        StaffFilter(finished_from=date(2026, 1, 1), finished_until=date(2026, 1, 31)),
        SortBy.NAME,
    ),
    "duty": (StaffFilter(below_duty=True), SortBy.CREDIT_HOURS),
    "by day": (StaffFilter(), SortBy.FINISHED_ON),
    "by hours": (StaffFilter(), SortBy.CREDIT_HOURS),
    "by unit": (StaffFilter(), SortBy.UNIT),
}


@pytest.fixture
def executed() -> Iterator[list[tuple[str, Any]]]:
    """The statements of a test with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def sums_of_strangers(institution_id: int) -> list[dict[str, Any]]:
    """What the units of another institution have, each a person."""
    person = {"ordinal": OVERALL, "kind": "PNS", "is_confirmed": True, "status": 0}
    return [
        person | {"institution_id": institution_id, "unit_id": 100_000 + each, "people_count": 1}
        for each in range(STRANGERS)
    ]


@pytest.mark.parametrize("whose", ["institution", "unit", "two"])
def test_no_question_reads_the_nation(
    make: Factory, now: datetime, executed: list[tuple[str, Any]], whose: str
) -> None:
    ours, theirs, third = (make.institution() for _ in range(3))
    stranger = make.certificate(make.learner(at=theirs))
    book = stranger.book
    unit = add_unit(ours.id, "Dinas")
    db.session.commit()
    people = [make.learner(f"Budi {number}", at=ours) for number in range(6)]
    make.certificate(people[0], book)
    make.learner(at=ours, confirmed=False)
    with make.at_once():
        multiply_person(stranger.id, STRANGERS)
    list(rebuild_progress(now=now))
    fold_counts()
    db.session.execute(insert(StaffSum), sums_of_strangers(theirs.id))
    db.session.commit()
    if current_connection().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    scope = {
        "institution": Scope(None, frozenset({ours.id})),
        "unit": Scope(None, frozenset(), frozenset({Branch(ours.id, unit.id, unit.path)})),
        "two": Scope(None, frozenset({ours.id, third.id})),
    }[whose]
    for asked, (wanted, by) in QUESTIONS.items():
        executed.clear()
        page = list_staff(scope, wanted, Sort(by), now=now, size=2)
        if page.next is not None:
            list_staff(scope, wanted, Sort(by), now=now, size=2, after=page.next)
            list_staff(scope, wanted, Sort(by, is_down=True), now=now, size=2)
        assert len(list(iterate(scope, wanted, Sort(by), now=now))) < 8
        count(scope, wanted, now=now)
        summarise(scope, wanted, now=now)
        if whose != "unit":
            get_person(scope, people[0].posting_id or 0, now=now)
        assert len(executed) > 7
        statements = list(executed)
        if wanted.picks_people:
            assert count_each(scope, [wanted] * 2, now=now) == [len(page.rows)] * 2
            statements = list(executed)
            most = max(effort(partial(ask_for_any, *each)) for each in statements)
            assert most < STRANGERS / 10, asked
        whole = [table for each in statements for table in read_whole(*each)]
        assert set(whole) - SMALL == set(), asked


def ask_for_any(statement: str, values: Any) -> None:
    """Ask by a plan that PostgreSQL makes for any values, as it does for what is asked often."""
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    connection.exec_driver_sql(statement, values).all()


@pytest.mark.parametrize("words", ["", "zzzyx", "budi", "budi 3", "A1B2C3D4E5F6"])
def test_no_search_of_a_registrar_reads_the_nation(
    make: Factory, executed: list[tuple[str, Any]], words: str
) -> None:
    stranger = make.certificate(make.learner(at=make.institution()))
    make.certificate(make.learner("Budi 3"), stranger.book)
    with make.at_once():
        multiply_person(stranger.id, STRANGERS)
    if current_connection().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    executed.clear()
    found = search_certificates(words)
    assert len(found) == (50 if not words else "budi" in words)
    list_reports()
    assert executed
    # The newest are walked to, and no further.
    newest = "SELECT certificates.id \nFROM certificates ORDER BY"
    asked = [each for each in executed if not each[0].startswith(newest)]
    whole = [table for each in asked for table in read_whole(*each)]
    # Nobody else has any here.
    few = {"attempts", "releases", "mismatch_reports", "ix_ledger_entries_not_issued"}
    few |= {"confirmation_doubts"}
    assert set(whole) - SMALL - few == set()


def read_whole(statement: str, values: Any) -> list[str]:
    """The tables that a statement reads from one end to the other."""
    is_postgresql = current_connection().dialect.name == "postgresql"
    explain = "EXPLAIN " if is_postgresql else "EXPLAIN QUERY PLAN "
    if is_postgresql:
        # Some thousand words are quicker read than looked up: whether they can be is asked.
        may_scan = "off" if "staff_search" in statement else "on"
        current_connection().exec_driver_sql(f"SET enable_seqscan = {may_scan}")
    rows = current_connection().exec_driver_sql(explain + statement, values).all()
    if is_postgresql:
        # What has a row an institution is a page here, which is quicker read than looked up.
        pages = {"institutions", "units", "pk_units", "staff_counts"}
        plan = "\n".join(row[0] for row in rows)
        by_index = r"Scan using (\w+) on \w+(?: \w+)?  \(.*\)\n(?! *(?:Index Cond|->))"
        found = re.findall(r"Seq Scan on (\w+)", plan) + re.findall(by_index, plan)
        return [table for table in found if table not in pages]
    scans = [re.match(r"SCAN (\w+)\b(?! VIRTUAL TABLE INDEX \d+:M)", row[-1]) for row in rows]
    # What a statement makes itself is no table.
    made = ("anon", "json_each", "sqlite", "CONSTANT")
    return [scan[1] for scan in scans if scan is not None and not scan[1].startswith(made)]


ORDERED = {
    "by unit": (StaffFilter(), SortBy.UNIT),
    "those of some days": (StaffFilter(finished_from=date(2026, 1, 1)), SortBy.FINISHED_ON),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("asked", ORDERED)
def test_a_page_in_an_order_reads_no_more_than_it_shows(
    make: Factory, now: datetime, asked: str
) -> None:
    ours = make.institution()
    unit = add_unit(ours.id, "Dinas")
    db.session.commit()
    issued = [make.certificate(make.learner(at=ours)) for _ in range(8)]
    wanted, by = ORDERED[asked]
    scope, sort = Scope(None, frozenset({ours.id})), Sort(by, is_down=True)
    db.session.execute(text(f"UPDATE postings SET unit_id = {unit.id}"))  # noqa: S608 - a number
    db.session.commit()
    taken = []
    for crowd in (0, 1_000):
        if crowd:
            with make.at_once():
                multiply_person(issued[0].id, crowd)
        list(rebuild_progress(now=now))
        fold_counts()
        db.session.commit()
        assert list_staff(scope, wanted, sort, now=now, size=5).next is not None
        taken.append(effort(partial(list_staff, scope, wanted, sort, now=now, size=5)))
    assert taken[1] < taken[0] + 100, taken


@pytest.mark.sqlite_only
def test_merges_are_asked_for_their_people_and_not_people_for_their_merges(make: Factory) -> None:
    ours = make.institution()
    issued = make.certificate(make.learner(at=ours))
    scope = Scope(None, frozenset({ours.id}))
    alone = effort(partial(list_merges, scope))
    with make.at_once():
        multiply_person(issued.id, 1_000)
    assert effort(partial(list_merges, scope)) < alone + 20


def test_those_below_their_duty_are_counted_up_to_a_number(
    make: Factory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make.institution()
    for _ in range(3):
        make.learner(at=ours)
    duty = Setting(EmployeeKind.PNS, date(2018, 1, 1), YearlyHours(20, is_most=False), "Contoh")
    set_yearly_hours(duty, actor_id=None, now=now)
    scope, wanted = Scope(None, frozenset({ours.id})), StaffFilter(below_duty=True)
    assert count(scope, wanted, now=now) == Count(3)
    monkeypatch.setattr("lms.progress.staff.MOST_WALKED", 2)
    assert count(scope, wanted, now=now) == Count(2, is_more=True)
