"""Each rule for good questions and whole pocketbooks, broken once."""

from datetime import date
from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostic
from tests.unit.authoring.pocketbooks import (
    BOOK,
    PROSE,
    QUESTION,
    chapter_text,
    parse_folder,
    write,
)


def check(folder: Path, today: date | None = None) -> list[Diagnostic]:
    return check_pocketbook(parse_folder(folder), today=today)


def bank(question: str) -> dict[str, str]:
    return {"01-satu.md": chapter_text(bank=question, checks="")}


def test_a_sound_pocketbook_has_no_problems(tmp_path: Path) -> None:
    assert check(write(tmp_path / "buku"), date(2026, 1, 31)) == []


@pytest.mark.parametrize(
    ("before", "after", "severity", "code", "offset"),
    [
        ("[x]", "[ ]", "error", "no-right-answer", 0),
        ("[ ]", "[x]", "warning", "all-right", 0),
        ("Menunggu atasan", "meminta ia *kembali*.", "error", "duplicate-choice", 6),
        ("Menunggu atasan", "Semua jawaban benar", "warning", "all-of-the-above", 6),
        ("Menunggu atasan", "Jawaban a dan b benar", "error", "choice-by-letter", 6),
        (
            "- [ ] Menunggu atasan\n  > Warga menunggu tanpa kepastian.\n",
            "",
            "error",
            "too-few-choices",
            0,
        ),
        ("  > Ini memindahkan beban.\n", "", "warning", "no-feedback", 2),
        ("> **Pembahasan:** Akomodasi adalah bagian dari hak.\n>\n", "", "warning",
         "no-explanation", 0),
        (">\n> **Sumber:** UU 8/2016.\n", "", "warning", "no-source", 0),
        ("### Seorang", "### Seorang <b>x</b>", "error", "raw-html", 0),
    ],
)  # fmt: skip
def test_a_question_that_breaks_a_rule_is_told_by_its_first_words(
    tmp_path: Path, before: str, after: str, severity: str, code: str, offset: int
) -> None:
    assert before in QUESTION
    files = bank(QUESTION.replace(before, after))
    lines = files["01-satu.md"].split("\n")
    heading = next(n for n, text in enumerate(lines, start=1) if text.startswith("### "))
    diagnostics = check(write(tmp_path / "buku", files))
    found = [diagnostic for diagnostic in diagnostics if diagnostic.code == code]
    assert [(p.severity, p.line) for p in found] == [(severity, heading + offset)]
    assert found[0].sentence.startswith('Soal "Seorang')
    others = {diagnostic.code for diagnostic in diagnostics} - {code, "no-checks"}
    assert others == set(), diagnostics


def test_the_example_of_the_manual_reads_as_promised(tmp_path: Path) -> None:
    diagnostics = check(write(tmp_path / "buku", bank(QUESTION.replace("[x]", "[ ]"))))
    diagnostic = next(
        diagnostic for diagnostic in diagnostics if diagnostic.code == "no-right-answer"
    )
    assert diagnostic.sentence == (
        'Soal "Seorang warga tunanetra datang. Apa…": belum ada jawaban yang ditandai [x].'
    )
    assert diagnostic.remedy == "Tandai sedikitnya satu pilihan dengan [x]."


@pytest.mark.parametrize("pair", [("Benar", "Salah"), ("Ya", "Tidak")])
def test_two_choices_are_enough_for_true_or_false(tmp_path: Path, pair: tuple[str, str]) -> None:
    question = (
        f"### Pernyataan ini tepat?\n- [x] {pair[0]}\n- [ ] {pair[1]}\n  > bukan\n\n"
        "> **Pembahasan:** P\n> **Sumber:** S\n"
    )
    assert {diagnostic.code for diagnostic in check(write(tmp_path / "b", bank(question)))} == {
        "no-checks"
    }


def many(count: int, right: str, wrong: str) -> str:
    return "\n".join(
        f"### Soal nomor {n}?\n\n- [ ] {wrong} a\n  > f\n- [x] {right}\n- [ ] {wrong} b\n  > f\n\n"
        "> **Pembahasan:** P\n> **Sumber:** S\n"
        for n in range(count)
    )


@pytest.mark.parametrize(
    ("count", "right", "wrong", "is_told"),
    [
        (5, "jawaban yang jauh lebih panjang", "pendek", True),
        (4, "jawaban yang jauh lebih panjang", "pendek", False),
        (5, "pendek", "jawaban yang jauh lebih panjang", False),
        (5, "sama panjang c", "sama panjang", False),
    ],
)
def test_a_bank_whose_longest_choice_is_right_gives_itself_away(
    tmp_path: Path, count: int, right: str, wrong: str, is_told: bool
) -> None:
    diagnostics = check(write(tmp_path / "b", bank(many(count, right, wrong))))
    found = [diagnostic for diagnostic in diagnostics if diagnostic.code == "longest-is-right"]
    assert [(Path(p.path).name, p.severity) for p in found] == [("buku.md", "warning")] * is_told


@pytest.mark.parametrize(("draw", "is_told"), [(1, False), (2, True)])
def test_a_pool_must_hold_what_is_drawn(tmp_path: Path, draw: int, is_told: bool) -> None:
    book = BOOK.replace("Ambil: 1", f"Ambil: {draw}")
    errors = [p.code for p in check(write(tmp_path / "b", {"buku.md": book})) if p.is_error]
    assert errors == ["pool-too-small"] * is_told


@pytest.mark.parametrize(
    ("chapter", "severity", "code"),
    [
        (chapter_text(bank=""), "warning", "no-bank"),
        (chapter_text(checks=""), "warning", "no-checks"),
        (chapter_text(body="kata " * 299), "warning", "chapter-length"),
        (chapter_text(body="kata " * 1201), "warning", "chapter-length"),
    ],
)
def test_a_chapter_that_breaks_a_rule_is_told(
    tmp_path: Path, chapter: str, severity: str, code: str
) -> None:
    diagnostics = check(write(tmp_path / "b", {"02-dua.md": chapter}))
    assert [(Path(p.path).name, p.line, p.severity, p.code) for p in diagnostics] == [
        ("02-dua.md", 1, severity, code)
    ]


@pytest.mark.parametrize("words", [300, 1200])
def test_a_chapter_of_just_the_right_length_is_not_told(tmp_path: Path, words: int) -> None:
    assert check(write(tmp_path / "b", {"02-dua.md": chapter_text(body="kata " * words)})) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("03-tiga.md", "chapter-number-gap"), ("1-lagi.md", "chapter-number-twice")],
)
def test_chapters_count_without_gap_or_repetition(tmp_path: Path, name: str, code: str) -> None:
    diagnostics = check(write(tmp_path / "b", {name: chapter_text()}))
    assert [diagnostic.code for diagnostic in diagnostics] == [code]


def test_chapters_begin_at_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", {"00-nol.md": chapter_text()})
    assert [p.code for p in check(folder)] == ["chapter-number-gap"]


def test_a_pocketbook_has_chapters(tmp_path: Path) -> None:
    folder = write(tmp_path / "b")
    (folder / "01-satu.md").unlink()
    assert [diagnostic.code for diagnostic in check(folder)] == ["no-chapters"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("tema: nilai-dasar", "tema: bunga", "unknown-theme"),
        ("Pengantar singkat.\n", "", "no-introduction"),
        ("- Menjelaskan pengertian HAM.\n", "", "no-objectives"),
    ],
)
def test_a_book_that_breaks_a_rule_is_told(
    tmp_path: Path, before: str, after: str, code: str
) -> None:
    folder = write(tmp_path / "b", {"buku.md": BOOK.replace(before, after)})
    assert [diagnostic.code for diagnostic in check(folder)] == [code]


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2026, 1, 30), ["checked-in-the-future"]),
        (date(2026, 1, 31), []),
        (None, []),
    ],
)
def test_regulations_cannot_have_been_checked_tomorrow(
    tmp_path: Path, today: date | None, codes: list[str]
) -> None:
    assert [p.code for p in check(write(tmp_path / "b"), today)] == codes


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("ham01-c01", "ham01-k01", []),
        ("ham01-k01", "ham01-k01", ["id-twice"]),
        ("ham01-c01", "ham01-7", ["bad-id"]),
        ("ham01-c01", "HAM01-K01", ["bad-id"]),
        ("ham01-c01", "ham01-k1", ["bad-id"]),
        ("ham01-c01", "", ["bad-id"]),
        ("ham01-c01", "ham01 k01", ["bad-id"]),
        ("ham01-c01", "ham02-k01", ["foreign-id"]),
    ],
)
def test_ids_have_a_form_and_stand_once(
    tmp_path: Path, first: str, second: str, codes: list[str]
) -> None:
    text = chapter_text(
        checks=f"{QUESTION}<!-- id: {first} -->", bank=f"{QUESTION}<!-- id: {second} -->"
    )
    diagnostics = check(write(tmp_path / "b", {"01-satu.md": text}))
    assert [diagnostic.code for diagnostic in diagnostics] == codes


def test_errors_of_reading_and_of_the_rules_come_together_in_reading_order(tmp_path: Path) -> None:
    files = {
        "buku.md": BOOK.replace("jp: 1", "jp: x"),
        "01-satu.md": chapter_text(checks=QUESTION.replace("[x]", "[ ]"), bank="- [x] lepas"),
    }
    diagnostics = check(write(tmp_path / "b", files))
    assert [(Path(p.path).name, p.code) for p in diagnostics] == [
        ("01-satu.md", "no-bank"),
        ("01-satu.md", "no-right-answer"),
        ("01-satu.md", "choice-before-question"),
        ("buku.md", "pool-too-small"),
        ("buku.md", "wrong-type"),
    ]


@pytest.mark.parametrize(
    ("text", "severity", "code", "line", "words"),
    [
        ("Halo <b>dunia</b>", "error", "raw-html", 2, "<b>"),
        ("a\n\n<div\n class=x>\n", "error", "raw-html", 4, "<div>"),
        ("<script>alert(1)</script>", "error", "script", 2, "<script>"),
        ("<SCRIPT src=//x", "error", "script", 2, "<script>"),
        ("<iframe src='https://x.id'></iframe>", "error", "iframe", 2, "<iframe>"),
        ("<img src=x onerror=alert(1)>", "error", "event-handler", 2, "<img>"),
        ("<svg/onload=alert(1)>", "error", "event-handler", 2, "<svg>"),
        ("baris<br>baru", "error", "raw-html", 2, "<br>"),
        ("<!DOCTYPE html>", "error", "raw-html", 2, "!"),
        ("[x](javascript:alert(1))", "error", "unsafe-link", 2, "javascript:alert(1)"),
        ("[x]( JaVa\tScript:alert(1) )", "error", "unsafe-link", 2, "Script"),
        ("[x](java&#115;cript:alert(1))", "error", "unsafe-link", 2, "cript"),
        ("[x](&#x6a;avascript:a)", "error", "unsafe-link", 2, "avascript"),
        ("[x][y]\n\n[y]: data:text/html,x", "error", "unsafe-link", 4, "data:text/html,x"),
        ("<vbscript:msgbox>", "error", "unsafe-link", 2, "vbscript:msgbox"),
        ("[x](//jahat.id)", "error", "unsafe-link", 2, "//jahat.id"),
        ("[x](/\\jahat.id)", "error", "unsafe-link", 2, "jahat.id"),
        ("[x](file:///etc/passwd)", "error", "unsafe-link", 2, "file:"),
        ("[a\nb](javascript:x)", "error", "unsafe-link", 2, "javascript:x"),
        ("[x](09-hilang.md)", "error", "unknown-chapter", 2, "09-hilang.md"),
        ("[x](#bagian)", "warning", "unknown-anchor", 2, "#bagian"),
    ],
)
@pytest.mark.parametrize("place", ["body", "feedback"])
def test_what_never_reaches_a_reader_is_told(
    tmp_path: Path, place: str, text: str, severity: str, code: str, line: int, words: str
) -> None:
    spoilt = (
        chapter_text(body=f"{PROSE}\n{text}\n")
        if place == "body"
        else chapter_text(
            bank=QUESTION.replace(
                "  > Tepat.\n", "  > Tepat.\n" + "".join(f"  > {x}\n" for x in text.split("\n"))
            )
        )
    )
    diagnostics = check(write(tmp_path / "b", {"01-satu.md": spoilt}))
    assert {(p.severity, p.code) for p in diagnostics} == {(severity, code)}, diagnostics
    assert words in diagnostics[0].sentence
    if place == "body":
        assert diagnostics[0].line == line + 5
    else:
        assert diagnostics[0].sentence.startswith('Soal "Seorang')
    if code not in {"unknown-anchor", "unknown-chapter"}:
        assert "tidak pernah sampai ke pembaca" in diagnostics[0].sentence


@pytest.mark.parametrize(
    "text",
    [
        "`<script>` dan ``<b>`</b>``",
        "```html\n<script>x</script>\n[x](javascript:y)\n```",
        "3 < 4 dan 5 > 2; a<b, x <- y, <3",
        "<https://lapor.go.id> dan <mailto:a@b.id> dan <tel:129>",
        "[Bab](01-satu.md), [situs](https://a.id/b?c=d#e), [surel](mailto:a@b.id)",
        "[beranda](/buku/x), [telepon](tel:+62129)",
        "<!-- <script>catatan penulis</script> -->",
        "Kata javascript: tanpa tautan",
        "[x] bukan tautan (javascript:)",
    ],
)
def test_harmless_text_is_not_told(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=f"{PROSE}\n\n{text}\n")})
    assert check(folder) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yth. <nama warga>", "<nama warga>"),
        ("NIP <isi di sini>", "<isi di sini>"),
        ("umur <dewasa> tahun", "<dewasa>"),
        ("<NAMA>", "<NAMA>"),
    ],
)
def test_words_between_angle_brackets_are_told_with_the_cause(
    tmp_path: Path, text: str, words: str
) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=f"{PROSE}\n\n{text}")})
    (diagnostic,) = check(folder)
    assert (diagnostic.code, diagnostic.line) == ("raw-html", 8)
    assert words in diagnostic.sentence
    assert "dibaca sebagai HTML" in diagnostic.sentence
    assert "isian" in diagnostic.remedy


def test_a_fault_in_the_text_below_the_questions_is_none_of_the_last_question(
    tmp_path: Path,
) -> None:
    text = chapter_text() + "\n## Ringkasan\n\nHalo <b>dunia</b>.\n"
    (diagnostic,) = check(write(tmp_path / "b", {"01-satu.md": text}))
    assert diagnostic.sentence.startswith("Ada HTML mentah <b>")


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["A. Satu", "B. Dua", "C. Tiga"], ["lettered-choices"]),
        (["a) Satu", "b) Dua", "c) Tiga"], ["lettered-choices"]),
        (["A. Rahman", "B. Santoso", "D. Sari"], []),
        (["Satu", "B. Dua", "C. Tiga"], []),
    ],
)
def test_letters_before_shuffled_choices_are_told(
    tmp_path: Path, texts: list[str], codes: list[str]
) -> None:
    choices = "\n".join(f"- [{'x' if n == 0 else ' '}] {t}\n  > f" for n, t in enumerate(texts))
    question = f"### Apa?\n\n{choices}\n\n> **Pembahasan:** P\n> **Sumber:** S\n"
    found = check(write(tmp_path / "b", bank(question)))
    assert [p.code for p in found if p.code != "no-checks"] == codes
