"""The principal: who makes a request, as every other package knows them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.enums import Role
from lms.accounts.permissions import PERMISSIONS, Permission


@dataclass(frozen=True, slots=True)
class Session:
    """The browser of a device on which a person has signed in."""

    device_id: int
    last_seen_at: datetime
    second_step_due_at: datetime | None = None
    second_step_passed_at: datetime | None = None

    def awaits_second_step(self, *, is_required: bool, now: datetime) -> bool:
        """Whether it opens nothing before a second factor is shown.

        `is_required`: the person's role wants one, whether or not they have set one up.
        """
        if self.second_step_due_at is None:
            return is_required
        return self.second_step_due_at <= now


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person, the roles they were granted, and by what way they came."""

    account_id: int
    name: str
    grants: frozenset[tuple[Role, int | None]]
    """Each role with the institution it is held at; nationally without one."""
    unit_grants: frozenset[tuple[Role, int]] = frozenset()
    """Each role that is held for a unit and what is below it, with the unit."""
    via: Session | None = None
    """The browser in which they are signed in; None for who came by another way."""

    def holds_any(self, roles: Collection[str]) -> bool:
        """Whether the person holds one of these roles, wherever."""
        return any(role.value in roles for role, _ in self.grants | self.unit_grants)

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the person's roles allow, wherever they are held."""
        held = self.grants | self.unit_grants
        return frozenset().union(*(PERMISSIONS[role] for role, _ in held))

    def may(self, permission: Permission) -> bool:
        """Whether a role of the person allows it, wherever it is held."""
        return permission in self.permissions

    def institutions_for(self, permission: Permission) -> frozenset[int]:
        """The institutions for all of which a role held there allows it."""
        return frozenset(
            institution_id
            for role, institution_id in self.grants
            if institution_id is not None and permission in PERMISSIONS[role]
        )

    def units_for(self, permission: Permission) -> frozenset[int]:
        """The units for which, with all below them, a role held there allows it."""
        return frozenset(
            unit_id for role, unit_id in self.unit_grants if permission in PERMISSIONS[role]
        )
