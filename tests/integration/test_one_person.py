"""Two accounts of one person: found, merged, parted; the person counts once throughout."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import LinkSpent, WrongCredentials
from lms.accounts.models import Account
from lms.accounts.notifications import mail_link
from lms.accounts.people import change_number
from lms.accounts.queries import find_signed_in, get_open_link
from lms.accounts.rules import read_employee_number
from lms.accounts.service import sign_in
from lms.audit import AuditEntry
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.own_certificates import list_own_certificates
from lms.certificates.queries import get_own_certificate, get_staff_certificate
from lms.db import db
from lms.institutions.errors import NoSuchStaff, OwnPosting
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.people.duplicates import list_duplicates
from lms.institutions.people.errors import (
    CannotBeMerged,
    HoldsARole,
    NoSuchMerge,
    NotEvidentlyOne,
    NotYetConfirmed,
)
from lms.institutions.people.merging import list_merges, merge_staff, separate_staff
from lms.institutions.units import add_unit
from lms.mail import OutboxMessage
from lms.programmes.models import Programme, Standing
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from lms.progress.models import StaffProgress
from lms.reporting.personal_data import gather_personal_data
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

BIRTH = "19850412"
PPPK_1, PPPK_2 = f"{BIRTH}202221{'1'}001", f"{BIRTH}202222{'1'}001"
WHY = "NIP berganti karena kontrak baru."


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """The officer's institution."""
    return make.institution("Kota Contoh")


@pytest.fixture
def both(make: Factory, ours: InstitutionRef) -> tuple[Person, Person]:
    """One person with two accounts, each with a password of its own."""
    kept = make.learner("Ayu Lestari, S.H.", at=ours, number=PPPK_2, password=PASSWORD)
    other = make.learner("Ayu Lestari", at=ours, number=PPPK_1, password=PASSWORD + " lama")
    return kept, other


def officer_of(make: Factory, at: InstitutionRef) -> Person:
    """An HR officer there."""
    return make.officer(at=at)


def join(
    make: Factory,
    officer: Person,
    kept: Person,
    other: Person,
    why: str = WHY,
    *,
    is_sure: bool = False,
) -> int:
    """Merge two people's accounts as the officer."""
    with make.inside():
        ids = (kept.posting_id or 0, other.posting_id or 0)
        merge_id = merge_staff(officer.scope, *ids, why, now=make.now, is_sure=is_sure)
        db.session.commit()
    return merge_id


def part(make: Factory, officer: Person, merge_id: int) -> None:
    """Undo it."""
    with make.inside():
        separate_staff(officer.scope, merge_id, WHY, now=make.now)
        db.session.commit()


def rows_of(make: Factory, account_id: int) -> list[object]:
    """What is stored of an account by itself: its row, its numbers, its postings, its devices."""
    with make.inside():
        found: list[object] = []
        for statement in (
            (
                "SELECT id, name, email, password_hash, activated_at, merged_into_id, closed_at"
                " FROM accounts WHERE id = :id"
            ),
            "SELECT * FROM employee_numbers WHERE account_id = :id ORDER BY id",
            "SELECT * FROM postings WHERE account_id = :id ORDER BY id",
            "SELECT * FROM devices WHERE account_id = :id ORDER BY id",
        ):
            found += [tuple(row) for row in db.session.execute(text(statement), {"id": account_id})]
        db.session.rollback()
    return found


def figure(make: Factory) -> int:
    """The national figure, which must be what a recount gives."""
    with make.inside():
        programme = db.session.scalars(select(Programme).where(Programme.slug == NATIONAL)).one()
        assert reconcile(programme) == []
        counted = get_figure(NATIONAL, now=make.now).count
        standing = db.session.scalar(select(func.count()).select_from(Standing))
        assert standing == counted
        db.session.rollback()
    return counted


def test_who_signs_in_with_either_number_is_in_the_kept_account(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    join(make, officer_of(make, ours), kept, other)
    for typed in (PPPK_1, PPPK_2, kept.email, other.email):
        with make.inside():
            device = sign_in(typed, PASSWORD, "", now=make.now)
            assert device.account_id == kept.id
            db.session.rollback()
        with make.inside(), pytest.raises(WrongCredentials):
            sign_in(typed, PASSWORD + " lama", "", now=make.now)


def test_what_opened_the_other_account_opens_nothing_until_they_are_parted(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    officer = officer_of(make, ours)
    cookie = make.device(other)
    tokens: list[str] = []

    def address(token: str) -> str:
        tokens.append(token)
        return token

    with make.inside():
        mail_link(db.session.get_one(Account, other.id), LinkPurpose.RESET, address, now=make.now)
        db.session.commit()
    merge_id = join(make, officer, kept, other)
    with make.inside():
        assert find_signed_in(cookie, now=make.now) is None
        with pytest.raises(LinkSpent):
            get_open_link(tokens[0], now=make.now)
        db.session.rollback()
    part(make, officer, merge_id)
    with make.inside():
        found = find_signed_in(cookie, now=make.now)
        assert found is not None
        assert found.account_id == other.id
        assert get_open_link(tokens[0], now=make.now).account_id == other.id
        db.session.rollback()


def test_parting_restores_both_exactly(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    officer = officer_of(make, ours)
    make.device(kept)
    make.device(other)
    before = [rows_of(make, each.id) for each in both]
    merge_id = join(make, officer, kept, other)
    assert rows_of(make, other.id) != before[1]
    part(make, officer, merge_id)
    assert [rows_of(make, each.id) for each in both] == before
    with make.inside(), pytest.raises(NoSuchMerge):
        separate_staff(officer.scope, merge_id, WHY, now=make.now)


@pytest.mark.parametrize("kind", [Institution, Unit])
def test_parting_reopens_nothing_that_has_ended(
    make: Factory,
    ours: InstitutionRef,
    both: tuple[Person, Person],
    kind: type[Institution] | type[Unit],
) -> None:
    kept, other = both
    officer = officer_of(make, ours)
    with make.inside():
        posting = db.session.get_one(Posting, other.posting_id)
        posting.unit_id = add_unit(posting.institution_id, "Dinas Lama", parent=None).id
        db.session.commit()
    merge_id = join(make, officer, kept, other)
    with make.inside():
        posting = db.session.get_one(Posting, other.posting_id)
        key = posting.institution_id if kind is Institution else posting.unit_id
        db.session.execute(update(kind).where(kind.id == key).values(ended_on=make.today))
        db.session.commit()
    part(make, officer, merge_id)
    with make.inside():
        posting = db.session.get_one(Posting, other.posting_id)
        assert (posting.ended_on is None) is (kind is Unit)
        assert (posting.unit_id is None) is (kind is Unit)
        assert db.session.get_one(Account, other.id).merged_into_id is None
        db.session.rollback()


def test_an_officer_opens_certificates_of_their_own_people_alone(
    make: Factory, ours: InstitutionRef
) -> None:
    """Whose certificate was the first of all does not count."""
    theirs = make.institution("Kota Lain")
    book = make.book()
    own = make.certificate(make.learner("Ayu", at=ours), book)
    others = make.certificate(make.learner("Budi", at=theirs), book)
    scopes = [make.officer(at=place).scope for place in (ours, theirs)]
    with make.inside():
        assert get_staff_certificate(scopes[0], own.code).facts.code == own.code
        assert get_staff_certificate(scopes[1], others.code).facts.code == others.code
        for scope, code in ((scopes[0], others.code), (scopes[1], own.code)):
            with pytest.raises(NoSuchCertificate):
                get_staff_certificate(scope, code)
        db.session.rollback()


def test_the_list_shows_the_kept_one_with_all_certificates(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    officer = officer_of(make, ours)
    issued = make.certificate(other, make.book())
    join(make, officer, kept, other)
    with make.inside():
        assert [each.code for each in list_own_certificates(kept.id, today=make.today)] == [
            issued.code
        ]
        assert get_own_certificate(kept.id, issued.code).account_id == other.id
        assert get_staff_certificate(officer.scope, issued.code).facts.code == issued.code
        listed = db.session.execute(
            select(StaffProgress.account_id, StaffProgress.finished_on).where(
                StaffProgress.account_id.in_([kept.id, other.id])
            )
        ).all()
        assert [row.account_id for row in listed] == [kept.id]
        assert listed[0].finished_on > date(2000, 1, 1)
        held = gather_personal_data(kept.id)
        assert {row["number"] for row in held["employee_numbers"]} == {PPPK_1, PPPK_2}
        assert [row["code"] for row in held["certificates"]] == [issued.code]
        db.session.rollback()


def test_nobody_is_merged_for_whom_nobody_vouches(make: Factory, ours: InstitutionRef) -> None:
    true = make.learner("Ayu Lestari", at=ours, number=PPPK_2)
    stolen = make.learner("Ayu Lestari", at=ours, number=PPPK_1, confirmed=False)
    officer = officer_of(make, ours)
    for pair in ((true, stolen), (stolen, true)):
        with pytest.raises(NotYetConfirmed):
            join(make, officer, *pair)
    with make.inside():
        (found,) = list_duplicates(officer.scope)
        assert not found.may_be_merged
        db.session.rollback()


def test_an_officer_sees_and_merges_no_others(make: Factory, ours: InstitutionRef) -> None:
    theirs = make.institution("Kota Lain")
    mine = make.learner("Ayu Lestari", at=ours, number=PPPK_2)
    other = make.learner("Ayu Lestari", at=theirs, number=PPPK_1)
    officer, stranger = officer_of(make, ours), officer_of(make, theirs)
    for pair in ((mine, other), (other, mine)):
        with pytest.raises(NoSuchStaff):
            join(make, officer, *pair)
    moved = make.learner("Ayu Lestari", at=ours, number=PPPK_1[:-1] + "2")
    merge_id = join(make, officer, mine, moved)
    with make.inside():
        assert list_duplicates(stranger.scope) == []
        assert list_merges(stranger.scope) == []
        assert len(list_merges(officer.scope)) == 1
        with pytest.raises(NoSuchMerge):
            separate_staff(stranger.scope, merge_id, WHY, now=make.now)
        db.session.rollback()


def test_who_left_and_works_elsewhere_is_not_merged_by_the_former_officer(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    make.move(other, make.institution("Kota Lain"))
    with pytest.raises(CannotBeMerged):
        join(make, officer_of(make, ours), kept, other)


def test_nobody_merges_themselves_or_who_holds_a_role(make: Factory, ours: InstitutionRef) -> None:
    officer = make.officer("Ayu Lestari", at=ours)
    second = make.learner("Ayu Lestari", at=ours)
    with pytest.raises(OwnPosting):
        join(make, officer, officer, second)
    author = make.learner("Budi", at=ours, roles=((Role.AUTHOR, None),))
    for pair in ((author, second), (second, author)):
        with pytest.raises(HoldsARole):
            join(make, officer, *pair)


def test_neither_is_merged_twice(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    officer = officer_of(make, ours)
    third = make.learner("Ayu Lestari", at=ours, number=PPPK_1[:-1] + "2")
    join(make, officer, kept, other)
    for pair in ((kept, other), (other, third), (third, other), (third, kept), (kept, kept)):
        with pytest.raises(CannotBeMerged):
            join(make, officer, *pair)
    join(make, officer, kept, third)


def test_a_staff_list_that_names_the_other_number_means_the_kept_account(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    from lms.institutions.claims import find_claim_on_number, find_claims

    kept, other = both
    join(make, officer_of(make, ours), kept, other)
    with make.inside():
        claim = find_claim_on_number(PPPK_1)
        assert claim is not None
        assert claim.account_id == kept.id
        by_number, by_email = find_claims([PPPK_1], [other.email])
        assert by_number[PPPK_1].account_id == by_email[other.email].account_id == kept.id
        db.session.rollback()


def test_mail_about_an_old_certificate_goes_to_the_kept_address(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    kept, other = both
    issued = make.certificate(other, make.book())
    join(make, officer_of(make, ours), kept, other)
    with make.inside():
        db.session.execute(text("DELETE FROM outbox_messages"))
        db.session.commit()
    make.revoke(issued)
    with make.inside():
        assert list(db.session.scalars(select(OutboxMessage.recipient))) == [kept.email]
        db.session.rollback()


def unlike_pair(make: Factory, at: InstitutionRef, kind: str) -> tuple[Person, Person]:
    """Two people of whom no name and number say that they are one."""
    one = make.learner("Ayu Lestari", at=at, number=PPPK_2, email="ayu@contoh.example")
    match kind:
        case "another name":
            return one, make.learner("Budi Santoso", at=at, number=PPPK_1)
        case "another birth date":
            return one, make.learner("Ayu Lestari", at=at, number="199001012015031002")
        case _:
            return one, make.learner(
                "Ayu Lestari", at=at, number="199001012015031002", email="ayu+2@contoh.example"
            )


UNLIKE = ["another name", "another birth date", "a like address only"]


@pytest.mark.parametrize("kind", UNLIKE)
def test_who_does_not_seem_to_be_one_is_merged_only_by_who_is_sure_and_says_why(
    make: Factory, ours: InstitutionRef, kind: str
) -> None:
    pair = unlike_pair(make, ours, kind)
    officer = officer_of(make, ours)
    before = [rows_of(make, each.id) for each in pair]
    for why, is_sure in ((WHY, False), ("Orangnya sama.", True)):
        with pytest.raises(NotEvidentlyOne):
            join(make, officer, *pair, why, is_sure=is_sure)
    assert [rows_of(make, each.id) for each in pair] == before
    assert recipients(make) == set()
    merge_id = join(make, officer, *pair, is_sure=True)
    part(make, officer, merge_id)
    assert [rows_of(make, each.id) for each in pair] == before


@pytest.mark.parametrize("has_other", [True, False])
def test_another_pair_of_eyes_hears_of_who_does_not_seem_to_be_one(
    make: Factory, ours: InstitutionRef, has_other: bool
) -> None:
    """Another officer of theirs; where there is none, the coordinators; and both mailboxes."""
    pair = unlike_pair(make, ours, "another name")
    officer = officer_of(make, ours)
    coordinator = make.learner(password=PASSWORD, roles=((Role.COORDINATOR, None),))
    make.officer(at=make.institution("Kota Lain"), password=PASSWORD)
    told = make.officer(at=ours, password=PASSWORD) if has_other else coordinator
    join(make, officer, *pair, is_sure=True)
    assert recipients(make) == {told.email, *(each.email for each in pair)}
    with make.inside():
        body = db.session.scalar(
            select(OutboxMessage.body).where(OutboxMessage.recipient == told.email)
        )
        # Coordinators have no list of staff: they are told whom to ask, and where.
        assert body is not None
        assert ("Bacalah alasannya di Kepegawaian" in body) is has_other
        assert ("pegawai Kota Contoh sebagai satu orang" in body) is not has_other
        assert ("di halaman instansinya, di Instansi" in body) is not has_other
        for absent in ("Ayu", "Budi", WHY, PPPK_1, PPPK_2, officer.email):
            assert absent not in body
        noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "account.merged"))
        assert [(each.actor_id, each.details) for each in noted] == [
            (officer.id, {"is_evident": False})
        ] * 2
        db.session.rollback()


def test_who_evidently_is_one_is_merged_without_ado(
    make: Factory, ours: InstitutionRef, both: tuple[Person, Person]
) -> None:
    officer_of(make, ours)
    join(make, officer_of(make, ours), *both)
    assert recipients(make) == {each.email for each in both}


def test_a_former_number_says_that_two_are_one(make: Factory, ours: InstitutionRef) -> None:
    one = make.learner("Ayu Lestari", at=ours, number=PPPK_2)
    other = make.learner("Ayu Lestari", at=ours, number=PPPK_1)
    with make.inside():
        changed = db.session.get_one(Account, one.id)
        change_number(changed, read_employee_number("199001012015031002"), on=make.today)
        db.session.commit()
    join(make, officer_of(make, ours), one, other)


def recipients(make: Factory) -> set[str]:
    """To whom anything was written."""
    with make.inside():
        found = set(db.session.scalars(select(OutboxMessage.recipient)))
        db.session.rollback()
    return found


STEPS = st.lists(
    st.sampled_from(["merge 2", "merge 3", "part", "revoke 1", "revoke 2", "back", "leave"]),
    max_size=9,
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order_the_figure_is_a_recount(
    make: Factory, steps: list[str]
) -> None:
    place = make.institution()
    officer = officer_of(make, place)
    people = [make.learner("Ayu Lestari", at=place) for _ in range(3)]
    book = make.book(f"buku-{len(steps)}-{people[0].id}")
    issued = [make.certificate(person, book) for person in people[:2]]
    start = figure(make)
    merges: dict[int, int] = {}
    revoked: list[int] = []
    before = certificates(make)
    for step in steps:
        what, _, which = step.partition(" ")
        index = int(which or 0) - 1
        if what == "merge" and index not in merges:
            merges[index] = join(make, officer, people[0], people[index])
        elif what == "part" and merges:
            part(make, officer, merges.pop(next(iter(merges))))
        elif what == "revoke" and index not in revoked:
            make.revoke(issued[index])
            revoked.append(index)
        elif what == "back" and revoked:
            make.reinstate(issued[revoked.pop()])
        holders = {0 if 1 in merges else index for index in range(2) if index not in revoked}
        assert figure(make) == start - 2 + len(holders)
    assert certificates(make) == before


def certificates(make: Factory) -> list[tuple[object, ...]]:
    """Every certificate, whole."""
    with make.inside():
        rows = [
            tuple(row) for row in db.session.execute(text("SELECT * FROM certificates ORDER BY id"))
        ]
        db.session.rollback()
    return rows
