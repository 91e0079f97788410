"""A source is read once, whole, and no further than it has to be."""

from hashlib import sha256
from pathlib import Path

import pytest

from lms.authoring.folder import read_folder
from lms.authoring.parsing.pocketbook import parse_pocketbook
from lms.authoring.source.texts import MAX_CHAPTERS
from lms.authoring.source.tree import (
    MAX_PICTURE_BYTES,
    MAX_TEXT_BYTES,
    SourceTree,
    Unread,
)
from tests.unit.authoring.pocketbooks import BOOK, PROSE, chapter_text, parse_folder, write

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>'
SHOWN = chapter_text(body=f"{PROSE}\n\n![Loket](gambar/a.svg)")
FILES: dict[str, str | bytes] = {"01-satu.md": SHOWN, "gambar/a.svg": SVG}


def test_a_tree_holds_the_texts_and_the_pictures_that_they_show(tmp_path: Path) -> None:
    others: dict[str, str | bytes] = {
        "gambar/b.svg": SVG,
        "catatan.docx": b"x",
        "foto.zip": b"x",
        ".git/a.md": "x",
    }
    tree = read_folder(write(tmp_path / "buku", {**FILES, **others}))
    assert sorted(tree.files) == ["01-satu.md", "buku.md", "gambar/a.svg"]
    assert tree.hashes["gambar/a.svg"] == sha256(SVG).hexdigest()
    assert tree.unread["gambar/b.svg"] is tree.unread["catatan.docx"] is Unread.UNUSED
    assert (tree.slug, tree.location) == ("buku", (tmp_path / "buku").as_posix())


def test_a_dictionary_says_the_same_as_the_folder_with_its_files(tmp_path: Path) -> None:
    folder = parse_folder(write(tmp_path / "buku", FILES))
    files = {"buku.md": BOOK.encode(), "01-satu.md": SHOWN.encode(), "gambar/a.svg": SVG}
    plain = parse_pocketbook(SourceTree("buku", files))
    assert plain.pocketbook == folder.pocketbook
    assert plain.pictures == folder.pictures
    assert plain.diagnostics == folder.diagnostics == ()


def test_a_tree_stays_as_it_was_made() -> None:
    files = {"buku.md": BOOK.encode()}
    tree = SourceTree("buku", files)
    files["buku.md"] = b""
    assert tree.files["buku.md"] == BOOK.encode()
    with pytest.raises(TypeError):
        tree.files["buku.md"] = b""  # type: ignore[index]  # which is what must fail


@pytest.mark.parametrize(
    ("path", "why", "code"),
    [
        ("", Unread.UNREADABLE, "folder-unreadable"),
        ("02-dua.md", Unread.UNREADABLE, "file-unreadable"),
        ("02-dua.md", Unread.NOT_PLAIN, "not-a-plain-file"),
        ("02-dua.md", Unread.TOO_LARGE, "file-too-large"),
        ("gambar/a.svg", Unread.UNREADABLE, "picture-missing"),
        ("gambar/a.svg", Unread.TOO_LARGE, "picture-too-large"),
    ],
)
def test_what_could_not_be_read_is_told(path: str, why: Unread, code: str) -> None:
    files = {"buku.md": BOOK.encode(), "01-satu.md": SHOWN.encode(), "gambar/a.svg": SVG}
    left = {name: data for name, data in files.items() if name != path}
    result = parse_pocketbook(SourceTree("buku", left, unread={path: why}))
    assert code in [each.code for each in result.diagnostics]


def test_no_more_is_read_of_a_file_than_it_may_hold(tmp_path: Path) -> None:
    large: dict[str, str | bytes] = {
        "02-dua.md": "x" * (MAX_TEXT_BYTES + 1),
        "gambar/a.svg": b"x" * (MAX_PICTURE_BYTES + 1),
    }
    tree = read_folder(write(tmp_path / "buku", {**FILES, **large}))
    assert [name for name, why in tree.unread.items() if why is Unread.TOO_LARGE] == [*large]
    told = [each.code for each in parse_pocketbook(tree).diagnostics]
    assert told == ["picture-too-large", "file-too-large"]


def test_a_tree_of_any_origin_is_held_to_the_same_limits() -> None:
    files = {"buku.md": BOOK.encode(), "01-satu.md": b"x" * (MAX_TEXT_BYTES + 1)}
    result = parse_pocketbook(SourceTree("buku", files))
    assert [each.code for each in result.diagnostics] == ["file-too-large"]


def test_chapters_beyond_the_most_are_not_read(tmp_path: Path) -> None:
    files = {f"{number:02}-bab.md": chapter_text() for number in range(2, MAX_CHAPTERS + 2)}
    tree = read_folder(write(tmp_path / "buku", files))
    assert tree.unread == {f"{MAX_CHAPTERS + 1}-bab.md": Unread.UNUSED}


def test_pocketbooks_beside_it_belong_to_what_was_read(tmp_path: Path) -> None:
    write(tmp_path / "lain", {"07-tujuh.md": chapter_text()})
    tree = read_folder(write(tmp_path / "buku"))
    (tmp_path / "lain" / "buku.md").unlink()
    assert tree.beside == {"lain": frozenset({1, 7})}


def test_a_link_out_of_the_folder_is_noted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "luar").mkdir()
    (tmp_path / "luar" / "a.svg").write_bytes(SVG)
    folder = write(tmp_path / "buku", {"01-satu.md": SHOWN})
    (folder / "gambar").symlink_to(tmp_path / "luar")
    tree = read_folder(folder)
    assert tree.unread == {"gambar": Unread.NOT_PLAIN}
    assert [each.code for each in parse_pocketbook(tree).diagnostics] == ["picture-missing"]
