"""CSV of any kind: separators and encodings are recognised, and one bad line stops no other."""

import csv
import re
from collections.abc import Mapping
from typing import Final

from lms.tables.headings import HEADING_WITHIN, column_indices, find_headings, lacking
from lms.tables.lines import take_row
from lms.tables.models import BadLine, Column, NotATable, Table

# Any of these signs separates, if with it the first line has the columns that are asked for.
DELIMITERS: Final = (",", ";", "\t", "|")


def decode(content: bytes) -> str:
    """The text of a file, as Windows and its spreadsheets write it too."""
    encodings = ("utf-8-sig", "cp1252")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotATable(
        "The file is not a table. Save it as XLSX, or as CSV in UTF-8, and try it again."
    )


def read_text(text: str, wanted: tuple[Column, ...]) -> Table:
    """The lines below the first one that names every column; raises NotATable without it."""
    lines = list(enumerate(re.split(r"\r\n|\r|\n", text), start=1))
    if lines[0][1].lower().startswith("sep="):  # how Excel is told of the delimiter
        lines = lines[1:]
    full = [(number, line) for number, line in lines if line.strip(' \t,;|"\ufeff')]
    if not full:
        raise NotATable(lacking([], wanted))
    candidates = [
        (delimiter, index, _split(line, delimiter) or [])
        for index, (_, line) in enumerate(full[:HEADING_WITHIN])
        for delimiter in DELIMITERS
    ]
    best = find_headings(
        ((names, (delimiter, index)) for delimiter, index, names in candidates), wanted
    )
    if best is None:
        delimiter = max(DELIMITERS, key=full[0][1].count)
        raise NotATable(lacking(_split(full[0][1], delimiter) or [], wanted))
    names, (delimiter, index) = best
    indices = column_indices(names, wanted)
    table = Table()
    for number, line in full[index + 1 :]:
        cells = _split(line, delimiter)
        if cells is None:
            table.bad_lines.append(BadLine(number, (line,), _QUOTE))
        else:
            _take(table, number, cells, len(names), indices, delimiter)
    return table


_QUOTE = (
    "a quotation mark is not closed on this line, or stands inside of a field; write each person "
    "on one line, and a quotation mark inside of a field twice"
)


def _take(
    table: Table,
    number: int,
    cells: list[str],
    count: int,
    indices: Mapping[str, int],
    delimiter: str,
) -> None:
    """Add a line to the table, if it has as many fields as there are columns."""
    while len(cells) > count and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != count:
        reason = _wrong_count(len(cells), count, delimiter)
        table.bad_lines.append(BadLine(number, (delimiter.join(cells),), reason))
        return
    take_row(table, number, cells, indices)


def _wrong_count(found: int, count: int, delimiter: str) -> str:
    fields = "1 field" if found == 1 else f"{found} fields"
    reason = f"it has {fields} for {count} columns"
    if found > count and delimiter == ",":
        reason += (
            '; a comma inside of a name needs quotation marks: "Sri Uji, S.Pd.". Or save the file '
            "as XLSX, or with semicolons"
        )
    return reason


def _split(line: str, delimiter: str) -> list[str] | None:
    """The fields of one line; None if a quotation mark is not closed on it."""
    reader = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(reader)
    except (csv.Error, StopIteration):
        return None
