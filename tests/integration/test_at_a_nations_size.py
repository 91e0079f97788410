"""What a page costs does not grow with people whom it is not about.

Counted in steps of SQLite's own machine and in rows that PostgreSQL reads, which are the same on
every computer and in every run.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bench.nation import FIRST, analyze, multiply, multiply_person
from lms.assignments.reminders import Addresses, has_due_reminders, remind_some
from lms.certificates.correction_notices import list_deciders_to_notify
from lms.certificates.correction_requests import (
    Wish,
    ask_staff_correction,
    count_to_decide,
    list_open_requests,
    list_own_requests,
)
from lms.certificates.enums import CorrectableFact
from lms.certificates.own_certificates import list_own_certificates
from lms.certificates.queries import find_certificate, get_staff_certificate
from lms.certificates.register import list_history
from lms.coordination.lines import Choice, View, list_ringing, sum_by_province
from lms.coordination.lines import get_page as list_page_of_lines
from lms.db import current_connection, db
from lms.institutions.notifications import list_officers_to_notify
from lms.institutions.queries import count_waiting
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import next_message, write_letter, write_letters, write_patient_letter
from lms.programmes.breakdown import get_page, list_by_day, list_by_institution
from lms.programmes.counting import recount_person
from lms.programmes.models import Programme, TallyEntry
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import fold
from tests.effort import SLACK, effort
from tests.factories import PASSWORD, TODAY, Factory

STRANGERS = 1_500
LATER = datetime(2026, 6, 1, tzinfo=UTC)
NOWHERE = Addresses(learning="", activation="", stop=str)


def dearer(before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int]]:
    """What costs more than it did: by its name, both costs."""
    assert before.keys() == after.keys()
    return {
        asked: (before[asked], cost)
        for asked, cost in after.items()
        if cost > before[asked] + SLACK
    }


def crowd(make: Factory) -> None:
    """Make one person of another institution very many, with all that they have."""
    issued = make.certificate(make.learner(at=make.institution()))
    with make.at_once():
        multiply_person(issued.id, STRANGERS)


ABOUT_WHO_WAITS: dict[str, Callable[[Scope, datetime], object]] = {
    "count": lambda scope, _: count_waiting(scope),
    "officers": lambda _, now: list_officers_to_notify(now=now),
}


def test_who_waits_is_found_without_looking_at_those_who_do_not(make: Factory) -> None:
    ours = make.institution()
    make.officer(at=ours, password=PASSWORD)
    make.learner(at=ours, confirmed=False, password=PASSWORD)
    colleague = make.certificate(make.learner(at=ours))
    scope = Scope(None, frozenset({ours.id}))

    def costs() -> dict[str, int]:
        return {
            name: effort(partial(asked, scope, make.now)) for name, asked in ABOUT_WHO_WAITS.items()
        }

    alone = costs()
    with make.at_once():
        multiply_person(colleague.id, STRANGERS)
    assert dearer(alone, costs()) == {}
    assert count_waiting(scope) == len(list_officers_to_notify(now=make.now)) == 1


REVOKE_EACH_SECOND = text(
    "INSERT INTO ledger_entries (kind, certificate_id, entered_at, follows_id, reason, ground)"
    " SELECT 'revoked', certificate_id, entered_at, id, 'Alasan.', 'mistake'"
    " FROM ledger_entries WHERE id >= :first AND id % 2 = 0"
)
ABOUT_A_CERTIFICATE: dict[str, Callable[[str, int], object]] = {
    "verification": lambda code, _: find_certificate(code),
    "history": lambda code, _: list_history(code),
    "own": lambda _, account_id: list_own_certificates(account_id, today=TODAY),
    "requests": lambda code, account_id: list_own_requests(account_id, code),
    "to decide": lambda *_: count_to_decide(None),
    "recount": lambda _, account_id: recount_person(account_id, now=LATER),
}


@pytest.mark.parametrize("state", ["valid", "revoked", "reinstated"])
def test_what_became_of_a_certificate_is_found_whatever_became_of_all_others(
    make: Factory, state: str
) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    if state != "valid":
        make.revoke(issued)
    if state == "reinstated":
        make.reinstate(issued)
    make.correction_request(make.certificate(make.learner(), issued.book))

    def costs() -> dict[str, int]:
        return {
            name: effort(partial(asked, issued.code, issued.person.id))
            for name, asked in ABOUT_A_CERTIFICATE.items()
        }

    alone = costs()
    crowd(make)
    with make.at_once():
        # Each second stranger's is revoked, which is far more than there will ever be.
        db.session.execute(REVOKE_EACH_SECOND, {"first": FIRST})
        analyze()
    assert dearer(alone, costs()) == {}


ABOUT_CORRECTIONS: dict[str, Callable[[Scope, str, datetime], object]] = {
    "count": lambda scope, *_: count_to_decide(scope),
    "registrars' count": lambda *_: count_to_decide(None),
    "list": lambda scope, *_: list_open_requests(scope),
    "letters": lambda _scope, _code, now: list_deciders_to_notify(now=now),
    "certificate": lambda scope, code, _: get_staff_certificate(scope, code),
    "asking": lambda scope, code, now: _ask_and_take_back(scope, code, now),
}
WISH = Wish(CorrectableFact.NAME, "Lain", "Nama di ijazah lain.")


def _ask_and_take_back(scope: Scope, code: str, now: datetime) -> None:
    savepoint = db.session.begin_nested()
    ask_staff_correction(scope, code, WISH, now=now)
    savepoint.rollback()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_request_is_found_without_looking_at_colleagues_and_their_certificates(
    make: Factory, *, is_open: bool
) -> None:
    ours, book = make.institution(), make.book()
    officer = make.officer(at=ours, password=PASSWORD)
    issued, other, colleague = (make.certificate(make.learner(at=ours), book) for _ in range(3))
    if is_open:
        make.correction_request(other)
    scope = Scope(officer.id, frozenset({ours.id}))

    def costs() -> dict[str, int]:
        return {
            name: effort(partial(asked, scope, issued.code, make.now))
            for name, asked in ABOUT_CORRECTIONS.items()
        }

    alone = costs()
    with make.at_once():
        multiply_person(colleague.id, STRANGERS)
    assert dearer(alone, costs()) == {}
    assert count_to_decide(scope) == len(list_open_requests(scope)) == int(is_open)
    assert get_staff_certificate(scope, issued.code).facts.code == issued.code


VIEW = View(NATIONAL, date(2026, 1, 1), datetime(2026, 5, 20, 3, tzinfo=UTC))
ABOUT_THE_NATION: dict[str, Callable[[], object]] = {
    "by institution": lambda: list_by_institution(NATIONAL),
    "a page of institutions": lambda: get_page(NATIONAL),
    "by day": lambda: list_by_day(NATIONAL),
    "whom to ring": lambda: list_ringing(VIEW),
    "a page of lines": lambda: list_page_of_lines(VIEW, Choice(), 1),
    "sums by province": lambda: sum_by_province(VIEW),
}


def costs_of_the_nation() -> dict[str, int]:
    return {name: effort(asked) for name, asked in ABOUT_THE_NATION.items()}


def test_what_was_folded_is_not_read_again_for_the_public_figure(make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    with make.at_once():
        fold(db.session.query(Programme).one())

    small = costs_of_the_nation()
    with make.at_once():
        multiply(TallyEntry, "step = 1", STRANGERS, id="n")
        analyze()
        fold(db.session.query(Programme).one())
    assert dearer(small, costs_of_the_nation()) == {}
    (reached,) = list_by_institution(NATIONAL)
    assert reached.name == (issued.person.institution and issued.person.institution.name)
    assert reached.count == 1 + STRANGERS
    assert get_figure(NATIONAL, now=make.now).count == 1 + STRANGERS


ADD_DAYS = {
    database: text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"  # noqa: S608 - nothing of it comes from outside
        " INSERT INTO rollup_cells (programme_id, institution_id, counted_on, people_count)"
        f" SELECT programme_id, institution_id, {later}, 1 FROM rollup_cells, n"
    )
    for database, later in (
        ("sqlite", "date(counted_on, '+' || i || ' days')"),
        ("postgresql", "counted_on + i"),
    )
}


def test_cells_of_years_are_read_by_neither_page(make: Factory) -> None:
    """They grow with institutions times days; what is shown grows with one of the two."""
    for _ in range(2):
        make.certificate(make.learner(at=make.institution()))
    with make.at_once():
        fold(db.session.query(Programme).one())

    small = costs_of_the_nation()
    with make.at_once():
        db.session.execute(ADD_DAYS[current_connection().dialect.name])
        analyze()
    assert dearer(small, costs_of_the_nation()) == {}


REMINDERS = 400


def test_who_is_due_is_found_without_looking_at_whoever_is_asked(make: Factory) -> None:
    place, book = make.institution(), make.book()
    officer = make.officer(at=place)
    make.assignment(officer, book, at=LATER)
    with make.inside():
        alone = effort(lambda: has_due_reminders(now=LATER - timedelta(days=9)))
    with make.at_once():
        for _ in range(REMINDERS // 4):
            make.learner(at=place)
    for _ in range(12):
        make.assignment(officer, book, at=LATER)
    with make.inside():
        analyze()
    before = LATER - timedelta(days=9)
    assert effort(lambda: has_due_reminders(now=before)) <= alone + SLACK
    assert effort(lambda: remind_some(NOWHERE, now=before)) <= alone + SLACK


def test_the_next_message_is_found_without_looking_at_all_that_waits(make: Factory) -> None:
    letter = Letter(subject="Salam", parts=("Isi.",), why="Karena.")
    with make.inside():
        write_letter("ayu@contoh.example", letter, now=LATER)
        db.session.commit()
        alone = effort(lambda: db.session.scalar(next_message(now=LATER)))
        write_letters((("budi@contoh.example", letter) for _ in range(STRANGERS)), now=LATER)
        for _ in range(REMINDERS):
            write_patient_letter("citra@contoh.example", letter, now=LATER)
        analyze()
        db.session.commit()
        assert effort(lambda: db.session.scalar(next_message(now=LATER))) <= alone + SLACK
