"""Scopes: for whose people an officer answers; every query about staff takes one first."""

from dataclasses import dataclass

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of an institution and everything below it."""

    institution_id: int
    unit_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The institutions and the branches whose people the asker answers for, and who is asking.

    It is made from the asker's own role grants and from nothing else; an operator's command,
    which names one institution, has no officer.
    """

    officer_id: int | None
    institution_ids: frozenset[int]
    branches: frozenset[Branch] = frozenset()

    @property
    def unit_ids(self) -> frozenset[int]:
        """The topmost units of the branches."""
        return frozenset(branch.unit_id for branch in self.branches)

    @property
    def keys(self) -> frozenset[int]:
        """What is kept of a scope with a job: institutions by their keys, units by the negative."""
        return self.institution_ids | {-unit_id for unit_id in self.unit_ids}

    @property
    def all_institution_ids(self) -> frozenset[int]:
        """The institutions with anybody for whom the asker answers, of some only a branch."""
        return self.institution_ids | {branch.institution_id for branch in self.branches}

    def covers(self, institution_id: int | None) -> bool:
        """Whether the asker answers for all people of an institution."""
        return institution_id in self.institution_ids

    def covers_unit(self, institution_id: int | None, path: str | None) -> bool:
        """Whether the asker answers for the people of a unit with this path, or of no unit."""
        return self.covers(institution_id) or any(
            branch.institution_id == institution_id and (path or "").startswith(branch.path)
            for branch in self.branches
        )


def scope_keys(asker: Principal) -> frozenset[int]:
    """The keys of somebody's scope; none of who is nobody's HR officer."""
    units = asker.units_for(Permission.MANAGE_STAFF)
    return asker.institutions_for(Permission.MANAGE_STAFF) | {-unit_id for unit_id in units}
