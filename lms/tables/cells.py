"""The cells of a spreadsheet, read in a process of its own; also the program of that process.

A file of a few hundred bytes can name a cell at the far end of a sheet, or repeat a row a million
times, and whoever lays out what it says takes all memory there is, and aborts. So it is read where
that harms nobody: with so much memory and time and no more, and what it gives has a measure too.
"""

import json
import resource
import subprocess
import sys
from io import BytesIO
from typing import Final

# A list of 100,000 people in ten columns takes 200 MB, 4 s, a million cells and 20 million letters.
MOST_BYTES: Final = 512 * 1024 * 1024
MOST_SECONDS: Final = 60
MOST_CELLS: Final = 5_000_000
MOST_CHARACTERS: Final = 100_000_000
# A spreadsheet keeps 15 digits of a number; a longer one has lost its last ones already.
EXACT_DIGITS: Final = 15

Row = tuple[int, list[str]]
"""The number of a row that is not empty, and its cells as they are shown."""


class Unreadable(Exception):
    """It is no spreadsheet; the words say why."""


class TooVast(Exception):
    """It takes more memory or time than any list of people does."""


def read_worksheets(content: bytes) -> list[list[Row]]:
    """The rows of each worksheet, without empty ones.

    Raises Unreadable, and TooVast for a file that takes too much.
    """
    try:
        done = subprocess.run(  # noqa: S603 - this file, by our own interpreter
            [sys.executable, "-I", __file__],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise TooVast from error
    answer = json.loads(done.stdout)
    if isinstance(answer, str):
        raise Unreadable(answer)
    return [[(number, cells) for number, cells in rows] for rows in answer]


def _lay_out(content: bytes) -> list[list[Row]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    worksheets: list[list[Row]] = []
    cell_count = character_count = 0
    for index in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(index)
        _, first_column = sheet.start or (0, 0)
        rows: list[Row] = []
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_shown(cell) for cell in row]
            if not any(cells):
                continue
            rows.append((number, [""] * first_column + cells))
            cell_count += len(rows[-1][1])
            character_count += sum(map(len, cells))
            if cell_count > MOST_CELLS or character_count > MOST_CHARACTERS:
                raise MemoryError
        worksheets.append(rows)
    return worksheets


def _shown(cell: object) -> str:
    """A cell as spreadsheets show it; a number that has lost digits looks like one that has."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= 10**EXACT_DIGITS:
            return f"{cell:.{EXACT_DIGITS - 1}E}"
        return str(int(cell))
    return str(cell).strip()


def _main() -> None:
    """Write the worksheets as JSON, or what is wrong as a text; fail if it is too vast."""
    from python_calamine import CalamineError

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: object = _lay_out(sys.stdin.buffer.read())
    except CalamineError as error:
        answer = str(error)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
