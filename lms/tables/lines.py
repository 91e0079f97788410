"""One row of a table: as many cells as columns, and numbers that were typed as text."""

import re
from collections.abc import Mapping
from typing import Final

from lms.tables.models import BadLine, Line, Table

TRUTHS: Final = frozenset({"TRUE", "FALSE"})


def take_row(table: Table, number: int, cells: list[str], indices: Mapping[str, int]) -> None:
    """Add a row to the table, if it has any words and each of them was typed as such."""
    row = {name: plain_cell(cells[index]) for name, index in indices.items()}
    truth = next((name for name, word in row.items() if word in TRUTHS), None)
    if truth is not None:
        reason = f"its {truth} is {row[truth]}, a truth value and no text; type what is meant"
        table.bad_lines.append(BadLine(number, tuple(row.values()), reason))
    elif any(row.values()):
        table.lines.append(Line(number, row))


def plain_cell(cell: str) -> str:
    """A field without what people put around a number so that spreadsheets leave it alone."""
    text = cell.strip()
    if text[:1] not in {"=", "'"}:
        return text
    formula = re.fullmatch(r'="(.*)"', text)
    return formula.group(1).strip() if formula else text.removeprefix("'").strip()
