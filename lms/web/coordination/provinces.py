"""The table beside the map: each province with its tile and sum, in the order asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lms.coordination.lines import Order
from lms.coordination.rules import Sum
from lms.coordination.tiles import TILES, Tile
from lms.web.coordination.words import province_names

_MORE_THAN_ALL: Final = 101.0


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A province: where it stands on the map, its name, and the sum of its institutions."""

    tile: Tile
    name: str
    sum: Sum


def list_rows(sums: Mapping[str, Sum], order: Order) -> tuple[ProvinceRow, ...]:
    """All provinces; the most missing first, or the smallest share, the quietest, or by name."""
    names = province_names()
    rows = sorted(
        (ProvinceRow(tile, names[tile.code], sums.get(tile.code, Sum())) for tile in TILES),
        key=lambda row: row.name,
    )
    match order:
        case Order.MISSING:
            rows.sort(key=lambda row: row.sum.missing, reverse=True)
        case Order.SHARE:
            rows.sort(key=lambda row: _share(row.sum))
        case Order.LAST:
            rows.sort(key=lambda row: row.sum.last_on or date.min)
        case Order.NAME:
            pass
    return tuple(rows)


def _share(found: Sum) -> float:
    return _MORE_THAN_ALL if found.percent is None else found.percent
