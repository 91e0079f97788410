"""Which row of a sheet has its headings, and what they say; for whoever guesses its columns."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

HEADING_WITHIN: Final = 20


@lru_cache(maxsize=1_024)
def plain_heading(text: str) -> str:
    """A heading without what does not tell one from another.

    Kept, since columns that are read by it say the same few things a million times.
    """
    return " ".join(re.sub(r"[\W_]+", " ", text).casefold().split())


def column_letter(index: int) -> str:
    """A column's name in spreadsheets: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_heading_row(
    rows: Sequence[Sequence[str]],
    is_known: Callable[[str], bool],
    is_data: Callable[[str], bool],
) -> int | None:
    """The row near the top that names most of what is known, before any data is met.

    Where heads are merged over two rows, it is the lower one that says more. `is_known` is asked of
    plain headings, `is_data` of cells.
    """
    best, best_known = None, 0
    for index, cells in enumerate(rows[:HEADING_WITHIN]):
        if any(map(is_data, cells)):
            break
        plain = map(plain_heading, cells)
        known = sum(0 < len(words) <= 60 and is_known(words) for words in plain)
        if known and known >= best_known:
            best, best_known = index, known
    return best


def name_columns(rows: Sequence[Sequence[str]], heading: int | None, width: int) -> list[str]:
    """What each column is called; heads merged over two rows stand in the upper one."""
    if heading is None:
        return [""] * width
    cells = _filled(rows[heading], width)
    above = _filled(rows[heading - 1] if heading else (), width)
    if sum(map(bool, above)) < 2:
        above = [""] * width  # a title
    return [" ".join((own or upper).split()) for own, upper in zip(cells, above, strict=True)]


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *("" for _ in range(width - len(cells)))]
