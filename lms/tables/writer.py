"""Writes CSV and XLSX: streamed row by row, with formulas defused."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO

Cell = str | float | date | None

LONGEST_CELL = 32_767
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A table as CSV, a chunk at a time; a byte order mark lets spreadsheets read UTF-8.

    Days are written as 2025-05-15, for machines, and parts of numbers behind a comma, as
    spreadsheets read them that part columns by semicolons. A text that a spreadsheet would run as a
    formula is written with an apostrophe before it.
    """
    yield "\ufeff"
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_defused(cell) for cell in row])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_lines_xlsx(
    title: str, lines: Iterable[tuple[int, Sequence[Cell]]], *, heading_line: int
) -> bytes:
    """Rows as XLSX, each in the line that it is given with, in ascending order, counted from 1.

    All texts stay texts, and days are days; what stands in the heading line is set bold.
    """
    # It takes as long to import as a page to make, and most processes never write a worksheet.
    from xlsxwriter import Workbook

    target = BytesIO()
    with Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "default_date_format": "yyyy-mm-dd",
        },
    ) as book:
        worksheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True, "bottom": 1})
        for line, cells in lines:
            shown = [_fitting(cell) for cell in cells]
            worksheet.write_row(line - 1, 0, shown, bold if line == heading_line else None)
        worksheet.freeze_panes(heading_line, 0)
    return target.getvalue()


def _fitting(cell: Cell) -> Cell:
    """XLSX keeps so many letters in a cell and no more."""
    return cell[:LONGEST_CELL] if isinstance(cell, str) else cell


def _defused(cell: Cell) -> Cell:
    """Spreadsheets take full-width signs for narrow ones, and pass over spaces before them."""
    if isinstance(cell, float):
        return str(cell).replace(".", ",")
    if not isinstance(cell, str) or cell[:1].isalnum():
        return cell
    plain = unicodedata.normalize("NFKC", cell)
    is_formula = plain.startswith(FORMULA_SIGNS) or plain.lstrip().startswith(FORMULA_SIGNS)
    return f"'{cell}" if is_formula else cell


def write_lines(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Lines as they stood in a file, to be mended and read again; nothing is defused."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerows([list(names), *map(list, rows)])
    return "\ufeff" + buffer.getvalue()
