"""Where tiles and bundles are found, as C2SP tlog-tiles writes it: x001/x234/067.p/12."""

import re
from typing import Final

from lms.transparency.tree import TILE_WIDTH

ENTRIES: Final = -1
"""The level that bundles of entries are given, beside those of hashes."""

HIGHEST_LEVEL: Final = 63
_PATH: Final = re.compile(
    r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


def tile_path(level: int, number: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile or bundle below `tile/`."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    ending = "" if width == TILE_WIDTH else f".p/{width}"
    return f"{'entries' if level == ENTRIES else level}/{'/'.join(parts)}{ending}"


def parse_path(path: str) -> tuple[int, int, int] | None:
    """Level, number and width that a path names; None for one that is not written so."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match[1] == "entries" else int(match[1])
    number = int(match[2].replace("/", "").replace("x", ""))
    width = int(match[3]) if match[3] else TILE_WIDTH
    is_written_so = level <= HIGHEST_LEVEL and tile_path(level, number, width) == path
    return (level, number, width) if is_written_so else None
