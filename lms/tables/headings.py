"""Recognises the heading row: where the wanted columns are, by name or synonym."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from lms.tables.models import Column, NotATable

T = TypeVar("T")

# How far below titles and dates a list's headings are looked for.
HEADING_WITHIN: Final = 20


def column_indices(names: Iterable[str], wanted: tuple[Column, ...]) -> dict[str, int]:
    """Where each column stands, by its name or a synonym, in the order in which they are asked."""
    known = {_key(word): each.name for each in wanted for word in (each.name, *each.synonyms)}
    indices: dict[str, int] = {}
    for index, name in enumerate(names):
        column = known.get(_key(name))
        if column is not None:
            indices.setdefault(column, index)
    return {each.name: indices[each.name] for each in wanted if each.name in indices}


def find_headings(
    rows: Iterable[tuple[list[str], T]], wanted: tuple[Column, ...]
) -> tuple[list[str], T] | None:
    """The first row that names every column, with what belongs to it.

    If there is none, the row that names most of them is told, where it names any. Raises NotATable
    then, and for a row that names one of them twice.
    """
    nearest: list[str] = []
    for names, beside in rows:
        indices = column_indices(names, wanted)
        if not _absent(indices, wanted):
            _require_each_once(names, wanted)
            return names, beside
        if len(indices) > len(column_indices(nearest, wanted)):
            nearest = names
    if nearest:
        raise NotATable(lacking(nearest, wanted))
    return None


def _require_each_once(names: list[str], wanted: tuple[Column, ...]) -> None:
    """Refuse headings of which two have the same meaning: only one could be taken."""
    for column in wanted:
        alike = [name.strip() for name in names if column.name in column_indices([name], wanted)]
        if len(alike) > 1:
            raise NotATable(
                f"The file has {len(alike)} columns for {column.name}: {', '.join(alike)}. Keep "
                "the one that holds, delete or rename the others, and try it again."
            )


def _key(name: str) -> str:
    """A heading without what does not tell one from another."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _absent(indices: Mapping[str, int], wanted: tuple[Column, ...]) -> list[str]:
    return sorted(each.name for each in wanted if not each.is_optional and each.name not in indices)


def lacking(names: Iterable[str], wanted: tuple[Column, ...]) -> str:
    """What to say of headings that lack a column: which, and how else it may be called."""
    absent = _absent(column_indices(names, wanted), wanted)
    there = ", ".join(name.strip() for name in names if name.strip()) or "nothing"
    words = "; ".join(
        f"{each.name} (also {', '.join(each.synonyms)})"
        for each in wanted
        if each.name in absent and each.synonyms
    )
    hint = f" Headings that are known: {words}." if words else ""
    return (
        f"The file lacks the columns {', '.join(absent)}; its headings are: {there}.{hint} Titles "
        f"above the headings are passed over, up to {HEADING_WITHIN} lines; delete what stands "
        "there beyond that."
    )
