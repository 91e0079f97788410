"""The public log as one CSV, for whoever reckons with it: a line an entry, and nobody's data.

Each line says what the entry says and its hash in the tree, so that the file can be checked against
the checkpoint that it was made at.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Final

from flask import Flask
from flask_babel import gettext

from lms.tables.writer import Cell, write_csv
from lms.transparency.entries import Entry, Issue, decode, unbundle
from lms.transparency.enums import EntryKind
from lms.transparency.paths import ENTRIES
from lms.transparency.queries import list_tiles
from lms.transparency.tree import leaf_hash

TILES_AT_ONCE: Final = 16
"""Some 4,000 entries are in memory while they are sent."""

KINDS: Final = {
    EntryKind.ISSUE: "terbit",
    EntryKind.REPLACEMENT: "diganti",
    EntryKind.REVOCATION: "dicabut",
    EntryKind.REINSTATEMENT: "dipulihkan",
}
"""Words of a file that programs read: the same in both languages."""


def make_ledger(app: Flask, size: int) -> Iterator[bytes]:
    """The log as it was at a size, piece by piece.

    Each piece is read by itself, so that no transaction waits for whoever fetches them slowly.
    """
    headings = [
        gettext("Posisi"),
        gettext("Jenis"),
        gettext("Dicatat (UTC)"),
        gettext("Bulan selesai"),
        gettext("JP"),
        gettext("Modul"),
        gettext("Posisi penerbitannya"),
        gettext("Sidik isi sertifikat"),
        gettext("Sidik entri"),
    ]
    return (piece.encode() for piece in write_csv(headings, _rows(app, size)))


def _rows(app: Flask, size: int) -> Iterator[Sequence[Cell]]:
    position = 0
    for first in count(0, TILES_AT_ONCE):
        with app.app_context():
            tiles = list_tiles(size, ENTRIES, first, most=TILES_AT_ONCE)
        for _, _, content in tiles:
            for entry in unbundle(content):
                yield _row(position, entry)
                position += 1
        if len(tiles) < TILES_AT_ONCE:
            return


def _row(position: int, content: bytes) -> Sequence[Cell]:
    entry: Entry = decode(content)
    logged_at = datetime.fromtimestamp(entry.logged_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head: list[Cell] = [position, KINDS[entry.kind], logged_at]
    if isinstance(entry, Issue):
        month = "{:04}-{:02}".format(*entry.month)
        facts: list[Cell] = [month, entry.credit_hours, entry.module_code, None]
        commitment = _encoded(entry.commitment)
    else:
        facts = [None, None, None, entry.issue_position]
        commitment = None
    return [*head, *facts, commitment, _encoded(leaf_hash(content))]


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
