"""Certificates: issued once, frozen, taken out of force by an entry, and never changed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Account
from lms.accounts.rules import read_employee_number
from lms.audit import AuditEntry
from lms.certificates.codes import parse_code
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import (
    ChangedMeanwhile,
    NoSuchCertificate,
    NothingToCorrect,
    NotInForce,
    ReasonMissing,
)
from lms.certificates.hours import hours_by_year
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.numbers import NumberPattern
from lms.certificates.own_certificates import find_own_certificate, list_own_certificates
from lms.certificates.queries import (
    find_certificate,
    get_any_certificate,
    get_own_certificate,
    get_staff_certificate,
)
from lms.certificates.register import get_correction, list_history, search_certificates
from lms.certificates.service import issue_certificate, replace_certificate, revoke_certificate
from lms.days import local_day
from lms.db import db, transaction
from lms.institutions.decisions.service import decline_staff
from lms.institutions.models import Institution
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff
from lms.institutions.staff_additions import add_staff
from lms.learning.announcements import AttemptPassed
from lms.learning.attempts import submit_attempt
from lms.learning.errors import AlreadyPassed
from lms.learning.models import Attempt, Enrolment
from lms.learning.service import enrol_in_edition
from lms.programmes.queries import NATIONAL, get_figure
from lms.web.certificates.hours import hours_of_year
from tests.factories import PATTERN, REASON, TODAY, Factory, Issued, Person, later
from tests.pocketbooks import Source

MISTAKE = RevocationGround.MISTAKE
NOBODYS_CODE = "000000000000"  # a true code: its checks are 0


def row_of(issued: Issued) -> Certificate:
    """A certificate as it is stored."""
    db.session.expire_all()
    return db.session.get_one(Certificate, issued.id)


def frozen_facts(issued: Issued) -> tuple[object, ...]:
    """Every column of a certificate."""
    return tuple(
        db.session.execute(
            select(*Certificate.__table__.columns).where(Certificate.id == issued.id)
        ).one()
    )


def entries() -> list[tuple[LedgerKind, int, str | None]]:
    """The ledger in order: what happened, to which certificate, and why."""
    return [
        (entry.kind, entry.certificate_id, entry.reason)
        for entry in db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    ]


def correct(make: Factory, person: Person, name: str, number: str = "") -> None:
    """Have the person's institution correct their name, and their number if one is given."""
    assert person.institution is not None
    assert person.posting_id is not None
    correct_staff(
        Scope(None, frozenset({person.institution.id})),
        person.posting_id,
        name,
        read_employee_number(number or person.number),
        now=make.now,
    )
    db.session.commit()


# Issue


def test_a_pass_freezes_who_where_what_and_when(make: Factory, now: datetime) -> None:
    ours = make.institution("Pemerintah Kota Contoh Asri")
    siti = make.learner("Hj. Siti Aminah, S.H.", at=ours)
    book = make.book()
    row = row_of(make.certificate(siti, book))
    assert (row.holder_name, row.employee_number) == ("Hj. Siti Aminah, S.H.", siti.number)
    assert (row.institution_id, row.institution_name) == (ours.id, "Pemerintah Kota Contoh Asri")
    assert (row.title, row.pocketbook_code, row.theme) == ("Nilai Contoh", "UJI-01", "nilai-dasar")
    assert (row.edition_name, row.release_sha256) == ("2026.1", book.sha256)
    assert (row.credit_hours, row.completed_on, row.issued_at) == (2, date(2026, 5, 20), now)
    assert row.was_confirmed


def test_it_says_when_the_holder_began_where_they_work_and_what_the_quiz_asked_for(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(at=make.institution(zone="Asia/Jayapura"))
    book = make.book(source=Source(pass_mark=80))
    late = now.replace(hour=16, minute=0, second=0)  # the next day in the east, not in the west
    began, passed = later(late, days=-40), later(late, days=-1)
    make.reading(ayu, book, 1, at=began)
    issued = make.certificate(ayu, book, at=passed)
    make.revise(book, pass_mark=100)
    found = get_any_certificate(issued.code)
    assert found.facts.started_on == later(began, days=1).date()
    assert found.facts.completed_on == later(passed, days=1).date()
    assert (found.facts.pass_mark, found.pass_mark, found.facts.valid_until) == (80, 80, None)
    assert b'"form":"sakuham.certificate.2"' in found.facts.canonical()


def test_the_issue_is_an_entry_of_the_ledger(make: Factory) -> None:
    make.programme()
    assert get_figure(NATIONAL, now=make.now).ledger_position == 0
    issued = make.certificate()
    assert entries() == [(LedgerKind.ISSUED, issued.id, None)]
    assert get_figure(NATIONAL, now=make.now).ledger_position > 0


def test_the_code_is_a_true_one_and_nobody_elses(make: Factory) -> None:
    book = make.book()
    codes = {make.certificate(make.learner(), book).code for _ in range(3)}
    assert len(codes) == 3
    assert all(parse_code(code).is_valid for code in codes)


def test_official_numbers_follow_the_pattern_and_differ(make: Factory) -> None:
    book = make.book()
    first, second = (make.certificate(make.learner(), book) for _ in range(2))
    assert first.number.startswith("HAM.01/")
    assert first.number.endswith("/2026")
    serials = [int(each.number.split("/")[1]) for each in (first, second)]
    assert serials[0] < serials[1]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Jakarta", date(2026, 12, 31)),
        ("Asia/Makassar", date(2026, 12, 31)),
        ("Asia/Jayapura", date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_the_holders_place(make: Factory, zone: str, day: date) -> None:
    moment = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    issued = make.certificate(make.learner(at=make.institution(zone=zone)), at=moment)
    assert row_of(issued).completed_on == day
    assert issued.number.endswith(f"/{day.year}")


def test_somebody_without_an_institution_is_certified_as_such(make: Factory) -> None:
    row = row_of(make.certificate(make.learner()))
    assert (row.institution_id, row.institution_name, row.was_confirmed) == (None, None, False)


def test_somebody_unconfirmed_is_certified_as_such(make: Factory) -> None:
    ours = make.institution()
    row = row_of(make.certificate(make.learner(at=ours, confirmed=False)))
    assert (row.institution_id, row.was_confirmed) == (ours.id, False)


def test_of_one_person_and_edition_there_is_one_certificate(make: Factory, now: datetime) -> None:
    issued = make.certificate()
    values = {
        column.name: getattr(row_of(issued), column.name)
        for column in Certificate.__table__.columns
        if column.name != "id"
    }
    second = values | {"code": NOBODYS_CODE, "number": "HAM.01/999999/2026"}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(Certificate).values(second))
    db.session.rollback()
    assert make.count(Certificate) == 1


def test_another_edition_is_another_certificate(make: Factory, now: datetime) -> None:
    ayu, book = make.learner(), make.book()
    make.certificate(ayu, book)
    theme = make.book(source=Source(slug="tema-lain", code="UJI-02"))
    make.certificate(ayu, theme)
    assert make.count(Certificate) == 2


def test_the_hours_of_a_year_are_those_of_each_module_once(make: Factory, now: datetime) -> None:
    ayu, book = make.learner(), make.book()
    make.certificate(ayu, book)
    newer = make.revise(book, bank=8)
    with transaction():
        enrol_in_edition(ayu.id, book.slug, now=now)
    make.certificate(ayu, newer)
    theme = make.book(source=Source(slug="tema-lain", code="UJI-02"))
    other = make.certificate(ayu, theme)
    assert hours_by_year(list_own_certificates(ayu.id, today=TODAY)) == {now.year: 4}
    make.revoke(other)
    assert hours_by_year(list_own_certificates(ayu.id, today=TODAY)) == {now.year: 2}
    assert hours_by_year(list_own_certificates(make.learner().id, today=TODAY)) == {}


@pytest.mark.parametrize(
    ("zone", "year", "hours"),
    [("Asia/Jakarta", 2026, 0), ("Asia/Jayapura", 2027, 2), (None, 2026, 0)],
)
def test_the_present_year_is_that_of_the_place_where_one_works(
    make: Factory, zone: str | None, year: int, hours: int
) -> None:
    at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 23.30 in the west, 01.30 in the east
    make.now = datetime(2026, 12, 30, tzinfo=UTC)
    person = make.learner(at=make.institution(zone=zone) if zone else None)
    make.certificate(person, at=at if hours else later(at, days=2))
    shown = hours_of_year(person.id, list_own_certificates(person.id, today=TODAY), now=at)
    assert (shown.year, shown.hours) == (year, hours)


def test_a_correction_of_a_former_editions_certificate_leaves_the_years_credit_hours(
    make: Factory, now: datetime
) -> None:
    person, book = make.learner(at=make.institution()), make.book()
    first = make.certificate(person, book)
    newer = make.revise(book, as_edition=True, credit_hours=5)
    with transaction():
        enrol_in_edition(person.id, newer.slug, now=now)
    make.certificate(person, newer)
    make.rename(person, "Nama Lain")
    make.replace(first)
    assert hours_by_year(list_own_certificates(person.id, today=TODAY)) == {now.year: 5}


def test_pass_completion_certificate_and_entry_come_together_or_not_at_all(
    make: Factory, now: datetime
) -> None:
    sitting = make.attempt()
    make.answers(sitting, sitting.right)
    submit_attempt(sitting.person.id, sitting.token, now=now)
    assert len(db.session.execute(select(Certificate.id)).all()) == 1
    db.session.rollback()
    assert db.session.get_one(Attempt, sitting.id).submitted_at is None
    assert db.session.scalars(select(Enrolment.completed_at)).one() is None
    assert (make.count(Certificate), make.count(LedgerEntry)) == (0, 0)


# Frozen


def test_what_happens_to_the_holder_later_does_not_touch_the_certificate(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu Lestari", at=ours)
    issued = make.certificate(ayu)
    before = frozen_facts(issued)
    correct(make, ayu, "Ayu Lestari Putri, S.Kom.", make.employee_number())
    make.move(ayu, theirs)
    db.session.execute(
        update(Institution).where(Institution.id == ours.id).values(name="Nama Baru")
    )
    db.session.commit()
    assert frozen_facts(issued) == before
    found = find_certificate(issued.code)
    assert found is not None
    assert (found.facts.holder_name, found.facts.institution_name) == ("Ayu Lestari", ours.name)


def test_a_later_edition_does_not_touch_the_certificate(make: Factory) -> None:
    issued = make.certificate()
    before = frozen_facts(issued)
    make.revise(issued.book, as_edition=True, title="Judul Lain", credit_hours=9)
    assert frozen_facts(issued) == before


# Revoking


def test_a_revoked_certificate_is_out_of_force_and_says_when(make: Factory, now: datetime) -> None:
    issued, baharuddin = make.certificate(), make.coordinator("Baharuddin")
    before = frozen_facts(issued)
    revoke_certificate(issued.code, MISTAKE, REASON, baharuddin.id, now=later(now, days=3))
    found = find_certificate(issued.code)
    assert found is not None
    assert (found.state.status, found.state.ended_at) == ("revoked", later(now, days=3))
    assert frozen_facts(issued) == before


def test_a_revocation_is_an_entry_with_its_reason_and_its_actor(
    make: Factory, now: datetime
) -> None:
    issued, baharuddin = make.certificate(), make.coordinator("Baharuddin")
    revoke_certificate(issued.code, MISTAKE, f"  {REASON}\n", baharuddin.id, now=now)
    assert [(line.kind, line.actor_name, line.reason) for line in list_history(issued.code)] == [
        ("issued", None, None),
        ("revoked", "Baharuddin", REASON),
    ]
    deed = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificate.revoked")
    ).one()
    assert (deed.actor_id, deed.subject) == (baharuddin.id, f"certificate:{issued.id}")


@pytest.mark.parametrize("reason", ["", "   ", "salah", "x" * 9, "x" * 501, " " * 20 + "x"])
def test_without_a_reason_that_can_be_read_nothing_is_revoked_or_replaced(
    make: Factory, now: datetime, reason: str
) -> None:
    issued, actor = make.certificate(), make.coordinator()
    make.rename(issued.person, "Nama Lain")
    with pytest.raises(ReasonMissing):
        revoke_certificate(issued.code, MISTAKE, reason, actor.id, now=now)
    with pytest.raises(ReasonMissing):
        replace_certificate(issued.code, reason, PATTERN, actor.id, now=now)
    db.session.rollback()
    assert make.count(Certificate) == 1
    assert [kind for kind, _, _ in entries()] == [LedgerKind.ISSUED]


@pytest.mark.parametrize("code", ["", NOBODYS_CODE, "0" * 13, "%", "' OR 1=1 --"])
def test_what_is_not_there_is_not_revoked(make: Factory, now: datetime, code: str) -> None:
    make.certificate()
    with pytest.raises(NoSuchCertificate):
        revoke_certificate(code, MISTAKE, REASON, make.coordinator().id, now=now)


def test_a_certificate_ends_once(make: Factory, now: datetime) -> None:
    revoked, replaced = make.certificate(), make.certificate(make.learner("Budi"), make.book("b"))
    actor = make.coordinator()
    make.revoke(revoked)
    make.rename(replaced.person, "Budi Santoso")
    make.rename(revoked.person, "Nama Baru")
    make.replace(replaced)
    for issued in (revoked, replaced):
        with pytest.raises(NotInForce):
            revoke_certificate(issued.code, MISTAKE, REASON, actor.id, now=now)
        make.rename(issued.person, "Nama Lain Lagi")
        with pytest.raises(NotInForce):
            replace_certificate(issued.code, REASON, PATTERN, actor.id, now=now)
        db.session.rollback()
    assert len(entries()) == 5


@pytest.mark.parametrize("ground", [MISTAKE, RevocationGround.REQUEST])
def test_where_the_ground_allows_it_a_second_pass_brings_another_certificate(
    make: Factory, now: datetime, ground: RevocationGround
) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    person, book = issued.person, issued.book
    make.revoke(issued, ground=ground)
    assert get_figure(NATIONAL, now=now).count == 0
    assert hours_by_year(list_own_certificates(person.id, today=TODAY)) == {}
    again = make.certificate(person, book, at=later(now, minutes=5))
    assert again.code != issued.code
    own = find_own_certificate(person.id, book.edition_id, today=TODAY)
    assert own is not None
    assert (own.code, own.status) == (again.code, "valid")
    assert row_of(again).replaces_id == issued.id
    old = find_certificate(issued.code)
    assert old is not None
    assert (old.state.status, old.state.replaced_by_code) == ("revoked", None)
    assert get_figure(NATIONAL, now=now).count == 1
    assert hours_by_year(list_own_certificates(person.id, today=TODAY)) == {now.year: 2}


def test_a_certificate_can_be_revoked_and_earned_as_often_as_it_is_wrong(make: Factory) -> None:
    ayu, book = make.learner("Ayu Lestri"), make.book()
    first = make.certificate(ayu, book)
    make.rename(ayu, "Ayu Lestari")
    make.revoke(make.replace(first))
    second = make.certificate(ayu, book, at=later(make.now, minutes=5))
    make.revoke(second)
    third = make.certificate(ayu, book, at=later(make.now, minutes=10))
    assert row_of(third).replaces_id == second.id
    assert make.count(Certificate) == 4


def test_after_dishonesty_the_quiz_of_the_edition_stays_shut(make: Factory, now: datetime) -> None:
    issued = make.certificate()
    make.revoke(issued, ground=RevocationGround.DISHONESTY)
    own = find_own_certificate(issued.person.id, issued.book.edition_id, today=TODAY)
    assert own is not None
    assert (own.status, own.reason, own.is_reopened) == ("revoked", REASON, False)
    with pytest.raises(AlreadyPassed):
        make.attempt(issued.person, issued.book, at=later(now, days=90))
    newer = make.revise(issued.book, bank=8)
    with transaction():
        enrol_in_edition(issued.person.id, newer.slug, now=now)
    assert make.certificate(issued.person, newer, at=later(now, days=90)).code != issued.code


def test_while_one_is_in_force_no_pass_brings_a_second(make: Factory, now: datetime) -> None:
    ayu, book = make.learner(), make.book()
    make.revoke(make.certificate(ayu, book))
    sitting = make.passed(ayu, book, at=later(now, minutes=5))
    passed = AttemptPassed(
        attempt_id=sitting.id,
        account_id=ayu.id,
        module_id=book.module_id,
        release_id=book.release_id,
        passed_at=now,
        now=now,
    )
    with pytest.raises(ChangedMeanwhile):
        issue_certificate(passed, PATTERN)
    db.session.rollback()
    assert make.count(Certificate) == 2


# Replacing


def test_a_replacement_says_the_present_name_and_number_and_keeps_the_rest(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu Lestri", at=ours)
    issued = make.certificate(ayu)
    number = make.employee_number()
    correct(make, ayu, "Ayu Lestari, S.Kom.", number)
    code = replace_certificate(
        issued.code, REASON, PATTERN, make.coordinator().id, now=later(now, days=40)
    )
    old, new = get_any_certificate(issued.code).facts, get_any_certificate(code).facts
    assert (new.holder_name, new.employee_number) == ("Ayu Lestari, S.Kom.", number)
    assert (old.holder_name, old.employee_number) == ("Ayu Lestri", ayu.number)
    for fact in (
        "institution_name", "title", "edition_name", "release_name", "release_sha256",
        "credit_hours", "completed_on",
    ):  # fmt: skip
        assert getattr(new, fact) == getattr(old, fact), fact
    assert new.issued_at == later(now, days=40)


def test_the_old_code_points_to_the_new_one(make: Factory) -> None:
    issued = make.certificate(make.learner("Ayu Lestri", at=make.institution()))
    make.rename(issued.person, "Ayu Lestari")
    code = make.replace(issued)
    old, new = find_certificate(issued.code), find_certificate(code)
    assert old is not None
    assert new is not None
    assert (old.state.status, old.state.replaced_by_code) == ("replaced", code)
    assert (new.state.status, new.state.replaced_by_code) == ("valid", None)
    own = find_own_certificate(issued.person.id, issued.book.edition_id, today=TODAY)
    assert own is not None
    assert (own.code, own.status) == (code, "valid")


def test_a_replacement_has_a_number_of_its_own_in_the_year_of_completion(make: Factory) -> None:
    issued = make.certificate(make.learner("Ayu Lestri"))
    make.rename(issued.person, "Ayu Lestari")
    make.now = later(make.now, days=365)
    number = get_any_certificate(make.replace(issued)).facts.number
    assert number != issued.number
    assert number.endswith("/2026")


def test_a_replacement_can_be_replaced(make: Factory) -> None:
    issued = make.certificate(make.learner("A"))
    codes = [issued.code]
    for name in ("Ayu", "Ayu Lestari"):
        make.rename(issued.person, name)
        codes.append(make.replace(codes[-1]))
    chain = [get_any_certificate(code) for code in codes]
    assert [each.state.status for each in chain] == ["replaced", "replaced", "valid"]


def test_there_is_nothing_to_replace_while_the_account_says_the_same(
    make: Factory, now: datetime
) -> None:
    issued = make.certificate()
    with pytest.raises(NothingToCorrect):
        replace_certificate(issued.code, REASON, PATTERN, make.coordinator().id, now=now)


def test_a_person_who_was_confirmed_after_the_issue_needs_no_replacement(
    make: Factory, now: datetime
) -> None:
    ayu = make.learner(at=make.institution(), confirmed=False)
    issued = make.certificate(ayu)
    make.confirm(ayu)
    assert get_correction(issued.code, today=local_day(now)).changes == []
    found = find_certificate(issued.code)
    assert found is not None
    assert found.state.is_confirmed


def test_a_replacement_names_the_institution_that_vouches_and_the_figure_rises(
    make: Factory, now: datetime
) -> None:
    chosen, right = make.institution("Kementerian Keliru"), make.institution("Kementerian Benar")
    ayu = make.learner(at=chosen, confirmed=False)
    issued = make.certificate(ayu)
    assert ayu.posting_id is not None
    decline_staff(Scope(None, frozenset({chosen.id})), ayu.posting_id, now=now)
    add_staff(
        Scope(None, frozenset({right.id})),
        db.session.get_one(Institution, right.id),
        ayu.name,
        ayu.email,
        read_employee_number(ayu.number),
        lambda token: token,
        now=now,
    )
    db.session.commit()
    assert get_figure(NATIONAL, now=now).count == 0
    assert get_correction(issued.code, today=local_day(now)).changes == ["institution_name"]
    new = get_any_certificate(make.replace(issued))
    assert (new.facts.institution_name, new.state.is_confirmed) == ("Kementerian Benar", True)
    assert new.facts.completed_on == row_of(issued).completed_on
    assert get_figure(NATIONAL, now=now).count == 1


@pytest.mark.parametrize(
    ("was_confirmed", "is_confirmed"), [(True, True), (True, False), (False, False)]
)
def test_a_replacement_keeps_the_institution_that_vouched_or_that_none_better_is_known_for(
    make: Factory, *, was_confirmed: bool, is_confirmed: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu Lestri", at=ours, confirmed=was_confirmed)
    issued = make.certificate(ayu)
    make.move(ayu, theirs, confirmed=is_confirmed)
    make.rename(ayu, "Ayu Lestari")
    new = get_any_certificate(make.replace(issued))
    assert (new.facts.institution_name, new.state.is_confirmed) == (ours.name, was_confirmed)


def test_somebody_certified_without_an_institution_gets_the_one_that_vouches(make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner()
    issued = make.certificate(ayu)
    make.move(ayu, ours)
    assert get_any_certificate(make.replace(issued)).facts.institution_name == ours.name


def test_the_pattern_of_the_day_numbers_a_replacement(make: Factory, now: datetime) -> None:
    issued = make.certificate(make.learner("Ayu Lestri"))
    make.rename(issued.person, "Ayu Lestari")
    pattern = NumberPattern("{year}-{module}-{serial}")
    code = replace_certificate(issued.code, REASON, pattern, make.coordinator().id, now=now)
    assert get_any_certificate(code).facts.number.startswith("2026-01-")


# Who sees what


def test_the_public_sees_the_last_three_digits_of_the_number(make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    found = find_certificate(issued.code)
    assert found is not None
    assert found.facts.masked_number == "•" * 15 + issued.person.number[-3:]


def test_only_the_holder_has_their_own_certificate(make: Factory) -> None:
    issued, other = make.certificate(), make.learner()
    assert get_own_certificate(issued.person.id, issued.code).facts.code == issued.code
    with pytest.raises(NoSuchCertificate):
        get_own_certificate(other.id, issued.code)


@pytest.mark.parametrize(
    ("is_ours", "is_confirmed", "sees"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_an_officer_has_the_certificates_of_their_own_confirmed_people(
    make: Factory, is_ours: bool, is_confirmed: bool, sees: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    ayu = make.learner(at=ours if is_ours else theirs, confirmed=is_confirmed)
    issued = make.certificate(ayu)
    if sees:
        view = get_staff_certificate(ratna.scope, issued.code)
        assert view.facts.employee_number == ayu.number
    else:
        with pytest.raises(NoSuchCertificate):
            get_staff_certificate(ratna.scope, issued.code)


def test_an_officer_has_no_strangers_certificate_whosever_was_issued_first(make: Factory) -> None:
    ours, theirs, book = make.institution(), make.institution(), make.book()
    issued = [make.certificate(make.learner(at=place), book) for place in (ours, theirs, ours)]
    for place, seen in ((ours, (0, 2)), (theirs, (1,))):
        scope = make.officer(at=place).scope
        for number, each in enumerate(issued):
            if number in seen:
                assert get_staff_certificate(scope, each.code).facts.code == each.code
            else:
                with pytest.raises(NoSuchCertificate):
                    get_staff_certificate(scope, each.code)


def test_an_officer_loses_sight_of_who_has_left(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, ayu = make.officer(at=ours), make.learner(at=ours)
    issued = make.certificate(ayu)
    make.move(ayu, theirs)
    with pytest.raises(NoSuchCertificate):
        get_staff_certificate(ratna.scope, issued.code)


def test_keepers_find_a_certificate_by_code_number_or_part_of_the_name(make: Factory) -> None:
    book = make.book()
    siti = make.certificate(make.learner("Siti Aminah"), book)
    budi = make.certificate(make.learner("Budi 100% Santoso"), book)
    for typed in (siti.code, siti.code.lower(), f"{siti.code[:4]}-{siti.code[4:]}", siti.number):
        assert [each.facts.code for each in search_certificates(typed)] == [siti.code], typed
    assert [each.facts.code for each in search_certificates("aminah")] == [siti.code]
    assert [each.facts.code for each in search_certificates("ÁMINÀH")] == [siti.code]
    assert [each.facts.code for each in search_certificates("100%")] == [budi.code]
    assert [each.facts.code for each in search_certificates("")] == [budi.code, siti.code]
    assert search_certificates("_") == []


def test_the_newest_of_a_frequent_name_are_found_and_all_of_a_rare_one(
    make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = make.book()
    codes = [make.certificate(make.learner(f"Siti {name}"), book).code for name in "ABCDEF"]
    rare = make.certificate(make.learner('Nyoman "Ñandú" S.'), book).code
    codes += [make.certificate(make.learner(f"Siti {name}"), book).code for name in "GH"]

    def found(words: str, limit: int = 50) -> list[str]:
        return [each.facts.code for each in search_certificates(words, limit=limit)]

    for limit in (1, 3, 5):
        assert found("siti", limit) == codes[: -limit - 1 : -1]
    assert found("SITI") == found("it") == codes[::-1]
    for words in ("nandu", '"ÑAN', 'man "', 'Nyoman "Ñandú" S.', "y"):
        assert found(words) == [rare], words
    for words in ("zzz", "zz", "siti g%", "siti_g", "siti*", "NOT siti", '"siti" OR "nyoman"', '"'):
        assert found(words) == ([rare] if words == '"' else []), words


def test_an_account_goes_nowhere_while_it_has_a_certificate(make: Factory) -> None:
    issued = make.certificate()
    account = db.session.get_one(Account, issued.person.id)
    db.session.delete(account)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert find_certificate(issued.code) is not None
