"""QR codes as one SVG path each: sharp at every size, small, and the same bytes every time."""

from html import escape
from typing import TYPE_CHECKING, Final, cast

from zxingcpp import BarcodeFormat, create_barcode

if TYPE_CHECKING:
    from typing_extensions import Buffer

QUIET_ZONE: Final = 4  # modules of paper on every side, ISO/IEC 18004


def qr_svg(content: str, *, title: str, size: str = "") -> str:
    """Draw a QR code of error correction level M as an inline SVG.

    Takes the content, the alternative text, and a width and height such as "30mm" (none: the
    page's style sheet decides). The quiet zone is inside; the modules have the colour of the
    surrounding text. Raises ValueError for a content that is too long.
    """
    rows = qr_rows(content)
    side = len(rows) + 2 * QUIET_ZONE
    measures = f' width="{escape(size)}" height="{escape(size)}"' if size else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"{measures}'
        f' role="img" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path stroke="currentColor" d="{_path(rows)}"/></svg>'
    )


def qr_rows(content: str) -> list[list[bool]]:
    """Lay out a QR code: rows from the top, True for a dark module, without the quiet zone.

    Raises ValueError for a content that is too long.
    """
    barcode = create_barcode(content, BarcodeFormat.QRCode, ec_level="M")
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    side = image.shape[1]
    shades = memoryview(cast("Buffer", image)).tobytes()
    return [
        [shade == 0 for shade in shades[start : start + side]]
        for start in range(0, len(shades), side)
    ]


def _path(rows: list[list[bool]]) -> str:
    """Strokes of width 1 along the middle of every row, one for each run of dark modules."""
    strokes = []
    for y, row in enumerate(rows, QUIET_ZONE):
        start = None
        for x, dark in enumerate([*row, False], QUIET_ZONE):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                strokes.append(f"M{start} {y}.5h{x - start}")
                start = None
    return "".join(strokes)
