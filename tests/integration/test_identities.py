"""Identities elsewhere of accounts that turn out to be somebody else's."""

from datetime import datetime

import pytest
from sqlalchemy import select

from lms.accounts.enums import Role
from lms.accounts.models import Account, Device
from lms.accounts.people import grant_role
from lms.accounts.queries import find_number
from lms.accounts.rules import read_employee_number
from lms.accounts.service import open_device
from lms.db import db
from lms.institutions.models import Institution
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import add_staff
from lms.signon.claims import Told
from lms.signon.errors import NotLinked
from lms.signon.links import link_own
from lms.signon.models import ExternalIdentity
from lms.signon.service import Arrival, Trouble, Voucher, arrive
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

OFFICIAL = "ratna@contoh-a.example"


def told(issuer: str, subject: str, number: str | None = None, **words: str) -> Told:
    """What a provider says of somebody."""
    facts = read_employee_number(number) if number else None
    return Told(
        issuer=f"https://{issuer}.example",
        subject=subject,
        number=facts,
        name=words.get("name"),
        email=words.get("email"),
        institution_code=words.get("code"),
    )


def come(said: Told, now: datetime, *, vouches: bool = True) -> Arrival | Trouble:
    """Sign on by a provider's word."""
    found = arrive(said, Voucher("Contoh", vouches), "link:{}".format, now=now)
    db.session.commit()
    return found


def link(person: Person, said: Told, now: datetime) -> None:
    """Link an identity on the page *Akun*, and come in by it."""
    identity_id = link_own(person.id, said, "Contoh", now=now).identity_id
    open_device(person.id, "", now=now, identity_id=identity_id)
    db.session.commit()


def subjects(account_id: int) -> list[str]:
    """Who signs in to an account from elsewhere."""
    return list(
        db.session.scalars(
            select(ExternalIdentity.subject)
            .where(ExternalIdentity.account_id == account_id)
            .order_by(ExternalIdentity.id)
        )
    )


def count_devices(account_id: int) -> int:
    """On how many devices an account is open."""
    return len(db.session.scalars(select(Device.id).where(Device.account_id == account_id)).all())


def listed(
    at: InstitutionRef, person: Person, now: datetime, *, replaces_address: bool = False
) -> None:
    """The officer's list names the person of the number, and their mailbox."""
    add_staff(
        Scope(None, frozenset({at.id})),
        db.session.get_one(Institution, at.id),
        "Ratna Dewi",
        OFFICIAL,
        read_employee_number(person.number),
        "link:{}".format,
        now=now,
        replaces_address=replaces_address,
    )
    db.session.commit()


@pytest.mark.parametrize("is_listed_before", [False, True])
def test_what_a_list_hands_over_is_not_opened_by_what_was_linked_before(
    make: Factory, now: datetime, *, is_listed_before: bool
) -> None:
    ours = make.institution()
    thief = make.learner("Pencuri", at=ours, confirmed=is_listed_before, password=PASSWORD)
    link(thief, told("a", "thief"), now)
    listed(ours, thief, now, replaces_address=is_listed_before)
    assert db.session.get_one(Account, thief.id).email == OFFICIAL
    assert subjects(thief.id) == []
    assert count_devices(thief.id) == 0
    with pytest.raises(NotLinked):
        come(told("a", "thief"), now, vouches=False)
    db.session.rollback()
    arrival = come(told("a", "victim", thief.number), now)
    assert isinstance(arrival, Arrival)
    assert arrival.account_id == thief.id
    assert subjects(thief.id) == ["victim"]


def claim(make: Factory) -> Person:
    """Somebody registers with the number of somebody else, and gets in."""
    return make.learner("Pencuri", at=make.institution(), confirmed=False, password=PASSWORD)


@pytest.mark.parametrize("provider", ["a", "b"])
def test_what_was_only_claimed_is_taken_over_whatever_was_linked_with_it(
    make: Factory, now: datetime, provider: str
) -> None:
    """By the provider that vouches, and by another: neither has said whose the number is."""
    thief = claim(make)
    link(thief, told(provider, "thief"), now)
    victim = told("a", "victim", thief.number, name="Ratna Dewi", email=OFFICIAL)
    arrival = come(victim, now)
    assert isinstance(arrival, Arrival)
    account = db.session.get_one(Account, thief.id, populate_existing=True)
    assert arrival.account_id == account.id
    assert (account.name, account.email, account.password_hash) == ("Ratna Dewi", OFFICIAL, None)
    assert subjects(account.id) == ["victim"]
    assert count_devices(account.id) == 0


def test_who_came_by_a_word_that_vouches_is_not_taken_over(make: Factory, now: datetime) -> None:
    ratna = claim(make)
    link(ratna, told("b", "ratna-b"), now)
    come(told("b", "ratna-b", ratna.number), now)
    found = come(told("a", "ratna-a", ratna.number, name="Orang Lain"), now)
    assert isinstance(found, Arrival)
    account = db.session.get_one(Account, ratna.id, populate_existing=True)
    assert account.password_hash is not None
    assert subjects(account.id) == ["ratna-b", "ratna-a"]
    refused = come(told("a", "lain", ratna.number), now)
    assert isinstance(refused, Trouble)
    assert subjects(account.id) == ["ratna-b", "ratna-a"]


def test_who_registered_with_the_mailbox_that_is_proved_keeps_what_they_linked(
    make: Factory, now: datetime
) -> None:
    ratna = claim(make)
    link(ratna, told("b", "ratna-b"), now)
    come(told("a", "ratna-a", ratna.number, email=ratna.email), now)
    assert subjects(ratna.id) == ["ratna-b", "ratna-a"]


def test_a_number_that_somebody_claimed_does_not_lead_to_them_once_theirs_is_known(
    make: Factory, now: datetime
) -> None:
    thief = claim(make)
    link(thief, told("a", "thief"), now)
    own = make.employee_number()
    come(told("a", "thief", own), now)
    assert find_number(thief.id) == own
    arrival = come(told("b", "victim", thief.number, name="Ratna Dewi"), now)
    assert isinstance(arrival, Arrival)
    assert arrival.is_new
    assert arrival.account_id != thief.id


def test_a_number_goes_to_who_comes_with_it_whatever_its_claimant_has_linked(
    make: Factory, now: datetime
) -> None:
    thief = claim(make)
    link(thief, told("b", "thief"), now)
    ratna = make.learner("Ratna Dewi", at=make.institution())
    come(told("a", "ratna", ratna.number), now)
    come(told("a", "ratna", thief.number), now)
    assert (find_number(ratna.id), find_number(thief.id)) == (thief.number, None)


def test_who_holds_a_role_and_came_by_one_provider_is_not_entered_by_another(
    make: Factory, now: datetime
) -> None:
    number = make.employee_number()
    first = come(told("a", "ratna", number, name="Ratna Dewi"), now)
    assert isinstance(first, Arrival)
    grant_role(db.session.get_one(Account, first.account_id), Role.COORDINATOR, None, now=now)
    db.session.commit()
    with pytest.raises(NotLinked):
        come(told("b", "lain", number, name="Orang Lain"), now)
    db.session.rollback()
    assert subjects(first.account_id) == ["ratna"]
