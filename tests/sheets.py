"""Sheets and archives as people make them, and as somebody may who wishes a reader ill."""

import stat
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
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


def workbook(worksheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook of several sheets, by their names."""
    target = BytesIO()
    with Workbook(target) as book:
        for name, rows in worksheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
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


def vast_sheet() -> bytes:
    """A workbook of ten million cells, packed to little."""
    row = b'<row r="2">' + b'<c t="inlineStr"><is><t>A</t></is></c>' * 1000 + b"</row>"
    return _with_sheet(b"", (row for _ in range(10_000)))


def sheet_with_entities(declared: str, cell: str) -> bytes:
    """A workbook whose sheet declares entities of XML, and a cell that is made of them."""
    head = f"<!DOCTYPE worksheet [{declared}]>".encode()
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{cell}</t></is></c></row>'
    return _with_sheet(head, [row.encode()])


def _with_sheet(head: bytes, rows: Iterable[bytes]) -> bytes:
    target = BytesIO()
    source = BytesIO(xlsx([["Kode"], ["1"]]))
    with ZipFile(source) as book, ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name in book.namelist():
            content = book.read(name)
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, content)
                continue
            declaration, root, rest = content.partition(b"<worksheet")
            before, end, after = rest.partition(b"</sheetData>")
            with made.open(name, "w") as sheet:
                sheet.write(declaration + head + root + before)
                for row in rows:
                    sheet.write(row)
                sheet.write(end + after)
    return target.getvalue()


def overlapping(count: int, size: int) -> bytes:
    """An archive all of whose files are one and the same stretch of it (D. Fifield, 2019)."""
    packer = zlib.compressobj(9, wbits=-15)
    data = packer.compress(bytes(size)) + packer.flush()
    about = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(bytes(size)), len(data), size)
    local = b"PK\x03\x04" + about + struct.pack("<HH", 5, 0) + b"a.pdf" + data
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHHHII", 5, *[0] * 6)
    directory = (entry + b"a.pdf") * count
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def with_long_contents(count: int) -> bytes:
    """An archive that is a table of contents and nothing else: so many empty files."""
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", *[20] * 2, *[0] * 7, 1, *[0] * 6)
    directory = (entry + b"a") * count
    end = struct.pack("<HHHHIIH", 0, 0, *[count & 0xFFFF] * 2, len(directory), 0, 0)
    return directory + b"PK\x05\x06" + end
