"""Tables from outside, as spreadsheets write them: CSV of any kind, XLSX, XLS and ODS.

One bad line stops no other: each is read by itself, and what is wrong is told with its number.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Final, TypeVar

T = TypeVar("T")

# Any of these signs separates, if with it the first line has the columns that are asked for.
DELIMITERS: Final = (",", ";", "\t", "|")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What else people save or are sent under the name of a table; pages often call themselves XLS.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|body|table|meta|style)\b", re.IGNORECASE
)
FOREIGN: Final = {
    b"%PDF-": "a PDF file",
    b"{\\rtf": "a text of a word processor (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "an archive (RAR)",
    b"7z\xbc\xaf": "an archive (7z)",
    b"\x1f\x8b": "an archive (GZ)",
}
TRUTHS: Final = frozenset({"TRUE", "FALSE"})
# How far below titles and dates a list's headings are looked for.
HEADING_WITHIN: Final = 20
# A spreadsheet keeps 15 digits of a number; a longer one has lost its last ones already.
DIGITS_KEPT = 15


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is asked for, and what else people call it; all in small letters."""

    name: str
    synonyms: tuple[str, ...] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table by its number in the file: a text for each column that was asked for."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken, and why; as one field if it cannot be divided."""

    number: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a file, in its order, and what could not be."""

    lines: list[Line] = field(default_factory=list)
    bad_lines: list[BadLine] = field(default_factory=list)


class NotATable(Exception):
    """Nothing of the file can be read; the words say why, and what would help."""


def read_table(content: bytes, columns: Iterable[Column]) -> Table:
    """Read a file that has these columns in any order, beside others.

    Lines without any text are passed over, and so are titles above the headings. Raises NotATable
    for a file that is neither text nor a spreadsheet, for one that lacks a column, and for one in
    which two columns have the same meaning.
    """
    wanted = tuple(columns)
    _require_table(content)
    if content.startswith((ZIP, OLE)):
        return _read_spreadsheet(content, wanted)
    return _read_text(_decoded(content), wanted)


def write_table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table as text that a spreadsheet opens and `read_table` reads."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerows([list(names), *map(list, rows)])
    return "\ufeff" + buffer.getvalue()


_SAVE = "Open it in a spreadsheet, save it as XLSX or as CSV in UTF-8, and try it again."


def _require_table(content: bytes) -> None:
    """Refuse a file whose first bytes say that it is of another kind, whatever its name says."""
    foreign = next((name for sign, name in FOREIGN.items() if content.startswith(sign)), None)
    if PAGE.match(content):
        foreign = "a web page or XML, even if its name ends in .xls"
    if foreign is not None:
        raise NotATable(f"The file is {foreign}, not a table. {_SAVE}")


def _decoded(content: bytes) -> str:
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


def _read_text(text: str, wanted: tuple[Column, ...]) -> Table:
    lines = list(enumerate(re.split(r"\r\n|\r|\n", text), start=1))
    if lines[0][1].lower().startswith("sep="):  # how Excel is told of the delimiter
        lines = lines[1:]
    full = [(number, line) for number, line in lines if line.strip(' \t,;|"\ufeff')]
    if not full:
        raise NotATable(_lacks([], wanted))
    readings = [
        (delimiter, index, _split(line, delimiter) or [])
        for index, (_, line) in enumerate(full[:HEADING_WITHIN])
        for delimiter in DELIMITERS
    ]
    best = _headings(((names, (delimiter, index)) for delimiter, index, names in readings), wanted)
    if best is None:
        delimiter = max(DELIMITERS, key=full[0][1].count)
        raise NotATable(_lacks(_split(full[0][1], delimiter) or [], wanted))
    names, (delimiter, index) = best
    places = _places(names, wanted)
    table = Table()
    for number, line in full[index + 1 :]:
        cells = _split(line, delimiter)
        if cells is None:
            table.bad_lines.append(BadLine(number, (line,), _QUOTE))
        else:
            _take(table, number, cells, len(names), places, delimiter)
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
    places: Mapping[str, int],
    delimiter: str,
) -> None:
    """Add a line to the table, if it has as many fields as there are columns."""
    while len(cells) > count and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != count:
        reason = _wrong_count(len(cells), count, delimiter)
        table.bad_lines.append(BadLine(number, (delimiter.join(cells),), reason))
        return
    _take_row(table, number, cells, places)


def _take_row(table: Table, number: int, cells: list[str], places: Mapping[str, int]) -> None:
    """Add a row to the table, if it has any words and each of them was typed as such."""
    row = {name: _plain(cells[place]) for name, place in places.items()}
    truth = next((name for name, word in row.items() if word in TRUTHS), None)
    if truth is not None:
        reason = f"its {truth} is {row[truth]}, a truth value and no text; type what is meant"
        table.bad_lines.append(BadLine(number, tuple(row.values()), reason))
    elif any(row.values()):
        table.lines.append(Line(number, row))


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


def _plain(cell: str) -> str:
    """A field without what people put around a number so that spreadsheets leave it alone."""
    text = cell.strip()
    formula = re.fullmatch(r'="(.*)"', text)
    return formula.group(1).strip() if formula else text.removeprefix("'").strip()


def _read_spreadsheet(content: bytes, wanted: tuple[Column, ...]) -> Table:
    """The first sheet that has the columns."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [
            book.get_sheet_by_index(index).to_python(skip_empty_area=False)
            for index in range(len(book.sheet_names))
        ]
    except CalamineError as error:
        raise NotATable(
            "The file cannot be opened as a spreadsheet, whatever its name ends in: "
            f"{error}. {_SAVE}"
        ) from error
    tables: list[list[tuple[int, list[str]]]] = []
    for rows in sheets:
        numbered = [
            (number, [_shown(cell) for cell in row]) for number, row in enumerate(rows, start=1)
        ]
        tables.append([(number, cells) for number, cells in numbered if any(cells)])
    best = _headings(
        (
            (cells, (full, index))
            for full in tables
            for index, (_, cells) in enumerate(full[:HEADING_WITHIN])
        ),
        wanted,
    )
    if best is None:
        first = next((full[0][1] for full in tables if full), [])
        raise NotATable(_lacks(first, wanted))
    names, (full, index) = best
    places = _places(names, wanted)
    table = Table()
    for number, cells in full[index + 1 :]:
        _take_row(table, number, cells, places)
    return table


def _shown(cell: object) -> str:
    """A cell as spreadsheets show it; a number that has lost digits looks like one that has."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= 10**DIGITS_KEPT:
            return f"{cell:.{DIGITS_KEPT - 1}E}"
        return str(int(cell))
    return str(cell).strip()


def _places(names: Iterable[str], wanted: tuple[Column, ...]) -> dict[str, int]:
    """Where each column stands, by its name or a synonym, in the order in which they are asked."""
    known = {_key(word): each.name for each in wanted for word in (each.name, *each.synonyms)}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = known.get(_key(name))
        if column is not None:
            places.setdefault(column, place)
    return {each.name: places[each.name] for each in wanted if each.name in places}


def _headings(
    rows: Iterable[tuple[list[str], T]], wanted: tuple[Column, ...]
) -> tuple[list[str], T] | None:
    """The first row that names every column, with what belongs to it.

    If there is none, the row that names most of them is told, where it names any. Raises NotATable
    then, and for a row that names one of them twice.
    """
    nearest: list[str] = []
    for names, beside in rows:
        places = _places(names, wanted)
        if not _absent(places, wanted):
            _require_each_once(names, wanted)
            return names, beside
        if len(places) > len(_places(nearest, wanted)):
            nearest = names
    if nearest:
        raise NotATable(_lacks(nearest, wanted))
    return None


def _require_each_once(names: list[str], wanted: tuple[Column, ...]) -> None:
    """Refuse headings of which two have the same meaning: only one could be taken."""
    for column in wanted:
        alike = [name.strip() for name in names if column.name in _places([name], wanted)]
        if len(alike) > 1:
            raise NotATable(
                f"The file has {len(alike)} columns for {column.name}: {', '.join(alike)}. Keep "
                "the one that holds, delete or rename the others, and try it again."
            )


def _key(name: str) -> str:
    """A heading without what does not tell one from another."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _absent(places: Mapping[str, int], wanted: tuple[Column, ...]) -> list[str]:
    return sorted(each.name for each in wanted if not each.is_optional and each.name not in places)


def _lacks(names: Iterable[str], wanted: tuple[Column, ...]) -> str:
    absent = _absent(_places(names, wanted), wanted)
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


def iterate_batches(rows: list[T], size: int) -> Iterator[list[T]]:
    """What was read, some at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
