"""Who may grant which role where and until when; the one rule, and the one table it reads."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lms.accounts.enums import Role
from lms.institutions.granting.errors import (
    EndBeyondYours,
    EndUnfit,
    NotYoursToGrant,
    PlaceNeeded,
    PlaceUnneeded,
)

LONGEST: Final = timedelta(days=3653)
LONGEST_DEPUTY: Final = timedelta(days=366)


class Reach(enum.Enum):
    """How far somebody may grant a role."""

    ANYWHERE = "anywhere"
    """Wherever the role can be held, with or without a last day."""
    WITHIN = "within"
    """At the institutions for all of which they hold theirs, and for no longer."""


GRANTS: Final[Mapping[Role, Mapping[Role, Reach]]] = {
    Role.ADMIN: dict.fromkeys(Role, Reach.ANYWHERE),
    Role.COORDINATOR: dict.fromkeys((Role.HR_OFFICER, Role.AUTHOR, Role.REVIEWER), Reach.ANYWHERE),
    Role.HR_OFFICER: {Role.HR_OFFICER: Reach.WITHIN},
    Role.AUTHOR: {},
    Role.REVIEWER: {},
}
"""By the role of who grants: the roles that they may grant, and how far (ADR 63)."""

MOST_OFTEN: Final = (
    Role.HR_OFFICER,
    Role.AUTHOR,
    Role.REVIEWER,
    Role.COORDINATOR,
    Role.ADMIN,
)
AT_INSTITUTIONS: Final = frozenset({Role.HR_OFFICER})
"""Held at an institution or a unit of it; all others nationally."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is held: nationally, for an institution, or for a unit and what is below."""

    institution_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds, where, and its last day."""

    role: Role
    place: Place
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Granter:
    """Who grants or withdraws, by the roles that they hold now; the operator has no account."""

    account_id: int | None
    held: tuple[Held, ...] = ()

    def roles(self) -> tuple[Role, ...]:
        """The roles that they may grant somewhere, the one that is granted most often first."""
        found = {
            role
            for own in self.held
            for role, reach in GRANTS[own.role].items()
            if reach is Reach.ANYWHERE or _is_whole(own)
        }
        return tuple(role for role in MOST_OFTEN if role in found or self.account_id is None)

    def reaches_everywhere(self) -> bool:
        """Whether there is a role that they may grant anywhere."""
        return self.account_id is None or any(
            Reach.ANYWHERE in GRANTS[own.role].values() for own in self.held
        )

    def institution_ids(self) -> frozenset[int]:
        """The institutions for all of which they answer, and where they may grant therefore."""
        return frozenset(
            own.place.institution_id
            for own in self.held
            if own.place.institution_id is not None
            and _is_whole(own)
            and Reach.WITHIN in GRANTS[own.role].values()
        )


def require_fit(role: Role, place: Place, ends_on: date | None, *, today: date) -> None:
    """Raise PlaceNeeded, PlaceUnneeded or EndUnfit for what no grant can be, whoever grants it."""
    if role in AT_INSTITUTIONS and place.institution_id is None:
        raise PlaceNeeded
    if role not in AT_INSTITUTIONS and place.institution_id is not None:
        raise PlaceUnneeded
    if ends_on is not None and not today <= ends_on <= today + LONGEST:
        raise EndUnfit


def require_may_grant(
    granter: Granter, role: Role, place: Place, ends_on: date | None, *, today: date
) -> None:
    """Raise NotYoursToGrant, or EndBeyondYours where an earlier last day would be right."""
    if granter.account_id is None:
        return
    latest: list[date] = []
    for own in granter.held:
        reach = GRANTS[own.role].get(role)
        if reach is Reach.ANYWHERE:
            return
        if reach is not Reach.WITHIN or not _covers(own, place):
            continue
        last = _last_of(own, place, today)
        if last is None or (ends_on is not None and ends_on <= last):
            return
        latest.append(last)
    raise EndBeyondYours(max(latest)) if latest else NotYoursToGrant()


def may_withdraw(granter: Granter, held: Held, *, today: date) -> bool:
    """Whether somebody may withdraw or change a grant: who could have granted it as it is now.

    So a deputy can neither end nor shorten the role of who has it for good.
    """
    try:
        require_may_grant(granter, held.role, held.place, held.ends_on, today=today)
    except (NotYoursToGrant, EndBeyondYours):
        return False
    return True


def _last_of(own: Held, place: Place, today: date) -> date | None:
    """The latest last day that somebody may give within their own; None where there is no limit."""
    days = [] if own.ends_on is None else [own.ends_on]
    if place.unit_id is None:  # a deputy for all of it
        days.append(today + LONGEST_DEPUTY)
    return min(days, default=None)


def _is_whole(own: Held) -> bool:
    return own.place.unit_id is None


def _covers(own: Held, place: Place) -> bool:
    return _is_whole(own) and own.place.institution_id == place.institution_id is not None
