"""The map of tiles has every province once, each in a place of its own."""

from itertools import combinations

from lms.coordination.tiles import TILES
from lms.institutions.registry.seeding import list_provinces

PAPUA = {"91", "92", "93", "94", "95", "96"}


def test_every_province_has_one_tile() -> None:
    assert sorted(tile.code for tile in TILES) == [region.code for region in list_provinces()]
    assert len({(tile.column, tile.row) for tile in TILES}) == len(TILES) == 38


def test_labels_are_short_and_tell_them_apart() -> None:
    assert len({tile.label for tile in TILES}) == 38
    assert all(len(tile.label) == 3 for tile in TILES)


def test_papua_lies_together_in_the_east() -> None:
    papua = [tile for tile in TILES if tile.code in PAPUA]
    others = [tile for tile in TILES if tile.code not in PAPUA]
    assert min(tile.column for tile in papua) > max(tile.column for tile in others)
    reached, waiting = {papua[0]}, set(papua[1:])
    while near := {
        each
        for each in waiting
        if any(abs(each.column - at.column) + abs(each.row - at.row) == 1 for at in reached)
    }:
        reached |= near
        waiting -= near
    assert not waiting


def test_whoever_lies_west_on_land_lies_west_on_the_map() -> None:
    west_to_east = ["11", "36", "33", "35", "51", "53", "93"]
    columns = {tile.code: tile.column for tile in TILES}
    for west, east in combinations(west_to_east, 2):
        assert columns[west] < columns[east]
