"""Roles for a unit and what is below it: they reach its people and nobody beside or above."""

import pytest
from sqlalchemy import update

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.accounts.people import grant_role
from lms.accounts.queries import get_principal
from lms.db import db, transaction
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.errors import NoInstitution, NoSuchStaff, NotInScope
from lms.institutions.models import Posting, Unit
from lms.institutions.notifications import list_officers_to_notify
from lms.institutions.reach import find_scope, same_scope, scope_of
from lms.institutions.scope import Branch, Scope
from lms.institutions.service import set_contact
from lms.institutions.units import add_unit
from tests.factories import Factory, InstitutionRef, Person


def unit(at: InstitutionRef, name: str, *, below: Branch | None = None) -> Branch:
    """A unit of an institution."""
    with transaction():
        parent = None if below is None else db.session.get_one(Unit, below.unit_id)
        made = add_unit(at.id, name, parent=parent)
        return Branch(at.id, made.id, made.path)


def place(person: Person, where: Branch) -> None:
    """Let somebody's posting name a unit."""
    with transaction():
        db.session.execute(
            update(Posting).where(Posting.id == person.posting_id).values(unit_id=where.unit_id)
        )


def officer_of(make: Factory, at: InstitutionRef, where: Branch) -> Scope:
    """The scope of somebody who is officer of one unit of an institution."""
    officer = make.learner("Petugas", at=at, password="jendela-batu-sawah-9")
    with transaction():
        grant_role(
            db.session.get_one(Account, officer.id),
            Role.HR_OFFICER,
            at.id,
            unit_id=where.unit_id,
            now=make.now,
        )
    return scope_of(get_principal(officer.id))


def test_a_unit_whose_key_begins_alike_is_not_below(make: Factory) -> None:
    scope = Scope(None, frozenset(), frozenset({Branch(1, 1, "/1/")}))
    assert scope.covers_unit(1, "/1/12/")
    assert not scope.covers_unit(1, "/12/")
    assert not scope.covers_unit(2, "/1/")
    assert not scope.covers_unit(1, None)


def test_a_role_for_a_unit_is_none_for_its_institution(make: Factory) -> None:
    ours = make.institution()
    scope = officer_of(make, ours, unit(ours, "Dinas Contoh"))
    assert not scope.covers(ours.id)
    with pytest.raises(NotInScope), transaction():
        set_contact(scope, ours.id, "Lantai 2", now=make.now)
    waiting = make.learner("Eka", at=ours, confirmed=False)
    with pytest.raises(NoSuchStaff), transaction():
        confirm_staff(scope, waiting.posting_id or 0, now=make.now)


def test_what_was_asked_with_another_scope_is_not_done(make: Factory) -> None:
    ours = make.institution()
    first, second = unit(ours, "Dinas Contoh"), unit(ours, "Dinas Lain")
    scope = officer_of(make, ours, first)
    officer = get_principal(scope.officer_id or 0)
    assert same_scope(officer, scope.keys) == scope
    for keys in (frozenset({ours.id}), frozenset({-second.unit_id}), frozenset[int]()):
        with pytest.raises(NotInScope):
            same_scope(officer, keys)
    nobody = get_principal(make.learner("Fitri", at=ours).id)
    assert find_scope(nobody) is None
    with pytest.raises(NoInstitution):
        same_scope(nobody, frozenset())


def test_an_officer_of_a_unit_hears_of_those_who_wait_there_only(make: Factory) -> None:
    ours = make.institution()
    first, second = unit(ours, "Dinas Contoh"), unit(ours, "Dinas Lain")
    one, another = officer_of(make, ours, first), officer_of(make, ours, second)
    who = make.learner("Gita", at=ours, confirmed=False, password="jendela-batu-sawah-9")
    place(who, unit(ours, "Bidang", below=first))
    told = [waiting.officer_id for waiting in list_officers_to_notify(now=make.now)]
    assert one.officer_id in told
    assert another.officer_id not in told
