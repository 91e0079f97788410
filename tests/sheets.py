"""Sheets and archives as people make them, and as somebody may who wishes a reader ill."""

import stat
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook

Cell = str | float | date | None


def xlsx(
    rows: Sequence[Sequence[Cell]], *, merged: Sequence[tuple[int, int, int, str]] = ()
) -> bytes:
    """A workbook of one sheet; a text that begins with "=" is a formula.

    merged: row, first and last column, and the words of cells that are made one.
    """
    target = BytesIO()
    with Workbook(target, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Pegawai")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
        for line, first, last, words in merged:
            sheet.merge_range(line, first, line, last, words)
    return target.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files under these names, whatever they are."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_link(name: str, target: str) -> bytes:
    """An archive with a symbolic link to a file outside of it."""
    info = ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(info, target)
    return packed.getvalue()


def locked(archive: bytes) -> bytes:
    """The same archive with the mark of encryption on each of its files."""
    content = bytearray(archive)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(sign, place + 4)
    return bytes(content)


def claiming(archive: bytes, size: int) -> bytes:
    """The same archive, of which each file claims to unfold to so many bytes."""
    content = bytearray(archive)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 24 : place + 28] = size.to_bytes(4, "little")
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)
