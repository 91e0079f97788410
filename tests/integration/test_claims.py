"""What people say about themselves never beats what a staff list says, on every path."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import (
    AddressTakenBack,
    FormerAddressTaken,
    LinkSpent,
    NumberTaken,
    WrongCredentials,
)
from lms.accounts.models import Account, ActivationCode, Device, EmployeeNumber, OneTimeLink
from lms.accounts.notifications import mail_link
from lms.accounts.people import grant_role
from lms.accounts.queries import find_account, find_number, find_signed_in, get_open_link
from lms.accounts.requests import answer_requests, register
from lms.accounts.rules import read_employee_number
from lms.accounts.service import choose_password, open_device, sign_in
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.errors import Refusal
from lms.institutions.claims import find_contradiction
from lms.institutions.contests import contest_number
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.errors import (
    AddressDiffers,
    AddressOfARole,
    AddressUnproved,
    KnownByNumber,
    NoSuchStaff,
)
from lms.institutions.models import Institution, Posting
from lms.institutions.people.addresses import set_staff_address
from lms.institutions.people.facts import note_death, undo_fact
from lms.institutions.people.merging import merge_staff, separate_staff
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff
from lms.institutions.staff_additions import Added, Outcome, add_staff
from lms.learning.models import Enrolment
from lms.mail import list_recent_mail
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

OFFICIAL = "korban@contoh-a.example"
ACCOMPLICE = "komplotan@x.example"
NAME = "Korban Asli, S.H."


@dataclass(frozen=True)
class Squat:
    """Somebody's claim on a number, whose own mailbox has answered, with a device and a link."""

    person: Person
    token: str
    link: str


def mailed_token(recipient: str) -> str:
    """The token in the newest message to an address."""
    message = next(mail for mail in list_recent_mail() if mail.recipient == recipient)
    return next(
        line.removeprefix("link:") for line in message.body.splitlines() if line.startswith("link:")
    )


def squat(
    make: Factory, institution: InstitutionRef, now: datetime, *, number: str = "", email: str = ""
) -> Squat:
    """A stranger takes a number and gets in."""
    person = make.learner(
        "Penyerang",
        at=institution,
        confirmed=False,
        number=number or None,
        email=email or "penyerang@gratis.example",
        password=PASSWORD,
    )
    account = db.session.get_one(Account, person.id)
    mail_link(account, LinkPurpose.RESET, "link:{}".format, now=now)
    db.session.commit()
    return Squat(person, make.device(person), mailed_token(person.email))


def listed(
    institution: InstitutionRef,
    number: str,
    now: datetime,
    *,
    email: str | None = OFFICIAL,
    name: str = NAME,
    by: int | None = None,
    replaces_address: bool = False,
) -> Added:
    """The officer of an institution puts somebody on its list."""
    added = add_staff(
        Scope(by, frozenset({institution.id})),
        db.session.get_one(Institution, institution.id),
        name,
        email,
        read_employee_number(number),
        "link:{}".format,
        now=now,
        replaces_address=replaces_address,
    )
    db.session.commit()
    return added


def recipients() -> list[str]:
    """Who has mail, the newest message first."""
    return [message.recipient for message in list_recent_mail()]


def account_of(key: int) -> Account:
    """An account as it is stored now."""
    return db.session.get_one(Account, key, populate_existing=True)


def posting_of(key: int) -> Posting:
    """Where a person stands now."""
    return db.session.scalars(
        select(Posting).where(Posting.account_id == key, Posting.ended_on.is_(None))
    ).one()


def assert_locked_out(squatted: Squat, now: datetime) -> None:
    """Password, device and link of the stranger open nothing any more."""
    assert find_signed_in(squatted.token, now=now) is None
    with pytest.raises(LinkSpent):
        get_open_link(squatted.link, now=now)
    for identifier in (squatted.person.number, squatted.person.email):
        with pytest.raises(WrongCredentials):
            sign_in(identifier, PASSWORD, "", now=now)
        db.session.rollback()


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_squatted_number_goes_to_the_person_of_the_staff_list(
    make: Factory, now: datetime, is_elsewhere: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    stolen = squat(make, theirs if is_elsewhere else ours, now)
    added = listed(ours, stolen.person.number, now)
    assert added.outcome is Outcome.CORRECTED
    account = account_of(added.account_id)
    assert (account.name, account.email, account.password_hash) == (NAME, OFFICIAL, None)
    assert find_number(account.id) == stolen.person.number
    assert posting_of(account.id).institution_id == ours.id
    assert posting_of(account.id).confirmed_at == now
    assert recipients()[0] == OFFICIAL
    assert_locked_out(stolen, now)


@pytest.mark.parametrize("name", [NAME, "Penyerang"])
@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_number_alone_vouches_for_nobody_who_registered_with_it(
    make: Factory, now: datetime, is_elsewhere: bool, name: str
) -> None:
    ours, theirs = make.institution(), make.institution()
    stolen = squat(make, theirs if is_elsewhere else ours, now)
    with pytest.raises(AddressUnproved):
        listed(ours, stolen.person.number, now, email=None, name=name)
    db.session.rollback()
    assert account_of(stolen.person.id).name == "Penyerang"
    assert posting_of(stolen.person.id).confirmed_at is None
    assert recipients() == [stolen.person.email]


def leave(make: Factory, person: Person) -> None:
    """Somebody's posting ends; they work nowhere."""
    db.session.execute(
        update(Posting).where(Posting.account_id == person.id).values(ended_on=make.today)
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("name", "email"),
    [("Ratna Dewi", None), ("Ratna Dewi", OFFICIAL), ("Orang Lain", "ratna@contoh.example")],
)
def test_who_left_another_institution_is_not_vouched_for_by_a_number_alone(
    make: Factory, now: datetime, name: str, email: str | None
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.learner(
        "Ratna Dewi, S.H.", at=theirs, email="ratna@contoh.example", password=PASSWORD
    )
    officer = make.officer(at=ours)
    leave(make, ratna)
    for replaces_address in (False, True):
        with pytest.raises(KnownByNumber):
            listed(
                ours,
                ratna.number,
                now,
                name=name,
                email=email,
                by=officer.id,
                replaces_address=replaces_address,
            )
        db.session.rollback()
    account = account_of(ratna.id)
    assert (account.name, account.email) == ("Ratna Dewi, S.H.", "ratna@contoh.example")
    assert recipients() == []


def test_who_left_is_vouched_for_by_who_knows_more_than_the_number(
    make: Factory, now: datetime
) -> None:
    """Name and mailbox; where they were before; a name, of an account that nobody uses yet."""
    ours, theirs = make.institution(), make.institution()
    officer, former = make.officer(at=ours), make.officer(at=theirs)
    people = [
        make.learner("Ratna Dewi", at=theirs, email=f"ratna{n}@contoh.example", password=PASSWORD)
        for n in range(3)
    ]
    unused = make.learner("Ratna Dewi", at=theirs)
    for person in (*people, unused):
        leave(make, person)
    known, again, asked, unused_number = (*(each.number for each in people), unused.number)
    listed(ours, known, now, name="RATNA DEWI, S.E.", email=people[0].email, by=officer.id)
    listed(theirs, again, now, name="Ratna", email=None, by=former.id)
    listed(ours, asked, now, name="Ratna Dewi", email=None)
    listed(ours, unused_number, now, name="Ratna Dewi", email=None, by=officer.id)
    places = [posting_of(each.id).institution_id for each in (*people, unused)]
    assert places == [ours.id, theirs.id, ours.id, ours.id]


def test_a_code_on_paper_of_before_opens_nothing_to_whoever_has_it(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    stolen = squat(make, ours, now)
    until = now + timedelta(days=30)
    db.session.add(
        ActivationCode(
            account_id=stolen.person.id,
            code_hash=bytes(32),
            created_at=now,
            expires_at=until,
            issuer_id=None,
        )
    )
    db.session.commit()
    listed(ours, stolen.person.number, now)
    assert make.count(ActivationCode) == 0


def test_the_person_of_the_list_comes_in_by_the_mailbox_of_the_list(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    stolen = squat(make, ours, now)
    listed(ours, stolen.person.number, now)
    choose_password(mailed_token(OFFICIAL), "gunung-teh-sepeda-2", now=now)
    db.session.commit()
    assert sign_in(stolen.person.number, "gunung-teh-sepeda-2", "", now=now)


def test_whose_claim_was_true_keeps_password_device_and_learning(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    honest = squat(make, ours, now, email=OFFICIAL)
    make.certificate(honest.person)
    added = listed(ours, honest.person.number, now)
    assert (added.account_id, added.outcome) == (honest.person.id, Outcome.CORRECTED)
    assert account_of(added.account_id).name == NAME
    assert find_signed_in(honest.token, now=now) is not None
    assert sign_in(OFFICIAL, PASSWORD, "", now=now)
    assert db.session.scalars(select(Enrolment.account_id)).all() == [honest.person.id]


def test_what_was_learned_stays_when_the_address_was_another(make: Factory, now: datetime) -> None:
    ours = make.institution()
    claim = squat(make, ours, now, email="pribadi@surat.example")
    make.certificate(claim.person)
    added = listed(ours, claim.person.number, now)
    assert db.session.scalars(select(Enrolment.account_id)).all() == [added.account_id]
    assert set(recipients()) >= {OFFICIAL, "pribadi@surat.example"}


def test_an_address_that_is_claimed_with_another_number_goes_to_the_lists_number(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    claim = squat(make, theirs, now, email=OFFICIAL)
    number = make.employee_number()
    added = listed(ours, number, now)
    assert added.account_id == claim.person.id
    assert find_number(added.account_id) == number
    assert find_account(claim.person.number) is None
    assert posting_of(added.account_id).institution_id == ours.id
    assert sign_in(number, PASSWORD, "", now=now)


def test_a_number_and_an_address_that_two_claim_go_to_who_answered_at_the_address(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    thief = squat(make, theirs, now)
    honest = squat(make, ours, now, email=OFFICIAL)
    added = listed(ours, thief.person.number, now)
    assert added.account_id == honest.person.id
    assert find_number(honest.person.id) == thief.person.number
    assert find_number(thief.person.id) is None
    assert account_of(thief.person.id).email == thief.person.email
    assert not db.session.scalars(
        select(Posting).where(Posting.account_id == thief.person.id, Posting.ended_on.is_(None))
    ).all()


@pytest.mark.parametrize("what", ["number", "address"])
def test_who_is_vouched_for_elsewhere_is_not_taken_over(
    make: Factory, now: datetime, what: str
) -> None:
    ours, theirs = make.institution(), make.institution()
    known = make.learner("Sumirah", at=theirs, password=PASSWORD)
    number = known.number if what == "number" else make.employee_number()
    email = OFFICIAL if what == "number" else known.email
    with pytest.raises(NumberTaken):
        listed(ours, number, now, email=email)
    db.session.rollback()
    assert account_of(known.id).name == "Sumirah"
    assert sign_in(known.number, PASSWORD, "", now=now)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_role_by_address_vouches_for_no_number_and_its_account_is_not_taken_over(
    make: Factory, now: datetime, is_elsewhere: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    stolen = squat(make, theirs if is_elsewhere else ours, now)
    grant_role(account_of(stolen.person.id), Role.AUTHOR, None, now=now)
    db.session.commit()
    shown = find_contradiction(
        Scope(None, frozenset({ours.id})), NAME, OFFICIAL, stolen.person.number
    )
    assert shown is not None
    assert shown.email == ("" if is_elsewhere else stolen.person.email)
    added = listed(ours, stolen.person.number, now)
    assert added.outcome is Outcome.CORRECTED
    assert added.account_id != stolen.person.id
    assert (account_of(added.account_id).email, posting_of(added.account_id).institution_id) == (
        OFFICIAL,
        ours.id,
    )
    assert find_number(added.account_id) == stolen.person.number
    assert find_number(stolen.person.id) is None
    assert recipients()[:2] == [OFFICIAL, stolen.person.email]
    assert find_signed_in(stolen.token, now=now) is not None
    assert account_of(stolen.person.id).email == stolen.person.email


def test_who_holds_a_role_is_confirmed_with_the_number_and_the_address_of_the_list(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    author = make.learner(
        NAME, at=ours, confirmed=False, email=OFFICIAL, roles=((Role.AUTHOR, None),)
    )
    added = listed(ours, author.number, now)
    assert (added.account_id, added.outcome) == (author.id, Outcome.CONFIRMED)
    assert posting_of(author.id).confirmed_at == now


def test_the_address_of_who_holds_a_role_is_given_no_other_number(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    known = make.learner(at=theirs, confirmed=False, roles=((Role.COORDINATOR, None),))
    with pytest.raises(NumberTaken):
        listed(ours, make.employee_number(), now, email=known.email)
    db.session.rollback()
    assert find_number(known.id) == known.number


def confirmed_squat(make: Factory, ours: InstitutionRef, now: datetime) -> Squat:
    """A thief whom the officer has confirmed by mistake."""
    stolen = squat(make, ours, now)
    assert stolen.person.posting_id is not None
    confirm_staff(Scope(None, frozenset({ours.id})), stolen.person.posting_id, now=now)
    db.session.commit()
    return stolen


def test_another_address_of_somebody_listed_is_said_and_not_dropped(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    stolen = confirmed_squat(make, ours, now)
    shown = find_contradiction(
        Scope(None, frozenset({ours.id})), NAME, OFFICIAL, stolen.person.number
    )
    assert shown is not None
    assert (shown.email, shown.is_listed) == (stolen.person.email, True)
    with pytest.raises(AddressDiffers, match=stolen.person.email):
        listed(ours, stolen.person.number, now)
    db.session.rollback()
    assert account_of(stolen.person.id).email == stolen.person.email


def test_a_wrong_confirmation_is_mended_by_the_right_address(make: Factory, now: datetime) -> None:
    ours = make.institution()
    stolen = confirmed_squat(make, ours, now)
    added = listed(ours, stolen.person.number, now, replaces_address=True)
    assert (added.account_id, added.outcome) == (stolen.person.id, Outcome.CORRECTED)
    account = account_of(added.account_id)
    assert (account.name, account.email, account.password_hash) == (NAME, OFFICIAL, None)
    assert posting_of(account.id).confirmed_at == now
    assert set(recipients()[:2]) == {OFFICIAL, stolen.person.email}
    assert_locked_out(stolen, now)
    choose_password(mailed_token(OFFICIAL), "gunung-teh-sepeda-2", now=now)
    db.session.commit()
    assert sign_in(stolen.person.number, "gunung-teh-sepeda-2", "", now=now)


def test_a_number_listed_twice_is_told_to_who_has_it_and_changes_nothing(
    make: Factory, now: datetime
) -> None:
    """A record seeded elsewhere with an accomplice's mailbox: its officers hear of it, once."""
    ours, theirs = make.institution("Kota Kita"), make.institution("Kota Lain")
    officer, keeper = make.officer(at=ours), make.officer(at=theirs, password=PASSWORD)
    seeded = make.learner("Ayu", at=theirs, email="komplotan@x.example", password=PASSWORD)
    institution = db.session.get_one(Institution, ours.id)
    assert contest_number(officer.scope, institution, seeded.number, now=now)
    db.session.commit()
    assert set(recipients()) == {keeper.email, seeded.email}
    for mail in list_recent_mail():
        assert "Kota Kita" in mail.body
        assert seeded.number[-3:] in mail.body
        assert not any(word in mail.body for word in (seeded.number, "Ayu", "komplotan"))
    assert not contest_number(officer.scope, institution, seeded.number, now=now)
    later = now + timedelta(days=8)
    assert contest_number(officer.scope, institution, seeded.number, now=later)
    assert account_of(seeded.id).email == "komplotan@x.example"
    assert posting_of(seeded.id).institution_id == theirs.id
    with pytest.raises(NoSuchStaff):
        contest_number(keeper.scope, institution, seeded.number, now=later)


def test_coordinators_hear_of_what_no_officer_can_be_asked_about(
    make: Factory, now: datetime
) -> None:
    """Which institutions, and what is theirs to do; the staff's pages are not."""
    ours, theirs = make.institution("Kota Kita"), make.institution("Kota Lain")
    officer = make.officer(at=ours)
    coordinator = make.learner(password=PASSWORD, roles=((Role.COORDINATOR, None),))
    ayu = proved(make, theirs, now)
    institution = db.session.get_one(Institution, ours.id)
    assert contest_number(officer.scope, institution, ayu.number, now=now)
    listed(theirs, ayu.number, now, replaces_address=True)
    choose_password(mailed_token(ayu.email), "hutan-susu-perahu-4", now=now)
    db.session.commit()
    mails = [mail for mail in list_recent_mail() if mail.recipient == coordinator.email]
    assert [mail.subject for mail in mails] == [
        "Akun seorang pegawai diambil kembali",
        "NIP seorang pegawai tercatat di dua instansi",
    ]
    for mail in mails:
        assert "Kota Lain" in mail.body
        assert "di Instansi" in mail.body
        assert "operator" in mail.body
        for absent in ("Kepegawaian,", "daftar Anda", ayu.number, "Ayu", ayu.email):
            assert absent not in mail.body


@pytest.mark.parametrize("where", ["nobody's", "ours", "only claimed", "left"])
def test_a_number_that_no_other_institution_has_is_told_to_nobody(
    make: Factory, now: datetime, where: str
) -> None:
    ours, theirs = make.institution(), make.institution()
    officer = make.officer(at=ours)
    make.officer(at=theirs, password=PASSWORD)
    at = ours if where == "ours" else theirs
    person = make.learner(at=at, confirmed=where != "only claimed", password=PASSWORD)
    if where == "left":
        leave(make, person)
    number = make.employee_number() if where == "nobody's" else person.number
    institution = db.session.get_one(Institution, ours.id)
    assert not contest_number(officer.scope, institution, number, now=now)
    assert recipients() == []


def proved(make: Factory, ours: InstitutionRef, now: datetime) -> Person:
    """Somebody confirmed, whose mailbox has answered."""
    person = make.learner("Ayu", at=ours, email="ayu@contoh.example", password=PASSWORD)
    account_of(person.id).address_proved_at = now
    db.session.commit()
    return person


def test_whose_address_an_officer_replaced_takes_the_account_back(
    make: Factory, now: datetime
) -> None:
    """However often it was replaced, and whatever whoever has it now does with it."""
    ours = make.institution()
    ayu, officer, other = (
        proved(make, ours, now),
        make.officer(at=ours),
        make.officer(at=ours, password=PASSWORD),
    )
    listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    way_back = mailed_token(ayu.email)
    choose_password(mailed_token(OFFICIAL), "gunung-teh-sepeda-2", now=now)
    device = open_device(ayu.id, "", now=now)
    listed(ours, ayu.number, now, email="c@x.example", by=officer.id, replaces_address=True)
    choose_password(mailed_token("c@x.example"), "sungai-kopi-kereta-3", now=now)
    device = open_device(ayu.id, "", now=now)
    db.session.commit()
    assert get_open_link(way_back, now=now).email == ayu.email
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    account = account_of(ayu.id)
    assert (account.email, account.address_proved_at) == (ayu.email, now)
    assert sign_in(ayu.number, "hutan-susu-perahu-4", "", now=now)
    assert find_signed_in(device.token, now=now) is None
    assert {"c@x.example", other.email} <= set(recipients()[:2])
    for token in (way_back, mailed_token(OFFICIAL)):
        with pytest.raises(LinkSpent):
            get_open_link(token, now=now)


def test_a_way_back_outlives_whatever_the_officer_does_meanwhile(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu, officer = proved(make, ours, now), make.officer(at=ours)
    listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    way_back, posting_id = mailed_token(ayu.email), ayu.posting_id or 0
    set_staff_address(officer.scope, posting_id, "d@x.example", "link:{}".format, now=now)
    fact = note_death(officer.scope, posting_id, make.today, now=now)
    with pytest.raises(LinkSpent):
        get_open_link(way_back, now=now)
    undo_fact(officer.scope, fact.id, now=now)
    db.session.commit()
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email


def test_who_took_their_account_back_keeps_it_from_officers(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu, officer = proved(make, ours, now), make.officer(at=ours)
    listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    choose_password(mailed_token(ayu.email), "hutan-susu-perahu-4", now=now)
    db.session.commit()
    with pytest.raises(AddressTakenBack):
        listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    db.session.rollback()
    assert sign_in(ayu.number, "hutan-susu-perahu-4", "", now=now)
    db.session.rollback()
    assert listed(ours, ayu.number, now, replaces_address=True).email == OFFICIAL


@pytest.fixture
def ousted(make: Factory, now: datetime) -> tuple[InstitutionRef, Person, Person, str]:
    """Ayu's account moved to an accomplice, from them to a third, and taken back by the accomplice.

    Gives the institution, Ayu, its officer, and the token of Ayu's own way back.
    """
    ours = make.institution()
    ayu, officer = proved(make, ours, now), make.officer(at=ours)
    listed(ours, ayu.number, now, email=ACCOMPLICE, by=officer.id, replaces_address=True)
    way_back = mailed_token(ayu.email)
    choose_password(mailed_token(ACCOMPLICE), "gunung-teh-sepeda-2", now=now)
    db.session.commit()
    listed(ours, ayu.number, now, email="c@x.example", by=officer.id, replaces_address=True)
    choose_password(mailed_token(ACCOMPLICE), "sungai-kopi-kereta-3", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ACCOMPLICE
    return ours, ayu, officer, way_back


def test_who_had_the_account_first_is_not_shut_out_by_who_came_after(
    make: Factory, now: datetime, ousted: tuple[InstitutionRef, Person, Person, str]
) -> None:
    ours, ayu, officer, way_back = ousted
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email
    open_links = select(OneTimeLink.purpose).where(OneTimeLink.used_at.is_(None))
    assert db.session.scalars(open_links).all() == []
    with pytest.raises(AddressTakenBack):
        listed(ours, ayu.number, now, by=officer.id, replaces_address=True)


def test_an_officer_may_help_who_had_the_account_first_while_their_way_back_is_open(
    make: Factory, now: datetime, ousted: tuple[InstitutionRef, Person, Person, str]
) -> None:
    ours, ayu, officer, way_back = ousted
    later = now + timedelta(days=15)
    with pytest.raises(AddressTakenBack):
        listed(ours, ayu.number, later, email=ayu.email, by=officer.id, replaces_address=True)
    db.session.rollback()
    listed(ours, ayu.number, now, email=ayu.email, by=officer.id, replaces_address=True)
    assert account_of(ayu.id).email == ayu.email
    # The accomplice, told of it, is quicker once more; Ayu's own link still stands above theirs.
    choose_password(mailed_token(ACCOMPLICE), "sungai-kopi-kereta-5", now=now)
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email
    assert sign_in(ayu.number, "hutan-susu-perahu-4", "", now=now)


@pytest.mark.parametrize("by", ["merging", "closing"])
def test_a_way_back_that_rested_counts_its_days_anew(make: Factory, now: datetime, by: str) -> None:
    ours = make.institution()
    ayu, other, officer = proved(make, ours, now), make.learner(at=ours), make.officer(at=ours)
    listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    way_back, posting_id = mailed_token(ayu.email), ayu.posting_id or 0
    scope, why = officer.scope, "Satu orang; KTP sudah saya lihat."
    began, ended = now + timedelta(days=13), now + timedelta(days=60)
    if by == "merging":
        both = (other.posting_id or 0, posting_id)
        merge_id = merge_staff(scope, *both, why, now=began, is_sure=True)
        separate_staff(scope, merge_id, why, now=ended)
    else:
        fact = note_death(scope, posting_id, make.today, now=began)
        undo_fact(scope, fact.id, now=ended)
    db.session.commit()
    told = next(mail for mail in list_recent_mail() if mail.recipient == ayu.email)
    assert "berlaku lagi" in told.body
    with pytest.raises(LinkSpent):
        get_open_link(way_back, now=ended + timedelta(days=15))
    choose_password(way_back, "hutan-susu-perahu-4", now=ended + timedelta(days=13))
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email


def test_a_way_back_that_had_expired_before_stays_so(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu, officer = proved(make, ours, now), make.officer(at=ours)
    listed(ours, ayu.number, now, by=officer.id, replaces_address=True)
    way_back, later = mailed_token(ayu.email), now + timedelta(days=15)
    fact = note_death(officer.scope, ayu.posting_id or 0, make.today, now=later)
    undo_fact(officer.scope, fact.id, now=later)
    with pytest.raises(LinkSpent):
        get_open_link(way_back, now=later)
    told = next(mail for mail in list_recent_mail() if mail.recipient == ayu.email)
    assert "berlaku lagi" not in told.body


def test_a_mailbox_that_proved_itself_to_another_account_keeps_its_way_back(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu = proved(make, ours, now)
    listed(ours, ayu.number, now, replaces_address=True)
    way_back = mailed_token(ayu.email)
    anew = make.learner("Ayu", email=ayu.email, password=PASSWORD)
    account_of(anew.id).address_proved_at = now
    db.session.commit()
    with pytest.raises(FormerAddressTaken):
        choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.rollback()
    account_of(anew.id).email = "lain@contoh.example"
    db.session.commit()
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email


def test_a_former_address_that_was_given_to_another_meanwhile_is_taken_back_too(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ayu = proved(make, ours, now)
    listed(ours, ayu.number, now, replaces_address=True)
    way_back = mailed_token(ayu.email)
    blocking = listed(ours, make.employee_number(), now, email=ayu.email, name="Orang Lain")
    theirs = mailed_token(ayu.email)
    assert get_open_link(theirs, now=now).account_id == blocking.account_id
    choose_password(way_back, "hutan-susu-perahu-4", now=now)
    db.session.commit()
    assert account_of(ayu.id).email == ayu.email
    assert account_of(blocking.account_id).email is None
    with pytest.raises(LinkSpent):
        get_open_link(theirs, now=now)
    noted = select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.actor_id == ayu.id)
    assert {
        ("account.address_lost", f"account:{blocking.account_id}"),
        ("account.address_taken_back", f"account:{ayu.id}"),
    } <= {tuple(row) for row in db.session.execute(noted)}


def test_an_address_that_nobody_proved_gives_no_way_back(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours, password=PASSWORD)
    account_of(ayu.id).address_proved_at = None
    db.session.commit()
    listed(ours, ayu.number, now, replaces_address=True)
    told = next(mail for mail in list_recent_mail() if mail.recipient == ayu.email)
    assert "link:" not in told.body
    assert make.count(OneTimeLink) == 1


def test_an_officer_moves_no_account_with_a_role_to_another_mailbox(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    officer = make.officer(at=ours)
    known = make.learner(at=ours, password=PASSWORD, roles=((Role.COORDINATOR, None),))
    with pytest.raises(AddressOfARole):
        listed(ours, known.number, now, by=officer.id, replaces_address=True)
    db.session.rollback()
    assert sign_in(known.email, PASSWORD, "", now=now)
    db.session.rollback()
    assert listed(ours, known.number, now, replaces_address=True).email == OFFICIAL


def test_nobody_confirmed_elsewhere_is_given_another_address(make: Factory, now: datetime) -> None:
    known = make.learner(at=make.institution())
    with pytest.raises(NumberTaken):
        listed(make.institution(), known.number, now, replaces_address=True)
    db.session.rollback()
    assert account_of(known.id).email == known.email


def test_nobody_is_given_an_address_that_somebody_else_has(make: Factory, now: datetime) -> None:
    ours = make.institution()
    known, other = make.learner(at=ours), make.learner(at=ours)
    with pytest.raises(NumberTaken):
        listed(ours, known.number, now, email=other.email, replaces_address=True)
    db.session.rollback()
    assert account_of(known.id).email == known.email


def test_who_was_once_vouched_for_is_not_taken_over_where_they_registered_anew(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner(at=theirs, password=PASSWORD)
    make.move(ayu, ours, confirmed=False)
    assert listed(ours, ayu.number, now).outcome is Outcome.CONFIRMED
    assert account_of(ayu.id).email == ayu.email
    assert sign_in(ayu.number, PASSWORD, "", now=now)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_corrected_number_is_taken_from_whoever_only_claims_it(
    make: Factory, now: datetime, is_elsewhere: bool
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu", at=ours)
    stolen = squat(make, theirs if is_elsewhere else ours, now)
    assert ayu.posting_id is not None
    correct_staff(
        Scope(None, frozenset({ours.id})),
        ayu.posting_id,
        "Ayu",
        read_employee_number(stolen.person.number),
        now=now,
    )
    db.session.commit()
    assert find_number(ayu.id) == stolen.person.number
    assert find_number(stolen.person.id) is None
    owner = find_account(stolen.person.number)
    assert owner is not None
    assert owner.id == ayu.id


def test_a_corrected_number_of_somebody_vouched_for_is_refused(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu, known = make.learner(at=ours), make.learner(at=theirs)
    assert ayu.posting_id is not None
    with pytest.raises(NumberTaken):
        correct_staff(
            Scope(None, frozenset({ours.id})),
            ayu.posting_id,
            "Ayu",
            read_employee_number(known.number),
            now=now,
        )


def test_a_waiting_registration_holds_up_no_staff_list(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    number = make.employee_number()
    register("Penyerang", "x@gratis.example", read_employee_number(number), theirs.id, now=now)
    register(
        "Penyerang", OFFICIAL, read_employee_number(make.employee_number()), theirs.id, now=now
    )
    db.session.commit()
    answer_requests("link:{}".format, now=now)
    assert listed(ours, number, now).outcome is Outcome.ADDED


def test_settling_a_claim_is_noted(make: Factory, now: datetime) -> None:
    ours = make.institution()
    stolen = squat(make, ours, now)
    listed(ours, stolen.person.number, now)
    deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [deed for deed in deeds if deed.startswith("staff.")] == [
        "staff.claim_settled",
        "staff.confirmed",
    ]


# At the same moment


def at_once(app: Flask, *deeds: object) -> list[object]:
    """What deeds give, or refuse, that begin in one moment."""
    gate = Barrier(len(deeds))

    def run(deed: object) -> object:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    return deed()  # type: ignore[operator]
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def add_now(institution: InstitutionRef, number: str, email: str, now: datetime) -> Added:
    """The deed of an officer, inside of a transaction."""
    return add_staff(
        Scope(None, frozenset({institution.id})),
        db.session.get_one(Institution, institution.id),
        NAME,
        email,
        read_employee_number(number),
        "link:{}".format,
        now=now,
    )


@pytest.mark.parametrize("_time", range(5))
def test_a_list_and_the_strangers_own_officer_do_not_both_have_the_number(
    app: Flask, make: Factory, now: datetime, _time: int
) -> None:
    ours, theirs = make.institution(), make.institution()
    stolen = squat(make, theirs, now)
    posting_id = stolen.person.posting_id
    assert posting_id is not None
    added, confirmed = at_once(
        app,
        lambda: add_now(ours, stolen.person.number, OFFICIAL, now),
        lambda: confirm_staff(Scope(None, frozenset({theirs.id})), posting_id, now=now),
    )
    with app.app_context():
        assert [isinstance(each, Refusal) for each in (added, confirmed)].count(True) == 1
        account = account_of(stolen.person.id)
        expected = (
            (OFFICIAL, ours.id) if isinstance(added, Added) else (stolen.person.email, theirs.id)
        )
        assert (account.email, posting_of(account.id).institution_id) == expected
        assert posting_of(account.id).confirmed_at == now


@pytest.mark.parametrize("_time", range(5))
def test_whoever_signs_in_or_chooses_a_password_meanwhile_is_not_left_inside(
    app: Flask, make: Factory, now: datetime, _time: int
) -> None:
    ours = make.institution()
    stolen = squat(make, ours, now)
    at_once(
        app,
        lambda: add_now(ours, stolen.person.number, OFFICIAL, now),
        lambda: sign_in(stolen.person.email, PASSWORD, "", now=now),
        lambda: choose_password(stolen.link, "gunung-teh-sepeda-2", now=now),
    )
    with app.app_context():
        account = account_of(stolen.person.id)
        assert (account.email, account.password_hash) == (OFFICIAL, None)
        assert db.session.scalars(select(Device)).all() == []


@pytest.mark.parametrize("_time", range(5))
def test_a_list_and_an_answer_in_one_moment_leave_one_person_at_the_lists_address(
    app: Flask, make: Factory, now: datetime, _time: int
) -> None:
    ours, number = make.institution(), make.employee_number()
    register("Penyerang", "x@gratis.example", read_employee_number(number), ours.id, now=now)
    db.session.commit()
    answer_requests("link:{}".format, now=now)
    token = mailed_token("x@gratis.example")
    at_once(
        app,
        lambda: add_now(ours, number, OFFICIAL, now),
        lambda: choose_password(token, PASSWORD, now=now),
    )
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
        assert account.email == OFFICIAL
        assert account.password_hash is None
        assert db.session.scalars(select(EmployeeNumber.number)).all() == [number]


def test_nobody_settles_a_claim_for_an_institution_that_is_not_theirs(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    stolen = squat(make, ours, now)
    with pytest.raises(NoSuchStaff):
        add_staff(
            Scope(None, frozenset({theirs.id})),
            db.session.get_one(Institution, ours.id),
            NAME,
            OFFICIAL,
            read_employee_number(stolen.person.number),
            "link:{}".format,
            now=now,
        )
