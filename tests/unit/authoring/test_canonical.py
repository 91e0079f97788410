"""The canonical source and the hash that is an edition's identity."""

import hashlib
from pathlib import Path

import pytest

from lms.authoring.canonical import canonical_source, edition_hash
from lms.authoring.folder import read_folder
from lms.authoring.source.texts import read_texts
from tests.unit.authoring.pocketbooks import BOOK, PROSE, chapter_text, write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>'


def source(folder: Path, files: dict[str, str | bytes] | None = None) -> str:
    tree = read_folder(write(folder / "buku", files))
    return canonical_source(tree, read_texts(tree).files)


def test_it_names_every_file_and_picture_in_order(tmp_path: Path) -> None:
    chapter = chapter_text(body=f"{PROSE}\n\n![Loket](gambar/a.svg)")
    text = source(tmp_path, {"10-akhir.md": chapter_text(), "2-dua.md": chapter,
                             "gambar/a.svg": SVG, "gambar/tak-dipakai.svg": SVG})  # fmt: skip
    heads = [line.split()[:2] for line in text.split("\n") if line.startswith(("file ", "pict"))]
    assert heads == [
        ["file", "buku.md"],
        ["file", "01-satu.md"],
        ["file", "2-dua.md"],
        ["file", "10-akhir.md"],
        ["picture", hashlib.sha256(SVG.encode()).hexdigest()],
    ]
    assert chapter.rstrip() in text


def test_the_hash_is_the_sha_256_of_the_text() -> None:
    assert edition_hash("kata é") == hashlib.sha256("kata é".encode()).hexdigest()


@pytest.mark.parametrize(
    "book",
    [
        BOOK.replace("\n", "\r\n"),
        BOOK.replace("\n", "\r"),
        "\ufeff" + BOOK,
        BOOK.replace("\n", "  \n"),
        BOOK.replace("singkat.\n", "singkat.\t\u00a0\n"),
        BOOK + "\n\n\n",
        BOOK.rstrip("\n"),
    ],
    ids=["Windows", "old Mac", "mark", "trailing spaces", "tab", "more lines", "no last line end"],
)
def test_what_no_reader_sees_makes_no_difference(tmp_path: Path, book: str) -> None:
    assert source(tmp_path / "a", {"buku.md": book}) == source(tmp_path / "b")


def test_composed_and_decomposed_letters_are_the_same(tmp_path: Path) -> None:
    composed = BOOK.replace("singkat", "\u00e9tape")
    decomposed = BOOK.replace("singkat", "e\u0301tape")
    assert composed != decomposed
    assert source(tmp_path / "a", {"buku.md": composed}) == source(
        tmp_path / "b", {"buku.md": decomposed}
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("buku.md", BOOK.replace("singkat", "Singkat")),
        ("buku.md", BOOK.replace("HAM-01", "HAM-02")),
        ("buku.md", BOOK.replace("Pengantar", " Pengantar")),
        ("buku.md", BOOK.replace("Pengantar singkat.", "Pengantar\n\nsingkat.")),
        ("01-satu.md", chapter_text().replace("[x]", "[X]")),
        ("02-dua.md", chapter_text()),
    ],
)
def test_what_is_written_makes_a_difference(tmp_path: Path, name: str, content: str) -> None:
    changed = source(tmp_path / "a", {name: content})
    assert edition_hash(changed) != edition_hash(source(tmp_path / "b"))


def test_a_picture_makes_a_difference_by_its_bytes(tmp_path: Path) -> None:
    chapter = chapter_text(body=f"{PROSE}\n\n![Loket](gambar/a.svg)")
    one = source(tmp_path / "a", {"01-satu.md": chapter, "gambar/a.svg": SVG})
    other = source(tmp_path / "b", {"01-satu.md": chapter, "gambar/a.svg": SVG + "\n"})
    assert one != other


def test_no_text_poses_as_the_beginning_of_another_file(tmp_path: Path) -> None:
    second = chapter_text()
    head = f"file 02-dua.md {second.count(chr(10))}\n{second}"
    two = source(tmp_path / "a", {"02-dua.md": second})
    posing = source(tmp_path / "b", {"01-satu.md": chapter_text() + head})
    assert two != posing
