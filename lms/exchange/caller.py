"""A caller: another system that asks, as every part of the API knows it."""

from dataclasses import dataclass

from lms.exchange.enums import TokenScope
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key was shown, what it opens, and who answers for it.

    A principal of its own kind: no person, with no role and no session.
    """

    token_id: int
    institution_id: int
    officer_id: int
    scopes: frozenset[TokenScope]

    @property
    def scope(self) -> Scope:
        """For whose people it asks: those of its institution, on behalf of who made the key."""
        return Scope(self.officer_id, frozenset({self.institution_id}))
