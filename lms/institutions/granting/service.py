"""Use cases: a role is granted to somebody who was shown first, given an end, or withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.accounts.enums import Role
from lms.accounts.grants import End, facts_of, is_in_force, remove_grant
from lms.accounts.models import Account, RoleGrant
from lms.accounts.people import grant_role
from lms.accounts.queries import find_account, get_account
from lms.audit import record
from lms.days import end_of, local_day
from lms.db import db
from lms.institutions.claims import is_vouched_for
from lms.institutions.granting.errors import (
    LastAdministrator,
    NobodyFound,
    NoSuchGrant,
    NotActivated,
    NotToOneself,
    NotVouchedFor,
    NotYoursToGrant,
    PlaceGone,
)
from lms.institutions.granting.notifications import tell_changed, tell_granted, tell_withdrawn
from lms.institutions.granting.queries import find_granter
from lms.institutions.granting.rules import (
    Granter,
    Held,
    Place,
    may_withdraw,
    require_fit,
    require_may_grant,
)
from lms.institutions.models import Institution, Unit
from lms.institutions.oneself import list_own_accounts
from lms.institutions.people.held import read_reason
from lms.institutions.queries import find_workplace
from lms.institutions.reach import is_on_staff
from lms.institutions.scope import Scope

Address = Callable[[Role], str]
"""Where who holds a role finds their colleagues."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be granted, to whom by number or address, where, and to which last day."""

    identifier: str
    role: Role
    place: Place
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom a wish means, as they are shown before anything is granted."""

    account_id: int
    name: str
    institution: str | None
    is_confirmed: bool


def find_candidate(asker_id: int, wish: Wish, *, now: datetime) -> Candidate:
    """Whom a wish means, where the asker may grant it to them.

    Raises NotYoursToGrant before anybody is looked up, NobodyFound, NotVouchedFor, NotActivated,
    NotToOneself, and what the rules refuse. Who may grant at their own institution only finds its
    confirmed staff and nobody else, so that nobody learns by it whose a number is.
    """
    granter = _granter(asker_id, now=now)
    today = local_day(now, _zone_of(wish.place))
    require_fit(wish.role, wish.place, wish.ends_on, today=today)
    _require_in_force(wish.place)
    require_may_grant(granter, wish.role, wish.place, wish.ends_on, today=today)
    account = find_account(wish.identifier)
    if account is None or not _may_be_shown(granter, account, wish.place):
        raise NobodyFound
    if "@" not in wish.identifier and not is_vouched_for(account.id):
        raise NotVouchedFor
    if account.activated_at is None:
        raise NotActivated
    _refuse_oneself(asker_id, account.id)
    at = find_workplace(account.id)
    return Candidate(
        account.id,
        account.name,
        at.institution_name if at else None,
        is_confirmed=at is not None and at.is_confirmed,
    )


def give_role(
    asker_id: int, candidate_id: int, wish: Wish, *, now: datetime, address: Address
) -> RoleGrant:
    """Grant what was wished to whom the asker was shown; raises what `find_candidate` does.

    NobodyFound also where the number or the address is somebody else's by now. Who holds the role
    already holds it to this last day, where the asker could have granted it as it was. They, and
    who holds the same role there, are told by mail.
    """
    candidate = find_candidate(asker_id, wish, now=now)
    if candidate.account_id != candidate_id:
        raise NobodyFound
    account = _hold_account(candidate_id)
    before = _find_grant(candidate_id, wish.role, wish.place, now=now)
    if before is not None:
        _require_may_withdraw(_granter(asker_id, now=now), before, now=now)
        if wish.ends_on is not None:
            _keep_an_administrator(before)
    grant = grant_role(
        account,
        wish.role,
        wish.place.institution_id,
        now=now,
        unit_id=wish.place.unit_id,
        end=end_at(wish.ends_on, wish.place),
        granter_id=asker_id,
    )
    if before is None:
        tell_granted(grant, address(wish.role), now=now)
    else:
        tell_changed(grant, now=now)
    return grant


def change_end(asker_id: int, grant_id: int, ends_on: date | None, *, now: datetime) -> None:
    """Give a grant another last day, or none.

    Raises NoSuchGrant, NotYoursToGrant, NotToOneself, LastAdministrator, and what the rules refuse.
    """
    grant = _hold_grant(grant_id, now=now)
    granter = _granter(asker_id, now=now)
    place = place_of(grant)
    today = local_day(now, _zone_of(place))
    _require_may_withdraw(granter, grant, now=now)
    require_fit(grant.role, place, ends_on, today=today)
    require_may_grant(granter, grant.role, place, ends_on, today=today)
    _refuse_oneself(asker_id, grant.account_id)
    if grant.ends_on == ends_on:
        return
    if ends_on is not None:
        _keep_an_administrator(grant)
    end = end_at(ends_on, place)
    grant.granter_id = asker_id
    grant.ends_on, grant.ends_at = (end.on, end.at) if end else (None, None)
    grant.end_told_at = None
    db.session.flush()
    subject = f"account:{grant.account_id}"
    record("role.changed", subject, actor_id=asker_id, now=now, **facts_of(grant))
    tell_changed(grant, now=now)


def withdraw_role(asker_id: int, grant_id: int, reason: str, *, now: datetime) -> None:
    """Take a role back for a reason; whoever held it, and their colleagues there, are told.

    Raises NoSuchGrant, NotYoursToGrant, LastAdministrator and ReasonNeeded.
    """
    reason = read_reason(reason)
    grant = _hold_grant(grant_id, now=now)
    _require_may_withdraw(_granter(asker_id, now=now), grant, now=now)
    _keep_an_administrator(grant)
    tell_withdrawn(grant, now=now)
    remove_grant(grant, "role.withdrawn", actor_id=asker_id, now=now, reason=reason)


def grant_by_operator(
    account: Account, role: Role, place: Place, ends_on: date | None, *, now: datetime
) -> None:
    """Grant a role by an operator's command, which tells nobody; raises LastAdministrator."""
    before = _find_grant(account.id, role, place, now=now)
    if before is not None and ends_on is not None:
        _keep_an_administrator(before)
    end = end_at(ends_on, place)
    at, unit_id = place.institution_id, place.unit_id
    grant_role(account, role, at, now=now, unit_id=unit_id, end=end)


def withdraw_by_operator(account: Account, role: Role, place: Place, *, now: datetime) -> bool:
    """Take a role back by an operator's command; whether it was held. Raises LastAdministrator."""
    grant = _find_grant(account.id, role, place, now=now)
    if grant is None:
        return False
    _keep_an_administrator(grant)
    tell_withdrawn(grant, now=now)
    remove_grant(grant, "role.withdrawn", actor_id=None, now=now)
    return True


def end_at(ends_on: date | None, place: Place) -> End | None:
    """A last day with the moment at which it is over where a role is held."""
    return None if ends_on is None else End(ends_on, end_of(ends_on, _zone_of(place)))


def place_of(grant: RoleGrant) -> Place:
    """Where a grant is held."""
    return Place(grant.institution_id, grant.unit_id)


def _granter(asker_id: int, *, now: datetime) -> Granter:
    granter = find_granter(asker_id, now=now)
    if not granter.held:
        raise NotYoursToGrant
    return granter


def _require_may_withdraw(granter: Granter, grant: RoleGrant, *, now: datetime) -> None:
    place = place_of(grant)
    held = Held(grant.role, place, grant.ends_on)
    if not may_withdraw(granter, held, today=local_day(now, _zone_of(place))):
        raise NotYoursToGrant


def _may_be_shown(granter: Granter, account: Account, place: Place) -> bool:
    if granter.reaches_everywhere():
        return True
    if place.institution_id is None:
        return False
    at = Scope(granter.account_id, frozenset({place.institution_id}))
    found = select(Account.id).where(Account.id == account.id, is_on_staff(at, Account.id))
    return db.session.scalar(found) is not None


def _refuse_oneself(asker_id: int, account_id: int) -> None:
    if list_own_accounts(Scope(asker_id, frozenset()), [account_id]):
        raise NotToOneself


def _zone_of(place: Place) -> str | None:
    if place.institution_id is None:
        return None
    return db.session.scalar(
        select(Institution.time_zone).where(Institution.id == place.institution_id)
    )


def _require_in_force(place: Place) -> None:
    """Raise PlaceGone for an institution or a unit that is not there, or has ended."""
    if place.institution_id is None:
        return
    institution = db.session.get(Institution, place.institution_id)
    if institution is None or institution.ended_on:
        raise PlaceGone
    if place.unit_id is not None:
        unit = db.session.get(Unit, place.unit_id)
        if unit is None or unit.institution_id != institution.id or unit.ended_on:
            raise PlaceGone


def _hold_account(account_id: int) -> Account:
    """The account, held until the end: what two grant to it at once comes one after the other."""
    db.session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )
    return get_account(account_id)


def _find_grant(account_id: int, role: Role, place: Place, *, now: datetime) -> RoleGrant | None:
    return db.session.scalar(
        select(RoleGrant)
        .where(
            RoleGrant.account_id == account_id,
            RoleGrant.role == role,
            RoleGrant.institution_id.is_not_distinct_from(place.institution_id),
            RoleGrant.unit_id.is_not_distinct_from(place.unit_id),
            is_in_force(now),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _hold_grant(grant_id: int, *, now: datetime) -> RoleGrant:
    """A grant, held until the end; of an administrator's all, in the order of their keys.

    So of two who withdraw each other at once one waits for the other, and then is none any more.
    """
    role = db.session.scalar(select(RoleGrant.role).where(RoleGrant.id == grant_id))
    if role is Role.ADMIN:
        db.session.execute(
            select(RoleGrant.id)
            .where(RoleGrant.role == Role.ADMIN)
            .order_by(RoleGrant.id)
            .with_for_update()
        )
    grant = db.session.scalar(
        select(RoleGrant)
        .where(RoleGrant.id == grant_id, is_in_force(now))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if grant is None:
        raise NoSuchGrant
    return grant


def _keep_an_administrator(grant: RoleGrant) -> None:
    """Raise LastAdministrator where nobody else would be one for good who can sign in."""
    if grant.role is not Role.ADMIN:
        return
    others = db.session.execute(
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.ADMIN,
            RoleGrant.ends_at.is_(None),
            RoleGrant.id != grant.id,
            Account.closed_at.is_(None),
            Account.activated_at.is_not(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    if not others:
        raise LastAdministrator
