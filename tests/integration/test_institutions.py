"""How people come to stand at an institution, and who may say so."""

from datetime import datetime

import pytest
from sqlalchemy import select

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import NumberTaken
from lms.accounts.models import Account, OneTimeLink
from lms.accounts.queries import find_account, find_number
from lms.accounts.rules import read_employee_number
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.decisions.service import confirm_staff, decline_staff
from lms.institutions.errors import (
    AlreadyDecided,
    NoInstitution,
    NoSuchInstitution,
    NoSuchStaff,
)
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource
from lms.institutions.queries import find_workplace, get_institution, list_scope_names
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff, save_institution
from lms.institutions.staff_additions import Added, Outcome, add_staff
from lms.mail import list_recent_mail
from tests.factories import Factory, InstitutionRef, Person


def address(token: str) -> str:
    """Where a link leads in these tests."""
    return f"https://sakuham.example/tautan/{token}"


def row_of(institution: InstitutionRef) -> Institution:
    """The row of an institution."""
    return db.session.get_one(Institution, institution.id)


def scope(*institutions: InstitutionRef) -> Scope:
    """The scope of an operator for these institutions."""
    return Scope(None, frozenset(institution.id for institution in institutions))


def posting_of(person_id: int) -> Posting:
    """Where a person stands now."""
    return db.session.scalars(
        select(Posting).where(Posting.account_id == person_id, Posting.ended_on.is_(None))
    ).one()


def recipients() -> list[str]:
    """Who has mail, the newest message first."""
    return [message.recipient for message in list_recent_mail()]


def test_an_officer_confirms_who_registered(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    assert dewi.posting_id is not None
    assert confirm_staff(ratna.scope, dewi.posting_id, now=now) == "Dewi"
    assert posting_of(dewi.id).confirmed_at == now
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "staff.confirmed")
    ).one()
    assert (entry.actor_id, entry.subject) == (ratna.id, f"account:{dewi.id}")


def test_an_officer_declines_who_does_not_work_there(make: Factory, now: datetime) -> None:
    ours = make.institution()
    dewi = make.learner(at=ours, confirmed=False)
    assert dewi.posting_id is not None
    decline_staff(scope(ours), dewi.posting_id, now=now)
    db.session.flush()
    assert find_workplace(dewi.id) is None
    assert find_account(dewi.number) is not None
    assert recipients() == [dewi.email]


def test_who_was_declined_may_register_at_the_right_institution(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    dewi = make.learner(at=ours, confirmed=False)
    assert dewi.posting_id is not None
    decline_staff(scope(ours), dewi.posting_id, now=now)
    add_staff(
        scope(theirs), row_of(theirs), "Dewi", dewi.email, read_employee_number(dewi.number),
        address, now=now,
    )  # fmt: skip
    assert posting_of(dewi.id).institution_id == theirs.id


@pytest.mark.parametrize("first", [confirm_staff, decline_staff])
@pytest.mark.parametrize("second", [confirm_staff, decline_staff])
def test_a_second_decision_is_refused(
    make: Factory, now: datetime, first: object, second: object
) -> None:
    ours = make.institution()
    dewi = make.learner(at=ours, confirmed=False)
    first(scope(ours), dewi.posting_id, now=now)  # type: ignore[operator]
    db.session.flush()
    with pytest.raises(AlreadyDecided):
        second(scope(ours), dewi.posting_id, now=now)  # type: ignore[operator]


@pytest.mark.parametrize("decide", [confirm_staff, decline_staff])
def test_nobody_decides_about_another_institutions_people(
    make: Factory, now: datetime, decide: object
) -> None:
    ours, theirs = make.institution(), make.institution()
    dewi = make.learner(at=theirs, confirmed=False)
    with pytest.raises(NoSuchStaff):
        decide(scope(ours), dewi.posting_id, now=now)  # type: ignore[operator]
    assert posting_of(dewi.id).confirmed_at is None


@pytest.mark.parametrize("posting_id", [0, -1, 999_999_999])
def test_deciding_about_nobody_is_refused(make: Factory, now: datetime, posting_id: int) -> None:
    with pytest.raises(NoSuchStaff):
        confirm_staff(scope(make.institution()), posting_id, now=now)


def added(make: Factory, by: Scope, at: InstitutionRef, number: str, now: datetime) -> Added:
    """Put somebody on a staff list."""
    return add_staff(
        by,
        row_of(at),
        "Dewi Anggraini",
        "dewi@contoh-a.example",
        read_employee_number(number),
        address,
        now=now,
    )


def test_who_is_put_on_a_staff_list_is_confirmed_and_invited(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = added(make, scope(ours), ours, make.employee_number(), now)
    db.session.flush()
    posting = posting_of(ayu.account_id)
    assert (posting.source, posting.confirmed_at) == (PostingSource.STAFF_LIST, now)
    assert recipients() == ["dewi@contoh-a.example"]
    assert db.session.scalars(select(OneTimeLink.purpose)).one() is LinkPurpose.ACTIVATE


def test_putting_somebody_on_the_list_who_registered_there_confirms_them(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    dewi = make.learner(at=ours, confirmed=False)
    added(make, scope(ours), ours, dewi.number, now)
    assert posting_of(dewi.id).confirmed_at == now
    assert make.count(Account) == 1


def test_putting_somebody_on_the_list_twice_changes_nothing(make: Factory, now: datetime) -> None:
    ours, number = make.institution(), make.employee_number()
    first = added(make, scope(ours), ours, number, now)
    second = added(make, scope(ours), ours, number, now)
    assert first.account_id == second.account_id
    assert (first.outcome, second.outcome) == (Outcome.ADDED, Outcome.KNOWN)
    assert make.count(Posting) == 1
    assert len(recipients()) == 1


def test_another_institutions_person_is_not_taken_over(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    known = make.learner(at=theirs)
    with pytest.raises(NumberTaken):
        added(make, scope(ours), ours, known.number, now)
    assert posting_of(known.id).institution_id == theirs.id


def test_nobody_is_put_on_another_institutions_list(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    with pytest.raises(NoSuchStaff):
        added(make, scope(ours), theirs, make.employee_number(), now)
    assert make.count(Account) == 0


def test_an_officer_corrects_the_name_and_the_number_of_their_own(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu Lestri", at=ours)
    new = read_employee_number(make.employee_number())
    assert ayu.posting_id is not None
    correct_staff(scope(ours), ayu.posting_id, "Ayu Lestari", new, now=now)
    db.session.flush()
    account = db.session.get_one(Account, ayu.id)
    assert (account.name, account.email) == ("Ayu Lestari", ayu.email)
    assert find_number(ayu.id) == new.number


@pytest.mark.parametrize(("is_ours", "is_confirmed"), [(False, True), (True, False)])
def test_whom_an_officer_does_not_vouch_for_they_do_not_correct(
    make: Factory, now: datetime, is_ours: bool, is_confirmed: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu", at=ours if is_ours else theirs, confirmed=is_confirmed)
    number = read_employee_number(ayu.number)
    assert ayu.posting_id is not None
    with pytest.raises(NoSuchStaff):
        correct_staff(scope(ours), ayu.posting_id, "Lain", number, now=now)


def test_a_scope_is_what_the_officers_grants_say_and_nothing_else(
    make: Factory, now: datetime
) -> None:
    ours, second, theirs = (make.institution() for _ in range(3))
    ratna = make.learner(
        roles=((Role.HR_OFFICER, ours), (Role.HR_OFFICER, second), (Role.COORDINATOR, None))
    )
    make.officer(at=theirs)
    found = scope_of(ratna.principal)
    assert found == Scope(ratna.id, frozenset({ours.id, second.id}))
    assert list_scope_names(found) == sorted([ours.name, second.name])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN, Role.AUTHOR, Role.HR_OFFICER])
def test_a_national_role_gives_no_scope(make: Factory, now: datetime, role: Role) -> None:
    person: Person = make.learner(roles=((role, None),))
    with pytest.raises(NoInstitution):
        scope_of(person.principal)


@pytest.mark.parametrize(
    "typed",
    [
        "Pemerintah Kota Contoh Asri",
        " pemerintah  kota contoh asri ",
        "PEMERINTAH KOTA CONTOH ASRI",
    ],
)
def test_an_institution_is_found_however_its_name_is_cased(make: Factory, typed: str) -> None:
    institution = make.institution("Pemerintah Kota Contoh Asri")
    assert get_institution(typed).id == institution.id


@pytest.mark.parametrize("typed", ["", "%", "Pemerintah", "' OR 1=1 --", "A" * 5000])
def test_an_institution_that_is_not_listed_is_refused(make: Factory, typed: str) -> None:
    make.institution("Pemerintah Kota Contoh Asri")
    with pytest.raises(NoSuchInstitution):
        get_institution(typed)


def test_founding_an_institution_again_corrects_it(make: Factory) -> None:
    first = save_institution("CONTOH-X", "Kota Contoh", InstitutionKind.CITY)
    again = save_institution(
        "CONTOH-X", "Pemerintah Kota Contoh", InstitutionKind.CITY, time_zone="Asia/Makassar"
    )
    assert first.id == again.id
    assert (again.name, again.time_zone) == ("Pemerintah Kota Contoh", "Asia/Makassar")
