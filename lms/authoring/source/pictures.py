"""Reads and checks the pictures that a pocketbook's text uses."""

import hashlib
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path

from lms.authoring.diagnostics import Findings
from lms.authoring.parsing.references import Reference, references, visible_text
from lms.authoring.parsing.result import Picture, Problem, SourceFile
from lms.authoring.source.drawings import UnreadableDrawing, UnsafeDrawing, clean_drawing
from lms.authoring.source.folder import is_inside
from lms.authoring.source.photographs import (
    MovingPhotograph,
    Photograph,
    TooManyPoints,
    UnreadablePhotograph,
    clean_photograph,
)
from lms.rendering.links import picture_path

MAX_BYTES = 1024 * 1024
MAX_SIDE = 5000
SUFFIXES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}

PictureReader = Callable[[str, bytes], Picture]


class UnusablePicture(Exception):
    """A picture that cannot be shown, with what is wrong, how to mend it, and the rule's name."""

    def __init__(self, sentence: str, remedy: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.remedy, self.code = sentence, remedy, code


def load_pictures(
    folder: Path, files: Iterable[SourceFile], read: PictureReader | None = None
) -> tuple[dict[str, Picture], list[Problem]]:
    """The usable pictures by their place in the folder, and the problems of all others.

    `read` makes a picture of a path and its bytes; without it that is `read_picture`.
    """
    pictures: dict[str, Picture] = {}
    problems: list[Problem] = []
    for file in files:
        findings = Findings(f"{folder.as_posix()}/{file.name}")
        for reference in references(visible_text(file)):
            if reference.kind == "picture":
                _check_words(reference, findings)
                _load(folder, reference, pictures, findings, read or read_picture)
        problems.extend(findings.problems)
    return pictures, problems


def read_picture(path: str, data: bytes) -> Picture:
    """A picture as it is served; raises UnusablePicture for what is not a harmless picture file.

    What it says besides what is seen (place, device, comments) is taken off.
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
        raise _too_large(path, f"{width} × {height} piksel")
    return Picture(path, width, height, _hash(content), found, content, _hash(data))


def name_picture(path: str, data: bytes) -> Picture:
    """A picture of which only the hash of its file is wanted: nothing of it is decoded."""
    return Picture(path, 0, 0, "", _media_type(path, data), b"", _hash(data))


def _media_type(path: str, data: bytes) -> str:
    """The kind that a file's name promises; raises UnusablePicture for none or too many bytes."""
    wanted = SUFFIXES.get(Path(path).suffix.lower())
    if wanted is None:
        raise UnusablePicture(
            f"Jenis gambar {path} tidak didukung.",
            "Simpan sebagai PNG, JPEG, WebP, atau SVG.",
            "picture-type",
        )
    if len(data) > MAX_BYTES:
        raise _too_large(path, f"lebih dari {MAX_BYTES // 1024} KB")
    return wanted


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_words(reference: Reference, findings: Findings) -> None:
    if not reference.text.strip():
        findings.error(
            reference.line,
            f"Gambar {reference.target[:60]} belum punya teks alternatif.",
            "Tulis apa yang terlihat di antara kurung siku: ![Petugas membacakan formulir](…).",
            "picture-without-alt",
        )


def _load(
    folder: Path,
    reference: Reference,
    pictures: dict[str, Picture],
    findings: Findings,
    read: PictureReader,
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
                _advice_for_missing(folder, path),
                "picture-missing",
            )
            return
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        pictures[path] = read(path, data)
    except UnusablePicture as unusable:
        findings.error(reference.line, unusable.sentence, unusable.remedy, unusable.code)
    except OSError:
        findings.error(
            reference.line,
            f"Gambar {path[:60]} tidak dapat dibuka.",
            "Periksa hak baca berkas.",
            "picture-missing",
        )


def _advice_for_missing(folder: Path, path: str) -> str:
    """How to mend the name of a picture that is not there, by what stands in its place."""
    file = folder / path
    try:
        beside = sorted(
            each.name
            for each in file.parent.iterdir()
            if each.suffix.lower() in SUFFIXES and is_inside(folder, each)
        )
    except OSError:
        beside = []
    stem = file.stem.casefold()
    near = [name for name in beside if Path(name).stem.casefold() == stem]
    near = near or get_close_matches(file.name, beside, n=1, cutoff=0.8)
    if not near:
        return "Simpan gambarnya di folder gambar dan periksa ejaan namanya."
    place = path.removesuffix(file.name)
    return f"Di tempat itu ada {place}{near[0]}. Bila itu maksudnya, tulis namanya persis begitu."


def _too_large(path: str, how: str) -> UnusablePicture:
    return UnusablePicture(
        f"Gambar {path} terlalu besar ({how}).",
        f"Perkecil sampai di bawah {MAX_BYTES // 1024} KB dan {MAX_SIDE} piksel.",
        "picture-too-large",
    )


def _photograph(path: str, data: bytes) -> Photograph:
    try:
        return clean_photograph(data, MAX_SIDE)
    except TooManyPoints as many:
        raise _too_large(path, str(many)) from None
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
