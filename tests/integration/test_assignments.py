"""Assignments: who is asked, who has done it, and which mail tells of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from lms.accounts.enums import Digest, Role
from lms.accounts.mail_preferences import MailWishes, get_mail_wishes, set_mail_wishes
from lms.accounts.models import Account
from lms.announcements import announce
from lms.assignments.errors import (
    AssignmentWithdrawn,
    DueDatePast,
    ModuleNotOffered,
    NobodyChosen,
    NoSuchAssignee,
    NoSuchAssignment,
    PeopleUnknown,
    PlaceNotOwn,
)
from lms.assignments.models import AssigneeState, Assignment, Reminder
from lms.assignments.queries import (
    count_overdue,
    get_assignment,
    list_assignments,
    list_own_duties,
)
from lms.assignments.reminders import Addresses, remind_some
from lms.assignments.roster import MailState, count_mail, list_assignees
from lms.assignments.rules import CEILING
from lms.assignments.service import (
    AssignmentWish,
    assign_to_filter,
    assign_to_numbers,
    assign_to_place,
    assign_to_postings,
    change_due_date,
    withdraw_assignee,
    withdraw_assignment,
)
from lms.assignments.settling import list_unsettled, look_through_running, settle
from lms.db import db, transaction
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting
from lms.institutions.notifications import list_officers_to_notify, notify_officer
from lms.institutions.people.merging import merge_staff, separate_staff
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from lms.mail import OutboxMessage
from lms.progress.filters import StaffFilter
from lms.progress.rules import Status
from tests.factories import Book, Factory, InstitutionRef, Person
from tests.pocketbooks import Source

ADDRESSES = Addresses(
    learning="https://sakuham.example/belajar",
    activation="https://sakuham.example/aktivasi",
    stop=lambda account_id: f"https://sakuham.example/berhenti/{account_id}",
)
# A Wednesday morning in all three zones.
MORNING = datetime(2026, 6, 3, 3, tzinfo=UTC)
DUE = date(2026, 6, 30)


@dataclass(frozen=True)
class Office:
    """An institution with an officer, two people and a book."""

    ours: InstitutionRef
    theirs: InstitutionRef
    officer: Person
    stranger: Person
    ayu: Person
    budi: Person
    book: Book

    @property
    def wish(self) -> AssignmentWish:
        """The book, until the end of June."""
        return AssignmentWish(self.book.module_id, DUE, "Demi akreditasi.")


@pytest.fixture
def office(make: Factory) -> Office:
    """Ayu and Budi work at `ours`."""
    ours, theirs = make.institution(), make.institution()
    return Office(
        ours,
        theirs,
        make.officer("Ratna", at=ours),
        make.officer("Oki", at=theirs),
        make.learner("Ayu", at=ours, password="x"),
        make.learner("Budi", at=ours),
        make.book(),
    )


def assign(office: Office, *, at: datetime = MORNING, wish: AssignmentWish | None = None) -> int:
    """Ask everybody of the office; the assignment's key."""
    with transaction():
        made = assign_to_place(
            office.officer.scope, office.ours.id, None, wish or office.wish, now=at
        )
        return made.id


def remind(at: datetime) -> int:
    """Do what the job does; how many messages were written."""
    before = db.session.scalar(select(func.count()).select_from(Reminder)) or 0
    db.session.rollback()
    count = 1
    while count:
        with transaction():
            count = remind_some(ADDRESSES, now=at)
    return (db.session.scalar(select(func.count()).select_from(Reminder)) or 0) - before


def days_later(days: int) -> datetime:
    """The same hour some days later."""
    return MORNING + timedelta(days=days)


def mail_of(person: Person) -> list[str]:
    """The subjects of what a person got about assignments, the oldest first."""
    rows = db.session.scalars(
        select(OutboxMessage.subject)
        .join(Reminder, Reminder.message_id == OutboxMessage.id)
        .where(OutboxMessage.recipient == person.email)
        .order_by(OutboxMessage.id)
    )
    return list(rows)


def names(office: Office, assignment_id: int, state: AssigneeState) -> list[str]:
    """Who is in a state."""
    page = list_assignees(office.officer.scope, assignment_id, state)
    return [row.name for row in page.rows]


def test_everybody_of_an_institution_is_asked_and_sees_it(office: Office) -> None:
    key = assign(office)
    assert names(office, key, AssigneeState.OPEN) == ["Ayu", "Budi", "Ratna"]
    (duty,) = list_own_duties(office.ayu.id, now=MORNING)
    assert (duty.slug, duty.due_on, duty.days_left) == (office.book.slug, DUE, 27)
    assert duty.words == "Demi akreditasi."
    assert list_own_duties(office.stranger.id, now=MORNING) == []
    assert list_unsettled() == []


def test_who_holds_a_certificate_of_before_has_done_it(make: Factory, office: Office) -> None:
    issued = make.certificate(office.ayu, office.book)
    key = assign(office)
    assert names(office, key, AssigneeState.DONE) == ["Ayu"]
    make.revoke(issued)
    assert names(office, key, AssigneeState.DONE) == []
    assert "Ayu" in names(office, key, AssigneeState.OPEN)


def test_a_person_whose_accounts_are_merged_has_done_it_with_either_until_they_are_parted(
    make: Factory, office: Office
) -> None:
    make.certificate(office.budi, office.book)
    key = assign(office)
    assert names(office, key, AssigneeState.DONE) == ["Budi"]
    with transaction():
        merge_id = merge_staff(
            office.officer.scope,
            office.ayu.posting_id or 0,
            office.budi.posting_id or 0,
            "Berganti nama; KTP sudah dilihat.",
            now=MORNING,
            is_sure=True,
        )
    assert names(office, key, AssigneeState.DONE) == ["Ayu"]
    assert names(office, key, AssigneeState.OPEN) == ["Ratna"]
    assert remind(MORNING) == 1
    with transaction():
        separate_staff(office.officer.scope, merge_id, "Ternyata dua orang.", now=MORNING)
    assert names(office, key, AssigneeState.DONE) == ["Budi"]
    assert names(office, key, AssigneeState.OPEN) == ["Ayu", "Ratna"]


def test_a_certificate_that_has_expired_is_none(make: Factory, office: Office) -> None:
    book = make.book(source=Source(slug="berjangka", code="UJI-77", term="1 bulan"))
    make.certificate(office.ayu, book, at=MORNING)
    for months, done in ((0, ["Ayu"]), (2, [])):
        at = days_later(31 * months)
        wish = AssignmentWish(book.module_id, (at + timedelta(days=20)).date())
        assert names(office, assign(office, at=at, wish=wish), AssigneeState.DONE) == done


def test_who_passes_has_done_it_at_that_moment(make: Factory, office: Office) -> None:
    key = assign(office)
    make.certificate(office.budi, office.book)
    view = get_assignment(office.officer.scope, key, now=MORNING)
    assert (view.done_count, view.open_count) == (1, 2)
    assert list_own_duties(office.budi.id, now=MORNING) == []
    assert remind(MORNING) == 2


def test_people_are_chosen_by_their_numbers(office: Office) -> None:
    with transaction():
        (made,) = assign_to_numbers(
            office.officer.scope, [office.budi.number] * 2, office.wish, now=MORNING
        )
        key = made.id
    assert names(office, key, AssigneeState.OPEN) == ["Budi"]


@pytest.mark.parametrize("way", ["numbers", "postings", "place"])
def test_nobody_assigns_to_anothers_people(office: Office, way: str) -> None:
    scope, wish = office.stranger.scope, office.wish
    assert office.ayu.posting_id is not None
    ids, place = [office.ayu.posting_id], office.ours.id
    ways: dict[str, Callable[[], object]] = {
        "numbers": lambda: assign_to_numbers(scope, [office.ayu.number], wish, now=MORNING),
        "postings": lambda: assign_to_postings(scope, ids, wish, now=MORNING),
        "place": lambda: assign_to_place(scope, place, None, wish, now=MORNING),
    }
    with pytest.raises((PeopleUnknown, NobodyChosen, PlaceNotOwn)), transaction():
        ways[way]()
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_who_is_not_confirmed_is_not_asked(make: Factory, office: Office) -> None:
    umar = make.learner("Umar", at=office.ours, confirmed=False)
    key = assign(office)
    assert "Umar" not in names(office, key, AssigneeState.OPEN)
    with pytest.raises(PeopleUnknown, match=umar.number):
        assign_to_numbers(office.officer.scope, [umar.number], office.wish, now=MORNING)


@pytest.mark.parametrize("days", [0, -1, 800])
def test_a_due_date_lies_ahead_and_not_too_far(office: Office, days: int) -> None:
    wish = AssignmentWish(office.book.module_id, MORNING.date() + timedelta(days=days))
    with pytest.raises(DueDatePast), transaction():
        assign_to_place(office.officer.scope, office.ours.id, None, wish, now=MORNING)


def test_only_a_module_that_is_offered_is_assigned(office: Office) -> None:
    wish = AssignmentWish(999_999, DUE)
    with pytest.raises(ModuleNotOffered), transaction():
        assign_to_place(office.officer.scope, office.ours.id, None, wish, now=MORNING)


def branch_of(make: Factory, office: Office) -> tuple[int, int, Scope]:
    """A unit with one below it, where Ayu works; and the scope of who holds the upper one."""
    with make.inside(), transaction():
        upper = add_unit(office.ours.id, "Dinas Pendidikan")
        lower = add_unit(office.ours.id, "Bidang SD", parent=upper)
        upper_id, lower_id, path = upper.id, lower.id, upper.path
        db.session.execute(
            update(Posting).where(Posting.id == office.ayu.posting_id).values(unit_id=lower_id)
        )
        announce(PostingsChanged(account_ids=(office.ayu.id,), now=MORNING))
    scope = Scope(
        office.officer.id, frozenset(), frozenset({Branch(office.ours.id, upper_id, path)})
    )
    return upper_id, lower_id, scope


def test_a_unit_is_asked_with_all_below_it_by_who_holds_it_alone(
    make: Factory, office: Office
) -> None:
    upper, _, scope = branch_of(make, office)
    with transaction():
        key = assign_to_place(scope, office.ours.id, upper, office.wish, now=MORNING).id
    assert names(office, key, AssigneeState.OPEN) == ["Ayu"]
    assert [view.id for view in list_assignments(scope, page=1, now=MORNING)] == [key]
    with pytest.raises(PlaceNotOwn), transaction():
        assign_to_place(scope, office.ours.id, None, office.wish, now=MORNING)
    with pytest.raises(PeopleUnknown):
        assign_to_numbers(scope, [office.budi.number], office.wish, now=MORNING)
    for stranger in (office.stranger.scope, Scope(1, frozenset(), frozenset())):
        with pytest.raises(NoSuchAssignment):
            get_assignment(stranger, key, now=MORNING)


def test_an_officer_of_a_unit_does_not_reach_what_the_whole_institution_is_asked(
    make: Factory, office: Office
) -> None:
    key = assign(office)
    _, _, scope = branch_of(make, office)
    assert list_assignments(scope, page=1, now=MORNING) == []
    for act in (withdraw_assignment,):
        with pytest.raises(NoSuchAssignment), transaction():
            act(scope, key, now=MORNING)
    with pytest.raises(NoSuchAssignment), transaction():
        change_due_date(scope, key, DUE + timedelta(days=1), now=MORNING)
    with pytest.raises(NoSuchAssignment), transaction():
        withdraw_assignee(scope, key, office.ayu.id, now=MORNING)


def test_newcomers_are_asked_by_the_next_night_and_who_leaves_no_longer(
    make: Factory, office: Office
) -> None:
    key = assign(office)
    make.learner("Citra", at=office.ours)
    with transaction():  # without a word of it
        db.session.execute(
            update(Posting)
            .where(Posting.account_id == office.budi.id)
            .values(institution_id=office.theirs.id)
        )
    with transaction():
        assert look_through_running(now=days_later(1)) == 1
    assert list_unsettled() == [key]
    assert settle(key, now=days_later(1)) == 1
    assert names(office, key, AssigneeState.OPEN) == ["Ayu", "Citra", "Ratna"]
    assert list_own_duties(office.budi.id, now=MORNING) == []
    assert settle(key, now=days_later(1)) == 0
    assert list_unsettled() == []


def test_who_was_chosen_brings_nobody_else(make: Factory, office: Office) -> None:
    with transaction():
        key = assign_to_numbers(
            office.officer.scope, [office.ayu.number], office.wish, now=MORNING
        )[0].id
    settle(key, now=MORNING)
    assert names(office, key, AssigneeState.OPEN) == ["Ayu"]


def test_whoever_works_elsewhere_is_shown_to_the_former_officer_no_more(
    make: Factory, office: Office
) -> None:
    key = assign(office)
    make.move(office.ayu, office.theirs)
    for state in AssigneeState:
        assert "Ayu" not in names(office, key, state)
    view = get_assignment(office.officer.scope, key, now=MORNING)
    assert view.open_count == 2
    with pytest.raises(NoSuchAssignee), transaction():
        withdraw_assignee(office.officer.scope, key, office.ayu.id, now=MORNING)


def test_a_filter_is_kept_and_finds_others_later(make: Factory, office: Office) -> None:
    make.reading(office.ayu, office.book, 1)
    other = make.book("tema-dua")
    wanted = StaffFilter(
        module_id=office.book.module_id, module_status=Status.STARTED, is_confirmed=None
    )
    with transaction():
        (made,) = assign_to_filter(
            office.officer.scope, wanted, AssignmentWish(other.module_id, DUE), now=MORNING
        )
        key = made.id
    assert names(office, key, AssigneeState.OPEN) == ["Ayu"]
    make.reading(office.budi, office.book, 1)
    make.reading(make.learner("Citra", at=office.ours, confirmed=False), office.book, 1)
    settle(key, now=days_later(1))
    assert names(office, key, AssigneeState.OPEN) == ["Ayu", "Budi"]


def test_a_filter_reaches_no_further_than_its_officer(make: Factory, office: Office) -> None:
    upper, lower, scope = branch_of(make, office)
    for place in (StaffFilter(), StaffFilter(unit_id=upper), StaffFilter(unit_id=lower)):
        with transaction():
            (made,) = assign_to_filter(scope, place, office.wish, now=MORNING)
            key = made.id
        assert names(office, key, AssigneeState.OPEN) == ["Ayu"]
        settle(key, now=MORNING)
        assert names(office, key, AssigneeState.OPEN) == ["Ayu"]
    wanted = StaffFilter(institution_id=office.ours.id)
    with pytest.raises(PlaceNotOwn), transaction():
        assign_to_filter(office.stranger.scope, wanted, office.wish, now=MORNING)


def test_what_is_over_for_three_weeks_is_looked_through_no_more(office: Office) -> None:
    assign(office)
    with transaction():
        assert look_through_running(now=days_later(60)) == 0


# Reminders


def test_reminders_come_at_their_days_until_it_is_done(make: Factory, office: Office) -> None:
    assign(office)
    assert remind(MORNING) == 3
    assert remind(MORNING) == 0
    assert remind(days_later(19)) == 0
    assert remind(days_later(20)) == 3
    make.certificate(office.ayu, office.book)
    assert remind(days_later(26)) == 2
    assert len(mail_of(office.ayu)) == 2
    assert mail_of(office.budi) == ["Penugasan sampai 30 Juni 2026: Nilai Contoh"] * 3


@pytest.mark.parametrize(
    ("zone", "opens"), [("Asia/Jakarta", 0), ("Asia/Makassar", -1), ("Asia/Jayapura", -2)]
)
def test_no_mail_is_written_at_night_in_the_persons_own_zone(
    make: Factory, zone: str, opens: int
) -> None:
    place, book = make.institution(zone=zone), make.book()
    scope = make.officer(at=place).scope
    midnight = datetime(2026, 6, 3, 17, tzinfo=UTC) + timedelta(hours=opens)
    assert midnight.astimezone(ZoneInfo(zone)).hour == 0
    with transaction():
        assign_to_place(scope, place.id, None, AssignmentWish(book.module_id, DUE), now=midnight)
    written = [
        moment.astimezone(ZoneInfo(zone)).hour
        for moment in (midnight + timedelta(hours=hour) for hour in range(30))
        if remind(moment)
    ]
    assert written == [7]


def test_nobody_gets_more_than_two_in_a_week_and_several_are_told_in_one(
    make: Factory, office: Office
) -> None:
    books = [office.book, *(make.book(f"tema-{number}") for number in range(2, 6))]
    for day, book in enumerate(books):
        with transaction():
            assign_to_numbers(
                office.officer.scope,
                [office.ayu.number],
                AssignmentWish(book.module_id, date(2026, 8, 31)),
                now=days_later(day),
            )
        remind(days_later(day))
    assert len(mail_of(office.ayu)) == CEILING
    for day in range(5, 11):
        remind(days_later(day))
    assert mail_of(office.ayu)[2:] == ["3 penugasan buku saku Anda"]


def test_over_a_year_of_assignments_the_ceiling_holds_on_every_day(
    make: Factory, office: Office
) -> None:
    book, other = office.book, make.book("tema-dua")
    for week in range(8):
        with transaction():
            assign_to_numbers(
                office.officer.scope,
                [office.ayu.number],
                AssignmentWish(
                    (book if week % 2 else other).module_id, days_later(week * 5 + 9).date()
                ),
                now=days_later(week * 5),
            )
        for day in range(5):
            remind(days_later(week * 5 + day))
    moments = sorted(db.session.scalars(select(Reminder.written_at)))
    assert len(moments) > 5
    for first, third in zip(moments, moments[2:], strict=False):
        assert third - first >= timedelta(days=7)


def test_who_wants_no_reminders_gets_none_and_is_asked_all_the_same(office: Office) -> None:
    with transaction():
        set_mail_wishes(office.ayu.id, MailWishes(reminders=False), now=MORNING)
    key = assign(office)
    assert remind(MORNING) == 2
    assert mail_of(office.ayu) == []
    assert len(list_own_duties(office.ayu.id, now=MORNING)) == 1
    rows = list_assignees(office.officer.scope, key, AssigneeState.OPEN).rows
    assert [row.mail for row in rows] == [
        MailState.UNWANTED,
        MailState.WAITING,
        MailState.WAITING,
    ]


def test_a_wish_about_mail_can_be_changed(office: Office) -> None:
    for wishes in (MailWishes(reminders=False, digest=Digest.OFF), MailWishes()):
        with transaction():
            set_mail_wishes(office.ayu.id, wishes, now=MORNING)
        assert get_mail_wishes(office.ayu.id) == wishes


def test_a_moved_date_is_told(office: Office) -> None:
    key = assign(office)
    remind(MORNING)
    with transaction():
        change_due_date(office.officer.scope, key, date(2026, 7, 31), now=days_later(1))
    settle(key, now=days_later(1))
    assert remind(days_later(1)) == 3
    assert mail_of(office.ayu)[-1] == "Penugasan sampai 31 Juli 2026: Nilai Contoh"
    assert remind(days_later(2)) == 0


def test_a_withdrawal_is_told_to_who_was_told_and_asked_of_nobody(office: Office) -> None:
    key = assign(office)
    remind(MORNING)
    with transaction():
        withdraw_assignment(office.officer.scope, key, now=days_later(1))
    assert list_own_duties(office.ayu.id, now=MORNING) == []
    settle(key, now=days_later(1))
    assert remind(days_later(1)) == 3
    assert mail_of(office.ayu)[-1] == "Penugasan ditarik: Nilai Contoh"
    assert remind(days_later(30)) == 0
    with pytest.raises(AssignmentWithdrawn), transaction():
        withdraw_assignment(office.officer.scope, key, now=days_later(1))


def test_one_person_is_taken_out(office: Office) -> None:
    key = assign(office)
    with transaction():
        withdraw_assignee(office.officer.scope, key, office.ayu.id, now=MORNING)
    assert names(office, key, AssigneeState.OPEN) == ["Budi", "Ratna"]
    settle(key, now=MORNING)
    assert names(office, key, AssigneeState.OPEN) == ["Budi", "Ratna"]
    assert remind(MORNING) == 2


def test_mail_that_was_given_up_is_told_with_a_masked_address(office: Office) -> None:
    key = assign(office)
    remind(MORNING)
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.recipient == office.ayu.email)
        .values(due_at=None, failure="SMTPRecipientsRefused", body="")
    )
    db.session.commit()
    row = list_assignees(office.officer.scope, key, AssigneeState.OPEN).rows[0]
    assert (row.mail, row.masked_email) == (MailState.GIVEN_UP, "p•••@contoh-a.example")
    assert count_mail(office.officer.scope, key) == {MailState.GIVEN_UP: 1, MailState.WAITING: 2}


def test_who_has_never_signed_in_is_shown_the_way_in_and_not_greeted_by_name(
    office: Office,
) -> None:
    assign(office)
    remind(MORNING)
    bodies = dict(
        db.session.execute(select(OutboxMessage.recipient, OutboxMessage.body)).fetchall()
    )
    assert "Yth. Ayu," in bodies[office.ayu.email]
    assert "aktivasi" not in bodies[office.ayu.email]
    assert "Yth. Bapak/Ibu," in bodies[office.budi.email]
    assert "/aktivasi" in bodies[office.budi.email]


def test_the_list_goes_on_after_a_page(make: Factory, office: Office) -> None:
    with make.at_once():
        for number in range(60):
            make.learner(f"Pegawai {number:02}", at=office.ours)
    key = assign(office)
    seen, after = [], None
    while True:
        page = list_assignees(office.officer.scope, key, AssigneeState.OPEN, after=after)
        seen += [row.name for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == 63
    assert seen == sorted(seen)


def test_what_is_late_is_counted_for_its_officers(office: Office) -> None:
    assign(office)
    assert count_overdue(office.officer.scope, now=MORNING) == 0
    assert count_overdue(office.officer.scope, now=days_later(30)) == 1
    assert count_overdue(office.stranger.scope, now=days_later(30)) == 0


# Officers' digests


def waiting_officers(now: datetime) -> list[int]:
    """Who is written now."""
    return [each.officer_id for each in list_officers_to_notify(now=now)]


@pytest.mark.parametrize(
    ("digest", "days"), [(Digest.DAILY, 1), (Digest.WEEKLY, 7), (Digest.OFF, None)]
)
def test_an_officer_hears_at_once_and_then_as_often_as_they_wish(
    make: Factory, now: datetime, digest: Digest, days: int | None
) -> None:
    place = make.institution()
    officer = make.learner(at=place, password="x", roles=((Role.HR_OFFICER, place),))
    with transaction():
        set_mail_wishes(officer.id, MailWishes(digest=digest), now=now)
    make.learner("Umar", at=place, confirmed=False, password="x")
    assert waiting_officers(now) == ([] if days is None else [officer.id])
    if days is None:
        return
    with transaction():
        for each in list_officers_to_notify(now=now):
            notify_officer(each, "https://sakuham.example/", str, now=now)
    make.learner("Vina", at=place, confirmed=False, password="x")
    assert waiting_officers(now + timedelta(days=days, minutes=-1)) == []
    assert waiting_officers(now + timedelta(days=days)) == [officer.id]
    assert db.session.scalar(select(func.count()).select_from(Account)) == 3
