"""The tree against RFC 6962's own definition, and against readers that are not ours."""

import hashlib
from random import Random

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.transparency.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    TILE_WIDTH,
    Edge,
    hash_of_range,
    inclusion_ranges,
    leaf_hash,
    tiles_of,
    width_of,
)
from tools.audit import root_by_proof


def defined_root(entries: list[bytes]) -> bytes:
    """MTH as RFC 6962, part 2.1, writes it down."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    both = defined_root(entries[:k]) + defined_root(entries[k:])
    return hashlib.sha256(b"\1" + both).digest()


def invent(count: int) -> list[bytes]:
    """Entries of different lengths."""
    random = Random(count)  # noqa: S311 - nobody is to be kept from guessing them
    return [random.randbytes(random.randrange(1, 60)) for _ in range(count)]


def grow(entries: list[bytes], *batches: int) -> tuple[Edge, dict[tuple[int, int], bytes]]:
    """A tree that was stored and loaded again after each batch, and its tiles."""
    tiles: dict[tuple[int, int], bytes] = {}
    edge = Edge(0, {})
    start = 0
    for batch in [*batches, len(entries)]:
        partial = {
            level: tiles[level, number][: HASH_SIZE * width_of(start, level, number)]
            for level, number in tiles
            if 0 < width_of(start, level, number) < TILE_WIDTH
        }
        edge = Edge(start, partial)
        edge.add(leaf_hash(each) for each in entries[start : start + batch])
        tiles |= edge.grown()
        start = edge.size
    return edge, tiles


def test_a_tree_of_nothing_has_the_hash_of_nothing() -> None:
    assert Edge(0, {}).root() == EMPTY_ROOT == defined_root([])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 1000])
def test_the_root_is_the_one_that_the_rfc_defines(size: int) -> None:
    entries = invent(size)
    assert grow(entries)[0].root() == defined_root(entries)


@given(batches=st.lists(st.integers(1, 400), max_size=6), rest=st.integers(1, 300))
def test_batches_make_no_difference(batches: list[int], rest: int) -> None:
    entries = invent(sum(batches) + rest)
    whole, in_batches = grow(entries), grow(entries, *batches)
    assert in_batches[0].root() == whole[0].root()
    assert in_batches[1] == whole[1]


def test_the_root_is_pymerkles_too() -> None:
    entries = invent(1500)
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    assert grow(entries, 700, 300)[0].root() == theirs.get_root()


def test_tiles_are_as_wide_as_the_specification_says() -> None:
    size = 70_000  # its own example
    edge = Edge(0, {})
    edge.add(index.to_bytes(HASH_SIZE, "big") for index in range(size))
    widths = {tile: len(content) // HASH_SIZE for tile, content in edge.grown().items()}
    assert sum(level == 0 for level, _ in widths) == 274
    assert widths[0, 273] == 112
    assert (widths[1, 0], widths[1, 1], widths[2, 0]) == (256, 17, 1)
    assert len(widths) == 274 + 2 + 1
    for (level, number), width in widths.items():
        assert width_of(size, level, number) == width


@given(size=st.integers(1, 1200), data=st.data())
def test_a_proof_made_of_tiles_leads_to_the_root(size: int, data: st.DataObject) -> None:
    entries = invent(size)
    position = data.draw(st.integers(0, size - 1))
    edge, tiles = grow(entries)
    ranges = inclusion_ranges(position, size)
    wanted = tiles_of(ranges)
    assert len(wanted) <= 6

    def hash_at(level: int, index: int) -> bytes:
        assert (level, index // TILE_WIDTH) in wanted
        start = index % TILE_WIDTH * HASH_SIZE
        return tiles[level, index // TILE_WIDTH][start : start + HASH_SIZE]

    hashes = [hash_of_range(start, end, hash_at) for start, end in ranges]
    leaf = leaf_hash(entries[position])
    assert root_by_proof(leaf, position, size, hashes) == edge.root()
    assert root_by_proof(leaf_hash(b"another"), position, size, hashes) != edge.root()
    assert root_by_proof(leaf, size, size, hashes) is None
    assert root_by_proof(leaf, position, size, [*hashes, leaf]) is None
