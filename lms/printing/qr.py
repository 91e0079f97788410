"""QR codes from zxing-cpp's modules: for pages as one SVG path, for print as a tiny bitmap.

Error correction level M. Both are sharp at every size, and the same bytes every time.
"""

import re
import zlib
from dataclasses import dataclass
from html import escape
from struct import pack
from typing import TYPE_CHECKING, Final, cast

from zxingcpp import BarcodeFormat, create_barcode

if TYPE_CHECKING:
    from typing_extensions import Buffer

QUIET_ZONE: Final = 4  # modules of paper on every side, ISO/IEC 18004

MASK: Final = 3
"""Of the eight masks (ISO/IEC 18004, 7.8). To try all and take the one with the least of what
readers might trip over costs nine times what the code does otherwise; of blurred and noisy pictures
as many were read with each of the eight as with that one."""

_DIGITS: Final = b"0" + b"1" * 255

_DARK_RUN: Final = re.compile(b"\0+")

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def qr_rows(content: str) -> list[bytes]:
    """Lay out a QR code: rows from the top, a byte a module, 0 for dark; without the quiet zone.

    Raises ValueError for a content that is too long.
    """
    barcode = create_barcode(content, BarcodeFormat.QRCode, ec_level="M", data_mask=MASK)
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    side = image.shape[1]
    shades = memoryview(cast("Buffer", image)).tobytes()
    return [shades[start : start + side] for start in range(0, len(shades), side)]


def qr_svg(content: str, *, title: str) -> str:
    """Draw a QR code as an inline SVG with its quiet zone, in the colour of the text around it.

    Takes the content and the alternative text. Raises ValueError for a content that is too long.
    """
    rows = qr_rows(content)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="none" stroke="currentColor" d="{_path(rows)}"/></svg>'
    )


def _path(rows: list[bytes]) -> str:
    """Strokes of width 1 along the middle of every row, one for each run of dark modules."""
    return "".join(
        f"M{run.start() + QUIET_ZONE} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows, QUIET_ZONE)
        for run in _DARK_RUN.finditer(row)
    )


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A square picture of one bit a pixel, 1 for paper; every row fills whole bytes."""

    side: int
    rows: tuple[bytes, ...]


def qr_bitmap(content: str) -> Bitmap:
    """Draw a QR code as a bitmap of one pixel a module, with its quiet zone.

    Raises ValueError for a content that is too long.
    """
    rows = qr_rows(content)
    side = len(rows) + 2 * QUIET_ZONE
    length = (side + 7) // 8
    blank = [b"\xff" * length] * QUIET_ZONE
    # Digits of 1 for paper, filled up to whole bytes, and read as one number.
    before, behind = b"1" * QUIET_ZONE, b"1" * (8 * length - side + QUIET_ZONE)
    lines = [
        int(before + row.translate(_DIGITS) + behind, 2).to_bytes(length, "big") for row in rows
    ]
    return Bitmap(side, (*blank, *lines, *blank))


def qr_png(content: str) -> bytes:
    """Draw a QR code as a PNG of one bit a module, with its quiet zone.

    It is to be shown enlarged and not smoothed. Raises ValueError for a content that is too long.
    """
    picture = qr_bitmap(content)
    header = pack(">IIBBBBB", picture.side, picture.side, 1, 0, 0, 0, 0)
    lines = b"".join(b"\0" + row for row in picture.rows)  # each without a filter
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _PNG + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
