"""What is told of a slip names its own cause, and what to write instead."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.interchange.conversion import convert
from lms.rendering.markdown import render_text
from tests.unit.authoring.pocketbooks import BOOK, PROSE, chapter_text, parse_folder, write
from tests.unit.authoring.test_pictures import SVG


def found(place: Path, body: str, files: dict[str, str | bytes] | None = None) -> list[Diagnostic]:
    """What is told of a chapter with this text before its prose."""
    whole = {"01-satu.md": chapter_text(body=f"{body}\n\n{PROSE}"), **(files or {})}
    return check_pocketbook(parse_folder(write(place / "buku", whole)))


def codes(diagnostics: list[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


# Links to other pocketbooks


@pytest.mark.parametrize(
    ("target", "lack"),
    [
        ("/buku/tidak-ada", "buku saku tidak-ada"),
        ("/buku/tidak-ada/1", "buku saku tidak-ada"),
        ("/buku/lain/9#p3", "bab 9 dari buku saku lain"),
    ],
)
def test_a_link_to_what_is_not_beside_a_pocketbook_is_told(
    tmp_path: Path, target: str, lack: str
) -> None:
    write(tmp_path / "lain")
    (diagnostic,) = found(tmp_path, f"Lihat [buku itu]({target}).")
    assert (diagnostic.code, diagnostic.severity) == ("unknown-book", "warning")
    assert f"menuju {lack}," in diagnostic.sentence


@pytest.mark.parametrize("target", ["/buku/lain", "/buku/lain/1", "/buku/buku/1", "/buku/buku"])
def test_a_link_to_what_is_beside_a_pocketbook_says_nothing(tmp_path: Path, target: str) -> None:
    write(tmp_path / "lain")
    assert found(tmp_path, f"Lihat [buku itu]({target}).") == []


def test_of_other_pocketbooks_nothing_is_told_where_none_is_to_be_seen(tmp_path: Path) -> None:
    assert found(tmp_path, "Lihat [buku itu](/buku/tidak-ada/1).") == []


def test_a_space_in_an_address_leads_where_it_is_meant() -> None:
    html = render_text("[f](https://contoh.example/a b)")
    assert 'href="https://contoh.example/a%20b"' in html


# Damaged characters


@pytest.mark.parametrize(
    ("line", "severity", "column"),
    [
        ("Warga men\ufffdyapa.", "error", 10),
        ("Sudah \uf0fc lengkap.", "warning", 7),
        ("| \uf0fc | ada |", "warning", 3),
        ("kata\uf0b7", "warning", 5),
    ],
)
def test_a_character_that_shows_as_a_box_is_told_at_its_column(
    tmp_path: Path, line: str, severity: str, column: int
) -> None:
    diagnostics = [p for p in found(tmp_path, line) if p.code == "damaged-character"]
    assert [(p.severity, p.column) for p in diagnostics] == [(severity, column)]


@pytest.mark.parametrize(
    "text",
    ["\uf0b7 adil\n\uf0b7 cermat", "- adil\n  \uf0a7\tsatu\n  \uf0a7\tdua", "\u2022 a\n\u2022 b"],
)
def test_a_bullet_of_a_font_of_its_own_says_nothing(tmp_path: Path, text: str) -> None:
    assert "damaged-character" not in codes(found(tmp_path, text))


# Pictures


def test_a_picture_in_angle_brackets_is_no_html(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"gambar/IMG 2025.svg": SVG}
    assert found(tmp_path, "![Loket](<gambar/IMG 2025.svg>)", files) == []


@pytest.mark.parametrize("name", ["Loket.svg", "loket.SVG", "loket.png", "lokett.svg"])
def test_a_picture_of_nearly_this_name_is_named(tmp_path: Path, name: str) -> None:
    (diagnostic,) = found(tmp_path, f"![Loket](gambar/{name})", {"gambar/loket.svg": SVG})
    assert diagnostic.code == "picture-missing"
    assert "gambar/loket.svg" in diagnostic.remedy


def test_a_picture_of_another_name_is_not_named(tmp_path: Path) -> None:
    (diagnostic,) = found(tmp_path, "![Loket](gambar/pintu.svg)", {"gambar/loket.svg": SVG})
    assert "loket" not in diagnostic.remedy


# Heads and names of files


def test_no_hours_are_told_as_too_few(tmp_path: Path) -> None:
    diagnostics = found(tmp_path, "", {"buku.md": BOOK.replace("jp: 1", "jp: 0")})
    assert (
        "berisi 0; sedikitnya 1" in next(p for p in diagnostics if p.code == "wrong-type").sentence
    )


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("daftar-istilah.md", "menjadi istilah.md"),
        ("Glosarium.md", "menjadi istilah.md"),
        ("fasilitator (1).md", "menjadi fasilitator.md"),
        ("fasilitator - Copy.md", "menjadi fasilitator.md"),
        ("01-satu (2).md", "01-satu.md sudah ada"),
        ("buku (1).md", "buku.md sudah ada"),
    ],
)
def test_copies_and_appendices_are_called_what_they_are(
    tmp_path: Path, name: str, remedy: str
) -> None:
    diagnostics = [
        p for p in found(tmp_path, "", {name: "# Judul\n\nTeks\n"}) if p.code == "file-not-read"
    ]
    assert len(diagnostics) == 1
    assert remedy in diagnostics[0].remedy


# Questions of other systems


def test_two_letters_of_an_answer_need_no_comma_between_them() -> None:
    diagnostics = Diagnostics("a")
    made = convert("Apa?\nA. satu\nB. dua\nC. tiga\nANSWER: AC\n", diagnostics)
    assert made is not None
    assert diagnostics.entries == []
    assert [line[:5] for line in made.text.split("\n") if line.startswith("- [")] == [
        "- [x]", "- [ ]", "- [x]",
    ]  # fmt: skip


def test_questions_without_blank_lines_between_them_are_told_so() -> None:
    diagnostics = Diagnostics("a")
    convert("::1:: Apa? {=ya ~tidak}\n::2:: Apa lagi? {=ya ~tidak}\n", diagnostics)
    (diagnostic,) = diagnostics.entries
    assert "baris kosong" in diagnostic.sentence
