"""Accent-insensitive search: André is found by andre, on both databases.

One table of letters serves Python, SQLite and PostgreSQL, so that a search finds the same
everywhere. It holds the Latin letters with marks, and takes marks that stand alone away.
"""

import sqlite3
import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, SQLColumnExpression, String, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

LATIN: Final = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
MARKS: Final = "".join(map(chr, range(0x300, 0x370)))
ALONE: Final = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "’": "'",
    "‘": "'",
}


def _table() -> dict[str, str]:
    """Each letter with marks, small and large, and the plain one for it."""
    table = {letter.upper(): plain for letter, plain in ALONE.items()} | ALONE
    for number in LATIN:
        plain = unicodedata.normalize("NFKD", chr(number))[0].lower()
        if plain.isascii() and plain.isalpha():
            table[chr(number)] = plain
    return table


_TABLE: Final = _table()
FROM: Final = "".join(_TABLE) + MARKS
TO: Final = "".join(_TABLE.values())
_TRANSLATION: Final = str.maketrans(dict(_TABLE)) | dict.fromkeys(map(ord, MARKS))


def fold(text: str) -> str:
    """A text in small letters without marks."""
    small = text.lower()
    return small if small.isascii() else small.translate(_TRANSLATION)


class folded(GenericFunction[str]):  # noqa: N801 - it is called like a function of SQL
    """A column's text as `fold` gives it."""

    type = String()
    inherit_cache = True


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    """Marks have no letter to become in TO, and so are taken away.

    Each letter is looked for in the whole table, which texts of plain letters are spared.
    """
    column = compiler.process(element.clauses, **options)
    translated = f"translate(lower({column}), '{FROM}', '{_quoted(TO)}')"
    is_plain = f"octet_length({column}) = length({column})"
    # Broken as PostgreSQL breaks it: so Alembic sees that an index is what its model says.
    return f"\nCASE\nWHEN {is_plain} THEN lower({column})\nELSE {translated}\nEND"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def contains_letters(column: SQLColumnExpression[str], wanted: str) -> ColumnElement[bool]:
    """Whether a column has these letters in it, large or small, with marks or without."""
    return folded(column).contains(fold(wanted), autoescape=True)


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("folded", 1, _fold_or_none, deterministic=True)


def _fold_or_none(text: str | None) -> str | None:
    return None if text is None else fold(text)
