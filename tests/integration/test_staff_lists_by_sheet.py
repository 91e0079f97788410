"""Staff lists by sheet: checked without storing, put in force by sets, as one by one."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO

import pytest
from sqlalchemy import select, update

from lms.accounts.announcements import PeopleChanged
from lms.accounts.enums import Role
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_principal
from lms.accounts.service import choose_password, sign_in
from lms.announcements import announce
from lms.audit import AuditEntry
from lms.db import db, read_only, snapshot, transaction
from lms.institutions.announcements import PeoplePosted, PostingsChanged
from lms.institutions.errors import NotInScope
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.registry.errors import HasEnded
from lms.institutions.registry.relocation import RELOCATION, relocate
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import transfer_unit
from lms.institutions.scope import Branch, Scope
from lms.institutions.staff_lists import applying, checking, storing
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.errors import ImportMovedOn, NoSuchImport
from lms.institutions.staff_lists.models import (
    ImportState,
    StaffImport,
    StaffImportLine,
    StaffImportPiece,
    Verdict,
)
from lms.institutions.staff_lists.pacing import Pace, Reports
from lms.institutions.staff_lists.previews import preview_of
from lms.institutions.staff_lists.queries import KeptLine, get_own_import, list_lines
from lms.institutions.staff_lists.service import (
    KEPT_FOR,
    ask_to_apply,
    begin_import,
    confirm_columns,
    forget_old_imports,
    has_old_imports,
)
from lms.institutions.staff_lists.sheets import read_list
from lms.institutions.units import add_unit
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.mail import OutboxMessage
from lms.progress.rebuild import reconcile
from tests.factories import Factory, InstitutionRef, Person

HEAD = ("Nama", "NIP", "Surel", "Unit kerja", "Keterangan", "TMT")
Row = Sequence[str]
Statements = Callable[[], AbstractContextManager[list[str]]]


def scope_at(institution: InstitutionRef, officer_id: int | None = None) -> Scope:
    return Scope(officer_id=officer_id, institution_ids=frozenset({institution.id}))


def row(name: str, number: str, email: str = "", unit: str = "", *left: str) -> Row:
    return (name, number, email, unit, *left, *("" for _ in range(2 - len(left))))


class Sheet:
    """A list that was uploaded, and the steps that it goes through."""

    def __init__(
        self, rows: Sequence[Row], scope: Scope, institution_id: int, now: datetime, **terms: bool
    ) -> None:
        content = "\n".join(";".join(row) for row in (HEAD, *rows)).encode()
        self.file, self.scope, self.now = BytesIO(content), scope, now
        with closing(read_list(self.file)) as sheet:
            columns = preview_of(sheet).columns
        self.id = begin_import(scope, "daftar.csv", institution_id, columns, now=now, **terms)

    def check(self) -> dict[str, int]:
        return check_list(self.id, self.scope, self.file, lambda *_: None, now=self.now)

    def apply(self, size: int = 500) -> dict[str, int]:
        pace = Pace(size=size, pause=0)
        return apply_list(
            self.id,
            self.scope,
            lambda *_: None,
            now=self.now,
            pace=pace,
            address=lambda token: f"link:{token}",
        )

    def lines(self, verdict: Verdict | None = None) -> list[KeptLine]:
        with read_only():
            return list_lines(self.id, verdict)

    def verdicts(self) -> dict[int, Verdict]:
        return {each.line: each.verdict for each in self.lines()}

    def reasons(self) -> dict[int, str]:
        return {each.line: str(each.reason) for each in self.lines(Verdict.REFUSED)}


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


@pytest.fixture
def upload(ours: InstitutionRef, now: datetime) -> Callable[..., Sheet]:
    """Uploads rows for our institution."""

    def upload(rows: Sequence[Row], officer_id: int | None = None, **terms: bool) -> Sheet:
        return Sheet(rows, scope_at(ours, officer_id), ours.id, now, **terms)

    return upload


def new_rows(make: Factory, count: int) -> list[Row]:
    return [row("Sri Uji", make.employee_number(), f"p{n}@contoh.example") for n in range(count)]


def staff_of(institution: InstitutionRef) -> set[tuple[object, ...]]:
    """Who stands on a list, and how."""
    with read_only():
        rows = db.session.execute(
            select(
                Account.name,
                Account.email,
                EmployeeNumber.number,
                Posting.unit_id,
                Posting.confirmed_at.is_not(None),
            )
            .join(EmployeeNumber, EmployeeNumber.account_id == Account.id)
            .join(Posting, Posting.account_id == Account.id)
            .where(
                Posting.institution_id == institution.id,
                Posting.ended_on.is_(None),
                EmployeeNumber.ended_on.is_(None),
            )
        )
        return {tuple(each) for each in rows}


def progress_is_exact(now: datetime) -> bool:
    """Whether rows of progress and counts are what their sources give."""
    with snapshot():
        return reconcile(now=now) == []


def situations(make: Factory, ours: InstitutionRef) -> Iterator[Row]:
    """A line for each thing that can be known of a person already."""
    theirs = make.institution()
    number = make.employee_number()
    yield row("Sri Uji", number, f"baru{number}@contoh.example")
    yield row("Tanpa Surel", make.employee_number())
    for institution in (ours, theirs, None):
        for confirmed in (True, False):
            if institution is None and confirmed:
                continue
            for own_address in (True, False):
                person = make.learner("Dewi", at=institution, confirmed=confirmed)
                email = person.email if own_address else f"lain{person.id}@contoh.example"
                yield row("Dewi", person.number, email)
    holder = make.learner("Ratna", at=ours, confirmed=False, roles=((Role.COORDINATOR, None),))
    yield row("Sri Uji", holder.number, f"pemilik{holder.id}@contoh.example")
    author = make.learner("Ayu", roles=((Role.AUTHOR, None),))
    yield row("Ayu", make.employee_number(), author.email)
    squatter = make.learner("Penyerang", confirmed=False)
    yield row("Korban", make.employee_number(), squatter.email)
    present, former = make.learner("Budi", at=ours), make.learner("Citra", at=ours)
    yield row("Budi", present.number, former.email)
    renamed = make.learner("Citra", at=ours)
    yield row("Citra Baru", renamed.number, renamed.email)
    claimant, other = make.learner("Eka", confirmed=False), make.learner("Fajar", confirmed=False)
    yield row("Gita", claimant.number, other.email)
    leaver = make.learner("Hadi", at=ours)
    yield row("Hadi", leaver.number, leaver.email, "", "pensiun", "01-05-2026")
    yield row("Entah", make.employee_number(), "", "", "pindah", "01-05-2026")


@pytest.mark.parametrize("replaces", [False, True])
@pytest.mark.parametrize("size", [1, 4, 500])
def test_what_a_check_says_is_what_comes_of_it(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet], size: int, replaces: bool
) -> None:
    sheet = upload(list(situations(make, ours)), replaces_addresses=replaces)
    before = make.count(Account), make.count(AuditEntry), make.count(OutboxMessage)
    told = sheet.check()
    assert (make.count(Account), make.count(AuditEntry), make.count(OutboxMessage)) == before
    planned = sheet.verdicts()
    assert sheet.apply(size) == told
    assert progress_is_exact(sheet.now)
    assert sheet.verdicts() == planned
    assert set(planned.values()) >= {
        Verdict.NEW,
        Verdict.KNOWN,
        Verdict.CHANGED,
        Verdict.CONFIRMED,
        Verdict.LEAVING,
        Verdict.REFUSED,
    }


def test_a_list_that_is_in_force_changes_nothing_when_it_comes_again(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    rows = [each for each in situations(make, ours) if each[1]]
    upload(rows).check()
    first = upload(rows)
    first.check()
    first.apply()
    staff, entries = staff_of(ours), make.count(AuditEntry)
    again = upload(rows)
    counts = again.check()
    assert again.apply() == counts
    assert set(counts) <= {"known", "refused"}
    assert staff_of(ours) == staff
    assert make.count(AuditEntry) == entries + 1  # that the list was put in force


def test_nobody_is_written_to_when_new_people_are_listed(
    make: Factory, upload: Callable[..., Sheet]
) -> None:
    sheet = upload(new_rows(make, 20))
    sheet.check()
    assert sheet.apply(7) == {"new": 20}
    assert make.count(OutboxMessage) == 0
    with read_only():
        confirmed = db.session.scalars(
            select(AuditEntry.subject).where(AuditEntry.action == "staff.confirmed")
        ).all()
    assert len(set(confirmed)) == 20


def test_another_name_and_another_unit_are_told_first_and_then_hold(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    with transaction():
        unit_id = add_unit(ours.id, "Dinas Contoh", code="D1").id
    siti = make.learner("Siti", at=ours)
    sheet = upload([row("Siti, S.H.", siti.number, siti.email, "d1")])
    assert sheet.check() == {"changed": 1}
    (line,) = sheet.lines()
    assert line.changes == [["name", "Siti", "Siti, S.H."], ["unit", "", "Dinas Contoh"]]
    assert (siti.name, siti.email, siti.number, None, True) in staff_of(ours)
    sheet.apply()
    assert staff_of(ours) == {("Siti, S.H.", siti.email, siti.number, unit_id, True)}
    with read_only():
        actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"staff.corrected", "staff.moved_unit", "staff.list_applied"} <= actions


def test_units_that_are_not_there_are_added_once_if_that_is_agreed(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    rows = [row("A", make.employee_number(), "", "Dinas Baru") for _ in range(3)]
    assert upload(rows).check() == {"refused": 3}
    sheet = upload(rows, adds_units=True)
    sheet.check()
    assert make.count(Unit) == 0
    sheet.apply(2)
    with read_only():
        (unit_id,) = db.session.scalars(select(Unit.id).where(Unit.institution_id == ours.id))
    assert {each[3] for each in staff_of(ours)} == {unit_id}


def test_who_is_not_in_the_whole_list_leaves_only_if_that_is_agreed(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    officer = make.officer("Ratna", at=ours)
    stays = make.learner("Ayu", at=ours)
    make.learner("Budi", at=ours)
    make.learner("Citra", at=ours, confirmed=False)
    rows = [row("Ayu", stays.number, stays.email)]
    assert upload(rows, officer.id).check() == {"known": 1}
    for is_agreed in (False, True):
        sheet = upload(rows, officer.id, is_whole=True)
        assert sheet.check() == {"known": 1, "leaving": 1}
        (line,) = sheet.lines(Verdict.LEAVING)
        assert (line.line, line.name) == (0, "Budi")
        if not is_agreed:
            with transaction():
                db.session.get_one(StaffImport, sheet.id).is_whole = False
        sheet.apply()
        names = {each[0] for each in staff_of(ours)}
        assert ("Budi" in names) is not is_agreed
    assert {"Ayu", "Ratna", "Citra"} == names


def test_who_has_left_by_the_list_leaves_on_its_day(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    hadi = make.learner("Hadi", at=ours)
    with transaction():
        db.session.execute(update(Posting).values(started_on=date(2020, 1, 1)))
    sheet = upload([row("Hadi", hadi.number, "", "", "pindah", "15-05-2026")])
    assert sheet.check() == {"leaving": 1}
    sheet.apply()
    with read_only():
        ended_on = db.session.scalar(select(Posting.ended_on).where(Posting.account_id == hadi.id))
    assert ended_on == date(2026, 5, 15)


def test_a_list_without_addresses_leaves_who_registered_themselves_to_their_officer(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    thief = make.learner("Siti Korban", at=ours, confirmed=False, password="perahu-lampu-kopi-5")
    sheet = upload([row("Siti Korban", thief.number)])
    assert sheet.check() == {"refused": 1}
    assert "Tulis surel pegawai itu" in sheet.reasons()[2]
    assert sheet.apply() == {"refused": 1}
    assert all(not is_confirmed for *_, is_confirmed in staff_of(ours))
    sheet = upload([row("Siti Korban", thief.number, thief.email)])
    assert sheet.check() == {"confirmed": 1}


def test_who_comes_back_keeps_their_address_and_the_list_is_told(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    hadi = make.learner("Hadi", at=make.institution())
    with transaction():
        db.session.execute(update(Posting).values(ended_on=make.today))
    sheet = upload([row("Hadi", hadi.number, "hadi.baru@contoh.example")])
    assert sheet.check() == {"confirmed": 1}
    (line,) = sheet.lines(Verdict.CONFIRMED)
    assert "surel lain, yang tetap berlaku" in str(line.reason)
    assert str(hadi.email) not in str(line.reason)
    sheet.apply()
    assert {each[:2] for each in staff_of(ours)} == {("Hadi", hadi.email)}


def test_no_list_reaches_people_outside_the_scope(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    theirs = make.institution()
    budi = make.learner("Budi", at=theirs)
    with pytest.raises(NotInScope):
        Sheet([row("Budi", budi.number)], scope_at(ours), theirs.id, now)
    rows = [
        row("Budi Baru", budi.number, budi.email),
        row("Budi", budi.number, "", "", "pensiun", "01-05-2026"),
    ]
    for each in rows:
        sheet = Sheet([each], scope_at(ours), ours.id, now)
        sheet.check()
        sheet.apply()
        assert "Budi" not in " ".join(str(line.changes) for line in sheet.lines())
    assert {each[0] for each in staff_of(theirs)} == {"Budi"}


def test_an_officer_of_a_unit_moves_nobody_of_another_and_ends_no_whole_list(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    with transaction():
        unit, other = add_unit(ours.id, "Dinas A"), add_unit(ours.id, "Dinas B")
        branch = Branch(ours.id, unit.id, unit.path)
        other_id = other.id
    there, here = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    with transaction():
        for person, unit_id in ((there, other_id), (here, branch.unit_id)):
            db.session.execute(
                update(Posting).where(Posting.account_id == person.id).values(unit_id=unit_id)
            )
    scope = Scope(None, frozenset(), frozenset({branch}))
    number = make.employee_number()
    rows = [
        row("Ayu Lain", there.number, there.email),
        row("Budi, S.H.", here.number, here.email),
        row("Baru", number),
        row("Baru Dua", make.employee_number(), "", "Dinas B"),
        row("Ayu", there.number, "", "", "pindah", "01-05-2026"),
    ]
    sheet = Sheet(rows[:4], scope, ours.id, now)
    sheet.check()
    assert sheet.verdicts() == {
        2: Verdict.REFUSED,
        3: Verdict.CHANGED,
        4: Verdict.NEW,
        5: Verdict.REFUSED,
    }
    sheet.apply()
    assert ("Baru", None, number, branch.unit_id, True) in staff_of(ours)
    leaving = Sheet(rows[4:], scope, ours.id, now)
    assert leaving.check() == {"known": 1}


def test_officers_change_nothing_about_themselves_and_may_stand_on_their_list(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    officer = make.officer("Ratna", at=ours)
    assert upload([row("Ratna", officer.number, officer.email)], officer.id).check() == {"known": 1}
    for changed in (
        row("Ratna, S.H.", officer.number, officer.email),
        row("Ratna", officer.number, "", "", "pensiun", "01-05-2026"),
    ):
        sheet = upload([changed], officer.id)
        assert sheet.check() == {"refused": 1}
        assert "Data Anda sendiri" in sheet.reasons()[2]


def test_nor_vouch_for_themselves_under_another_number(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    officer = make.officer("Ratna Wijaya", at=ours, number="190203042090031001")
    second = make.learner("Ratna Wijaya", at=ours, confirmed=False, number="190203042091211002")
    rows = [
        row("Ratna Wijaya", second.number, second.email),
        row("Ratna Wijaya, S.H.", "190203042093011003"),
        row("Sari Melati", "190203042093011002"),  # born on the same day, and somebody else
    ]
    sheet = upload(rows, officer.id)
    assert sheet.check() == {"refused": 2, "new": 1}
    assert all("menyerupai data Anda" in reason for reason in sheet.reasons().values())
    assert sheet.apply() == {"refused": 2, "new": 1}
    assert upload([row("Nama Lain", second.number)], officer.id).check() == {"refused": 1}
    colleague = upload(rows[:1], make.officer("Dewi", at=ours).id)
    assert colleague.check() == {"confirmed": 1}


def test_new_people_come_last_by_name_and_others_as_in_the_file(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    known = make.learner("Zulkifli", at=ours)
    names = ("Togar", "ayu", "Made, S.H.", "Ayu", "Budi")
    new = [row(name, make.employee_number()) for name in names]
    wrong = row("Aa", "123")
    rows = [new[0], row("Zulkifli", known.number), *new[1:4], wrong, new[2], new[4]]
    sheet = upload(rows)
    assert sheet.check() == {"known": 1, "new": 5, "refused": 1, "repeated": 1}
    # The first line is that of the headings.
    assert [each.line for each in sheet.lines()] == [3, 7, 8, 4, 6, 9, 5, 2]
    assert [each.cells[0] for each in sheet.lines(Verdict.NEW)] == [
        "ayu",
        "Ayu",
        "Budi",
        "Made, S.H.",
        "Togar",
    ]
    assert [rows[each.line - 2][1] for each in sheet.lines()] == [
        each.cells[1] for each in sheet.lines()
    ]
    assert sheet.apply(2) == {"known": 1, "new": 5, "refused": 1, "repeated": 1}
    assert progress_is_exact(sheet.now)


def test_how_far_a_check_is_never_goes_back_and_ends_at_the_last_line(
    make: Factory,
    ours: InstitutionRef,
    upload: Callable[..., Sheet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 2)
    monkeypatch.setattr(checking, "Reports", partial(Reports, every=0.0))
    known = make.learner("Sri Uji", at=ours)
    sheet = upload([*new_rows(make, 4), row("Sri Uji", known.number)])
    told: list[tuple[int, int]] = []
    check_list(sheet.id, sheet.scope, sheet.file, lambda *far: told.append(far), now=sheet.now)
    assert told == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_what_was_cut_off_goes_on_where_it_stopped(
    make: Factory,
    ours: InstitutionRef,
    upload: Callable[..., Sheet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each transaction may be the last one: before it and behind it, the outcome is the same."""
    rows = [*new_rows(make, 9), *situations(make, ours)]
    sheet = upload(rows)
    told = sheet.check()
    original = applying._require_turn  # noqa: SLF001 - each transaction of the list begins so
    for stop_at in range(1, 200):
        turns = iter(range(1, stop_at + 2))

        def cut(import_id: int, done: int, turns: Iterator[int] = turns, at: int = stop_at) -> None:
            original(import_id, done)
            if next(turns) == at:
                raise KeyboardInterrupt

        monkeypatch.setattr(applying, "_require_turn", cut)
        try:
            counts = sheet.apply(4)
        except KeyboardInterrupt:
            db.session.rollback()
            continue
        break
    monkeypatch.undo()
    assert counts == told
    assert progress_is_exact(sheet.now)
    assert stop_at > 3
    listed = [number for _, _, number, *_ in staff_of(ours)]
    assert {each[1] for each in rows[:9]} <= set(listed)
    entries = make.count(AuditEntry)
    again = upload(rows)
    again.check()
    assert set(again.apply()) <= {"known", "refused"}
    assert make.count(AuditEntry) == entries + 1


def test_of_two_runs_of_one_list_the_second_stops(
    make: Factory, upload: Callable[..., Sheet]
) -> None:
    sheet = upload(new_rows(make, 6))
    sheet.check()

    def meanwhile(*_: object) -> None:
        with transaction():
            db.session.get_one(StaffImport, sheet.id).applied_to = 5

    pace = Pace(size=3, pause=0)
    with pytest.raises(ImportMovedOn):
        apply_list(sheet.id, sheet.scope, meanwhile, now=sheet.now, pace=pace)


def test_whoever_comes_between_check_and_use_stops_no_list(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    theirs = make.institution()
    rows = new_rows(make, 5)
    sheet = upload(rows)
    sheet.check()
    make.learner("Rival", at=theirs, email="p1@contoh.example")
    make.learner("Sri Uji", at=ours, confirmed=False, email="p2@contoh.example")
    assert sheet.apply(10) == {"new": 3, "refused": 1, "confirmed": 1}
    assert progress_is_exact(make.now)
    assert {each[0] for each in staff_of(theirs)} == {"Rival"}


def test_whom_a_list_puts_where_something_has_ended_since_the_check_goes_on(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    with transaction():
        old, new = (add_unit(ours.id, name).id for name in ("Dinas Lama", "Dinas Baru"))
    sheet = upload([row("Sri Uji", make.employee_number(), "", "Dinas Lama")])
    sheet.check()
    with transaction():
        db.session.execute(
            update(Unit).where(Unit.id == old).values(ended_on=make.today, successor_id=new)
        )
    assert sheet.apply() == {"new": 1}
    with read_only():
        job = db.session.scalars(select(Job).where(Job.kind == RELOCATION)).one()
    relocate(Run(1, RELOCATION, job.arguments, None, frozenset(), 1, "a"), clock=lambda: make.now)
    assert {each[3] for each in staff_of(ours)} == {new}


@pytest.mark.parametrize("how", ["to another institution", "closed", "out of reach"])
def test_what_has_become_of_a_unit_since_the_check_is_asked_before_it_is_used(
    make: Factory, ours: InstitutionRef, now: datetime, how: str
) -> None:
    """A unit that is another officer's by now takes nobody of the list, new ones neither."""
    theirs = make.institution("Kota Lain")
    with transaction():
        unit, other = add_unit(ours.id, "Dinas A"), add_unit(ours.id, "Dinas B")
        part, there = add_unit(ours.id, "Bidang A", parent=unit), add_unit(theirs.id, "Bidang A")
        part_id, there_id, branch = part.id, there.id, Branch(ours.id, unit.id, unit.path)
        path_below_other = f"{other.path}{part.id}/"
    scope = (
        scope_at(ours)
        if how == "to another institution"
        else Scope(None, frozenset(), frozenset({branch}))
    )
    known = make.learner("Ayu", at=ours)
    with transaction():
        db.session.execute(
            update(Posting).where(Posting.account_id == known.id).values(unit_id=branch.unit_id)
        )
        announce(PostingsChanged(account_ids=(known.id,), now=now))
    rows = [
        row("Ayu", known.number, "", "Bidang A"),
        *(row("Baru", make.employee_number(), "", name) for name in ("Bidang A", "Dinas A")),
    ]
    sheet = Sheet(rows, scope, ours.id, now)
    assert sheet.check() == {"changed": 1, "new": 2}
    ended: dict[str, object] = {"ended_on": make.today}
    changes: dict[str, dict[str, object]] = {
        "to another institution": {**ended, "successor_id": there_id},
        "closed": ended,
        "out of reach": {"path": path_below_other},
    }
    with transaction():
        db.session.execute(update(Unit).where(Unit.id == part_id).values(**changes[how]))
    assert sheet.apply() == {"new": 1, "refused": 2}
    assert all("berpindah" in reason for reason in sheet.reasons().values())
    assert {each[3] for each in staff_of(ours)} == {branch.unit_id}
    assert staff_of(theirs) == set()
    assert progress_is_exact(now)


class Interrupted(Pace):
    """A pace at which something else happens after the first turn."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__(size=1, pause=0)
        self._meanwhile: Callable[[], None] | None = meanwhile

    @contextmanager
    def turn(self) -> Iterator[None]:
        with super().turn():
            yield
        happens, self._meanwhile = self._meanwhile, None
        if happens is not None:
            happens()


def test_a_unit_that_goes_to_another_officer_meanwhile_takes_nobody_more(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet], now: datetime
) -> None:
    theirs = make.institution("Kota Lain")
    with transaction():
        unit_id = add_unit(ours.id, "Dinas A").id

    def transfer() -> None:
        with transaction():
            transfer_unit(Editor(None, None), unit_id, theirs.id, on=make.today, now=now)

    rows = [row(name, make.employee_number(), "", "Dinas A") for name in ("Ayu", "Budi", "Citra")]
    sheet = upload(rows)
    sheet.check()
    apply_list(sheet.id, sheet.scope, lambda *_: None, now=now, pace=Interrupted(transfer))
    assert sheet.verdicts() == {2: Verdict.NEW, 3: Verdict.REFUSED, 4: Verdict.REFUSED}
    assert {each[0] for each in staff_of(ours) | staff_of(theirs)} == {"Ayu"}


def test_a_list_of_an_institution_that_has_ended_since_the_check_is_not_put_in_force(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    officer = make.officer(at=ours)
    import_id = make.staff_list(officer)
    with transaction():
        db.session.execute(
            update(StaffImport).where(StaffImport.id == import_id).values(state=ImportState.CHECKED)
        )
        db.session.execute(
            update(Institution).where(Institution.id == ours.id).values(ended_on=make.today)
        )
    with pytest.raises(HasEnded), transaction():
        ask_to_apply(
            get_principal(officer.id), import_id, ends_absent=False, language="id", now=now
        )


def test_a_batch_takes_as_many_statements_however_many_people_it_has(
    make: Factory, upload: Callable[..., Sheet], statements: Statements
) -> None:
    lengths = []
    for count in (5, 60):
        sheet = upload(new_rows(make, count))
        sheet.check()
        with statements() as log:
            sheet.apply()
        lengths.append(len(log))
    assert lengths[0] == lengths[1]


def test_whom_a_batch_changes_is_announced_once(
    make: Factory,
    ours: InstitutionRef,
    upload: Callable[..., Sheet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(storing, "announce", heard.append)
    known = make.learner("Siti", at=ours)
    rows = [*new_rows(make, 4), row("Siti Baru", known.number, known.email)]
    sheet = upload(rows)
    sheet.check()
    sheet.apply()
    (postings,) = [each for each in heard if isinstance(each, PostingsChanged)]
    (people,) = [each for each in heard if isinstance(each, PeopleChanged)]
    assert postings.account_ids == people.account_ids == (known.id,)
    (new,) = [each for each in heard if isinstance(each, PeoplePosted)]
    assert len(new.account_ids) == 4
    assert known.id not in new.account_ids
    assert list(new.account_ids) == sorted(new.account_ids)


def test_uploads_are_ones_own_and_are_forgotten(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    officer, colleague = make.officer("Ratna", at=ours), make.officer("Oki", at=ours)
    import_id = make.staff_list(officer)
    with read_only():
        assert get_own_import(get_principal(officer.id), import_id).state is ImportState.UPLOADED
        with pytest.raises(NoSuchImport):
            get_own_import(get_principal(colleague.id), import_id)
    later = make.now + timedelta(days=1)
    with read_only():
        assert not has_old_imports(now=make.now)
        assert has_old_imports(now=later)
    forget_old_imports(now=later)
    assert (make.count(StaffImport), make.count(StaffImportPiece)) == (0, 0)


def test_what_is_in_force_is_forgotten_after_two_weeks(
    make: Factory, upload: Callable[..., Sheet]
) -> None:
    sheet = upload(new_rows(make, 3))
    sheet.check()
    sheet.apply()
    forget_old_imports(now=sheet.now + KEPT_FOR - timedelta(hours=1))
    assert make.count(StaffImportLine) == 3
    forget_old_imports(now=sheet.now + KEPT_FOR)
    assert (make.count(StaffImport), make.count(StaffImportLine)) == (0, 0)
    assert make.count(Posting) == 3


def test_a_list_is_confirmed_once_and_by_its_own_officer(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    officer, colleague = make.officer("Ratna", at=ours), make.officer("Oki", at=ours)
    import_id = make.staff_list(officer)
    with read_only():
        (preview,) = get_own_import(get_principal(officer.id), import_id).previews

    def confirm(who: Person) -> None:
        with transaction():
            confirm_columns(
                get_principal(who.id),
                import_id,
                preview.columns,
                is_whole=False,
                adds_units=False,
                replaces_addresses=False,
                language="id",
                now=now,
            )

    with pytest.raises(NoSuchImport):
        confirm(colleague)
    confirm(officer)
    with pytest.raises(ImportMovedOn):
        confirm(officer)


def test_who_moves_to_us_by_our_list_leaves_where_they_were(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    """Not by a number alone: the name has to be theirs, too."""
    theirs = make.institution()
    siti = make.learner("Siti Aminah", at=theirs)
    wrong = upload([row("Budi Santoso", siti.number, siti.email)])
    assert wrong.check() == {"refused": 1}
    assert "Siti" not in str(wrong.lines())
    sheet = upload([row("Siti Aminah, S.H.", siti.number, siti.email)])
    assert sheet.check() == {"moved_in": 1}
    assert sheet.apply() == {"moved_in": 1}
    assert {each[2] for each in staff_of(ours)} == {siti.number}
    assert staff_of(theirs) == set()
    assert upload([row("Siti Aminah", siti.number, siti.email)]).check() == {"known": 1}


def test_no_officers_list_takes_whom_another_institution_vouches_for(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    # With a code or another address they could then sign in as them.
    theirs = make.institution()
    wulan = make.learner("Wulan Contoh", at=theirs)
    officer = make.officer(at=ours)
    before = staff_of(theirs)
    sheet = upload([row("Wulan Contoh", wulan.number, wulan.email)], officer.id)
    sheet.check()
    assert sheet.verdicts() == {2: Verdict.REFUSED}
    sheet.apply()
    assert staff_of(theirs) == before


def test_who_has_died_by_the_list_is_written_to_no_more(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet]
) -> None:
    hadi = make.learner("Hadi", at=ours, password="jendela-batu-sawah-9")
    with transaction():
        db.session.execute(update(Posting).values(started_on=date(2020, 1, 1)))
    rows = [row("Hadi", hadi.number, "", "", "meninggal", "15-05-2026")]
    sheet = upload(rows)
    assert sheet.check() == {"leaving": 1}
    assert sheet.apply() == {"leaving": 1}
    with read_only():
        account = db.session.get_one(Account, hadi.id)
        assert account.closed_at is not None
        assert account.email is None
    assert staff_of(ours) == set()
    assert upload(rows).check() == {"known": 1}


@pytest.mark.parametrize("replaces", [False, True])
def test_whoever_used_another_address_is_told_of_and_gets_a_link_where_the_list_has_them(
    make: Factory, ours: InstitutionRef, upload: Callable[..., Sheet], replaces: bool
) -> None:
    """Whom a list takes the password from, and nobody else, is counted, and mailed the way in."""
    used = make.learner("Ayu", at=ours, confirmed=replaces, password="melati-kopi-9-sungai")
    unused = make.learner("Budi", at=ours, confirmed=False)
    same = make.learner("Citra", at=ours, confirmed=False, password="melati-kopi-9-sungai")
    rows = [
        row("Ayu", used.number, "ayu@kantor.example"),
        row("Budi", unused.number, "budi@kantor.example"),
        row("Citra", same.number, same.email),
    ]
    sheet = upload(rows, replaces_addresses=replaces)
    sheet.check()
    readdressed, *_ = sheet.lines(Verdict.READDRESSED)
    assert [readdressed.name] == ["Ayu"]
    assert "tautan untuk memilih kata sandi dikirim" in str(readdressed.reason)
    assert [each.name for each in sheet.lines(Verdict.CONFIRMED)] == ["Budi", "Citra"]
    sheet.apply()
    sent = {mail.recipient: mail.body for mail in db.session.scalars(select(OutboxMessage))}
    assert sent.keys() == {"ayu@kantor.example", used.email, same.email}
    assert "link:" not in sent[same.email]
    token = re.search(r"link:(\S+)", sent["ayu@kantor.example"])
    assert token
    assert "di sana ada tautan untuk memilih kata sandi" in " ".join(sent[used.email].split())
    with transaction():
        choose_password(token[1], "hutan-susu-perahu-4", now=sheet.now)
    assert sign_in(used.number, "hutan-susu-perahu-4", "", now=sheet.now)
