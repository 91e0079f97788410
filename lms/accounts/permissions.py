"""Permissions beyond learning, and the one table that gives them to roles."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from lms.accounts.enums import Role


class Permission(Enum):
    """Something that not everybody may do; pages and use cases ask for it, and not for roles."""

    WRITE_POCKETBOOKS = "write pocketbooks"
    REVIEW_POCKETBOOKS = "review pocketbooks"
    SEE_ANSWER_KEYS = "see answer keys"
    MANAGE_STAFF = "manage the staff of one's own institutions"
    MANAGE_CERTIFICATES = "revoke and replace certificates"
    OVERSEE_CONFIRMATIONS = "see who confirmed whom"
    SEE_NATION = "see where every institution stands, and whom to ring"
    REPORT_ON_OWN = "report on all of one's own institutions"
    REPORT_ON_ALL = "report on any institution, a province and the nation"
    CHECK_IN_BULK = "check many certificates at once"
    MANAGE_INSTITUTIONS = "keep the registry of institutions"
    REGRADE_ATTEMPTS = "grade anew by a corrected key"
    SET_YEARLY_HOURS = "set how many credit hours a year asks of a kind of civil servant"
    OVERSEE_ROLES = "see who holds which role, and grant roles nationally"
    MANAGE_ACCOUNTS = "see accounts, close them and help their people back in"
    READ_AUDIT_LOG = "read the audit log"
    WATCH_SERVICE = "see settings in force, mail that failed and jobs"
    MANAGE_PROGRAMMES = "make, change and close programmes"
    SET_LETTERHEADS = "set what stands at the head of certificates, and who signs"


_NATIONAL: Final = frozenset(
    {
        Permission.SEE_ANSWER_KEYS,
        Permission.MANAGE_CERTIFICATES,
        Permission.OVERSEE_CONFIRMATIONS,
        Permission.SEE_NATION,
        Permission.REPORT_ON_ALL,
        Permission.CHECK_IN_BULK,
        Permission.MANAGE_INSTITUTIONS,
        Permission.REGRADE_ATTEMPTS,
        Permission.SET_YEARLY_HOURS,
        Permission.OVERSEE_ROLES,
        Permission.MANAGE_PROGRAMMES,
    }
)
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AUTHOR: frozenset({Permission.WRITE_POCKETBOOKS, Permission.SEE_ANSWER_KEYS}),
    Role.REVIEWER: frozenset({Permission.REVIEW_POCKETBOOKS, Permission.SEE_ANSWER_KEYS}),
    Role.HR_OFFICER: frozenset(
        {Permission.MANAGE_STAFF, Permission.REPORT_ON_OWN, Permission.CHECK_IN_BULK}
    ),
    Role.COORDINATOR: _NATIONAL,
    Role.ADMIN: _NATIONAL
    | {
        Permission.SET_LETTERHEADS,
        Permission.MANAGE_ACCOUNTS,
        Permission.READ_AUDIT_LOG,
        Permission.WATCH_SERVICE,
    },
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that bring a permission."""
    return frozenset(role for role, brought in PERMISSIONS.items() if permission in brought)
