"""Photographs re-encoded from their pixels alone: no location, no device, upright.

What a camera or a program notes in a file (EXIF, XMP, IPTC, comments, thumbnails, colour profiles,
whatever stands behind its end) is not carried over. The file that an author keeps is what an
edition is known by; the file that is served may differ from one version of Pillow to the next.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms, ImageFile, ImageOps, JpegImagePlugin

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
QUALITY = 90
TURN = 274  # the number of the orientation in EXIF
TURNED = frozenset({5, 6, 7, 8})
PRINT_MODES = frozenset({"CMYK", "YCCK", "LAB", "HSV"})


class UnreadablePhotograph(Exception):
    """The bytes are no picture of a kind that is taken, or are cut off."""


class TooManyPoints(Exception):
    """The picture is too large to be opened; says how large it is."""


class MovingPhotograph(Exception):
    """The picture moves."""


class Photograph(NamedTuple):
    """A picture made anew, and its size as it is seen."""

    data: bytes
    width: int
    height: int
    media_type: str


def clean_photograph(data: bytes, most: int) -> Photograph:
    """The picture upright, in the colours of the web (sRGB), without anything but its points.

    No side may be longer than `most`; nothing is decoded before that is known. Raises
    UnreadablePhotograph, TooManyPoints and MovingPhotograph.
    """
    try:
        with _whole_pictures_only(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # A phone's JPEG may hold further pictures behind the first: Pillow calls it MPO.
            with Image.open(BytesIO(data), formats=[*MEDIA_TYPES, "MPO"]) as image:
                kind = "JPEG" if image.format == "MPO" else image.format or ""
                if max(image.size) > most:
                    raise TooManyPoints(f"{image.width} × {image.height} piksel")
                if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
                    raise MovingPhotograph
                made = _saved(image, kind, data)
                width, height = _upright_size(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPoints("terlalu banyak piksel") from None
    except (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, ValueError):
        raise UnreadablePhotograph from None
    return Photograph(made, width, height, MEDIA_TYPES[kind])


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Let Pillow refuse what is cut off; WeasyPrint tells it, for the whole process, not to."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    is_turned = image.getexif().get(TURN, 1) in TURNED
    return (height, width) if is_turned else (width, height)


def _saved(image: Image.Image, kind: str, data: bytes) -> bytes:
    """The points of a picture as a file of the same kind, made in the same way."""
    options: dict[str, object] = {}
    if kind == "JPEG":
        options = {"quality": QUALITY, "optimize": True}
        tables = getattr(image, "quantization", None)
        if tables and image.mode in {"RGB", "L"}:
            # As coarse as it was, so that a picture does not lose twice.
            sampling = JpegImagePlugin.get_sampling(image)
            options = {"qtables": tables, "subsampling": sampling, "optimize": True}
    elif kind == "WEBP":
        options = {"quality": QUALITY, "lossless": b"VP8L" in data[12:64]}
    turned = ImageOps.exif_transpose(image)
    clean = _in_web_colours(turned)
    transparency = clean.info.get("transparency")
    clean.info = {} if transparency is None else {"transparency": transparency}
    made = BytesIO()
    clean.save(made, kind, **options)
    return made.getvalue()


def _in_web_colours(image: Image.Image) -> Image.Image:
    """The picture in sRGB, by its colour profile where it has one that can be used."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB" if image.mode == "CMYK" else image.mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB") if image.mode in PRINT_MODES else image
