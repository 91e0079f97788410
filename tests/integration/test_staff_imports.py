"""Staff lists as files: planned from values, done in sets, and the same as one by one."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_open_link
from lms.accounts.rules import read_employee_number
from lms.audit import AuditEntry
from lms.db import db, read_only
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Posting
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import Outcome
from lms.institutions.staff_files import ListedPerson
from lms.institutions.staff_imports import CHUNK, Import, apply_import, check_import
from lms.mail import OutboxMessage, list_recent_mail
from tests.factories import Factory, InstitutionRef

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


def scope_at(institution: InstitutionRef) -> Scope:
    return Scope(officer_id=None, institution_ids=frozenset({institution.id}))


def listed(line: int, number: str, email: str, name: str = "Sri Uji") -> ListedPerson:
    return ListedPerson(line, name, read_employee_number(number), email)


def new_people(make: Factory, count: int) -> list[ListedPerson]:
    return [
        listed(line, make.employee_number(), f"p{line}@contoh.example") for line in range(2, count)
    ]


def put(
    people: list[ListedPerson],
    institution: InstitutionRef,
    now: datetime,
    *,
    replaces: bool = False,
) -> Import:
    return apply_import(
        people,
        scope_at(institution),
        institution.id,
        "link:{}".format,
        now=now,
        replaces_addresses=replaces,
    )


def situations(make: Factory, ours: InstitutionRef) -> Iterator[ListedPerson]:
    """A line for each thing that can be known of a person already."""
    theirs = make.institution()
    lines = iter(range(2, 100))
    number = make.employee_number()
    yield listed(next(lines), number, f"baru{number}@contoh.example")
    for institution in (ours, theirs, None):
        for confirmed in (True, False):
            if institution is None and confirmed:
                continue
            for own_address in (True, False):
                person = make.learner("Dewi", at=institution, confirmed=confirmed)
                email = person.email if own_address else f"lain{person.id}@contoh.example"
                yield listed(next(lines), person.number, email, "Dewi")
    holder = make.learner("Ratna", at=ours, confirmed=False, roles=((Role.COORDINATOR, None),))
    yield listed(next(lines), holder.number, f"pemilik{holder.id}@contoh.example")
    author = make.learner("Ayu", roles=((Role.AUTHOR, None),))
    yield listed(next(lines), make.employee_number(), author.email)
    squatter = make.learner("Penyerang", confirmed=False)
    yield listed(next(lines), make.employee_number(), squatter.email)
    present, former = make.learner("Budi", at=ours), make.learner("Citra", at=ours)
    yield listed(next(lines), present.number, former.email)
    claimant, other = make.learner("Eka", confirmed=False), make.learner("Fajar", confirmed=False)
    yield listed(next(lines), claimant.number, other.email)


def test_what_a_check_says_is_what_comes_of_it(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    for replaces in (False, True):
        people = list(situations(make, ours))
        told = check_import(people, scope_at(ours), ours.id, now=now, replaces_addresses=replaces)
        done = put(people, ours, now, replaces=replaces)
        assert told.outcomes == done.outcomes
        for planned, happened in (
            (told.overridden, done.overridden),
            (told.refused, done.refused),
        ):
            assert {p.line: said for p, said in planned} == {p.line: said for p, said in happened}
        assert set(done.outcomes) == set(Outcome)
        assert len(done.refused) >= 3


def test_a_check_stores_nothing(make: Factory, ours: InstitutionRef) -> None:
    before = make.count(Account), make.count(OutboxMessage), make.count(AuditEntry)
    check_import(
        new_people(make, 30), scope_at(ours), ours.id, now=make.now, replaces_addresses=False
    )
    assert (make.count(Account), make.count(OutboxMessage), make.count(AuditEntry)) == before


def test_no_list_reaches_an_institution_outside_the_scope(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    people, theirs = new_people(make, 5), make.institution()
    before = make.count(Account)
    with pytest.raises(NoSuchStaff):
        check_import(people, scope_at(ours), theirs.id, now=now, replaces_addresses=False)
    with pytest.raises(NoSuchStaff):
        apply_import(people, scope_at(ours), theirs.id, str, now=now, replaces_addresses=False)
    assert make.count(Account) == before


def test_a_check_foretells_lines_that_hang_on_lines_before(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    """An address that a line takes from somebody is free for whom a later line names."""
    lina = make.learner("Lina", at=ours)
    people = [
        listed(2, lina.number, "lina.baru@contoh.example", "Lina"),
        listed(3, make.employee_number(), lina.email, "Orang Lain"),
    ]
    told = check_import(people, scope_at(ours), ours.id, now=now, replaces_addresses=True)
    assert (told.outcomes, told.refused) == ({Outcome.CORRECTED: 1, Outcome.ADDED: 1}, [])
    assert put(people, ours, now, replaces=True).outcomes == told.outcomes


def test_new_people_are_complete_and_can_get_in(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    person, *_ = people = new_people(make, 5)
    assert put(people, ours, now).outcomes == {Outcome.ADDED: len(people)}
    with read_only():
        account = db.session.scalars(select(Account).where(Account.email == person.email)).one()
        posting = db.session.scalars(select(Posting).where(Posting.account_id == account.id)).one()
        number = db.session.scalars(
            select(EmployeeNumber).where(EmployeeNumber.account_id == account.id)
        ).one()
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.subject == f"account:{account.id}")
        ).one()
        message = next(mail for mail in list_recent_mail() if mail.recipient == person.email)
        token = message.body.partition("link:")[2].split()[0]
        link = get_open_link(token, now=now)
    assert (account.name, account.password_hash) == (person.name, None)
    assert (posting.institution_id, posting.confirmed_at) == (ours.id, now)
    assert (number.number, number.kind) == (person.number.number, person.number.kind)
    assert (entry.action, entry.actor_id, entry.details) == (
        "staff.confirmed",
        None,
        {"institution_id": ours.id},
    )
    assert (link.account_id, link.purpose) == (account.id, LinkPurpose.ACTIVATE)


def test_two_hundred_new_people_cost_what_two_cost(
    make: Factory, ours: InstitutionRef, now: datetime, statements: Statements
) -> None:
    put(new_people(make, 4), ours, now)
    few = [listed(n, make.employee_number(), f"a{n}@contoh.example") for n in range(2)]
    many = [listed(n, make.employee_number(), f"b{n}@contoh.example") for n in range(CHUNK)]
    with statements() as for_few:
        put(few, ours, now)
    with statements() as for_many:
        put(many, ours, now)
    assert len(for_many) <= len(for_few) + 4
    with statements() as again:
        assert put(many, ours, now).outcomes == {Outcome.KNOWN: CHUNK}
    assert len(again) <= 6


def test_whoever_comes_between_spoils_one_line_only(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    """As two lists of one moment would: the plan of one knows nothing of the other."""
    people = new_people(make, 6)
    twin = listed(90, make.employee_number(), people[0].email)
    told = put([*people, twin], ours, now)
    assert told.outcomes == {Outcome.ADDED: len(people)}
    assert [person.line for person, _ in told.refused] == [90]


def test_a_list_that_was_cut_off_goes_on_where_it_stopped(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    people = new_people(make, 20)
    put(people[:7], ours, now)
    assert put(people, ours, now).outcomes == {Outcome.KNOWN: 7, Outcome.ADDED: len(people) - 7}


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Jakarta", date(2026, 3, 2)), ("UTC", date(2026, 3, 1))]
)
def test_a_posting_begins_and_ends_on_a_day_of_its_place(
    make: Factory, zone: str, day: date
) -> None:
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    institution = make.institution(zone=zone)
    person = make.learner("Dewi", at=make.institution(zone=zone), confirmed=False)
    put([listed(2, make.employee_number(), "x@contoh.example")], institution, late)
    put([listed(3, person.number, person.email, "Dewi")], institution, late)
    with read_only():
        begun = db.session.scalars(
            select(Posting.started_on).where(Posting.institution_id == institution.id)
        ).all()
        ended = db.session.scalars(
            select(Posting.ended_on).where(
                Posting.account_id == person.id, Posting.ended_on.is_not(None)
            )
        ).all()
    assert begun == [day, day]
    assert ended == [day]
