"""People one by one: codes on paper, invitations at a rate, dated facts, another address."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from lms.accounts.activation import (
    ALPHABET,
    CODE_LENGTH,
    VALID_FOR,
    issue_codes,
    open_by_code,
    show_code,
)
from lms.accounts.addresses import ask_for_address, confirm_address
from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import (
    LinkSpent,
    TooManyGuesses,
    WrongCode,
    WrongCredentials,
    WrongPassword,
)
from lms.accounts.models import Account, ActivationCode, OneTimeLink
from lms.accounts.notifications import mail_link
from lms.accounts.queries import find_signed_in, get_open_link
from lms.accounts.rules import FREE_GUESSES
from lms.accounts.service import choose_password, sign_in
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.errors import NoSuchStaff, OwnPosting
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.people.addresses import set_staff_address
from lms.institutions.people.codes import Chosen, make_codes
from lms.institutions.people.errors import (
    CannotBeUndone,
    HasActivated,
    HoldsARole,
    NobodyChosen,
    NoSuchBatch,
    NoSuchFact,
    NoSuchUnit,
    NotInForceYet,
    SameInstitution,
    SameUnit,
)
from lms.institutions.people.facts import (
    apply_due_facts,
    has_due_facts,
    move_in,
    move_out,
    move_unit,
    note_death,
    retire,
    undo_fact,
)
from lms.institutions.people.history import list_facts
from lms.institutions.people.invitations import (
    MOST_TIMES,
    invite,
    list_batches,
    send_some,
    stop,
)
from lms.institutions.people.queries import get_person
from lms.institutions.units import add_unit
from lms.mail import OutboxMessage
from lms.progress.models import StaffProgress
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

STRONG = "empat benda di sekitar meja"


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """The officer's institution."""
    return make.institution("Kota Contoh")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    """Its HR officer."""
    return make.officer(at=ours)


@pytest.fixture
def ayu(make: Factory, ours: InstitutionRef) -> Person:
    """Somebody on the list without an address, who has never signed in."""
    person = make.learner("Ayu Lestari", at=ours)
    without_address(make, person)
    return person


def without_address(make: Factory, person: Person) -> None:
    """Take somebody's address."""
    with make.inside():
        db.session.get_one(Account, person.id).email = None
        db.session.commit()


def code_of(make: Factory, person: Person) -> str:
    """Another code for somebody."""
    with make.inside():
        codes = issue_codes([person.id], issuer_id=None, now=make.now)
        db.session.commit()
    return codes[person.id]


def mailed_to(address: str | None) -> int:
    """How many messages wait for a mailbox."""
    found = db.session.scalar(
        select(func.count()).where(
            OutboxMessage.recipient == address, OutboxMessage.due_at.is_not(None)
        )
    )
    return found or 0


def test_a_code_and_the_number_open_the_choice_of_a_password_once(
    make: Factory, ayu: Person
) -> None:
    code = code_of(make, ayu)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    with make.inside():
        token = open_by_code(ayu.number, f" {show_code(code).lower()} ", now=make.now)
        db.session.commit()
        assert choose_password(token, STRONG, now=make.now).account_id == ayu.id
        db.session.commit()
        assert sign_in(ayu.number, STRONG, "", now=make.now).account_id == ayu.id
        db.session.commit()
        with pytest.raises(WrongCode):
            open_by_code(ayu.number, code, now=make.now)


def test_a_new_code_voids_the_former_one_and_time_voids_it_too(make: Factory, ayu: Person) -> None:
    former, code = code_of(make, ayu), code_of(make, ayu)
    with make.inside():
        with pytest.raises(WrongCode):
            open_by_code(ayu.number, former, now=make.now)
        assert open_by_code(ayu.number, code, now=make.now + VALID_FOR - timedelta(hours=1))
        with pytest.raises(WrongCode):
            open_by_code(ayu.number, code, now=make.now + VALID_FOR)


def test_a_code_opens_nobody_elses_account(
    make: Factory, ours: InstitutionRef, ayu: Person
) -> None:
    other = make.learner("Budi", at=ours)
    code = code_of(make, ayu)
    with make.inside(), pytest.raises(WrongCode):
        open_by_code(other.number, code, now=make.now)


def test_guesses_at_codes_are_braked_as_guesses_at_passwords(make: Factory, ayu: Person) -> None:
    code = code_of(make, ayu)
    with make.inside():
        for _ in range(FREE_GUESSES):
            with pytest.raises(WrongCode):
                open_by_code(ayu.number, "AAAA-AAAA-AAAA", now=make.now)
        with pytest.raises(WrongCode):
            open_by_code(ayu.number, "AAAA-AAAA-AAAA", now=make.now)
        with pytest.raises(TooManyGuesses):
            open_by_code(ayu.number, code, now=make.now)
        with pytest.raises(TooManyGuesses):
            sign_in(ayu.number, PASSWORD, "", now=make.now)


def test_who_is_nobody_is_told_the_same_as_who_is_somebody(make: Factory, ayu: Person) -> None:
    strangers = make.employee_number()
    with make.inside():
        for typed in (ayu.number, strangers):
            words = []
            for _ in range(FREE_GUESSES + 1):
                with pytest.raises(WrongCode) as refused:
                    open_by_code(typed, "AAAA-AAAA-AAAA", now=make.now)
                words.append(str(refused.value))
            with pytest.raises(TooManyGuesses):
                open_by_code(typed, "AAAA-AAAA-AAAA", now=make.now)
            assert len(set(words)) == 1


def test_only_a_hash_of_a_code_is_kept(make: Factory, ayu: Person) -> None:
    code = code_of(make, ayu)
    with make.inside():
        row = db.session.get_one(ActivationCode, ayu.id)
        assert code.encode() not in row.code_hash
        entries = db.session.scalars(select(AuditEntry.details)).all()
        assert not any(code in str(details) for details in entries)


def test_a_sheet_is_for_those_who_need_one(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    with_mail = make.learner("Budi", at=ours)
    active = make.learner("Citra", at=ours, password=PASSWORD)
    forgot = make.learner("Dewi", at=ours, password=PASSWORD)
    without_address(make, forgot)
    waiting = make.learner("Eko", at=ours, confirmed=False)
    author = make.learner("Fajar", at=ours, roles=((Role.AUTHOR, None),))
    stranger = make.learner("Gita", at=make.institution("Kota Lain"))
    everybody = (with_mail, active, forgot, waiting, author, stranger, ayu, officer)
    ids = tuple(each.posting_id or 0 for each in everybody)
    with make.inside():
        lines = make_codes(officer.scope, Chosen(), now=make.now)
        assert [line.name for line in lines] == ["Ayu Lestari"]
        assert ayu.number not in lines[0].masked_number
        assert lines[0].masked_number.endswith(ayu.number[-3:])
        lines = make_codes(officer.scope, Chosen(posting_ids=ids), now=make.now)
        assert {line.name for line in lines} == {"Ayu Lestari", "Budi", "Dewi"}
        noted = select(func.count()).where(AuditEntry.action == "staff.code_issued")
        assert db.session.scalar(noted) == 4
        with pytest.raises(NobodyChosen):
            make_codes(officer.scope, Chosen(posting_ids=(active.posting_id or 0,)), now=make.now)
        db.session.rollback()


def test_invitations_go_out_at_the_rate_and_are_stopped(
    make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    people = [make.learner(f"Pegawai {'ABCDE'[n]}", at=ours) for n in range(5)]
    make.learner("Sudah Aktif", at=ours, password=PASSWORD)
    now = make.now
    with make.inside():
        batch_id = invite(officer.scope, Chosen(), now=now)
        assert send_some(2, str, now=now) == 2
        assert send_some(2, str, now=now + timedelta(seconds=30)) == 0
        db.session.get_one(Account, people[2].id).activated_at = now
        db.session.flush()
        assert send_some(2, str, now=now + timedelta(seconds=61)) == 1
        (line,) = list_batches(officer.id)
        assert (line.mailed_count, line.waiting_count, line.left_out_count) == (3, 1, 1)
        with pytest.raises(NoSuchBatch):
            stop(people[0].id, batch_id, now=now)
        stop(officer.id, batch_id, now=now)
        assert send_some(9, str, now=now + timedelta(hours=1)) == 0
        assert mailed_to(people[4].email) == 0
        assert get_person(officer.scope, people[0].posting_id or 0, now=now).invited_at == now
        db.session.rollback()


def test_nobody_is_invited_more_often_than_anybody(
    make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    person = make.learner("Ayu Lestari", at=ours)
    with make.inside():
        for turn in range(MOST_TIMES):
            at = make.now + timedelta(hours=turn)
            invite(officer.scope, Chosen(), now=at)
            with pytest.raises(NobodyChosen):
                invite(officer.scope, Chosen(), now=at)
            assert send_some(9, str, now=at) == 1
        with pytest.raises(NobodyChosen):
            invite(officer.scope, Chosen(), now=make.now + timedelta(days=1))
        assert mailed_to(person.email) == MOST_TIMES
        db.session.rollback()


def unit_at(make: Factory, place: InstitutionRef, name: str) -> int:
    """A unit of an institution."""
    with make.inside():
        unit_id = add_unit(place.id, name).id
        db.session.commit()
    return unit_id


def test_a_person_moves_to_another_unit_and_back(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    unit_id, today = unit_at(make, ours, "Dinas Kesehatan"), make.today
    elsewhere = unit_at(make, make.institution("Kota Lain"), "Dinas Sosial")
    posting_id = ayu.posting_id or 0
    with make.inside():
        with pytest.raises(NoSuchUnit):
            move_unit(officer.scope, posting_id, elsewhere, today, now=make.now)
        fact = move_unit(officer.scope, posting_id, unit_id, today, now=make.now)
        with pytest.raises(SameUnit):
            move_unit(officer.scope, posting_id, unit_id, today, now=make.now)
        row = db.session.scalars(
            select(StaffProgress.unit_id).where(StaffProgress.account_id == ayu.id)
        ).one()
        assert row == unit_id
        undo_fact(officer.scope, fact.id, now=make.now)
        assert db.session.get_one(Posting, posting_id).unit_id is None
        with pytest.raises(NoSuchFact):
            undo_fact(officer.scope, fact.id, now=make.now)
        db.session.rollback()


def test_who_moves_out_waits_at_the_other_institution(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    theirs = make.institution("Kota Lain")
    posting_id, today = ayu.posting_id or 0, make.today
    with make.inside():
        with pytest.raises(SameInstitution):
            move_out(officer.scope, posting_id, ours.id, today, now=make.now)
        fact = move_out(officer.scope, posting_id, theirs.id, today, now=make.now)
        db.session.commit()
        there = db.session.scalars(
            select(Posting).where(Posting.account_id == ayu.id, Posting.ended_on.is_(None))
        ).one()
        assert (there.institution_id, there.source) == (theirs.id, PostingSource.MOVED)
        assert there.confirmed_at is None
        undo_fact(officer.scope, fact.id, now=make.now)
        db.session.commit()
        present = db.session.scalars(
            select(Posting.id).where(Posting.account_id == ayu.id, Posting.ended_on.is_(None))
        ).one()
        assert present == posting_id


def test_what_the_other_institution_has_confirmed_is_not_undone(
    make: Factory, officer: Person, ayu: Person
) -> None:
    theirs = make.institution("Kota Lain")
    with make.inside():
        fact = move_out(officer.scope, ayu.posting_id or 0, theirs.id, make.today, now=make.now)
        there = db.session.scalars(
            select(Posting).where(Posting.account_id == ayu.id, Posting.ended_on.is_(None))
        ).one()
        there.confirmed_at = make.now
        db.session.flush()
        with pytest.raises(CannotBeUndone):
            undo_fact(officer.scope, fact.id, now=make.now)
        db.session.rollback()


def test_a_day_to_come_takes_force_on_its_day(make: Factory, officer: Person, ayu: Person) -> None:
    posting_id, day = ayu.posting_id or 0, make.today + timedelta(days=10)
    with make.inside():
        retire(officer.scope, posting_id, day, now=make.now)
        db.session.commit()
        assert db.session.get_one(Posting, posting_id).ended_on is None
        assert not has_due_facts(now=make.now + timedelta(days=9))
        db.session.rollback()
    with make.inside():
        assert apply_due_facts(now=make.now + timedelta(days=10)) == 1
        assert apply_due_facts(now=make.now + timedelta(days=10)) == 0
        assert db.session.get_one(Posting, posting_id).ended_on == day
        (line,) = list_facts(officer.scope, ayu.id)
        assert line.applied_at is not None
        db.session.rollback()


def test_what_is_to_come_for_who_has_left_is_let_go(
    make: Factory, officer: Person, ayu: Person
) -> None:
    day = make.today + timedelta(days=10)
    with make.inside():
        retire(officer.scope, ayu.posting_id or 0, day, now=make.now)
        db.session.commit()
    make.move(ayu, make.institution("Kota Lain"))
    with make.inside():
        assert apply_due_facts(now=make.now + timedelta(days=11)) == 0
        assert not has_due_facts(now=make.now + timedelta(days=11))
        db.session.rollback()


def end(make: Factory, kind: type[Institution] | type[Unit], key: int) -> None:
    """Have an institution or a unit end, as the registry does before it moves the people."""
    with make.inside():
        db.session.execute(update(kind).where(kind.id == key).values(ended_on=make.today))
        db.session.commit()


@pytest.mark.parametrize("fact_of", ["retired", "died", "moved out", "moved in"])
def test_nothing_is_taken_back_at_an_institution_that_has_ended(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person, fact_of: str
) -> None:
    theirs = make.institution("Kota Lain")
    receiver, posting_id, today = make.officer(at=theirs), ayu.posting_id or 0, make.today
    undoer = officer
    with make.inside():
        match fact_of:
            case "retired":
                fact = retire(officer.scope, posting_id, today, now=make.now)
            case "died":
                fact = note_death(officer.scope, posting_id, today, now=make.now)
            case "moved out":
                fact = move_out(officer.scope, posting_id, theirs.id, today, now=make.now)
            case _:
                fact, undoer = move_in(receiver.scope, ayu.id, theirs.id, now=make.now), receiver
        fact_id = fact.id
        db.session.commit()
    end(make, Institution, ours.id)
    before = postings_of(make, ayu)
    with make.inside():
        with pytest.raises(CannotBeUndone):
            undo_fact(undoer.scope, fact_id, now=make.now)
        db.session.rollback()
    assert postings_of(make, ayu) == before
    assert (posting_id, None) not in before


def postings_of(make: Factory, person: Person) -> list[tuple[int, date | None]]:
    """Where somebody has worked, and until when."""
    with make.inside():
        found = select(Posting.id, Posting.ended_on).where(Posting.account_id == person.id)
        rows = [(key, ended_on) for key, ended_on in db.session.execute(found)]
        db.session.rollback()
    return rows


@pytest.mark.parametrize("is_retired", [True, False])
def test_a_unit_that_has_ended_is_named_no_more_when_a_fact_is_taken_back(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person, *, is_retired: bool
) -> None:
    former, new = (unit_at(make, ours, name) for name in ("Dinas Lama", "Dinas Baru"))
    posting_id, today = ayu.posting_id or 0, make.today
    with make.inside():
        move_unit(officer.scope, posting_id, former, today, now=make.now)
        if is_retired:
            fact_id = retire(officer.scope, posting_id, today, now=make.now).id
        else:
            fact_id = move_unit(officer.scope, posting_id, new, today, now=make.now).id
        db.session.commit()
    end(make, Unit, former)
    with make.inside():
        undo_fact(officer.scope, fact_id, now=make.now)
        posting = db.session.get_one(Posting, posting_id)
        assert (posting.ended_on, posting.unit_id) == (None, None)
        db.session.rollback()


@pytest.mark.parametrize("to_a_unit", [True, False])
def test_what_would_lead_to_what_has_ended_meanwhile_is_let_go_and_holds_nobody_up(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person, *, to_a_unit: bool
) -> None:
    unit_id, theirs = unit_at(make, ours, "Dinas Sosial"), make.institution("Kota Lain")
    other, day = make.learner("Budi", at=ours), make.today + timedelta(days=10)
    posting_id = ayu.posting_id or 0
    with make.inside():
        if to_a_unit:
            move_unit(officer.scope, posting_id, unit_id, day, now=make.now)
        else:
            move_out(officer.scope, posting_id, theirs.id, day, now=make.now)
        retire(officer.scope, other.posting_id or 0, day, now=make.now)
        db.session.commit()
    end(make, Unit, unit_id) if to_a_unit else end(make, Institution, theirs.id)
    with make.inside():
        assert apply_due_facts(now=make.now + timedelta(days=11)) == 1
        assert not has_due_facts(now=make.now + timedelta(days=11))
        posting = db.session.get_one(Posting, posting_id)
        assert (posting.ended_on, posting.unit_id) == (None, None)
        db.session.rollback()


def test_nobody_signs_in_and_nothing_is_mailed_after_a_death(
    make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    person = make.learner("Budi Santoso", at=ours, password=PASSWORD)
    issued = make.certificate(person, make.book())
    cookie = make.device(person)
    tokens: list[str] = []

    def address(token: str) -> str:
        tokens.append(token)
        return token

    posting_id = person.posting_id or 0
    with make.inside():
        mail_link(db.session.get_one(Account, person.id), LinkPurpose.RESET, address, now=make.now)
        db.session.commit()
        with pytest.raises(NotInForceYet):
            note_death(officer.scope, posting_id, make.today + timedelta(days=2), now=make.now)
        fact = note_death(officer.scope, posting_id, make.today, now=make.now)
        db.session.commit()
        assert mailed_to(person.email) == 0
        assert find_signed_in(cookie, now=make.now) is None
        with pytest.raises(LinkSpent):
            get_open_link(tokens[0], now=make.now)
        with pytest.raises(WrongCredentials):
            sign_in(person.number, PASSWORD, "", now=make.now)
    make.revoke(issued)
    with make.inside():
        assert mailed_to(person.email) == 0
        undo_fact(officer.scope, fact.id, now=make.now)
        db.session.commit()
        assert sign_in(person.email, PASSWORD, "", now=make.now).account_id == person.id
        found = find_signed_in(cookie, now=make.now)
        assert found is not None
        db.session.rollback()


def test_a_transfer_by_the_receiving_list_ends_the_former_posting_and_tells_its_officer(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    theirs = make.institution("Kota Lain")
    receiver = make.officer(at=theirs)
    with make.inside():
        before = mailed_to(officer.email)
        with pytest.raises(NoSuchStaff):
            move_in(receiver.scope, ayu.id, ours.id, now=make.now)
        fact = move_in(receiver.scope, ayu.id, theirs.id, now=make.now)
        assert mailed_to(officer.email) == before + 1
        assert db.session.get_one(Posting, ayu.posting_id or 0).ended_on is not None
        undo_fact(receiver.scope, fact.id, now=make.now)
        assert db.session.get_one(Posting, ayu.posting_id or 0).ended_on is None
        db.session.rollback()


def test_an_officer_notes_nothing_of_others_of_themselves_or_of_who_holds_a_role(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    stranger = make.officer(at=make.institution("Kota Lain"))
    author = make.learner("Fajar", at=ours, roles=((Role.AUTHOR, None),))
    today, now = make.today, make.now
    with make.inside():
        with pytest.raises(NoSuchStaff):
            retire(stranger.scope, ayu.posting_id or 0, today, now=now)
        with pytest.raises(NoSuchStaff):
            get_person(stranger.scope, ayu.posting_id or 0, now=now)
        with pytest.raises(NoSuchStaff):
            set_staff_address(stranger.scope, ayu.posting_id or 0, "a@b.example", str, now=now)
        with pytest.raises(OwnPosting):
            retire(officer.scope, officer.posting_id or 0, today, now=now)
        with pytest.raises(HoldsARole):
            note_death(officer.scope, author.posting_id or 0, today, now=now)
        fact = retire(officer.scope, ayu.posting_id or 0, today, now=now)
        with pytest.raises(NoSuchFact):
            undo_fact(stranger.scope, fact.id, now=now)
        assert list_facts(stranger.scope, ayu.id) == []
        db.session.rollback()


def test_an_officer_sets_the_address_of_who_has_never_activated_only(
    make: Factory, ours: InstitutionRef, officer: Person, ayu: Person
) -> None:
    active = make.learner("Citra", at=ours, password=PASSWORD)
    with make.inside():
        set_staff_address(officer.scope, ayu.posting_id or 0, "ayu@kota.example", str, now=make.now)
        assert mailed_to("ayu@kota.example") == 1
        with pytest.raises(HasActivated):
            set_staff_address(
                officer.scope, active.posting_id or 0, "x@kota.example", str, now=make.now
            )
        db.session.rollback()


def test_an_address_changes_by_a_link_to_the_new_one_and_the_former_is_told(
    make: Factory, ours: InstitutionRef
) -> None:
    person = make.learner("Citra", at=ours, password=PASSWORD)
    tokens: list[str] = []

    def address(token: str) -> str:
        tokens.append(token)
        return token

    with make.inside():
        with pytest.raises(WrongPassword):
            ask_for_address(person.id, "salah sekali", "baru@kota.example", address, now=make.now)
        db.session.rollback()
        ask_for_address(person.id, PASSWORD, "baru@kota.example", address, now=make.now)
        db.session.commit()
        assert db.session.get_one(Account, person.id).email == person.email
        with pytest.raises(LinkSpent):
            get_open_link(tokens[0], now=make.now)  # it chooses no password
        assert confirm_address(tokens[0], now=make.now) == "baru@kota.example"
        db.session.commit()
        assert db.session.get_one(Account, person.id).email == "baru@kota.example"
        assert mailed_to(person.email) == 1
        with pytest.raises(LinkSpent):
            confirm_address(tokens[0], now=make.now)


def test_nobody_learns_whose_an_address_is(make: Factory, ours: InstitutionRef) -> None:
    person = make.learner("Citra", at=ours, password=PASSWORD)
    other = make.learner("Dewi", at=ours)
    with make.inside():
        ask_for_address(person.id, PASSWORD, other.email, str, now=make.now)
        assert mailed_to(other.email) == 0
        asked = select(func.count()).where(OneTimeLink.purpose == LinkPurpose.ADDRESS)
        assert db.session.scalar(asked) == 0
        db.session.rollback()
