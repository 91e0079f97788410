"""Reads tables: CSV of any kind, XLSX, XLS and ODS.

One bad line stops no other: each is read by itself, and what is wrong is told with its number.
"""

import re
from collections.abc import Iterable
from typing import Final

from lms.tables.models import Column, NotATable, Table
from lms.tables.spreadsheets import SAVE, read_spreadsheet
from lms.tables.text import decode, read_text

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What else people save or are sent under the name of a table; pages often call themselves XLS.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!doctype|\?xml|html|head|body|table|meta|style)\b|mime-version:)",
    re.IGNORECASE,
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


def read_table(content: bytes, columns: Iterable[Column]) -> Table:
    """Read a file that has these columns in any order, beside others.

    Lines without any text are passed over, and so are titles above the headings. Raises NotATable
    for a file that is neither text nor a spreadsheet, for one that lacks a column, and for one in
    which two columns have the same meaning.
    """
    wanted = tuple(columns)
    require_table(content)
    if content.startswith((ZIP, OLE)):
        return read_spreadsheet(content, wanted)
    return read_text(decode(content), wanted)


def foreign_kind(beginning: bytes) -> str | None:
    """What a file is by its first bytes, where it is no table, whatever its name says."""
    if PAGE.match(beginning):
        return "a web page or XML, even if its name ends in .xls"
    return next((name for sign, name in FOREIGN.items() if beginning.startswith(sign)), None)


def require_table(content: bytes) -> None:
    """Refuse a file whose first bytes say that it is of another kind; raises NotATable."""
    foreign = foreign_kind(content)
    if foreign is not None:
        raise NotATable(f"The file is {foreign}, not a table. {SAVE}")
