"""The Merkle tree of RFC 6962, part 2.1, kept in tiles as C2SP tlog-tiles lays it out.

A tile of level 0 is 256 hashes of leaves; of level 1, of 256 full tiles of level 0; and so on. The
last tile of a level may be partial; a tile only ever grows, so that one of before is the beginning
of what it has become.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

HASH_SIZE: Final = 32
TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 8
FULL_TILE: Final = TILE_WIDTH * HASH_SIZE
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

HashAt = Callable[[int, int], bytes]
"""The hash of a level with this index, which a tile of the level holds."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return _sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return _sha256(b"\1" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below a count of at least two: how many leaves the left part has."""
    return 1 << ((count - 1).bit_length() - 1)


def hash_of_full(hashes: list[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [_sha256(b"\1" + left + right).digest() for left, right in pairs]
    return hashes[0]


def hashes_of(tile: bytes) -> list[bytes]:
    """A tile taken apart."""
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def width_of(size: int, level: int, number: int) -> int:
    """How many hashes this tile has in a tree of this size: 256 at most, and 0 for one beyond."""
    count = (size >> TILE_HEIGHT * level) - number * TILE_WIDTH
    return max(0, min(TILE_WIDTH, count))


class Edge:
    """The right edge of a tree, which is all that it takes to add leaves and to tell the root.

    tiles: of each level the hashes that do not fill a tile yet, for the tree's size.
    """

    def __init__(self, size: int, tiles: Mapping[int, bytes]) -> None:
        self.size = size
        self._partial = {level: bytearray(tile) for level, tile in tiles.items()}
        self._filled: dict[tuple[int, int], bytes] = {}

    def add(self, leaves: Iterable[bytes]) -> None:
        """Add the hashes of entries."""
        for leaf in leaves:
            self._add(0, self.size, leaf)
            self.size += 1

    def _add(self, level: int, index: int, digest: bytes) -> None:
        tile = self._partial.setdefault(level, bytearray())
        tile += digest
        if len(tile) == FULL_TILE:
            number = index // TILE_WIDTH
            self._filled[level, number] = bytes(tile)
            self._add(level + 1, number, hash_of_full(hashes_of(bytes(tile))))
            tile.clear()

    def grown(self) -> dict[tuple[int, int], bytes]:
        """By level and number, the tiles that were filled since, and all that are partial now."""
        partial = {
            (level, (self.size >> TILE_HEIGHT * level) // TILE_WIDTH): bytes(tile)
            for level, tile in self._partial.items()
            if tile
        }
        return self._filled | partial

    def root(self) -> bytes:
        """The tree's hash."""
        root: bytes | None = None
        for level in sorted(self._partial):
            hashes = hashes_of(bytes(self._partial[level]))
            while hashes:
                # The lowest bit of what is left: the last subtree that is full.
                count = len(hashes) & -len(hashes)
                subtree = hash_of_full(hashes[-count:])
                root = subtree if root is None else node_hash(subtree, root)
                hashes = hashes[:-count]
        return EMPTY_ROOT if root is None else root


def inclusion_ranges(position: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes prove a leaf (RFC 6962, part 2.1.1), from it upwards."""
    start, end = 0, size
    ranges = []
    while end - start > 1:
        middle = start + split(end - start)
        if position < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def hash_of_range(start: int, end: int, hash_at: HashAt) -> bytes:
    """The hash over leaves from `start` up to but not `end`, a subtree of the tree."""
    count = end - start
    if count & (count - 1):
        middle = start + split(count)
        return node_hash(hash_of_range(start, middle, hash_at), hash_of_range(middle, end, hash_at))
    level, height = divmod(count.bit_length() - 1, TILE_HEIGHT)
    first = start >> TILE_HEIGHT * level
    return hash_of_full([hash_at(level, first + each) for each in range(1 << height)])


def tiles_of(ranges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Level and number of the tiles from which the hashes over these ranges are made."""
    wanted = set()

    def note(level: int, index: int) -> bytes:
        wanted.add((level, index // TILE_WIDTH))
        return bytes(HASH_SIZE)

    for start, end in ranges:
        hash_of_range(start, end, note)
    return wanted
