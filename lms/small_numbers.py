"""What small numbers of people say: between what bounds a share lies, and what stays hidden.

Of a unit it is hidden how many have finished where fewer than SMALL people have, or have not. As
the sum of all units is known, what is hidden must not follow from it: more is held back, the
smallest first, until at least two figures are hidden and what they sum to is not small itself.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

SMALL: Final = 5
"""Fewer people than these are not told apart by who is not of their institution."""

_Z: Final = 1.959963984540054
"""95 of a hundred intervals made so have the true share in them."""


def wilson(share: float, count: int) -> tuple[float, float]:
    """Between what bounds a share of `count` (at least one) lies: Wilson's 95 % interval.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927). All are from 0 to 1.
    """
    spread = _Z * _Z / count
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    # Rounding may take a bound past what it bounds.
    return min(max(0.0, centre - half), share), max(min(1.0, centre + half), share)


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
