"""XLSX, XLS and ODS: the first worksheet that has the columns."""

from lms.tables.cells import TooVast, Unreadable, read_worksheets
from lms.tables.headings import HEADING_WITHIN, column_indices, find_headings, lacking
from lms.tables.lines import take_row
from lms.tables.models import Column, NotATable, Table

SAVE = "Open it in a spreadsheet, save it as XLSX or as CSV in UTF-8, and try it again."


def read_spreadsheet(content: bytes, wanted: tuple[Column, ...]) -> Table:
    """The first worksheet that has the columns."""
    try:
        tables = read_worksheets(content)
    except Unreadable as error:
        raise NotATable(
            "The file cannot be opened as a spreadsheet, whatever its name ends in: "
            f"{error}. {SAVE}"
        ) from error
    except TooVast as error:
        raise NotATable(
            "The file is too large to be read: usually it has cells far below the list, or far to "
            "its right. Copy the list alone into a new spreadsheet, or delete the empty rows below "
            "it and the empty columns beside it; save it, and try it again."
        ) from error
    best = find_headings(
        (
            (cells, (full, index))
            for full in tables
            for index, (_, cells) in enumerate(full[:HEADING_WITHIN])
        ),
        wanted,
    )
    if best is None:
        first = next((full[0][1] for full in tables if full), [])
        raise NotATable(lacking(first, wanted))
    names, (full, index) = best
    indices = column_indices(names, wanted)
    table = Table()
    for number, cells in full[index + 1 :]:
        take_row(table, number, cells, indices)
    return table
