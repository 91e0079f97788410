"""Rows of progress equal what their sources give anew, whatever happens in whatever order."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from lms.accents import fold as fold_letters
from lms.accounts.announcements import PeopleChanged
from lms.accounts.models import Account, EmployeeNumber
from lms.announcements import announce
from lms.certificates.models import Certificate
from lms.days import local_day
from lms.db import db, snapshot, transaction
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting, Unit
from lms.institutions.units import add_unit
from lms.learning.models import ChapterRead, Enrolment
from lms.learning.service import finish_chapter, save_position
from lms.progress.counts import fold_counts
from lms.progress.models import (
    ACTIVATED,
    ALL_UNITS,
    NO_UNIT,
    OVERALL,
    ModuleOrdinal,
    StaffCount,
    StaffProgress,
    StaffSearch,
)
from lms.progress.modules import list_modules, number_modules
from lms.progress.rebuild import rebuild_progress, reconcile, refresh_lapsed
from lms.progress.refresh import Cell, refresh_progress
from lms.progress.rules import FOR_GOOD, NEVER, YEAR_UNIT, Status, hours_in, states_of
from tests.conftest import Statements
from tests.factories import Factory, Person
from tests.integration.test_programmes import Counting, list_all, one_of


def state_of(person: Person) -> tuple[int, dict[int, int], date, int]:
    """How far a row says that a person is."""
    db.session.expire_all()
    row = db.session.get_one(StaffProgress, person.id)
    return row.status, states_of(row.modules), row.finished_on, row.year_hours


def test_a_row_follows_what_its_person_does(make: Factory, now: datetime) -> None:
    ours, book = make.institution(), make.book()
    other = make.book("tema-dua")
    ayu = make.learner("Ayu", at=ours)
    assert state_of(ayu) == (0, {}, NEVER, 0)
    make.reading(ayu, other, 1)
    assert state_of(ayu) == (1, {1: 1}, NEVER, 0)
    issued = make.certificate(ayu, book)
    day = local_day(now)
    assert state_of(ayu) == (2, {0: 2, 1: 1}, day, day.year * YEAR_UNIT + 2)
    make.revoke(issued)
    assert state_of(ayu) == (1, {0: 1, 1: 1}, NEVER, 0)
    make.reinstate(issued)
    assert state_of(ayu) == (2, {0: 2, 1: 1}, day, day.year * YEAR_UNIT + 2)


def test_who_only_opened_a_book_has_not_begun(make: Factory, now: datetime) -> None:
    ayu, book = make.learner(at=make.institution()), make.book()
    with transaction():
        save_position(ayu.id, book.slug, 1, "p2", now=now)
    assert state_of(ayu)[0] == Status.NOT_STARTED.code
    with transaction():
        finish_chapter(ayu.id, book.slug, 1, now=now)
    assert state_of(ayu)[0] == Status.STARTED.code


def test_the_hours_of_a_year_are_nobodys_in_the_next_and_nothing_is_written(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(at=make.institution())
    make.certificate(ayu)
    hours = state_of(ayu)[3]
    assert (hours_in(now.year, hours), hours_in(now.year + 1, hours)) == (2, 0)


def test_a_certificate_that_has_ended_finishes_nothing_from_the_next_day_on(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu = make.learner(at=ours)
    issued = make.certificate(ayu)
    end_on(issued.id, local_day(now) + timedelta(days=30))
    with transaction():
        refresh_progress([ayu.id], now=now)
    assert state_of(ayu)[0] == Status.FINISHED.code
    assert refresh_lapsed(now=now + timedelta(days=30)) == 0
    assert refresh_lapsed(now=now + timedelta(days=31)) == 1
    assert refresh_lapsed(now=now + timedelta(days=31)) == 0
    assert state_of(ayu) == (1, {0: 1}, NEVER, now.year * YEAR_UNIT + 2)


def end_on(certificate_id: int, day: date) -> None:
    """Have a certificate end on a day; nothing of the house would change one."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
    else:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_schema WHERE type='trigger' AND tbl_name='certificates'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    db.session.execute(
        update(Certificate).where(Certificate.id == certificate_id).values(valid_until=day)
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = DEFAULT"))
    db.session.commit()


def test_a_change_costs_the_same_statements_for_one_and_for_many(
    make: Factory, now: datetime, statements: Statements
) -> None:
    ours = make.institution()
    people = [make.learner(at=ours).id for _ in range(20)]
    counted = []
    for ids in (people[:1], people):
        db.session.execute(update(Posting).values(confirmed_at=now if ids == people else None))
        with statements() as seen:
            refresh_progress(ids, now=now)
        counted.append(len(seen))
        db.session.commit()
    assert counted[0] == counted[1] == 8


def test_what_was_tampered_with_is_found_and_mended(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    make.certificate(ayu)
    assert differences(now) == []
    with transaction():
        fold_counts()
    for change in (
        "UPDATE staff_progress SET status = 1",
        f"DELETE FROM staff_progress WHERE account_id = {budi.id}",  # noqa: S608 - a number
        "UPDATE staff_search SET text = 'x'",
        f"UPDATE postings SET ended_on = '2026-01-01' WHERE account_id = {budi.id}",  # noqa: S608
        "UPDATE staff_counts SET people_count = 7 WHERE ordinal = -1",
        "DELETE FROM staff_counts",
    ):
        db.session.execute(text(change))
        db.session.commit()
        assert differences(now) != [], change
        assert list(rebuild_progress(now=now, at_once=1)) == [(1, 1)]
        assert differences(now) == [], change


def differences(now: datetime) -> list[Any]:
    """What reconciling says."""
    db.session.rollback()
    with snapshot():
        return reconcile(now=now)


def test_modules_keep_their_ordinals_and_those_without_room_are_still_begun(
    make: Factory, now: datetime
) -> None:
    ayu, book = make.learner(at=make.institution()), make.book()
    assert [each.ordinal for each in list_modules()] == [0]
    db.session.execute(update(ModuleOrdinal).values(ordinal=30))
    db.session.commit()
    late = make.book("tema-dua")
    assert {each.slug: each.ordinal for each in list_modules()} == {book.slug: 30, late.slug: None}
    make.reading(ayu, late, 1)
    assert state_of(ayu)[:2] == (1, {})
    make.certificate(ayu, book)
    assert state_of(ayu)[:2] == (2, {30: 2})
    with transaction():
        number_modules()
    assert differences(now) == []


class Progressing(Counting):
    """The same changes and more; rows and counts must always equal what plain Python makes."""

    def move(self, number: int) -> None:
        super().move(number)
        self._announce(number)

    def read(self, number: int) -> None:
        who = self.people[number % len(self.people)]
        book = self.books[number // len(self.people) % len(self.books)]
        finish_chapter(who.id, book.slug, 1, now=self.now)

    def rename(self, number: int) -> None:
        who = self.people[number % len(self.people)]
        db.session.execute(
            update(Account).where(Account.id == who.id).values(name=f"\u00c9na {number}")
        )
        announce(PeopleChanged(account_ids=(who.id,), now=self.now))

    def activate(self, number: int) -> None:
        who = self.people[number % len(self.people)]
        account = db.session.get_one(Account, who.id)
        account.activated_at = None if account.activated_at else self.now
        announce(PeopleChanged(account_ids=(who.id,), now=self.now))

    def replace(self, number: int) -> None:
        super().replace(number)
        ids = tuple(person.id for person in self.people)
        announce(PeopleChanged(account_ids=ids, now=self.now))

    def settle(self, number: int) -> None:
        who = self.people[number % len(self.people)]
        units = [unit for unit in list_all(Unit) if unit.institution_id == self._place_of(who.id)]
        for unit in one_of(units, number):
            db.session.execute(
                update(Posting)
                .where(Posting.account_id == who.id, Posting.ended_on.is_(None))
                .values(unit_id=unit.id)
            )
            self._announce(number)

    def merge(self, number: int) -> None:
        merged, kept = self.people[-1], self.people[number % (len(self.people) - 1)]
        if db.session.get_one(Account, merged.id).merged_into_id is not None:
            db.session.execute(
                update(Account).where(Account.id == merged.id).values(merged_into_id=None)
            )
        else:
            db.session.execute(
                update(Account).where(Account.id == merged.id).values(merged_into_id=kept.id)
            )
        ids = tuple(person.id for person in self.people)
        announce(PeopleChanged(account_ids=ids, now=self.now))
        db.session.expire_all()

    def fold(self, _number: int) -> None:
        fold_counts()

    def _announce(self, number: int) -> None:
        who = self.people[number % len(self.people)]
        announce(PostingsChanged(account_ids=(who.id,), now=self.now))

    def _place_of(self, account_id: int) -> int | None:
        return next(
            (
                posting.institution_id
                for posting in list_all(Posting)
                if posting.account_id == account_id and posting.ended_on is None
            ),
            None,
        )

    def check(self) -> None:
        """Every row, what is searched, and every count."""
        db.session.expire_all()
        due = {row[0]: row for row in self.rows_due()}
        held = {
            row.account_id: (
                row.account_id, row.posting_id, row.institution_id, row.unit_id, row.sort_name,
                row.kind, row.is_confirmed, row.is_activated, row.status, states_of(row.modules),
                row.finished_on, row.lapses_on, row.year_hours,
            )
            for row in list_all(StaffProgress)
        }  # fmt: skip
        assert held == due
        assert {row.account_id: row.text for row in list_all(StaffSearch)} == {
            account: self.searched(account) for account in due
        }
        counted: Counter[Cell] = Counter()
        for _, _, at, unit, _, kind, confirmed, activated, status, states, *_ in due.values():
            accounts = {ACTIVATED: 2} if activated else {}
            for ordinal, state in {OVERALL: status, **accounts, **states}.items():
                for where in (unit, ALL_UNITS):
                    counted[Cell(at, where, ordinal, kind, confirmed, state)] += 1
        fold_counts()
        db.session.expire_all()
        cells = {
            Cell(*(getattr(row, name) for name in Cell._fields)): row.people_count
            for row in list_all(StaffCount)
            if row.people_count
        }
        assert cells == dict(counted)
        assert reconcile(now=self.now) == []

    def rows_due(self) -> list[tuple[Any, ...]]:
        """Each row by hand, with none of the house's SQL."""
        accounts = {account.id: account for account in list_all(Account)}
        numbers = {row.account_id: row for row in list_all(EmployeeNumber) if row.ended_on is None}
        ordinals = {row.module_id: row.ordinal for row in list_all(ModuleOrdinal)}
        read = set(list_all(ChapterRead.enrolment_id))
        ended = self.ended()
        rows = []
        for posting in list_all(Posting):
            account = accounts[posting.account_id]
            if posting.ended_on is not None or account.merged_into_id is not None:
                continue
            group = {each.id for each in accounts.values() if each.merged_into_id == account.id}
            group.add(account.id)
            held = [
                each
                for each in list_all(Certificate)
                if each.account_id in group and each.id not in ended
            ]
            states = {
                ordinals[each.module_id]: 1
                for each in list_all(Enrolment)
                if each.account_id in group and each.id in read
            }
            states |= {ordinals[each.module_id]: 2 for each in held}
            latest = max((each.completed_on.year for each in held), default=0)
            hours = {
                each.module_id: each.credit_hours
                for each in sorted(held, key=lambda each: (each.edition_id, each.id))
                if each.completed_on.year == latest
            }
            status = 2 if held else 1 if states else 0
            number = numbers.get(account.id)
            rows.append(
                (
                    account.id, posting.id, posting.institution_id, posting.unit_id or NO_UNIT,
                    fold_letters(account.name), number.kind.value if number else "",
                    posting.confirmed_at is not None, account.activated_at is not None, status,
                    states, max((each.completed_on for each in held), default=NEVER), FOR_GOOD,
                    latest * YEAR_UNIT + sum(hours.values()),
                )
            )  # fmt: skip
        return rows

    def searched(self, account_id: int) -> str:
        """What a search looks through of a person."""
        account = db.session.get_one(Account, account_id)
        number = [
            row.number
            for row in list_all(EmployeeNumber)
            if row.account_id == account_id and row.ended_on is None
        ]
        return f"{fold_letters(account.name)} {account.email or ''} {''.join(number)}"


STEPS = (
    "issue", "issue", "read", "read", "move", "settle", "confirm", "revoke", "reinstate",
    "replace", "decline", "rename", "merge", "fold", "wait", "activate",
)  # fmt: skip


@pytest.mark.slow
def test_whatever_happens_in_whatever_order_rows_and_counts_are_exact(make: Factory) -> None:
    institutions = [make.institution() for _ in range(2)]
    for institution in institutions:
        add_unit(institution.id, "Dinas")
    db.session.commit()
    people = [
        make.learner(at=institutions[0]),
        make.learner(at=institutions[1], confirmed=False),
        make.learner(at=institutions[0], confirmed=False, is_pppk=True),
        make.learner(),
    ]
    books = [make.book(), make.book("tema-dua")]

    @settings(max_examples=4, phases=[Phase.generate])
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        progressing, dice = Progressing(people, institutions, books), Random(seed)  # noqa: S311
        steps: list[tuple[str, int]] = []
        try:
            for _ in range(30):
                steps.append((dice.choice(STEPS), dice.randrange(12)))
                getattr(progressing, steps[-1][0])(steps[-1][1])
                progressing.check()
        except AssertionError as error:
            error.add_note(f"after {steps}")
            raise
        finally:
            db.session.rollback()

    holds()
