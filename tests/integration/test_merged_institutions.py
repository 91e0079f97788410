"""Who answered for the people of an institution answers for them in what it became, and no more."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.accounts.people import grant_role
from lms.accounts.queries import get_principal
from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.institutions.choosing import list_own_places
from lms.institutions.errors import NotInScope
from lms.institutions.finding import Within
from lms.institutions.models import Institution, InstitutionKind, Posting, Unit
from lms.institutions.notifications import list_officers_to_notify
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import holds, same_scope, scope_of
from lms.institutions.registry.errors import HasEnded, TreeTooDeep
from lms.institutions.registry.queries import list_officers
from lms.institutions.registry.rules import MOST_LEVELS, Editor
from lms.institutions.registry.service import Facts, add_institution, merge_institution
from lms.institutions.registry.tree import change_unit, close_unit, merge_unit, transfer_unit
from lms.institutions.staff_lists.service import add_import
from tests.factories import TODAY, Factory, InstitutionRef, Person
from tests.integration.test_registry import KEEPER, grow, part_of, postings, put, work


def officer_of(make: Factory, name: str, at: InstitutionRef, unit_id: int | None = None) -> Person:
    """Somebody who is officer of an institution or of a unit of it, and works nowhere."""
    officer = make.learner(name, password="jendela-batu-sawah-9")
    with transaction():
        account = db.session.get_one(Account, officer.id)
        grant_role(account, Role.HR_OFFICER, at.id, unit_id=unit_id, now=make.now)
    return officer


def reach(officer: Person) -> set[str]:
    """The people who work where somebody answers, by name."""
    names = db.session.scalars(
        select(Account.name)
        .join(Posting, Posting.account_id == Account.id)
        .where(holds(scope_of(get_principal(officer.id))), Posting.ended_on.is_(None))
    )
    return set(names)


def merge(old: InstitutionRef, new: InstitutionRef, now: datetime) -> None:
    with transaction():
        merge_institution(KEEPER, old.id, new.id, on=TODAY, now=now)


class Office:
    """Two institutions with a unit and a section each, people in all of them, and officers."""

    def __init__(self, make: Factory, now: datetime) -> None:
        self.old, self.new = make.institution(), make.institution()
        self.office = grow(self.old, "Dinas Lama", now)
        self.section = grow(self.old, "Bidang Lama", now, self.office)
        self.theirs = grow(self.new, "Dinas Baru", now)
        for name, at, unit in (
            ("Ayu", self.old, None),
            ("Budi", self.old, self.office),
            ("Citra", self.old, self.section),
            ("Dewi", self.new, None),
            ("Eko", self.new, self.theirs),
        ):
            person = make.learner(name, at=at)
            if unit is not None:
                put(person, unit)
        self.officers = {
            "old": officer_of(make, "Petugas lama", self.old),
            "office": officer_of(make, "Petugas dinas", self.old, self.office),
            "section": officer_of(make, "Petugas bidang", self.old, self.section),
            "new": officer_of(make, "Petugas baru", self.new),
            "theirs": officer_of(make, "Petugas dinas baru", self.new, self.theirs),
        }

    def reach(self) -> dict[str, set[str]]:
        return {name: reach(officer) for name, officer in self.officers.items()}


BEFORE = {
    "old": {"Ayu", "Budi", "Citra"},
    "office": {"Budi", "Citra"},
    "section": {"Citra"},
    "new": {"Dewi", "Eko"},
    "theirs": {"Eko"},
}
AFTER = BEFORE | {"new": {"Ayu", "Budi", "Citra", "Dewi", "Eko"}}


@pytest.fixture
def office(make: Factory, now: datetime) -> Office:
    return Office(make, now)


def test_officers_answer_for_the_same_people_before_during_and_after_a_merger(
    office: Office, now: datetime
) -> None:
    assert office.reach() == BEFORE
    merge(office.old, office.new, now)
    assert office.reach() == BEFORE  # the people have not gone over yet
    work(office.old.id, now)
    assert office.reach() == AFTER


def test_so_they_do_where_what_followed_merges_too(
    make: Factory, office: Office, now: datetime
) -> None:
    last = make.institution()
    make.learner("Fitri", at=last)
    merge(office.old, office.new, now)
    merge(office.new, last, now)
    work(office.old.id, now)
    work(office.new.id, now)
    assert office.reach() == AFTER
    assert reach(officer_of(make, "Petugas akhir", last)) == AFTER["new"] | {"Fitri"}


def test_who_comes_to_the_successor_later_is_none_of_theirs(
    make: Factory, office: Office, now: datetime
) -> None:
    merge(office.old, office.new, now)
    work(office.old.id, now)
    make.learner("Gita", at=office.new)
    assert office.reach() == AFTER | {"new": AFTER["new"] | {"Gita"}}


def test_who_left_before_the_merger_is_still_reached_by_who_answered_for_them(
    make: Factory, office: Office, now: datetime
) -> None:
    gone = make.learner("Hadi", at=office.old)
    make.move(gone, make.institution())
    merge(office.old, office.new, now)
    work(office.old.id, now)

    def held(name: str) -> bool:
        scope = scope_of(get_principal(office.officers[name].id))
        return bool(
            db.session.scalar(
                select(Posting.id).where(
                    holds(scope), Posting.account_id == gone.id, Posting.ended_on.is_not(None)
                )
            )
        )

    assert [held(name) for name in ("old", "office", "new")] == [True, False, False]


def test_a_unit_that_goes_to_another_institution_takes_its_own_officers_along(
    office: Office, now: datetime
) -> None:
    with transaction():
        transfer_unit(KEEPER, office.office, office.new.id, on=TODAY, now=now)
    work(office.old.id, now)
    assert office.reach() == {
        "old": {"Ayu"},
        "office": {"Budi", "Citra"},
        "section": {"Citra"},
        "new": {"Budi", "Citra", "Dewi", "Eko"},
        "theirs": {"Eko"},
    }


def test_a_wrong_merger_is_mended_by_events_that_take_roles_along(
    office: Office, now: datetime
) -> None:
    merge(office.old, office.new, now)
    work(office.old.id, now)
    with transaction():
        again = add_institution(
            KEEPER, Facts("LAGI", "Instansi Contoh Lagi", InstitutionKind.AGENCY), now=now
        )
    part = part_of(office.new, office.old.name).id
    with transaction():
        transfer_unit(KEEPER, part, again, on=TODAY, now=now)
    work(office.new.id, now)
    assert office.reach() == BEFORE


def test_a_part_that_ends_ends_the_role_and_widens_none(office: Office, now: datetime) -> None:
    merge(office.old, office.new, now)
    work(office.old.id, now)
    part = part_of(office.new, office.old.name).id
    with transaction():
        merge_unit(KEEPER, part, office.theirs, on=TODAY, now=now)
    work(office.new.id, now)
    # Its own people are mixed with others' now; what stood below stands by itself.
    assert office.reach() == {
        "old": set(),
        "office": {"Budi", "Citra"},
        "section": {"Citra"},
        "new": AFTER["new"],
        "theirs": {"Ayu", "Budi", "Citra", "Eko"},
    }


def test_what_moves_out_of_the_part_moves_out_of_its_officers_reach(
    office: Office, now: datetime
) -> None:
    merge(office.old, office.new, now)
    work(office.old.id, now)
    moved = part_of(office.new, "Dinas Lama")
    with transaction():
        change_unit(KEEPER, moved.id, name=moved.name, parent_id=None, code=None, now=now)
    assert office.reach() == AFTER | {"old": {"Ayu"}}


def test_people_of_a_part_that_was_closed_before_they_came_stand_at_the_successor(
    make: Factory, office: Office, now: datetime
) -> None:
    ayu = make.learner("Indah", at=office.old)
    merge(office.old, office.new, now)
    with transaction():
        close_unit(KEEPER, part_of(office.new, office.old.name).id, on=TODAY, now=now)
    work(office.old.id, now)
    assert postings(ayu)[-1][:2] == (office.new.id, None)
    assert "Indah" not in reach(office.officers["old"])


def test_people_of_a_merger_of_before_go_where_it_was_said(
    make: Factory, office: Office, now: datetime
) -> None:
    ayu = make.learner("Joko", at=office.old)
    with transaction():  # as former versions left it: without a unit of its name
        db.session.execute(
            update(Institution)
            .where(Institution.id == office.old.id)
            .values(ended_on=TODAY, successor_id=office.new.id)
        )
    work(office.old.id, now)
    assert postings(ayu)[-1][:2] == (office.new.id, None)


def test_a_tree_that_would_be_too_deep_does_not_merge(make: Factory, now: datetime) -> None:
    old, new = make.institution(), make.institution()
    below: int | None = None
    for level in range(MOST_LEVELS):
        below = grow(old, f"Tingkat {level}", now, below)
    with pytest.raises(TreeTooDeep), transaction():
        merge_institution(KEEPER, old.id, new.id, on=TODAY, now=now)
    assert db.session.scalars(select(Unit).where(Unit.institution_id == new.id)).all() == []
    with transaction():
        close_unit(KEEPER, below or 0, on=TODAY, now=now)
    merge(old, new, now)


def test_each_role_goes_over_once_and_the_log_says_so(
    make: Factory, office: Office, now: datetime
) -> None:
    keeper = make.coordinator("Ratna")
    both = office.officers["office"]
    with transaction():  # of the whole too
        account = db.session.get_one(Account, both.id)
        grant_role(account, Role.HR_OFFICER, office.old.id, now=now)
    with transaction():
        merge_institution(Editor(keeper.id), office.old.id, office.new.id, on=TODAY, now=now)
    at_new = select(RoleGrant.account_id, RoleGrant.unit_id).where(
        RoleGrant.institution_id == office.new.id
    )
    held = db.session.execute(at_new).all()
    assert len(held) == len(set(held)) == 2 + 4
    assert [row.unit_id for row in held].count(None) == 1
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "role.passed_on")
    ).all()
    assert {entry.actor_id for entry in entries} == {keeper.id}
    assert len(entries) == 4
    assert {(each.name, each.unit) for each in list_officers(office.new.id, now=now)} >= {
        ("Petugas lama", office.old.name),
        ("Petugas dinas", "Dinas Lama"),
    }


def test_what_they_asked_for_before_is_not_done_with_another_scope(
    office: Office, now: datetime
) -> None:
    officer = office.officers["old"]
    before = scope_of(get_principal(officer.id)).keys
    merge(office.old, office.new, now)
    with pytest.raises(NotInScope):
        same_scope(get_principal(officer.id), before)


def test_they_begin_with_what_is_in_force_and_ask_nothing_of_what_has_ended(
    office: Office, now: datetime
) -> None:
    merge(office.old, office.new, now)
    scope = scope_of(get_principal(office.officers["old"].id))
    assert [name for _, name in list_scope_institutions(scope)] == [
        office.new.name,
        office.old.name,
    ]
    everywhere = Within(scope.all_institution_ids, is_whole=True)
    places = list_own_places(scope, everywhere, most=60)
    assert {place.institution_id for place in places or ()} == {office.new.id}
    with pytest.raises(HasEnded), transaction():
        add_import(scope, "daftar.csv", office.old.id, now=now, store=lambda do: do())


def test_they_hear_of_who_waits_in_what_became_of_theirs(
    make: Factory, office: Office, now: datetime
) -> None:
    make.learner("Kartika", at=office.old, confirmed=False, password="jendela-batu-sawah-9")
    merge(office.old, office.new, now)
    work(office.old.id, now)
    told = {waiting.officer_id for waiting in list_officers_to_notify(now=now)}
    assert office.officers["old"].id in told
    assert office.officers["office"].id not in told
