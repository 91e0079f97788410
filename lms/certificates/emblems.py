"""Makes an emblem of a file that somebody brings: measured, made safe, and only a picture."""

import re
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET

from PIL import Image

from lms.authoring.source.drawings import (
    SVG,
    Drawing,
    UnreadableDrawing,
    UnsafeDrawing,
    clean_drawing,
)
from lms.authoring.source.photographs import (
    MovingPhotograph,
    TooManyPoints,
    UnreadablePhotograph,
    clean_photograph,
)
from lms.certificates.letterheads import Emblem
from lms.errors import N_, Invalid

LARGEST_EMBLEM: Final = 200 * 1024  # bytes
LONGEST_SIDE: Final = 2000  # points of a PNG
WIDEST: Final = 4  # times as wide as high, or as high as wide

_PNG: Final = "image/png"
_SVG: Final = "image/svg+xml"
# Letters in a drawing would be set in whatever font is there, and not in the emblem's.
_WORDS: Final = frozenset({f"{{{SVG}}}text", "text"})


def read_emblem(content: bytes) -> Emblem:
    """Read a picture that somebody brings, and leave nothing of it but what is seen.

    An SVG passes the allow-list that pocketbooks' drawings pass; a PNG is made anew of its points,
    on white. Raises Invalid (`emblem`) for what is neither, is too large, or does more than show.
    """
    if len(content) > LARGEST_EMBLEM:
        raise Invalid("emblem", N_("Lambang paling besar 200 KB. Perkecil berkasnya."))
    emblem = _png(content) if content.startswith(b"\x89PNG") else _drawing(content)
    if not 1 / WIDEST <= emblem.ratio <= WIDEST:
        raise Invalid("emblem", N_("Lambang paling lebar empat kali tingginya, atau sebaliknya."))
    return emblem


def _png(content: bytes) -> Emblem:
    try:
        picture = clean_photograph(content, LONGEST_SIDE)
    except TooManyPoints:
        raise Invalid(
            "emblem", N_("Sisi lambang paling panjang 2.000 piksel. Perkecil gambarnya.")
        ) from None
    except (MovingPhotograph, UnreadablePhotograph):
        raise Invalid(
            "emblem", N_("Gambar ini tidak dapat dibaca. Simpan ulang sebagai PNG biasa.")
        ) from None
    made = BytesIO()
    with Image.open(BytesIO(picture.data)) as image:
        seen = image.convert("RGBA")
        # On the white of the sheet: transparency is not for every reader of archived files.
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        paper.save(made, "PNG", optimize=True)
    return Emblem(made.getvalue(), _PNG, picture.width / picture.height)


def _drawing(content: bytes) -> Emblem:
    try:
        drawing = clean_drawing(content)
    except UnreadableDrawing:
        raise Invalid(
            "emblem", N_("Lambang ini tidak dapat dibaca. Unggah berkas SVG atau PNG.")
        ) from None
    except UnsafeDrawing as unsafe:
        raise Invalid(
            "emblem",
            N_(
                "Gambar SVG ini memuat lebih dari gambar: %(what)s. Simpan ulang sebagai SVG biasa."
            ),
            what=str(unsafe),
        ) from None
    if any(element.tag in _WORDS for element in drawing.root.iter()):
        raise Invalid(
            "emblem", N_("Ubah huruf dalam gambar SVG menjadi bentuk (path), lalu unggah lagi.")
        )
    return Emblem(*_scalable(drawing))


def _scalable(drawing: Drawing) -> tuple[bytes, str, float]:
    """The drawing so that it fills whatever place it gets, its kind and its ratio."""
    root = drawing.root
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sides = [_length(side) for side in (box[2:] if len(box) == 4 else ())]
    if not sides:
        sides = [_length(root.get(name, "")) for name in ("width", "height")]
        root.set("viewBox", f"0 0 {sides[0]} {sides[1]}")
    width, height = sides
    if width is None or height is None:
        raise Invalid(
            "emblem",
            N_("Gambar SVG ini tidak menyebut ukurannya (viewBox, atau width dan height)."),
        )
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    return ET.tostring(root, encoding="utf-8"), _SVG, width / height


def _length(text: str) -> float | None:
    """A length without a unit, or in pixels; None for any other and for nothing."""
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)(?:px)?\s*", text, re.ASCII)
    return float(match[1]) if match and float(match[1]) > 0 else None
