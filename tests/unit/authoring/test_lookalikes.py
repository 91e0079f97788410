"""What looks like a choice and is none is told at its line, and never read as text."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from tests.unit.authoring.pocketbooks import (
    HEAD,
    PROSE,
    QUESTION,
    chapter_text,
    parse_folder,
    read,
    read_question,
    write,
)

UNBOXED = [
    "- menyapa", "* menyapa", "+ menyapa", "• menyapa", "– menyapa", "— menyapa", "▪ menyapa",
    "\uf0b7 menyapa", "➢ menyapa", "-menyapa", "–menyapa", "•menyapa", "1. menyapa", "2) menyapa",
    "a. menyapa", "a) menyapa", "A) menyapa", "(a) menyapa", "(B) menyapa", "**a.** menyapa",
    "**C)** menyapa", "*a.* menyapa", "i. menyapa", "  - menyapa", "\t- menyapa", "- [menyapa](https://a.example)",
    "-\u00a0menyapa", "- **menyapa**", "- `[x]` menyapa",
]  # fmt: skip
BOXED = [
    "- [*] menyapa", "- [-] menyapa", "- [o] menyapa", "- [×] menyapa", "- [\u0445] menyapa",
    "- [xx] menyapa", "- [✅] menyapa", "- [☑] menyapa", "- [1] menyapa", "- [benar] menyapa",
    "- [Salah] menyapa", "- [OK] menyapa", "- (x) menyapa", "- ( ) menyapa", "- {x} menyapa",
    "- \uff3bx\uff3d menyapa", "- \uff3b \uff3d menyapa", "- 【x】 menyapa", "- [x menyapa",
    "- x] menyapa", "- [ menyapa", "[x] menyapa", "[ ] menyapa", "[] menyapa", "\\[x\\] menyapa",
    "(x) menyapa", "( ) menyapa", "\uff08x\uff09 menyapa", "☐ menyapa", "☑ menyapa",
    "- ☑ menyapa", "✓ menyapa", "✅ menyapa", "□ menyapa", "○ menyapa", "1. (x) menyapa",
    "A. [x] menyapa", "b) [ ] menyapa", "-- [x] menyapa", "~ [ ] menyapa", "-> [x] menyapa",
    "* [+] menyapa", "\uf0b7 [x] menyapa", "➢ [ ] menyapa", "- [ x. ] menyapa",
]  # fmt: skip


@pytest.mark.parametrize(
    ("lookalike", "code"),
    [
        *((text, "choice-without-box") for text in UNBOXED),
        *((text, "unknown-box") for text in BOXED),
    ],
)
@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "\n  > Belum lengkap.\n- [x] mencatat\n- [ ] diam\n- [ ] pergi", 11),
        ("", "\n- [x] mencatat\n- [ ] diam\n- [ ] pergi", 11),
        ("Seorang warga datang.\n\n", "\n\n- [x] mencatat\n- [ ] diam\n- [ ] pergi", 13),
        ("- [x] mencatat\n", "\n- [ ] diam\n- [ ] pergi", 12),
        ("- [x] mencatat\n  > Tepat.\n- [ ] diam\n- [ ] pergi\n\n", "\n  > Keliru.", 16),
    ],
    ids=["first with feedback", "first", "below a story", "second", "last"],
)
def test_a_line_that_looks_like_a_choice_is_told_and_never_stands_in_the_stem(
    lookalike: str, code: str, before: str, after: str, line: int
) -> None:
    if lookalike[0].isspace() and before.startswith("- "):
        pytest.skip("a list within a choice has a diagnostic of its own")
    question, diagnostics = read_question(f"### Apa?\n\n{before}{lookalike}{after}\n\n> Sebab.")
    assert [(p.code, p.line, p.severity) for p in diagnostics] == [(code, line, "error")]
    assert diagnostics[0].sentence.startswith('Soal "Apa?"')
    assert "menyapa" not in question.body
    assert any("menyapa" in choice.text for choice in question.choices)
    assert sum("menyapa" in choice.text for choice in question.choices) == 1


@pytest.mark.parametrize(
    "story",
    [
        "A. Rahman datang ke loket.",
        "A, B, dan C bekerja di satu ruangan.",
        "Menurut Pasal 3 ayat (1) huruf\na. petugas menyapa.",
        "Berkasnya:\n\n- KTP\n- KK\n\nMana yang kurang?",
        "Perhatikan pernyataan berikut.\n\n1. Satu.\n2. Dua.\n\nMana yang tepat?",
        "Pesannya:\n\na. satu\nb. dua\n\nIa menunggu.",
        "> Pesan di grup: datang pukul 8.",
        "| Hari | Jam |\n|---|---|\n| Senin | 8 |",
        "```\n- [x] kode\n(x) kode\n```",
        "![Loket](gambar/a.png)",
        "(Nama disamarkan.) Ia datang pukul 8.",
        "-5 derajat suhunya.",
        "*Ibu Sari* datang.",
        "[Laman](https://a.example) itu terbuka.",
        "129 adalah nomor bantuan.",
        "(1) Satu; (2) dua; (3) tiga.",
        "Ya.\nTidak.",
    ],
)
def test_a_story_above_the_choices_stays_a_story(story: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n\n{story}\n\n- [ ] A\n- [x] B\n- [ ] C")
    assert diagnostics == []
    assert question.body == story
    assert [choice.text for choice in question.choices] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "nested", ["  - [x] dalam", "    - [ ] dalam", "\t* [x] dalam", "   1. [ ] dalam"]
)
def test_a_choice_below_a_choice_is_told(nested: str) -> None:
    _, diagnostics = read_question(f"### Apa?\n- [ ] A\n{nested}\n- [x] B")
    assert [(p.code, p.line) for p in diagnostics] == [("nested-choice", 11)]


@pytest.mark.parametrize(
    "line",
    ["Jawaban: B", "Kunci: b", "Kunci jawaban: B", "**Jawaban:** A", "ANSWER: C",
     "Jawaban benar: 2", "> Kunci: B", "Jawaban yang benar: A dan C", "JAWABAN = B"],
)  # fmt: skip
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_that_names_the_key_is_told_and_shown_nowhere(line: str, gap: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n- [ ] A\n- [x] B\n- [ ] C{gap}{line}")
    assert [p.code for p in diagnostics] == ["answer-line"]
    assert [choice.text for choice in question.choices] == ["A", "B", "C"]
    assert question.explanation is None


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("### Apa[^1]?\n- [x] A\n- [ ] B", 9),
        ("### Apa?\n\nCerita.[^a]\n\n- [x] A\n- [ ] B", 11),
        ("### Apa?\n- [x] A[^1]\n- [ ] B", 10),
        ("### Apa?\n- [x] A\n  > Tepat.[^1]\n- [ ] B", 11),
        ("### Apa?\n- [x] A\n- [ ] B\n\n> **Sumber:** UU 1.[^12]", 13),
    ],
)
def test_a_footnote_in_a_question_is_told_at_its_line(section: str, line: int) -> None:
    _, diagnostics = read_question(section)
    assert [(p.code, p.line, p.severity) for p in diagnostics] == [
        ("footnote-in-question", line, "error")
    ]


def test_code_holds_no_footnotes() -> None:
    _, diagnostics = read_question("### Apa `[^1]`?\n- [x] A\n- [ ] ``a[^1]``")
    assert diagnostics == []


@pytest.mark.parametrize(
    "note",
    [
        "[^2]: Catatan di akhir berkas.",
        "[^2]: Catatan.\n    Paragraf kedua.\n\n    Paragraf ketiga.",
        "[^2]: Satu.\n[^3]: Dua.",
        "[uu]: https://peraturan.example/uu",
        '[uu]: <https://peraturan.example/uu> "Judul"',
    ],
)
@pytest.mark.parametrize(
    "end", ["> **Sumber:** S.\n\n", "- [ ] C\n\n", "- [ ] C\n  > Keliru.\n\n", "> **Sumber:** S.\n"]
)
def test_notes_at_the_end_of_the_file_belong_to_the_text(note: str, end: str) -> None:
    chapter, diagnostics = read(
        f"{HEAD}Teks.[^2]\n\n## Soal kuis\n\n### Apa?\n- [x] A\n- [ ] B\n{end}{note}\n"
    )
    assert diagnostics == []
    assert chapter.body.startswith("Teks.[^2]\n\n[")
    assert [line for line in chapter.body.split("\n") if line][1:] == [
        line for line in note.split("\n") if line
    ]
    assert "[" not in repr(chapter.bank[0].choices[-1].text)


def test_what_follows_a_note_is_a_question_again() -> None:
    chapter, diagnostics = read(
        f"{HEAD}Teks.[^2]\n\n## Soal kuis\n\n### Apa?\n- [x] A\n- [ ] B\n\n[^2]: Catatan.\n\n"
        "### Siapa?\n- [x] C\n- [ ] D\n"
    )
    assert diagnostics == []
    assert [q.stem for q in chapter.bank] == ["Apa?", "Siapa?"]
    assert chapter.body == "Teks.[^2]\n\n[^2]: Catatan."


def test_a_case_without_choices_is_told_where_it_belongs() -> None:
    _, diagnostics = read(
        f"{HEAD}Isi.\n\n## Soal kuis\n\n### Kasus: Ibu Sari\n\nIa datang.\n\n"
        "### Apa?\n- [x] A\n- [ ] B\n"
    )
    assert [(p.code, p.line) for p in diagnostics] == [("no-choices", 9)]
    assert "cerita kasus" in diagnostics[0].remedy


@pytest.mark.parametrize(
    ("body", "note", "codes"),
    [
        ("Teks.[^2]", "[^2]: Catatan.", []),
        ("Teks.", "[^2]: Catatan.", ["note-without-mark"]),
        ("Teks.[^3]", "[^2]: Catatan.", ["footnote-without-note", "note-without-mark"]),
        ("Teks.[^2]\n\n[^2]: Satu.", "[^2]: Dua.", ["note-twice"]),
    ],
)
def test_a_note_at_the_end_of_the_file_and_its_mark_find_each_other(
    tmp_path: Path, body: str, note: str, codes: list[str]
) -> None:
    text = chapter_text(body=f"{PROSE}\n\n{body}", bank=f"{QUESTION}\n{note}")
    diagnostics = check_pocketbook(parse_folder(write(tmp_path / "b", {"01-satu.md": text})))
    assert [p.code for p in diagnostics] == codes


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("- [x] B - [ ] D", "choice"),
        ("- [ ] B [x]", "choice"),
        ("| [x] a | [ ] b |", "story"),
        ("> - [x] a", "story"),
        ("Pilih: [x] a atau [ ] b", "story"),
    ],
)
def test_a_box_within_a_line_is_told(line: str, where: str) -> None:
    before = f"{line}\n\n- [x] A" if where == "story" else f"- [x] A\n{line}"
    _, diagnostics = read_question(f"### Apa?\n\n{before}\n- [ ] C")
    assert [p.code for p in diagnostics] == ["box-within-line"]


@pytest.mark.parametrize(
    "line",
    ["- [ ] kotak `[x]`", "- [ ] [x](https://a.example)", "- [ ] Pasal [5] ayat", "- [ ] a[x]b"],
)
def test_other_brackets_in_a_choice_are_text(line: str) -> None:
    _, diagnostics = read_question(f"### Apa?\n- [x] A\n{line}\n- [ ] C\n  > Beri [x] di sini.")
    assert diagnostics == []


@pytest.mark.parametrize(
    "feedback",
    ["  Tepat. Sapa dahulu.", "  Keliru, karena menunda.", "  → Tepat.", "  » Keliru", "  Betul",
     "  &gt; Tepat.", "  \uff1e Tepat.", "  \u203a Keliru.", "  Umpan balik: tepat.", "  (Benar)",
     "  Alasan: begitu.", "  Kurang tepat: ia menunggu.", "  => Tepat", "  Jawaban yang benar.",
     "\tBelum tepat.", "Salah!"],
)  # fmt: skip
def test_feedback_without_its_mark_is_told_and_gives_no_choice_away(feedback: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n- [x] A\n{feedback}\n- [ ] B\n- [ ] C")
    assert [(p.code, p.line) for p in diagnostics] == [("feedback-without-quote", 11)]
    assert [choice.text for choice in question.choices] == ["A", "B", "C"]


@pytest.mark.parametrize("more", ["  dan mencatat", "  yang benar menurut aturan", "tepat waktu"])
def test_a_choice_of_two_lines_is_no_feedback(more: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n- [x] A\n{more}\n- [ ] B\n- [ ] C")
    assert diagnostics == []
    assert question.choices[0].text == f"A\n{more.strip()}"


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("**Pembahsan:**", "Pembahasan"), ("**Penjelasan:**", "Pembahasan"),
        ("**Sumbr:**", "Sumber"),
        ("**Referensi:**", "Sumber"), ("**Dasar hukum:**", "Sumber"), ("**Mengujii**:", "Menguji"),
    ],
)  # fmt: skip
def test_a_label_near_a_known_one_is_told(label: str, meant: str) -> None:
    _, diagnostics = read_question(f"### Apa?\n- [x] A\n- [ ] B\n\n> {label} isi")
    assert [(p.code, p.line, p.severity) for p in diagnostics] == [
        ("label-near-miss", 13, "warning")
    ]
    assert meant in diagnostics[0].remedy


def test_a_link_by_reference_in_a_question_is_told() -> None:
    _, diagnostics = read_question("### Apa?\n- [x] [A][uu]\n- [ ] B\n\n[uu]: https://a.example")
    assert [(p.code, p.line) for p in diagnostics] == [("reference-in-question", 10)]


@pytest.mark.parametrize(
    "stem", ["1. Apa?", "12) Apa?", "Soal 3: Apa?", "No. 4. Apa?", "nomor 5 - Apa?"]
)
def test_a_number_before_a_question_is_told(stem: str) -> None:
    _, diagnostics = read_question(f"### {stem}\n- [x] A\n- [ ] B")
    assert [(p.code, p.severity) for p in diagnostics] == [("numbered-question", "warning")]


@pytest.mark.parametrize("stem", ["Soal nomor 1?", "3 warga datang. Apa?", "1.000 orang hadir?"])
def test_a_number_within_a_question_is_text(stem: str) -> None:
    assert read_question(f"### {stem}\n- [x] A\n- [ ] B")[1] == []
