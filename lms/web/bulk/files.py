"""The result as a file: the asker's own sheet as it was, and our columns beside."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext

from lms.checking.bulk.work import Checked
from lms.days import local_day
from lms.jobs.kind import File
from lms.tables.cells import TypedRow
from lms.tables.writer import Cell, write_csv, write_lines_xlsx
from lms.web.bulk.wording import added_cells, added_headings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More empty lines than this between two rows are not repeated in a CSV.
MOST_EMPTY = 20


def result_file(
    head: list[TypedRow],
    rows: Iterable[Checked],
    *,
    width: int,
    file_format: str,
    checked_at: datetime,
) -> File:
    """The result as `xlsx` or `csv`; `head` are the rows down to the headings."""
    lines = list(_lines(head, rows, width, checked_at))
    name = f"hasil-pemeriksaan-{local_day(checked_at).isoformat()}.{file_format}"
    heading_line = head[-1][0] if head else 1
    if file_format == "xlsx":
        content = write_lines_xlsx(gettext("Hasil"), lines, heading_line=heading_line)
        return File(name, XLSX, content)
    first, *rest = _without_gaps(lines)
    return File(
        name, "text/csv", "".join(write_csv([_text(cell) for cell in first], rest)).encode()
    )


def documents_head() -> list[TypedRow]:
    """The heading of a result about files."""
    return [(1, [gettext("Berkas")])]


def _lines(
    head: list[TypedRow], rows: Iterable[Checked], width: int, checked_at: datetime
) -> Iterator[tuple[int, list[Cell]]]:
    """Each line with its number; where the sheet has no headings, ours get a line above it."""
    for line, cells in head[:-1]:
        yield line, list(cells)
    own: Sequence[Cell] = head[-1][1] if head else ()
    yield head[-1][0] if head else 1, [*_filled(own, width), *added_headings()]
    moved = 0 if head else 1
    for row in rows:
        yield row.line + moved, [*_filled(row.cells, width), *added_cells(row, checked_at)]


def _filled(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells, *("" for _ in range(width - len(cells)))]


def _without_gaps(lines: list[tuple[int, list[Cell]]]) -> Iterator[list[Cell]]:
    before = lines[0][0] - 1
    for number, cells in lines:
        gap = number - before - 1
        yield from ([] for _ in range(gap if gap <= MOST_EMPTY else 1))
        before = number
        yield cells


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
