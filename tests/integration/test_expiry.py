"""Certificates that are in force up to a day: the term, its end, and another pass after it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.certificates.enums import RevocationGround
from lms.certificates.errors import HasSuccessor, NotInForce
from lms.certificates.hours import hours_by_year
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.own_certificates import find_own_certificate, list_own_certificates
from lms.certificates.queries import get_any_certificate
from lms.certificates.service import (
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from lms.checking.references import check_references
from lms.checking.verdicts import Verdict
from lms.db import db
from lms.learning.errors import AlreadyPassed
from lms.learning.models import Enrolment
from lms.learning.queries import find_progress, find_quiz_access, get_own_book, has_lapsed
from lms.learning.service import enrol_in_edition, reopen_lapsed
from lms.pocketbooks.models import Release
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from lms.progress.staff import get_person
from lms.reporting.personal_data import gather_personal_data
from tests.factories import PATTERN, REASON, Book, Factory, Issued, Person, later
from tests.pocketbooks import Source

LAST = date(2028, 5, 19)
AFTER = LAST + timedelta(days=1)
MISTAKE = RevocationGround.MISTAKE
# The first moment after the last day in the capital, which is two hours into the day in the east.
END = datetime(2028, 5, 19, 17, 0, tzinfo=UTC)


@pytest.fixture
def book(make: Factory) -> Book:
    """A pocketbook whose certificates are in force for two years."""
    return make.book(source=Source(term="24 bulan"))


@pytest.fixture
def issued(make: Factory, book: Book) -> Issued:
    """A certificate of it, in force up to `LAST`."""
    return make.certificate(make.learner("Ayu", at=make.institution()), book)


def row_of(issued: Issued) -> Certificate:
    """A certificate as it is stored."""
    db.session.expire_all()
    return db.session.get_one(Certificate, issued.id)


def lapse(today: date = AFTER) -> int:
    """What the job of the rounds does on a day."""
    opened = reopen_lapsed(today=today)
    db.session.commit()
    return opened


def state_of_quiz(issued: Issued, now: datetime) -> str:
    """What stands between the holder and the quiz."""
    account_id = issued.person.id
    book, progress = get_own_book(account_id, issued.book.slug)
    return find_quiz_access(account_id, book, progress, now=now).state


def test_the_term_of_the_release_gives_the_last_day(make: Factory, issued: Issued) -> None:
    assert db.session.scalars(select(Release.valid_months)).all() == [24]
    assert row_of(issued).valid_until == LAST
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert enrolment.completed_until == LAST


def test_without_a_term_it_is_in_force_for_good(make: Factory) -> None:
    issued = make.certificate()
    assert row_of(issued).valid_until is None
    assert not has_lapsed(today=date(2100, 1, 1))
    assert lapse(date(2100, 1, 1)) == 0


@pytest.mark.parametrize(
    ("zone", "completed_on", "last"),
    [
        ("Asia/Jakarta", date(2026, 5, 31), date(2026, 6, 29)),
        ("Asia/Jayapura", date(2026, 6, 1), date(2026, 6, 30)),
    ],
)
def test_the_term_begins_on_the_day_where_the_person_works(
    make: Factory, zone: str, completed_on: date, last: date
) -> None:
    at = datetime(2026, 5, 31, 16, 30, tzinfo=UTC)  # 23.30 WIB, 01.30 WIT of the next day
    person = make.learner(at=make.institution(zone=zone))
    row = row_of(make.certificate(person, make.book(source=Source(term="1 bulan")), at=at))
    assert (row.completed_on, row.valid_until) == (completed_on, last)


def test_a_term_from_a_leap_day_ends_before_the_last_of_february(make: Factory) -> None:
    at = datetime(2028, 2, 29, 3, 0, tzinfo=UTC)
    row = row_of(make.certificate(None, make.book(source=Source(term="1 tahun")), at=at))
    assert row.valid_until == date(2029, 2, 27)


def test_another_term_makes_another_edition_and_leaves_what_was_issued(
    make: Factory, book: Book, issued: Issued, now: datetime
) -> None:
    other = make.revise(book, term="12 bulan", at=later(now, days=1))
    assert other.edition_id != book.edition_id
    assert row_of(issued).valid_until == LAST
    theirs = make.certificate(make.learner(), other, at=later(now, days=2))
    assert row_of(theirs).valid_until == date(2027, 5, 21)


@pytest.mark.parametrize(("today", "verdict"), [(LAST, Verdict.VALID), (AFTER, Verdict.EXPIRED)])
def test_a_check_tells_the_day_after_the_last(
    issued: Issued, today: date, verdict: Verdict
) -> None:
    status = {Verdict.VALID: "valid", Verdict.EXPIRED: "expired"}[verdict]
    found = get_any_certificate(issued.code)
    assert found.status_on(today) == status
    assert found.state.status == "valid"  # the ledger says nothing of days
    for reference in (issued.code, issued.number):
        (finding,) = check_references([reference], today=today)
        assert finding.verdict is verdict
    own = find_own_certificate(issued.person.id, issued.book.edition_id, today=today)
    assert own is not None
    assert own.status == status
    assert own.expired_since == (AFTER if status == "expired" else None)


def test_the_quiz_opens_again_with_the_day_after_and_the_pass_before_stays(
    make: Factory, issued: Issued
) -> None:
    before = END - timedelta(seconds=1)
    assert lapse(LAST) == 0
    assert state_of_quiz(issued, before) == "passed"
    with pytest.raises(AlreadyPassed):
        make.attempt(issued.person, issued.book, at=before)
    assert has_lapsed(today=AFTER)
    assert (lapse(), lapse()) == (1, 0)
    assert state_of_quiz(issued, END) == "ready"
    own = find_own_certificate(issued.person.id, issued.book.edition_id, today=AFTER)
    assert own is not None
    assert own.is_reopened
    progress = find_progress(issued.person.id, issued.book.slug)
    assert progress is not None
    assert progress.read == {1, 2}


def test_another_pass_brings_the_next_certificate_of_the_chain(
    make: Factory, issued: Issued
) -> None:
    lapse()
    again = make.issued(make.passed(issued.person, issued.book, at=END))
    row = row_of(again)
    assert (row.replaces_id, row.valid_until) == (issued.id, date(2030, 5, 19))
    assert get_any_certificate(issued.code).state.followed_by_code == again.code
    assert not get_any_certificate(issued.code).state.is_reopened
    assert not get_any_certificate(again.code).state.is_reopened
    kinds = db.session.scalars(select(LedgerEntry.kind)).all()
    assert kinds == [LedgerKind.ISSUED] * 2
    owned = list_own_certificates(issued.person.id, today=AFTER)
    assert [own.status for own in owned] == ["expired", "valid"]
    assert hours_by_year(owned) == {2028: 2, 2026: 2}
    lapse(date(2030, 5, 20))
    third = make.issued(make.passed(issued.person, issued.book, at=END + timedelta(days=731)))
    assert row_of(third).replaces_id == again.id


def test_who_takes_up_a_later_edition_keeps_to_that_one(
    make: Factory, book: Book, issued: Issued, now: datetime
) -> None:
    make.revise(book, chapters=3, at=later(now, days=1))
    enrol_in_edition(issued.person.id, book.slug, now=later(now, days=2))
    db.session.commit()
    lapse()
    (own,) = list_own_certificates(issued.person.id, today=AFTER)
    assert (own.status, own.is_reopened) == ("expired", False)
    assert state_of_quiz(issued, END) == "unread"


def test_an_expired_certificate_stays_counted_and_a_second_one_counts_nobody_twice(
    make: Factory, issued: Issued
) -> None:
    programme = db.session.scalars(select(Programme)).one()
    lapse()
    assert get_figure(NATIONAL, now=END).count == 1
    assert reconcile(programme) == []
    make.passed(issued.person, issued.book, at=END)
    assert get_figure(NATIONAL, now=END).count == 1
    assert reconcile(programme) == []


def test_hours_stay_in_the_year_in_which_they_were_earned(issued: Issued) -> None:
    owned = list_own_certificates(issued.person.id, today=date(2040, 1, 1))
    assert hours_by_year(owned) == {2026: 2}


def test_a_replacement_keeps_the_last_day_of_what_it_replaces(
    make: Factory, issued: Issued
) -> None:
    make.rename(issued.person, "Ayu Lestari")
    code = make.replace(issued)
    facts = get_any_certificate(code).facts
    assert (facts.valid_until, facts.completed_on) == (LAST, date(2026, 5, 20))
    lapse()
    again = make.issued(make.passed(issued.person, issued.book, at=END))
    new_id = get_any_certificate(code).certificate_id
    assert row_of(again).replaces_id == new_id


def test_one_that_has_a_later_one_is_not_replaced_and_its_revocation_opens_no_quiz(
    make: Factory, issued: Issued
) -> None:
    lapse()
    make.passed(issued.person, issued.book, at=END)
    make.rename(issued.person, "Ayu Lestari")
    actor = make.coordinator()
    with pytest.raises(NotInForce):
        replace_certificate(issued.code, REASON, PATTERN, actor.id, now=END)
    db.session.rollback()
    revoke_certificate(issued.code, MISTAKE, REASON, actor.id, now=END)
    db.session.commit()
    assert state_of_quiz(issued, END) == "passed"
    with pytest.raises(HasSuccessor):
        reinstate_certificate(issued.code, REASON, actor.id, now=END)
    db.session.rollback()


def test_a_withdrawn_revocation_leaves_the_term_as_it_was(make: Factory, issued: Issued) -> None:
    make.revoke(issued)
    assert not has_lapsed(today=AFTER)
    make.reinstate(issued)
    db.session.expire_all()
    assert db.session.scalars(select(Enrolment.completed_until)).all() == [LAST]
    assert lapse() == 1


def test_the_officer_is_told_who_has_none_in_force_any_more(make: Factory, book: Book) -> None:
    ours = make.institution()
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    first = make.certificate(ayu, book)
    make.certificate(budi, book)
    lasting = make.certificate(budi, make.book("lain"))
    scope = make.officer(at=ours).scope

    def told(person: Person, now: datetime) -> tuple[set[str | None], str | None]:
        """What has expired of theirs, and what they hold."""
        row = get_person(scope, person.posting_id or 0, now=now)
        expired = {each.certificate_code for each in row.modules if each.is_expired}
        return expired, row.latest.certificate_code if row.latest else None

    before = END - timedelta(seconds=1)
    assert told(ayu, before) == (set(), first.code)
    assert told(ayu, END) == ({first.code}, None)
    assert told(budi, END)[1] == lasting.code


def test_a_person_can_read_until_when_their_completion_holds(issued: Issued) -> None:
    data = gather_personal_data(issued.person.id)
    assert [each["completed_until"] for each in data["reading"]] == [LAST.isoformat()]
    assert [each["valid_until"] for each in data["certificates"]] == [LAST.isoformat()]
