"""The principal: who makes a request, as every other package knows them."""

from dataclasses import dataclass
from datetime import datetime

from lms.accounts.enums import Role
from lms.accounts.permissions import PERMISSIONS, Permission


@dataclass(frozen=True, slots=True)
class Session:
    """The browser of a device on which a person has signed in."""

    device_id: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person, the roles they were granted, and by what way they came."""

    account_id: int
    name: str
    grants: frozenset[tuple[Role, int | None]]
    """Each role with the institution it is held at; nationally without one."""
    via: Session | None = None
    """The browser in which they are signed in; None for who came by another way."""

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the person's roles allow, wherever they are held."""
        return frozenset().union(*(PERMISSIONS[role] for role, _ in self.grants))

    def may(self, permission: Permission) -> bool:
        """Whether a role of the person allows it, wherever it is held."""
        return permission in self.permissions

    def institutions_for(self, permission: Permission) -> frozenset[int]:
        """The institutions for which a role held there allows it."""
        return frozenset(
            institution_id
            for role, institution_id in self.grants
            if institution_id is not None and permission in PERMISSIONS[role]
        )
