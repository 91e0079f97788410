"""Few people are not told of: which figures of units stay hidden, so that nobody is singled out.

A unit's figure is hidden where fewer than SMALL people of it have finished, or have not. As the sum
of all units is known, what is hidden must not follow from it: more is held back, the smallest
first, until at least two figures are hidden and what they sum to is not small itself.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5


class Veil(enum.Enum):
    """Why a figure is not told, which is what is told instead."""

    FEW = "few"
    NEARLY_ALL = "nearly all"
    HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Cell:
    """Of how many people how many have finished."""

    finished: int
    total: int

    @property
    def veil(self) -> Veil | None:
        """Whether its own size hides it."""
        if self.finished < SMALL:
            return Veil.FEW
        return Veil.NEARLY_ALL if self.total - self.finished < SMALL else None


def veil(cells: Sequence[Cell]) -> list[Veil | None]:
    """For each figure of a list why it is hidden, or None where it may be told.

    The sums over the list, of who has finished and of who has not, may be known to the reader.
    """
    veils = [cell.veil for cell in cells]
    if len(cells) < 2:
        return veils
    rest = sorted(
        (place for place, hidden in enumerate(veils) if hidden is None),
        key=lambda place: (cells[place].total, cells[place].finished, place),
    )
    while rest and _follows(cells, veils):
        veils[rest.pop(0)] = Veil.HELD_BACK
    return veils


def _follows(cells: Sequence[Cell], veils: Sequence[Veil | None]) -> bool:
    """Whether what is hidden could be told from the sums: of one figure, or of few people."""
    hidden = [cell for cell, why in zip(cells, veils, strict=True) if why is not None]
    if not hidden:
        return False
    finished = sum(cell.finished for cell in hidden)
    unfinished = sum(cell.total - cell.finished for cell in hidden)
    return len(hidden) < 2 or finished < SMALL or unfinished < SMALL
