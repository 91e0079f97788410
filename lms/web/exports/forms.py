"""What officers choose of an export: its columns, its file, and which certificates are marked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from lms.certificates.codes import find_code_in_link, parse_code
from lms.exports.columns import ALL, LONGEST_HEADING, Layout, Placed, Table

LONGEST_NAME: Final = 60
MOST_REFERENCES: Final = 500
_LAST_PLACE: Final = 999


@dataclass(frozen=True, slots=True)
class Row:
    """A column on the page of a layout: whether it is shown, where, and under which heading."""

    table: Table
    key: str
    is_shown: bool
    place: int
    heading: str


def rows_of(layout: Layout) -> dict[Table, list[Row]]:
    """Every column of both tables: those shown in their order, then the others."""
    found: dict[Table, list[Row]] = {}
    for table in Table:
        shown = layout.of(table)
        rows = [
            Row(table, each.key, is_shown=True, place=place, heading=each.heading)
            for place, each in enumerate(shown, start=1)
        ]
        others = [key for key in ALL[table] if key not in {each.key for each in shown}]
        rows += [
            Row(table, key, is_shown=False, place=place, heading="")
            for place, key in enumerate(others, start=len(shown) + 1)
        ]
        found[table] = rows
    return found


def read_layout(fields: MultiDict[str, str], key: str) -> tuple[Layout, str | None]:
    """A layout as the form has it, and what is wrong with it, if anything is."""
    name = " ".join(fields.get("nama", "").split())
    people, certificates = (_placed(fields, table) for table in Table)
    layout = Layout(key, name[:LONGEST_NAME], people, certificates)
    if not name:
        return layout, gettext("Beri nama susunan ini.")
    if len(name) > LONGEST_NAME:
        return layout, gettext("Nama paling panjang %(max)d karakter.", max=LONGEST_NAME)
    return layout, None


def _placed(fields: Mapping[str, str], table: Table) -> tuple[Placed, ...]:
    """The columns that are ticked, by the numbers beside them; equal ones as they were listed."""
    found: list[tuple[int, Placed]] = []
    for key, ours in ALL[table].items():
        field = f"{table.value}-{key}"
        if field not in fields:
            continue
        heading = " ".join(fields.get(f"{field}-nama", "").split())[:LONGEST_HEADING]
        if heading == gettext(ours):
            heading = ""
        found.append((_number(fields.get(f"{field}-urutan", "")), Placed(key, heading)))
    return tuple(placed for _, placed in sorted(found, key=lambda each: each[0]))


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 4):
        return _LAST_PLACE
    return int(plain)


def read_references(text: str) -> list[str]:
    """Codes and numbers of certificates, one a line or with commas between, each once."""
    parts = (" ".join(part.split()) for part in re.split(r"[\n,;\t]+", text))
    return list(dict.fromkeys(_reference(part) for part in parts if part))


def _reference(text: str) -> str:
    """A code as it is stored, however it was typed; a number as it is."""
    code = parse_code(find_code_in_link(text))
    return code.normalised if code.is_valid else text
