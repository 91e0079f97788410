"""Identities elsewhere of accounts that turn out to be somebody else's."""

from datetime import datetime

import pytest
from sqlalchemy import select

from lms.accounts.models import Account, Device
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
