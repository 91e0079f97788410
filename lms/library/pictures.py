"""Reads and checks the pictures that a pocketbook's text uses."""

import hashlib
import re
import warnings
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image

from lms.library.findings import Findings
from lms.library.links import picture_path
from lms.library.references import Reference, references, visible_text
from lms.library.sources import is_inside
from lms.library.tree import Picture, Problem, SourceFile

MAX_BYTES = 1024 * 1024
MAX_SIDE = 5000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SUFFIXES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
ACTIVE_ELEMENTS = frozenset(
    {
        "script",
        "foreignobject",
        "iframe",
        "embed",
        "object",
        "audio",
        "video",
        "handler",
        "listener",
    }
)
OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"]?#)|@import|expression\(", re.IGNORECASE)


class UnusablePicture(Exception):
    """A picture that cannot be shown, with what is wrong, how to mend it, and the rule's name."""

    def __init__(self, sentence: str, remedy: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.remedy, self.code = sentence, remedy, code


def load_pictures(
    folder: Path, files: Iterable[SourceFile]
) -> tuple[dict[str, Picture], list[Problem]]:
    """The usable pictures by their place in the folder, and the problems of all others."""
    pictures: dict[str, Picture] = {}
    problems: list[Problem] = []
    for file in files:
        findings = Findings(f"{folder.as_posix()}/{file.name}")
        for reference in references(visible_text(file)):
            if reference.kind == "picture":
                _check_words(reference, findings)
                _load(folder, reference, pictures, findings)
        problems.extend(findings.problems)
    return pictures, problems


def read_picture(path: str, data: bytes) -> Picture:
    """Measure a picture; raises UnusablePicture for what is not a harmless picture file."""
    suffix = Path(path).suffix.lower()
    wanted = SUFFIXES.get(suffix)
    if wanted is None:
        raise UnusablePicture(
            f"Jenis gambar {path} tidak didukung.",
            "Simpan sebagai PNG, JPEG, WebP, atau SVG.",
            "picture-type",
        )
    if len(data) > MAX_BYTES:
        raise _too_large(path, f"lebih dari {MAX_BYTES // 1024} KB")
    if wanted == "image/svg+xml":
        width, height, found = *_svg_size(path, data), wanted
    else:
        width, height, found = _raster_size(path, data)
    if found != wanted:
        raise UnusablePicture(
            f"Isi gambar {path} bukan jenis yang disebut namanya.",
            "Simpan ulang gambar dengan akhiran nama yang sesuai.",
            "picture-type",
        )
    if max(width, height) > MAX_SIDE:
        raise _too_large(path, f"{width} × {height} piksel")
    return Picture(path, width, height, hashlib.sha256(data).hexdigest(), found, data)


def _check_words(reference: Reference, findings: Findings) -> None:
    if not reference.text.strip():
        findings.error(
            reference.line,
            f"Gambar {reference.target[:60]} belum punya teks alternatif.",
            "Tulis apa yang terlihat di antara kurung siku: ![Petugas membacakan formulir](…).",
            "picture-without-alt",
        )


def _load(
    folder: Path, reference: Reference, pictures: dict[str, Picture], findings: Findings
) -> None:
    """Take in one picture that the text names, or say why not."""
    path = picture_path(reference.target)
    if path is None:
        findings.error(
            reference.line,
            f"Gambar {reference.target[:60]} berada di luar buku saku; pembaca tidak melihatnya.",
            "Simpan gambar di folder gambar, lalu tulis ![…](gambar/nama.png).",
            "picture-outside",
        )
        return
    if path in pictures:
        return
    file = folder / path
    try:
        if not is_inside(folder, file):
            findings.error(
                reference.line,
                f"Berkas gambar {path[:60]} tidak ada.",
                "Simpan gambarnya di folder gambar dan periksa ejaan namanya.",
                "picture-missing",
            )
            return
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        pictures[path] = read_picture(path, data)
    except UnusablePicture as unusable:
        findings.error(reference.line, unusable.sentence, unusable.remedy, unusable.code)
    except OSError:
        findings.error(
            reference.line,
            f"Gambar {path[:60]} tidak dapat dibuka.",
            "Periksa hak baca berkas.",
            "picture-missing",
        )


def _too_large(path: str, how: str) -> UnusablePicture:
    return UnusablePicture(
        f"Gambar {path} terlalu besar ({how}).",
        f"Perkecil sampai di bawah {MAX_BYTES // 1024} KB dan {MAX_SIDE} piksel.",
        "picture-too-large",
    )


def _raster_size(path: str, data: bytes) -> tuple[int, int, str]:
    """Width, height and media type of a picture of points; only its head is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(data), formats=list(MEDIA_TYPES)) as image:
                return image.width, image.height, MEDIA_TYPES[image.format or ""]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(path, "terlalu banyak piksel") from None
    except (OSError, ValueError, LookupError, SyntaxError, Warning):
        raise UnusablePicture(
            f"Isi gambar {path} tidak dapat dibaca.",
            "Buka gambarnya, lalu simpan ulang sebagai PNG, JPEG, atau WebP.",
            "picture-type",
        ) from None


def _svg_size(path: str, data: bytes) -> tuple[int, int]:
    """Width and height of a drawing that holds nothing active and loads nothing."""
    unreadable = UnusablePicture(
        f"Isi gambar {path} tidak dapat dibaca sebagai SVG.",
        "Simpan ulang sebagai SVG biasa (plain SVG).",
        "picture-type",
    )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable from None
    unsafe = UnusablePicture(
        f"Gambar {path} memuat skrip atau mengambil sesuatu dari luar.",
        "Simpan ulang sebagai SVG biasa tanpa skrip, tautan, dan entitas.",
        "picture-unsafe",
    )
    if re.search(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", text, re.IGNORECASE):
        raise unsafe
    try:
        root = ET.fromstring(text)  # noqa: S314 - document types and entities were refused above
    except (ET.ParseError, ValueError):
        raise unreadable from None
    if _local(root.tag) != "svg":
        raise unreadable
    if any(_is_active(element) for element in root.iter()):
        raise unsafe
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
    return sides[0], sides[1]


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1].lower()


def _is_active(element: ET.Element) -> bool:
    if _local(element.tag) in ACTIVE_ELEMENTS or OUTSIDE.search(element.text or ""):
        return True
    for name, value in element.attrib.items():
        local = _local(name)
        if local.startswith("on") or OUTSIDE.search(value):
            return True
        if local in {"href", "src"} and not value.strip().startswith("#"):
            return True
    return False


def _length(text: str) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)(?:px)?\s*", text, re.ASCII)
    return max(1, round(float(match[1]))) if match and float(match[1]) > 0 else None
