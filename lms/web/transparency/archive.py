"""The log as TAR files: the places that its files have below `/log`, a part of the log in each."""

import tarfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from lms.transparency.paths import ENTRIES, tile_path
from lms.transparency.queries import Checkpoint, list_tiles, list_verifier_keys
from lms.transparency.tree import TILE_HEIGHT, TILE_WIDTH

TILES_OF_PART: Final = 256
ENTRIES_OF_PART: Final = TILES_OF_PART * TILE_WIDTH
"""65,536 entries make some six megabytes: an answer leaves a server in one piece (ADR 18)."""


def count_parts(size: int) -> int:
    """How many files a log of this size is divided into."""
    return -(-size // ENTRIES_OF_PART)


def make_archive(checkpoint: Checkpoint, part: int) -> bytes:
    """A part of the log as it is at a checkpoint, counted from 1.

    In each: the checkpoint, the keys, and all that is above the tiles of the lowest level. All
    parts unpacked in one folder are the whole log.
    """
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content in _files(checkpoint, part):
            about = tarfile.TarInfo(path)
            about.size = len(content)
            about.mtime = int(checkpoint.logged_at.timestamp())
            archive.addfile(about, BytesIO(content))
    return buffer.getvalue()


def _files(checkpoint: Checkpoint, part: int) -> Iterator[tuple[str, bytes]]:
    yield "checkpoint", checkpoint.note.encode()
    yield "kunci", _as_lines(list_verifier_keys(checkpoint.origin)).encode()
    first = (part - 1) * TILES_OF_PART
    for level in (ENTRIES, 0):
        yield from _tiles(checkpoint.size, level, first)
    level = 1
    while checkpoint.size >> TILE_HEIGHT * level:
        yield from _tiles(checkpoint.size, level, 0)
        level += 1


def _tiles(size: int, level: int, first: int) -> Iterator[tuple[str, bytes]]:
    for number, width, content in list_tiles(size, level, first, most=TILES_OF_PART):
        yield f"tile/{tile_path(level, number, width)}", content


def _as_lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
