"""Events of pocketbooks, for packages above to listen to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleOffered:
    """A pocketbook is offered for learning for the first time."""

    module_id: int
