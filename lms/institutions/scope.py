"""Scopes: which institutions an officer may see; every query about staff takes one first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The institutions whose people the asker answers for, and who is asking.

    It is made from the asker's own role grants and from nothing else; an operator's command,
    which names one institution, has no officer.
    """

    officer_id: int | None
    institution_ids: frozenset[int]
