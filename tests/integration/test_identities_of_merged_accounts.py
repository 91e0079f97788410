"""Identities elsewhere of people with two accounts, and of accounts that change hands."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from lms.accounts.addresses import mail_way_back, was_taken_back
from lms.accounts.announcements import AddressTakenBack
from lms.accounts.models import Account, Device, OneTimeLink
from lms.accounts.rules import read_employee_number
from lms.accounts.service import open_device
from lms.announcements import announce
from lms.db import db
from lms.institutions.models import Institution
from lms.institutions.people.merging import merge_staff, separate_staff
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import add_staff
from lms.letters import Letter
from lms.signon.claims import Told
from lms.signon.errors import IdentityTaken, LastWayIn, OtherIdentity, WasTakenBack
from lms.signon.links import (
    NoSuchIdentity,
    forget_identities,
    link_own,
    list_identities_of,
    unlink,
)
from lms.signon.models import ExternalIdentity
from lms.signon.service import Arrival, Trouble, Voucher, arrive
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

LABEL = "Masuk Contoh"
REASON = "Nomor lama dan nomor baru orang yang sama."


def told(subject: str, number: str | None = None, issuer: str = "https://satu.example") -> Told:
    """What a provider says of somebody."""
    facts = None if number is None else read_employee_number(number)
    return Told(issuer, subject, facts, "Ayu Lestari", None, None)


def come(what: Told, now: datetime, *, vouches: bool = True) -> Arrival | Trouble:
    """Sign on by it."""
    return arrive(what, Voucher(LABEL, vouches), lambda token: f"https://x/{token}", now=now)


@pytest.fixture
def two(make: Factory, now: datetime) -> tuple[Person, Person, Callable[[], None]]:
    """Ayu's account, the other one that was merged into it, and what parts them again.

    The other one was linked with an identity before.
    """
    ours = make.institution()
    officer = make.officer(at=ours)
    ayu, other = make.learner("Ayu", at=ours), make.learner("Ayu", at=ours)
    come(told("lama", other.number), now)
    keys = (ayu.posting_id or 0, other.posting_id or 0)
    merge_id = merge_staff(officer.scope, *keys, REASON, is_sure=True, now=now)
    return ayu, other, lambda: separate_staff(officer.scope, merge_id, REASON, now=now)


def test_what_opens_an_account_by_a_merged_one_is_seen_and_ended_there(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, _, _ = two
    arrival = come(told("lama"), now)
    assert isinstance(arrival, Arrival)
    assert arrival.account_id == ayu.id
    (seen,) = list_identities_of(ayu.id)
    assert seen.id == arrival.identity_id
    assert link_own(ayu.id, told("lama"), LABEL, now=now) == Arrival(ayu.id, seen.id)
    db.session.get_one(Account, ayu.id).password_hash = "x"
    unlink(ayu.id, seen.id, LABEL, None, now=now)
    assert list_identities_of(ayu.id) == []


def test_the_last_way_in_is_counted_over_all_accounts_of_the_person(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, other, _ = two
    db.session.get_one(Account, ayu.id).password_hash = None
    link_own(ayu.id, told("kini", issuer="https://dua.example"), LABEL, now=now)
    first, second = list_identities_of(ayu.id)
    unlink(ayu.id, second.id, LABEL, None, now=now)
    # The other account's own password opens nothing while it is merged.
    db.session.get_one(Account, other.id).password_hash = "x"
    with pytest.raises(LastWayIn):
        unlink(ayu.id, first.id, LABEL, None, now=now)


def test_anothers_identity_stays_anothers(
    make: Factory, now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, _, _ = two
    (theirs,) = list_identities_of(ayu.id)
    budi = make.learner("Budi", password=PASSWORD)
    with pytest.raises(IdentityTaken):
        link_own(budi.id, told("lama"), LABEL, now=now)
    with pytest.raises(NoSuchIdentity):
        unlink(budi.id, theirs.id, LABEL, None, now=now)
    forget_identities(budi.id, now=now)
    assert len(list_identities_of(ayu.id)) == 1


def test_a_person_has_one_identity_of_an_issuer_under_all_their_accounts(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, _, _ = two
    with pytest.raises(OtherIdentity):
        link_own(ayu.id, told("lain"), LABEL, now=now)
    refused = come(told("lain", ayu.number), now)
    assert isinstance(refused, Trouble)
    assert isinstance(refused.refusal, OtherIdentity)


def test_who_takes_an_account_back_ends_what_opens_it_by_a_merged_one(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, _, _ = two
    announce(AddressTakenBack(account_id=ayu.id, now=now))
    assert list_identities_of(ayu.id) == []
    assert db.session.scalars(select(ExternalIdentity.id)).all() == []


def test_who_took_back_the_other_account_is_not_linked_by_a_number_either(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, other, _ = two
    forget_identities(ayu.id, now=now)
    letter = Letter(subject="Surel", parts=("Teks.",), why="Sebab.")
    mail_way_back(other.id, other.email, letter, "rahasia", now=now)
    db.session.flush()
    db.session.scalars(
        select(OneTimeLink).where(OneTimeLink.account_id == other.id)
    ).one().used_at = now
    db.session.flush()
    assert was_taken_back(ayu.id, now=now)
    with pytest.raises(WasTakenBack):
        come(told("lain", other.number), now)


def test_who_came_by_the_other_accounts_identity_is_out_once_they_are_parted(
    now: datetime, two: tuple[Person, Person, Callable[[], None]]
) -> None:
    ayu, other, part = two
    arrival = come(told("lama"), now)
    assert isinstance(arrival, Arrival)
    by_it = arrival.identity_id
    open_device(ayu.id, "", now=now, identity_id=by_it)
    open_device(other.id, "", now=now, identity_id=by_it)
    open_device(ayu.id, "", now=now)
    part()
    devices = db.session.execute(
        select(Device.account_id, Device.identity_id).order_by(Device.id)
    ).all()
    assert devices == [(other.id, by_it), (ayu.id, None)]
    assert list_identities_of(ayu.id) == []
    assert [each.id for each in list_identities_of(other.id)] == [by_it]


def test_an_account_that_a_list_hands_over_is_opened_by_no_identity_of_who_had_it(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    thief = make.learner(at=ours, confirmed=False, password=PASSWORD)
    link_own(thief.id, told("pencuri"), LABEL, now=now)
    listed(ours, thief.number, now)
    assert list_identities_of(thief.id) == []
    ayu = make.learner(at=ours)
    link_own(ayu.id, told("ayu"), LABEL, now=now)
    listed(ours, ayu.number, now, email=ayu.email)
    assert len(list_identities_of(ayu.id)) == 1


def listed(
    at: InstitutionRef, number: str, now: datetime, *, email: str = "ayu@kantor.example"
) -> None:
    """Put somebody on a list."""
    add_staff(
        Scope(None, frozenset({at.id})),
        db.session.get_one(Institution, at.id),
        "Ayu Lestari",
        email,
        read_employee_number(number),
        None,
        now=now,
    )
