"""Roles granted, changed, withdrawn and ended: by whom, and who hears of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.accounts.people import grant_role
from lms.accounts.queries import find_signed_in
from lms.accounts.service import open_device
from lms.audit import AuditEntry
from lms.days import end_of, local_day
from lms.db import db, transaction
from lms.errors import Refusal
from lms.institutions.granting.ends import has_ends, see_to_ends
from lms.institutions.granting.errors import (
    EndBeyondYours,
    LastAdministrator,
    NobodyFound,
    NoSuchGrant,
    NotActivated,
    NotToOneself,
    NotVouchedFor,
    NotYoursToGrant,
    PlaceGone,
)
from lms.institutions.granting.queries import (
    PAGE_SIZE,
    WantedGrants,
    count_without_officers,
    find_granter,
    list_grants,
    list_officers_of,
    list_own_grants,
    list_without_officers,
)
from lms.institutions.granting.rules import Place
from lms.institutions.granting.service import (
    Wish,
    change_end,
    find_candidate,
    give_role,
    withdraw_by_operator,
    withdraw_role,
)
from lms.institutions.models import Institution
from lms.institutions.reach import scope_of
from lms.institutions.units import add_unit
from lms.mail import OutboxMessage
from tests.conftest import Statements
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

REASON = "Pindah tugas ke bidang lain."


@dataclass(frozen=True)
class Offices:
    """Two institutions, a unit of the first, and people of each; everybody can sign in."""

    ours: InstitutionRef
    theirs: InstitutionRef
    unit_id: int
    officer: Person
    clerk: Person
    stranger: Person
    coordinator: Person
    admin: Person

    @property
    def unit(self) -> Place:
        """The unit of the first institution."""
        return Place(self.ours.id, self.unit_id)

    @property
    def whole(self) -> Place:
        """All of it."""
        return Place(self.ours.id)


@pytest.fixture
def offices(make: Factory) -> Iterator[Offices]:
    """Within a context of the application, so that a test can ask the database."""
    ours, theirs = make.institution("Kota A", zone="Asia/Jayapura"), make.institution("Kota B")
    people = {
        "officer": make.officer("Ratna", at=ours, password=PASSWORD),
        "clerk": make.learner("Kirana", at=ours, password=PASSWORD),
        "stranger": make.learner("Sutra", at=theirs, password=PASSWORD),
        "coordinator": make.learner(
            "Bahar", at=theirs, password=PASSWORD, roles=((Role.COORDINATOR, None),)
        ),
        "admin": make.learner("Marlina", password=PASSWORD, roles=((Role.ADMIN, None),)),
    }
    with make.inside():
        unit_id = add_unit(ours.id, "Dinas").id
        db.session.commit()
        yield Offices(ours, theirs, unit_id, **people)


def give(
    make: Factory,
    asker: Person,
    who: Person,
    place: Place,
    role: Role = Role.HR_OFFICER,
    ends_on: date | None = None,
) -> int:
    """Grant a role as the pages do; its key."""
    wish = Wish(who.number if who.institution else who.email, role, place, ends_on)
    with transaction():
        candidate = find_candidate(asker.id, wish, now=make.now)
        grant = give_role(
            asker.id, candidate.account_id, wish, now=make.now, address=lambda _role: "https://x/"
        )
        return grant.id


def refused(
    make: Factory,
    expected: type[Refusal],
    asker: Person,
    who: Person,
    place: Place,
    **given: object,
) -> None:
    """That a grant is refused, and changes nothing."""
    before = sorted(db.session.execute(select(RoleGrant.id, RoleGrant.ends_on)).all())
    with pytest.raises(expected):
        give(make, asker, who, place, **given)  # type: ignore[arg-type]
    assert sorted(db.session.execute(select(RoleGrant.id, RoleGrant.ends_on)).all()) == before


def grants_of(who: Person) -> list[tuple[Role, int | None, int | None, date | None]]:
    """What stands in the table of somebody."""
    statement = select(
        RoleGrant.role, RoleGrant.institution_id, RoleGrant.unit_id, RoleGrant.ends_on
    ).where(RoleGrant.account_id == who.id)
    return [(role, at, unit, on) for role, at, unit, on in db.session.execute(statement)]


def told() -> dict[str, list[str]]:
    """The subjects of all mail, by mailbox; forgotten once asked for."""
    found: dict[str, list[str]] = {}
    for email, subject in db.session.execute(
        select(OutboxMessage.recipient, OutboxMessage.subject).order_by(OutboxMessage.id)
    ):
        found.setdefault(email, []).append(subject)
    db.session.execute(delete(OutboxMessage))
    db.session.commit()
    return found


def days(make: Factory, count: int) -> date:
    """A day so far from the tests' own, where the first institution is."""
    return local_day(make.now, "Asia/Jayapura") + timedelta(days=count)


def test_an_officer_names_somebody_for_a_unit_and_all_concerned_are_told(
    offices: Offices, make: Factory
) -> None:
    give(make, offices.officer, offices.clerk, offices.unit)
    assert grants_of(offices.clerk) == [(Role.HR_OFFICER, offices.ours.id, offices.unit_id, None)]
    assert told() == {
        offices.clerk.email: ["Anda menerima peran di SakuHAM"],
        offices.officer.email: ["Ada rekan baru dengan peran Anda di SakuHAM"],
    }
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.actor_id == offices.officer.id)
    ).one()
    assert (entry.action, entry.subject) == ("role.granted", f"account:{offices.clerk.id}")
    assert entry.details == {
        "role": "hr_officer",
        "institution_id": offices.ours.id,
        "unit_id": offices.unit_id,
    }


def test_an_officer_finds_nobody_but_their_own_confirmed_staff(
    offices: Offices, make: Factory
) -> None:
    refused(make, NobodyFound, offices.officer, offices.stranger, offices.unit)
    waiting = make.learner("Wira", at=offices.ours, confirmed=False, password=PASSWORD)
    refused(make, NobodyFound, offices.officer, waiting, offices.unit)
    refused(make, NobodyFound, offices.officer, offices.admin, offices.unit)
    sleeping = make.learner("Sunyi", at=offices.ours)
    refused(make, NotActivated, offices.officer, sleeping, offices.unit)


def test_who_may_not_grant_there_learns_of_nobody(offices: Offices, make: Factory) -> None:
    at_theirs = Place(offices.theirs.id)
    for who in (offices.stranger, offices.clerk):
        refused(make, NotYoursToGrant, offices.officer, who, at_theirs)
    for asker in (offices.clerk, offices.stranger):
        refused(make, NotYoursToGrant, asker, offices.clerk, offices.unit)
    for role in (Role.COORDINATOR, Role.ADMIN):
        refused(make, NotYoursToGrant, offices.coordinator, offices.clerk, Place(), role=role)


def test_nobody_grants_to_themselves_under_whichever_account(
    offices: Offices, make: Factory
) -> None:
    refused(make, NotToOneself, offices.officer, offices.officer, offices.unit)
    refused(make, NotToOneself, offices.admin, offices.admin, Place(), role=Role.COORDINATOR)
    second = make.learner("Ratna", at=offices.ours, password=PASSWORD)
    refused(make, NotToOneself, offices.officer, second, offices.unit)


def test_nobody_is_known_by_a_number_for_which_no_institution_vouches(
    offices: Offices, make: Factory
) -> None:
    claims = make.learner("Klaim", at=offices.ours, confirmed=False, password=PASSWORD)
    refused(make, NotVouchedFor, offices.coordinator, claims, offices.whole)
    wish = Wish(claims.email, Role.HR_OFFICER, offices.whole)
    assert find_candidate(offices.coordinator.id, wish, now=make.now).account_id == claims.id


def test_a_deputy_can_neither_outlast_nor_end_who_named_them(
    offices: Offices, make: Factory
) -> None:
    deputy = make.learner("Wakil", at=offices.ours, password=PASSWORD)
    refused(make, EndBeyondYours, offices.officer, deputy, offices.whole)
    give(make, offices.officer, deputy, offices.whole, ends_on=days(make, 30))
    refused(make, EndBeyondYours, deputy, offices.clerk, offices.unit)
    refused(make, EndBeyondYours, deputy, offices.clerk, offices.whole, ends_on=days(make, 31))
    give(make, deputy, offices.clerk, offices.unit, ends_on=days(make, 30))
    # Granting the officer's own role anew with a last day would end it.
    refused(make, NotYoursToGrant, deputy, offices.officer, offices.whole, ends_on=days(make, 1))
    (own,) = db.session.scalars(
        select(RoleGrant.id).where(RoleGrant.account_id == offices.officer.id)
    )
    with pytest.raises(NotYoursToGrant), transaction():
        withdraw_role(deputy.id, own, REASON, now=make.now)
    with pytest.raises(NotYoursToGrant), transaction():
        change_end(deputy.id, own, days(make, 1), now=make.now)
    (theirs,) = db.session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == deputy.id))
    with pytest.raises((NotToOneself, EndBeyondYours)), transaction():
        change_end(deputy.id, theirs, days(make, 300), now=make.now)


def test_a_role_gives_nothing_from_the_moment_at_which_its_last_day_is_over_there(
    offices: Offices, make: Factory
) -> None:
    last = days(make, 3)
    give(make, offices.officer, offices.clerk, offices.unit, ends_on=last)
    over = end_of(last, "Asia/Jayapura")
    assert over.isoformat().endswith("T15:00:00+00:00")
    with transaction():
        token = open_device(offices.clerk.id, "a browser", now=make.now).token
    for moment, holds in ((over - timedelta(seconds=1), True), (over, False)):
        principal = find_signed_in(token, now=moment)
        assert principal is not None
        assert bool(principal.unit_grants) is holds
        assert bool(find_granter(offices.clerk.id, now=moment).held) is holds
        assert bool(list_own_grants(offices.clerk.id, now=moment)) is holds


def test_signing_somebody_in_takes_one_statement_with_ends_as_without(
    offices: Offices, make: Factory, statements: Statements
) -> None:
    give(make, offices.officer, offices.clerk, offices.unit, ends_on=days(make, 3))
    with transaction():
        token = open_device(offices.clerk.id, "a browser", now=make.now).token
    with statements() as seen:
        find_signed_in(token, now=make.now)
    assert len(seen) == 1


def test_an_end_is_told_a_week_before_and_what_ended_is_put_away(
    offices: Offices, make: Factory
) -> None:
    last = days(make, 20)
    give(make, offices.officer, offices.clerk, offices.unit, ends_on=last)
    told()
    over = end_of(last, "Asia/Jayapura")
    assert not has_ends(now=over - timedelta(days=8))
    near = over - timedelta(days=6)
    for _ in range(2):
        with transaction():
            see_to_ends(now=near)
    assert told() == {
        offices.clerk.email: ["Peran Anda di SakuHAM segera berakhir"],
        offices.officer.email: ["Peran yang Anda berikan segera berakhir"],
    }
    assert not has_ends(now=near)
    assert has_ends(now=over)
    with transaction():
        see_to_ends(now=over)
    assert grants_of(offices.clerk) == []
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == f"account:{offices.clerk.id}")
        .where(AuditEntry.action.like("role.%"))
        .order_by(AuditEntry.id)
    )
    assert list(actions) == ["role.granted", "role.ended"]


def test_another_last_day_is_told_anew(offices: Offices, make: Factory) -> None:
    grant_id = give(make, offices.officer, offices.clerk, offices.unit, ends_on=days(make, 20))
    near = end_of(days(make, 20), "Asia/Jayapura") - timedelta(days=6)
    with transaction():
        see_to_ends(now=near)
    with transaction():
        change_end(offices.officer.id, grant_id, days(make, 40), now=near)
    told()
    with transaction():
        see_to_ends(now=near + timedelta(days=20))
    assert offices.clerk.email in told()
    with transaction():
        change_end(offices.officer.id, grant_id, None, now=near)
    assert grants_of(offices.clerk)[0][3] is None
    assert not has_ends(now=near + timedelta(days=400))


def test_a_role_is_taken_back_at_once_and_leaves_only_the_log(
    offices: Offices, make: Factory
) -> None:
    grant_id = give(make, offices.officer, offices.clerk, offices.unit)
    told()
    with pytest.raises(Refusal), transaction():
        withdraw_role(offices.officer.id, grant_id, "a", now=make.now)
    with transaction():
        withdraw_role(offices.officer.id, grant_id, REASON, now=make.now)
    assert grants_of(offices.clerk) == []
    assert told() == {
        offices.clerk.email: ["Peran Anda di SakuHAM ditarik"],
        offices.officer.email: ["Peran seorang rekan Anda di SakuHAM ditarik"],
    }
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "role.withdrawn")
    ).one()
    assert entry.details["reason"] == REASON
    with pytest.raises(NoSuchGrant), transaction():
        withdraw_role(offices.officer.id, grant_id, REASON, now=make.now)


def test_the_last_administrator_for_good_can_neither_go_nor_end(
    offices: Offices, make: Factory
) -> None:
    (own,) = db.session.scalars(
        select(RoleGrant.id).where(RoleGrant.account_id == offices.admin.id)
    )
    with pytest.raises(LastAdministrator), transaction():
        withdraw_role(offices.admin.id, own, REASON, now=make.now)
    # One for a while, and one who has never signed in, do not count.
    give(make, offices.admin, offices.clerk, Place(), Role.ADMIN, ends_on=days(make, 9))
    with make.inside(), transaction():
        grant_role(
            db.session.get_one(Account, make.learner("Sunyi").id), Role.ADMIN, None, now=make.now
        )
    with pytest.raises(LastAdministrator), transaction():
        withdraw_role(offices.clerk.id, own, REASON, now=make.now)
    with pytest.raises(LastAdministrator), transaction():
        change_end(offices.clerk.id, own, days(make, 9), now=make.now)
    account = db.session.get_one(Account, offices.admin.id)
    with pytest.raises(LastAdministrator), transaction():
        withdraw_by_operator(account, Role.ADMIN, Place(), now=make.now)
    refused(
        make, LastAdministrator, offices.clerk, offices.admin, Place(), role=Role.ADMIN,
        ends_on=days(make, 9),
    )  # fmt: skip
    give(make, offices.admin, offices.stranger, Place(), Role.ADMIN)
    with transaction():
        withdraw_role(offices.stranger.id, own, REASON, now=make.now)
    assert grants_of(offices.admin) == []
    with pytest.raises(NotYoursToGrant), transaction():
        withdraw_role(offices.admin.id, own + 1, REASON, now=make.now)


def test_what_has_ended_takes_no_officer(offices: Offices, make: Factory) -> None:
    db.session.execute(
        update(Institution).where(Institution.id == offices.ours.id).values(ended_on=make.today)
    )
    db.session.commit()
    refused(make, PlaceGone, offices.coordinator, offices.clerk, offices.whole)
    refused(make, PlaceGone, offices.coordinator, offices.clerk, Place(999_999))
    unit_of_another = Place(offices.theirs.id, offices.unit_id)
    refused(make, PlaceGone, offices.coordinator, offices.clerk, unit_of_another)
    # A role that is held there can still be taken back.
    (own,) = db.session.scalars(
        select(RoleGrant.id).where(RoleGrant.account_id == offices.officer.id)
    )
    with transaction():
        withdraw_role(offices.coordinator.id, own, REASON, now=make.now)


def test_an_account_found_anew_is_not_whom_one_has_seen(offices: Offices, make: Factory) -> None:
    wish = Wish(offices.clerk.number, Role.HR_OFFICER, offices.unit)
    with pytest.raises(NobodyFound), transaction():
        give_role(offices.officer.id, offices.stranger.id, wish, now=make.now, address=lambda _: "")
    assert grants_of(offices.stranger) == grants_of(offices.clerk) == []


def test_officers_know_their_colleagues_and_nobody_elses(offices: Offices, make: Factory) -> None:
    give(make, offices.officer, offices.clerk, offices.unit)
    make.officer("Oki", at=offices.theirs)

    def known(who: Person) -> list[str]:
        principal = find_signed_in(_token(who, make.now), now=make.now)
        assert principal is not None
        return [line.name for line in list_officers_of(scope_of(principal), now=make.now)]

    assert known(offices.officer) == ["Ratna", "Kirana"]
    assert known(offices.clerk) == ["Ratna", "Kirana"]
    with transaction():
        other = add_unit(offices.ours.id, "Badan").id
        account = db.session.get_one(Account, offices.stranger.id)
        grant_role(account, Role.HR_OFFICER, offices.ours.id, unit_id=other, now=make.now)
    assert known(offices.officer) == ["Ratna", "Kirana", "Sutra"]
    assert known(offices.clerk) == ["Ratna", "Kirana"]


def _token(who: Person, now: datetime) -> str:
    with transaction():
        return open_device(who.id, "a browser", now=now).token


def test_long_lists_go_on_where_the_page_before_ended(make: Factory) -> None:
    ours = make.institution()
    with make.at_once():
        for _ in range(PAGE_SIZE + 3):
            make.officer(at=ours)
    with make.inside():
        for wanted in (WantedGrants(Role.HR_OFFICER), WantedGrants(institution_id=ours.id)):
            first = list_grants(wanted, now=make.now)
            assert len(first.rows) == PAGE_SIZE
            assert first.next is not None
            rest = list_grants(
                WantedGrants(wanted.role, wanted.institution_id, after=first.next), now=make.now
            )
            assert len(rest.rows) == 3
            assert rest.next is None
            assert not {each.id for each in rest.rows} & {each.id for each in first.rows}


def test_what_ends_soon_is_listed_by_its_end(offices: Offices, make: Factory) -> None:
    for index, count in enumerate((25, 3, 29, 40)):
        who = make.learner(f"Orang {index}", at=offices.ours, password=PASSWORD)
        give(make, offices.officer, who, offices.unit, ends_on=days(make, count))
    soon = list_grants(WantedGrants(ends_soon=True), now=make.now)
    assert [line.name for line in soon.rows] == ["Orang 1", "Orang 0", "Orang 2"]
    after = WantedGrants(ends_soon=True, after=soon.rows[0].id)
    assert [line.name for line in list_grants(after, now=make.now).rows] == ["Orang 0", "Orang 2"]


def test_an_institution_whose_officer_is_one_of_a_unit_or_has_ended_has_none(
    offices: Offices, make: Factory
) -> None:
    assert list_without_officers(now=make.now) == [(offices.theirs.id, "Kota B")]
    with transaction():
        unit_id = add_unit(offices.theirs.id, "Kantor").id
        account = db.session.get_one(Account, offices.stranger.id)
        grant_role(account, Role.HR_OFFICER, offices.theirs.id, unit_id=unit_id, now=make.now)
    assert count_without_officers(now=make.now) == 1
    give(
        make, offices.coordinator, offices.stranger, Place(offices.theirs.id),
        ends_on=days(make, 2),
    )  # fmt: skip
    assert count_without_officers(now=make.now) == 0
    assert count_without_officers(now=make.now + timedelta(days=5)) == 1
    assert list_without_officers("Kota A", now=make.now + timedelta(days=5)) == [
        (offices.theirs.id, "Kota B")
    ]
