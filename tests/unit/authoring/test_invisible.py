"""Characters that no reader sees are named by number, line and column, wherever they stand."""

from pathlib import Path

import pytest

from lms.authoring.source.texts import normal_text
from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, parse_folder, write

UNSEEN = {
    "U+00AD": "\u00ad",
    "U+034F": "\u034f",
    "U+061C": "\u061c",
    "U+180E": "\u180e",
    "U+200B": "\u200b",
    "U+200C": "\u200c",
    "U+200D": "\u200d",
    "U+200E": "\u200e",
    "U+202A": "\u202a",
    "U+202E": "\u202e",
    "U+2060": "\u2060",
    "U+2063": "\u2063",
    "U+2068": "\u2068",
    "U+2069": "\u2069",
    "U+2800": "\u2800",
    "U+3164": "\u3164",
    "U+FE0F": "\ufe0f",
    "U+FEFF": "\ufeff",
    "U+FFFC": "\ufffc",
    "U+E0041": "\U000e0041",
}


@pytest.mark.parametrize("number", UNSEEN)
@pytest.mark.parametrize(
    "place",
    [
        "kata di ‸tengah kalimat",
        "‸Awal paragraf",
        "## Judul‸",
        "‸## Judul bagian",
        "- ‸butir",
        "> **Hin‸dari:** marah",
        "| sel | s‸el |\n|---|---|",
        "[tau‸tan](https://contoh.example)",
        "```\nko‸de\n```",
    ],
)
def test_an_invisible_character_is_named_at_its_line_and_column(
    tmp_path: Path, number: str, place: str
) -> None:
    text = chapter_text(body=place.replace("‸", UNSEEN[number]))
    diagnostics = parse_folder(write(tmp_path / "b", {"01-satu.md": text})).diagnostics
    found = [p for p in diagnostics if p.code == "invisible-character"]
    before = place[: place.index("‸")].split("\n")
    assert [(p.line, p.column) for p in found] == [(5 + len(before), len(before[-1]) + 1)]
    assert number in found[0].sentence
    assert {p.code for p in diagnostics} == {"invisible-character"}


@pytest.mark.parametrize(
    ("before", "after", "line", "column"),
    [
        ("- [x] Membacakan", "- [\u200bx] Membacakan", 10, 4),
        ("- [x] Membacakan", "- [x\u2060] Membacakan", 10, 5),
        ("- [ ] Meminta", "-\u200b [ ] Meminta", 8, 2),
        ("### Seorang", "\ufeff### Seorang", 6, 1),
        ("### Seorang", "#\u00ad## Seorang", 6, 2),
        ("  > Tepat.", "  \u200b> Tepat.", 11, 3),
        ("**Sumber:**", "**Sum\u00adber:**", 17, 8),
    ],
)
def test_a_question_with_an_invisible_character_is_read_as_it_looks(
    tmp_path: Path, before: str, after: str, line: int, column: int
) -> None:
    assert before in QUESTION
    text = chapter_text(body="Isi.", checks="", bank=QUESTION).replace(before, after)
    offset = text.split("\n").index("## Soal kuis") - 3
    result = parse_folder(write(tmp_path / "b", {"01-satu.md": text}))
    assert [(p.code, p.line, p.column) for p in result.diagnostics] == [
        ("invisible-character", line + offset, column)
    ]
    (question,) = result.chapters[0].bank
    assert [choice.is_right for choice in question.choices] == [False, True, False]
    assert question.body == ""


@pytest.mark.parametrize(
    ("file", "before", "after", "line", "column"),
    [
        ("buku.md", "judul: Nilai dasar", "judul: Nilai\u200bdasar", 2, 13),
        ("buku.md", "judul: Nilai dasar", "ju\u00addul: Nilai dasar", 2, 3),
        ("buku.md", "kode: HAM-01", "kode: \u2060HAM-01", 3, 7),
        ("buku.md", "## Tujuan", "\u200b## Tujuan", 12, 1),
        ("buku.md", "- Ambil: 1 soal", "- Am\u00adbil: 1 soal", 18, 5),
        ("buku.md", "---\njudul", "\u200b---\njudul", 1, 1),
    ],
)
def test_the_book_with_an_invisible_character_is_read_as_it_looks(
    tmp_path: Path, file: str, before: str, after: str, line: int, column: int
) -> None:
    folder = write(tmp_path / "b", {file: BOOK.replace(before, after)})
    result = parse_folder(folder)
    assert [(p.code, p.line, p.column) for p in result.diagnostics] == [
        ("invisible-character", line, column)
    ]
    assert result.pocketbook is not None
    assert result.quiz.draw_count == 1


def test_many_on_a_line_are_told_once_with_their_number(tmp_path: Path) -> None:
    text = chapter_text(body="ke\u00adse\u00adta\u00adra\u200ban")
    diagnostics = parse_folder(write(tmp_path / "b", {"01-satu.md": text})).diagnostics
    assert [(p.column, "3 kali" in p.sentence) for p in diagnostics] == [(3, True), (12, False)]


@pytest.mark.parametrize(
    "text",
    [
        "🙏🏽 dan 👩‍💼 dan ❤️ dan ❤️‍🔥 dan 1️⃣ dan ☎️",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\ua98f\ua9c0\u200c\ua98f",
        "spasi\u00a0tetap, spasi\u2009tipis, lebar\u3000penuh",
        "naïve, 5–10, “kutip”, …",
    ],
)
def test_what_pictures_and_scripts_need_is_left_alone(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=text)})
    assert parse_folder(folder).diagnostics == ()
    assert normal_text(text) == f"{text}\n"


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u2009", "\u202f", "\u3000"])
def test_unusual_spaces_break_no_notation(tmp_path: Path, space: str) -> None:
    text = chapter_text(body="Isi.").replace(" ", space)
    result = parse_folder(write(tmp_path / "b", {"01-satu.md": text}))
    assert result.diagnostics == ()
    assert [len(q.choices) for q in result.chapters[0].questions] == [3, 3]


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("| a | b |\n|\u00a0---\u00a0|---|\n| c | d |", 7, 2),
        ("| a | b |\n| --- |\u2009--- |\n| c | d |", 7, 8),
        ("Lihat [situs]\u00a0(https://a.example).", 6, 14),
        ("![Loket]\u202f(gambar/a.png)", 6, 9),
    ],
)
def test_an_unusual_space_that_breaks_notation_is_named(
    tmp_path: Path, body: str, line: int, column: int
) -> None:
    text = chapter_text(body=body)
    diagnostics = parse_folder(write(tmp_path / "b", {"01-satu.md": text})).diagnostics
    assert [(p.code, p.line, p.column) for p in diagnostics] == [("unusual-space", line, column)]
    assert "U+" in diagnostics[0].sentence
