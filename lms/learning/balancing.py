"""Drawing from a stock so that its groups are kept in proportion, by two divisions at once.

An item belongs to one group of each division: a question to an objective and to a chapter. So the
items are lines between the objectives on one side and the chapters on the other, and a draw is
balanced if as many lines end at each as its share says. That is a flow of least cost: the draw
grows by one item at a time, each time along the cheapest path, which may exchange items drawn
before. The classical theorem on such paths says that no other draw of that size costs less.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import inf

Groups = tuple[Hashable, Hashable]
"""The group of an item in either division."""

_Path = tuple[int, ...]


@dataclass(slots=True)
class _Side:
    """The groups of one division: what a draw would cost that took one more of each.

    Costs are squares of the distance to the share, so that one group two off is worse than two
    groups one off each; and before all proportion, no group is left out that can be in.
    """

    sizes: Counter[Hashable]
    count: int
    drawn: Counter[Hashable] = field(default_factory=Counter)

    def cost(self, group: Hashable) -> int:
        """What one more of a group costs, in whole numbers; less than nothing where it is due."""
        total = self.sizes.total()
        step = (2 * self.drawn[group] + 1) * total - 2 * self.sizes[group] * self.count
        return step if self.drawn[group] else step - _left_out(total, self.count)


def _left_out(total: int, count: int) -> int:
    """More than all distances of a draw can cost together."""
    return 4 * total * (count + 1) ** 2


def balance(items: Sequence[tuple[Groups, bool]], count: int) -> set[int]:
    """Choose `count` items, or all there are, and return their places in `items`.

    Of all draws, one is chosen that leaves out the fewest groups of both divisions; of these, one
    whose groups are nearest to their shares (in squares, summed over both); of these, one with the
    fewest items that are to be avoided, which the second value of an item says. Where several are
    as good, the order of the items decides.
    """
    wanted = min(count, len(items))
    sides = tuple(_Side(Counter(groups[side] for groups, _ in items), wanted) for side in (0, 1))
    taken: set[int] = set()
    for _ in range(wanted):
        path = _cheapest_path(items, sides, taken)
        sides[0].drawn[items[path[0]][0][0]] += 1
        sides[1].drawn[items[path[-1]][0][1]] += 1
        taken.symmetric_difference_update(path)
    return taken


def _cheapest_path(
    items: Sequence[tuple[Groups, bool]], sides: Sequence[_Side], taken: set[int]
) -> _Path:
    """The items to take, and at every second place to give back, for one more of a draw.

    The path leads from a group on the first side, which gets one more, to one on the second, by
    Bellman's and Ford's method: items given back bring back what they cost.
    """
    scale = 2 * len(items) + 1
    first: dict[Hashable, tuple[float, _Path]] = {
        group: (sides[0].cost(group) * scale, ()) for group in sides[0].sizes
    }
    second: dict[Hashable, tuple[float, _Path]] = dict.fromkeys(sides[1].sizes, (inf, ()))
    is_settled = False
    while not is_settled:
        is_settled = True
        for place, ((one, other), is_avoided) in enumerate(items):
            source, target, sign = (second, first, -1) if place in taken else (first, second, 1)
            start, end = (other, one) if place in taken else (one, other)
            cost, path = source[start]
            if cost + sign * is_avoided < target[end][0]:
                target[end] = (cost + sign * is_avoided, (*path, place))
                is_settled = False
    return min(
        (cost + sides[1].cost(group) * scale, path) for group, (cost, path) in second.items()
    )[1]
