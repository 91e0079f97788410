"""The articles of law and the easy-read edition: what they must hold, and how long they may be."""

from datetime import date
from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from tests.unit.authoring.pocketbooks import parse_folder, write

ARTICLES = """\
# Pasal yang melindungi Anda

Untuk Anda di meja layanan.

## UU 25/2009 Pasal 34 huruf g

Anda patuh kepada perintah yang sah.

> **Ucapkan kepada atasan:** "Boleh saya minta dasar tertulisnya?"
"""
EASY = """\
# Hak Anda di loket

## Setiap orang sama

Anda punya hak.

Petugas punya hak.
"""


def told(tmp_path: Path, files: dict[str, str | bytes]) -> list[tuple[str, int, str]]:
    """File, line and code of what the check finds."""
    found = check_pocketbook(parse_folder(write(tmp_path / "b", files)), today=date(2026, 11, 29))
    return [(Path(each.path).name, each.line, each.code) for each in found]


@pytest.mark.parametrize("name", ["pasal.md", "sederhana.md"])
def test_an_appendix_without_headings_is_no_trouble(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, {name: "# Judul\n\nBaru satu kalimat.\n"}) == []


def test_sound_appendices_are_accepted(tmp_path: Path) -> None:
    assert told(tmp_path, {"pasal.md": ARTICLES, "sederhana.md": EASY}) == []


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (
            ARTICLES.replace("UU 25/2009 Pasal 34 huruf g", "Perintah atasan"),
            5,
            "article-without-law",
        ),
        (ARTICLES.replace("Ucapkan kepada atasan", "Ingat"), 5, "article-without-words"),
        (ARTICLES + "\n" + "kata " * 300 + "\n", 1, "appendix-too-long"),
    ],
)
def test_articles_name_their_law_and_give_words_on_one_page(
    tmp_path: Path, text: str, line: int, code: str
) -> None:
    assert told(tmp_path, {"pasal.md": text}) == [("pasal.md", line, code)]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (EASY + "\n## Dua\n\n" + "kata " * 91 + "\n", 9, "idea-too-long"),
        (
            EASY + "\n\n".join(f"## {n}\n\n" + "kata " * 80 for n in range(15)),
            1,
            "appendix-too-long",
        ),
    ],
)
def test_the_easy_read_edition_is_short(tmp_path: Path, text: str, line: int, code: str) -> None:
    assert told(tmp_path, {"sederhana.md": text}) == [("sederhana.md", line, code)]


def test_articles_bear_the_day_on_which_their_laws_were_checked(tmp_path: Path) -> None:
    (tmp_path / "sumber.yaml").write_text(
        "".join(
            f"- kutipan: {citation}\n  judul: x\n  keadaan: berlaku\n  diperiksa: {day}\n"
            "  cara: naskah\n  berikutnya: x\n"
            for citation, day in (("UU 25/2009", "2026-05-02"), ("UU 8/2016", "2026-01-31"))
        )
    )
    book = parse_folder(write(tmp_path / "b", {"pasal.md": ARTICLES})).pocketbook
    assert book is not None
    assert [each.kind for each in book.appendices] == ["pasal", "sumber"]
    assert book.appendices[0].body.startswith("*Berlaku menurut pemeriksaan sampai 2 Mei 2026.*\n")
