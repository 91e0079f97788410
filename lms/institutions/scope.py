"""Scopes: which institutions an officer may see; every query about staff takes one first."""

from dataclasses import dataclass

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.institutions.errors import NoInstitution


@dataclass(frozen=True, slots=True)
class Scope:
    """The institutions whose people the asker answers for, and who is asking.

    It is made from the asker's own role grants and from nothing else; an operator's command,
    which names one institution, has no officer.
    """

    officer_id: int | None
    institution_ids: frozenset[int]

    def covers(self, institution_id: int | None) -> bool:
        """Whether the asker answers for the people of an institution."""
        return institution_id in self.institution_ids


def scope_of(officer: Principal) -> Scope:
    """The institutions that the asker is HR officer of; raises NoInstitution if there are none."""
    ids = officer.institutions_for(Permission.MANAGE_STAFF)
    if not ids:
        raise NoInstitution
    return Scope(officer.account_id, ids)
