"""Makes a picture of an author's file: measured, made safe, and stripped of metadata."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lms.authoring.source.drawings import UnreadableDrawing, UnsafeDrawing, clean_drawing
from lms.authoring.source.photographs import (
    MovingPhotograph,
    Photograph,
    TooManyPoints,
    UnreadablePhotograph,
    clean_photograph,
)
from lms.authoring.source.tree import MAX_PICTURE_BYTES

MAX_SIDE = 5000
SUFFIXES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A picture file that the text uses; `path` is its place in the pocketbook's folder.

    `content` are the bytes that readers get and whose hash `sha256` is. An edition is known by
    the hash of the author's file instead, which its source tree has.
    """

    path: str
    width: int
    height: int
    sha256: str
    media_type: str
    content: bytes = field(repr=False)


class UnusablePicture(Exception):
    """A picture that cannot be shown, with what is wrong, how to mend it, and the rule's name."""

    def __init__(self, sentence: str, remedy: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.remedy, self.code = sentence, remedy, code


def read_picture(path: str, data: bytes) -> PictureSource:
    """A picture as it is served; raises UnusablePicture for what is not a harmless picture file.

    What it says besides what is seen (location, device, comments) is taken off.
    """
    wanted = _media_type(path, data)
    if wanted == "image/svg+xml":
        content, width, height = _drawing(path, data)
        found = wanted
    else:
        content, width, height, found = _photograph(path, data)
    if found != wanted:
        raise UnusablePicture(
            f"Isi gambar {path} bukan jenis yang disebut namanya.",
            "Simpan ulang gambar dengan akhiran nama yang sesuai.",
            "picture-type",
        )
    if max(width, height) > MAX_SIDE:
        raise too_large(path, f"{width} × {height} piksel")
    return PictureSource(path, width, height, hashlib.sha256(content).hexdigest(), found, content)


def _media_type(path: str, data: bytes) -> str:
    """The kind that a file's name promises; raises UnusablePicture for none or too many bytes."""
    wanted = SUFFIXES.get(PurePosixPath(path).suffix.lower())
    if wanted is None:
        raise UnusablePicture(
            f"Jenis gambar {path} tidak didukung.",
            "Simpan sebagai PNG, JPEG, WebP, atau SVG.",
            "picture-type",
        )
    if len(data) > MAX_PICTURE_BYTES:
        raise too_large(path)
    return wanted


def too_large(
    path: str, how: str = f"lebih dari {MAX_PICTURE_BYTES // 1024} KB"
) -> UnusablePicture:
    """The refusal of a picture of too many bytes, or too large in another way."""
    return UnusablePicture(
        f"Gambar {path} terlalu besar ({how}).",
        f"Perkecil sampai di bawah {MAX_PICTURE_BYTES // 1024} KB dan {MAX_SIDE} piksel.",
        "picture-too-large",
    )


def _photograph(path: str, data: bytes) -> Photograph:
    try:
        return clean_photograph(data, MAX_SIDE)
    except TooManyPoints as many:
        raise too_large(path, str(many)) from None
    except MovingPhotograph:
        raise UnusablePicture(
            f"Gambar {path} bergerak; gambar yang bergerak mengganggu pembaca.",
            "Simpan satu gambar diam darinya.",
            "picture-moving",
        ) from None
    except UnreadablePhotograph:
        raise UnusablePicture(
            f"Isi gambar {path} tidak dapat dibaca.",
            "Buka gambarnya, lalu simpan ulang sebagai PNG, JPEG, atau WebP.",
            "picture-type",
        ) from None


def _drawing(path: str, data: bytes) -> tuple[bytes, int, int]:
    """A drawing that only draws, with its width and height."""
    try:
        drawing = clean_drawing(data)
    except UnreadableDrawing:
        raise UnusablePicture(
            f"Isi gambar {path} tidak dapat dibaca sebagai SVG.",
            "Simpan ulang sebagai SVG biasa (plain SVG).",
            "picture-type",
        ) from None
    except UnsafeDrawing as unsafe:
        raise UnusablePicture(
            f"Gambar {path} memuat lebih dari gambar: {unsafe}.",
            "Simpan ulang sebagai SVG biasa tanpa skrip, gerak, tautan, gambar lain, dan entitas.",
            "picture-unsafe",
        ) from None
    root = drawing.root
    sides = [_length(root.get(name, "")) for name in ("width", "height")]
    if None in sides:
        box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
        sides = [_length(side) for side in box[2:4]]
    if len(sides) != 2 or not sides[0] or not sides[1]:
        raise UnusablePicture(
            f"Gambar {path} tidak menyebut ukurannya.",
            "Simpan ulang dengan lebar dan tinggi (width, height) atau viewBox.",
            "picture-without-size",
        )
    return drawing.data, sides[0], sides[1]


def _length(text: str) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)(?:px)?\s*", text, re.ASCII)
    return max(1, round(float(match[1]))) if match and float(match[1]) > 0 else None
