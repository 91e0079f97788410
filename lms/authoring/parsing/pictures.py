"""The pictures that a pocketbook's texts show."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import PurePosixPath

from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.parsing.references import MarkdownReference, references, visible_text
from lms.authoring.source.pictures import (
    SUFFIXES,
    PictureSource,
    UnusablePicture,
    read_picture,
    too_large,
)
from lms.authoring.source.texts import SourceFile
from lms.authoring.source.tree import SourceTree, Unread
from lms.rendering.links import picture_path


def shown_pictures(files: Iterable[SourceFile]) -> set[str]:
    """The paths that texts name as pictures of the pocketbook, whether they are there or not."""
    paths = (picture_path(reference.target) for file in files for reference in _shown(file))
    return {path for path in paths if path is not None}


def read_pictures(
    tree: SourceTree, files: Iterable[SourceFile]
) -> tuple[Mapping[str, PictureSource], list[Diagnostic]]:
    """The usable pictures that the texts show, by their paths, and what others lack."""
    pictures: dict[str, PictureSource] = {}
    found: list[Diagnostic] = []
    for file in files:
        diagnostics = Diagnostics(tree.path_of(file.name))
        for reference in _shown(file):
            _check_words(reference, diagnostics)
            path = picture_path(reference.target)
            if path is None:
                diagnostics.error(
                    reference.line,
                    f"Gambar {reference.target[:60]} berada di luar buku saku; pembaca tidak "
                    "melihatnya.",
                    "Simpan gambar di folder gambar, lalu tulis ![…](gambar/nama.png).",
                    "picture-outside",
                )
            elif path not in pictures:
                try:
                    pictures[path] = _read(tree, path)
                except UnusablePicture as unusable:
                    diagnostics.error(
                        reference.line, unusable.sentence, unusable.remedy, unusable.code
                    )
        found.extend(diagnostics.entries)
    return pictures, found


def _shown(file: SourceFile) -> Iterator[MarkdownReference]:
    return (each for each in references(visible_text(file)) if each.kind == "picture")


def _check_words(reference: MarkdownReference, diagnostics: Diagnostics) -> None:
    if not reference.text.strip():
        diagnostics.error(
            reference.line,
            f"Gambar {reference.target[:60]} belum punya teks alternatif.",
            "Tulis apa yang terlihat di antara kurung siku: ![Petugas membacakan formulir](…).",
            "picture-without-alt",
        )


def _read(tree: SourceTree, path: str) -> PictureSource:
    """A picture of the tree; raises UnusablePicture where there is none, or none to be shown."""
    if path in tree.files:
        return read_picture(path, tree.files[path])
    match tree.unread.get(path):
        case Unread.TOO_LARGE:
            raise too_large(path)
        case Unread.UNREADABLE:
            raise UnusablePicture(
                f"Gambar {path[:60]} tidak dapat dibuka.",
                "Periksa hak baca berkas.",
                "picture-missing",
            )
        case Unread.UNUSED:
            return read_picture(path, b"")  # which says that it is no picture
        case _:
            raise UnusablePicture(
                f"Berkas gambar {path[:60]} tidak ada.",
                _advice_for_missing(tree, path),
                "picture-missing",
            )


def _advice_for_missing(tree: SourceTree, path: str) -> str:
    """How to mend the name of a picture that is not there, by what stands in its place."""
    file = PurePosixPath(path)
    beside = [
        each
        for each in map(PurePosixPath, tree.paths)
        if each.parent == file.parent
        and each.suffix.lower() in SUFFIXES
        and tree.unread.get(str(each)) is not Unread.NOT_PLAIN
    ]
    near = [each.name for each in beside if each.stem.casefold() == file.stem.casefold()]
    near = near or get_close_matches(file.name, [each.name for each in beside], n=1, cutoff=0.8)
    if not near:
        return "Simpan gambarnya di folder gambar dan periksa ejaan namanya."
    place = path.removesuffix(file.name)
    return f"Di tempat itu ada {place}{near[0]}. Bila itu maksudnya, tulis namanya persis begitu."
