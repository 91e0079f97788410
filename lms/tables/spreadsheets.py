"""XLSX, XLS and ODS: the first worksheet that has the columns."""

from io import BytesIO

from lms.tables.headings import HEADING_WITHIN, column_indices, find_headings, lacking
from lms.tables.lines import take_row
from lms.tables.models import Column, NotATable, Table

# A spreadsheet keeps 15 digits of a number; a longer one has lost its last ones already.
EXACT_DIGITS = 15


SAVE = "Open it in a spreadsheet, save it as XLSX or as CSV in UTF-8, and try it again."


def read_spreadsheet(content: bytes, wanted: tuple[Column, ...]) -> Table:
    """The first worksheet that has the columns."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        worksheets = [
            book.get_sheet_by_index(index).to_python(skip_empty_area=False)
            for index in range(len(book.sheet_names))
        ]
    except CalamineError as error:
        raise NotATable(
            "The file cannot be opened as a spreadsheet, whatever its name ends in: "
            f"{error}. {SAVE}"
        ) from error
    tables: list[list[tuple[int, list[str]]]] = []
    for rows in worksheets:
        numbered = [
            (number, [_shown(cell) for cell in row]) for number, row in enumerate(rows, start=1)
        ]
        tables.append([(number, cells) for number, cells in numbered if any(cells)])
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


def _shown(cell: object) -> str:
    """A cell as spreadsheets show it; a number that has lost digits looks like one that has."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= 10**EXACT_DIGITS:
            return f"{cell:.{EXACT_DIGITS - 1}E}"
        return str(int(cell))
    return str(cell).strip()
