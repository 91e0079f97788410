"""Badges: a drawing that carries its credential, as a PNG and as an SVG.

Source: Open Badges 3.0, 5.3 (Baking Badges): a VC-JWT stands in the attribute `verify` of an
element `openbadges:credential`, and in an iTXt chunk of that keyword.
"""

import re
import struct
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final
from zlib import crc32

from PIL import Image

from lms.credentials.drawing import SIZE
from lms.printing.painting import paint_page
from lms.printing.weasyprint import Renderer

NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD: Final = "openbadgecredential"
PIXELS: Final = 1024

_BADGE: Final = "certificate:badge"
_STYLE: Final = (
    f"@page {{ size: {SIZE}px; margin: 0 }} body {{ margin: 0 }} "
    f"img {{ display: block; width: {SIZE}px }}"
)
_PIXELS_TO_POINTS: Final = 3 / 4
_COMPACT: Final = re.compile(r"[\w.-]+", re.ASCII)

# Length, type and check of IEND, which has no content.
_LAST_CHUNK: Final = 12
# A badge has a handful; the rest is what smooths edges, on the medal and towards what lies under.
_COLOURS: Final = 256


def bake_svg(drawing: str, token: str) -> bytes:
    """The drawing with a VC-JWT in it; raises ValueError for what is none."""
    _check(token)
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}" verify="{token}"/>'
    return drawing.replace("<title>", f"{element}<title>", 1).encode()


def bake_png(picture: bytes, token: str) -> bytes:
    """The picture with a VC-JWT in it, in a chunk before its last; raises ValueError for no token.

    An iTXt chunk is keyword, zero, flag and method of compression, language, translated keyword,
    each of the latter two with a zero behind it, and the text (PNG, 11.3.3.4).
    """
    _check(token)
    content = b"iTXt" + KEYWORD.encode() + b"\0\0\0\0\0" + token.encode()
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", crc32(content))
    return picture[:-_LAST_CHUNK] + chunk + picture[-_LAST_CHUNK:]


@lru_cache(maxsize=64)
def paint(drawing: str, *, fonts: Path) -> bytes:
    """A badge as a PNG of 1024 by 1024 pixels, transparent around the medal.

    Many have the same one, so that it is kept.
    """
    page = f'<html lang="id"><title>Lencana</title><img src="{_BADGE}" alt="Lencana">'
    renderer = Renderer.prepare(fonts, _STYLE, [_BADGE])
    pdf = renderer.print(page, {_BADGE: drawing.encode()}, identifier="lencana")
    scale = PIXELS / (SIZE * _PIXELS_TO_POINTS)
    painted = paint_page(pdf, scale=scale, background=(255, 255, 255, 0))
    file = BytesIO()
    few = painted.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    few.save(file, "PNG", optimize=True)
    return file.getvalue()


def _check(token: str) -> None:
    """Nothing else than a token comes into a file between quotes."""
    if not _COMPACT.fullmatch(token):
        raise ValueError("This is no compact JWT.")
