"""Questions in GIFT and Aiken are recognised and brought over, with every loss told."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.conversion import convert
from lms.authoring.parsing.foreign_questions import recognise
from lms.authoring.parsing.result import QuestionSource
from lms.rendering.markdown import render_question
from tests.unit.authoring.pocketbooks import (
    BOOK,
    PROSE,
    QUESTION,
    chapter_text,
    parse_folder,
    read,
    write,
)

ONLY_AN_AUTHOR_CAN_ADD = {
    "no-checks", "no-feedback", "no-explanation", "no-source", "too-few-choices", "all-right",
}  # fmt: skip
AIKEN = """\
Apa langkah pertama?
A. menyapa
B. mengusir
C. diam
ANSWER: A

Mana saja yang tepat
menurut Pasal 34?
a) adil
b) santun
c) kasar
   sekali
JAWABAN: A, B
FEEDBACK: Bacalah pasalnya.
"""


def converted(text: str) -> tuple[tuple[QuestionSource, ...], list[tuple[str, int]]]:
    diagnostics = Diagnostics("soal.txt")
    conversion = convert(text, diagnostics)
    assert conversion is not None
    chapter, told = read(f"---\njudul: A\n---\n\n{PROSE}\n\n{conversion.text}")
    assert told == []
    assert len(chapter.bank) == conversion.count
    return chapter.bank, [(p.code, p.line) for p in diagnostics.entries]


def one(text: str) -> tuple[QuestionSource, list[tuple[str, int]]]:
    questions, lost = converted(text)
    assert len(questions) == 1
    return questions[0], lost


def key(question: QuestionSource) -> list[tuple[str, bool]]:
    return [(choice.text, choice.is_right) for choice in question.choices]


def test_a_multiple_choice_of_gift_comes_over_whole() -> None:
    question, lost = one(
        "// dari Moodle\n$CATEGORY: HAM/Bab 1\n\n::S1::Siapa yang berhak?{\n=Setiap orang#Tepat.\n"
        "~Hanya pegawai#Keliru.\n~Hanya warga\n####Semua orang berhak.\n}\n"
    )
    assert lost == []
    assert question.stem == "Siapa yang berhak?"
    assert key(question) == [
        ("Setiap orang", True),
        ("Hanya pegawai", False),
        ("Hanya warga", False),
    ]
    assert [choice.feedback for choice in question.choices] == ["Tepat.", "Keliru.", None]
    assert question.explanation == "Semua orang berhak."
    assert question.body == ""


@pytest.mark.parametrize(
    ("answer", "right", "feedback"),
    [
        ("TRUE", "Benar", (None, None)),
        ("T", "Benar", (None, None)),
        ("F", "Salah", (None, None)),
        ("FALSE#Itu keliru.#Tepat.", "Salah", ("Itu keliru.", "Tepat.")),
        ("TRUE#Itu keliru.#Tepat.", "Benar", ("Tepat.", "Itu keliru.")),
    ],
)
def test_true_or_false_becomes_benar_or_salah(
    answer: str, right: str, feedback: tuple[str | None, str | None]
) -> None:
    question, lost = one(f"Hak itu universal.{{{answer}}}")
    assert lost == []
    assert [choice.text for choice in question.choices if choice.is_right] == [right]
    assert tuple(choice.feedback for choice in question.choices) == feedback
    assert question.keeps_order


def test_weights_are_kept_as_right_or_wrong_and_told() -> None:
    question, lost = one("Mana saja? {~%50%Adil ~%50%Santun ~%-100%Kasar ~%0%Diam}")
    assert key(question) == [("Adil", True), ("Santun", True), ("Kasar", False), ("Diam", False)]
    assert question.is_multiple
    assert lost == [("import-weight", 1)] * 3


def test_partial_credit_beside_a_key_is_wrong_and_told() -> None:
    question, lost = one("\n\nMana? {=Adil ~%50%Hampir ~Kasar}")
    assert key(question) == [("Adil", True), ("Hampir", False), ("Kasar", False)]
    assert lost == [("import-weight", 3)]


def test_a_missing_word_leaves_a_gap() -> None:
    question, lost = one("Hak itu {=universal ~terbatas ~hadiah} bagi semua.")
    assert lost == []
    assert question.stem == r"Hak itu \_\_\_\_ bagi semua."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"a\=b \~ \# \{x\} 1\:2 C\:\\x", "a=b ~ # {x} 1:2 C:\\x"),
        ("*tebal* _miring_ `kode` [x] [a](b)", "*tebal* _miring_ `kode` [x] [a](b)"),
        ("a < b dan <b", "a &lt; b dan &lt;b"),
        ("[html]<p>satu <b>dua</b> &amp; tiga</p>", "satu dua &amp; tiga"),
    ],
)
def test_plain_text_shows_as_it_was_written(text: str, shown: str) -> None:
    question, _ = one(f"{text} {{={text} ~lain ~lagi}}".replace("=[html]", "="))
    rendered = render_question(question)
    assert rendered.stem_html == shown
    assert rendered.choices_html[0].replace("\n", " ") == shown


def test_markdown_of_gift_stays_markdown() -> None:
    question, _ = one("[markdown]Apa **tebal**? {=ya ~tidak ~mungkin}")
    assert question.stem == "Apa **tebal**?"


def test_a_story_in_gift_stands_below_its_question() -> None:
    question, _ = one("Ibu Sari datang.\\n\\n- membawa map\\n\\nApa langkah Anda? {=a ~b ~c}")
    assert question.stem == "Apa langkah Anda?"
    assert "Ibu Sari datang." in question.body
    assert "membawa map" in question.body
    assert [choice.text for choice in question.choices] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tulis esai. {}", "esai"),
        ("Berapa? {#5:1}", "angka"),
        ("Berapa? {#1..5}", "angka"),
        ("Sebut. {=satu =dua}", "isian singkat"),
        ("Jodohkan. {=a -> b =c -> d}", "menjodohkan"),
        ("Hanya keterangan.", "{ dan }"),
        ("Tidak ditutup. {=a ~b", "{ dan }"),
        ("Dua {=a ~b} dan {=c ~d}.", "lebih dari satu"),
    ],
)
def test_a_kind_that_we_do_not_have_is_named_and_left_out(text: str, kind: str) -> None:
    diagnostics = Diagnostics("soal.txt")
    conversion = convert(f"Ada? {{=a ~b ~c}}\n\n{text}\n", diagnostics)
    assert conversion is not None
    assert conversion.count == 1
    assert [(p.line, p.severity, p.code) for p in diagnostics.entries] == [
        (3, "error", "import-left-out")
    ]
    assert kind in diagnostics.entries[0].sentence


def test_a_question_without_key_is_told() -> None:
    _, lost = converted("Ada? {~a ~b ~c}\n\nMana? {=a ~b ~c}")
    assert lost == [("import-no-key", 1)]


def test_aiken_comes_over_whole() -> None:
    (first, second), lost = converted(AIKEN)
    assert lost == []
    assert first.stem == "Apa langkah pertama?"
    assert key(first) == [("menyapa", True), ("mengusir", False), ("diam", False)]
    assert second.stem == "Mana saja yang tepat menurut Pasal 34?"
    assert key(second) == [("adil", True), ("santun", True), ("kasar sekali", False)]
    assert second.explanation == "Bacalah pasalnya."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Rusak?\nA. x\nB. y\n", "tidak diakhiri"),
        ("Rusak?\nA. x\nB. y\nANSWER: D\n", "yang tidak ada"),
        ("Rusak?\nANSWER: A\n", "tidak punya"),
        ("ANSWER: A\n", "tidak punya"),
    ],
)
def test_what_aiken_lacks_is_told_at_its_line(text: str, why: str) -> None:
    diagnostics = Diagnostics("soal.txt")
    conversion = convert(f"{AIKEN}\n{text}", diagnostics)
    assert conversion is not None
    assert conversion.count == 2
    (diagnostic,) = diagnostics.entries
    assert (diagnostic.line, diagnostic.code) == (16, "import-left-out")
    assert why in diagnostic.sentence


@pytest.mark.parametrize(
    "text",
    [
        AIKEN,
        "::A --> B:: [html]<p>Apa <b>itu</b>?</p><ul><li>x</li></ul> {=ya ~tidak ~mungkin}",
        "# Apa? {=> ya ~- tidak ~1. mungkin}",
        "Mana? {=[x] ya ~[ ] tidak ~(x) mungkin}",
        "<script>alert(1)</script> Apa? {=ya<img src=x onerror=y> ~tidak ~mungkin}",
        "Apa [tautan](javascript:x)? {=ya ~tidak ~mungkin#karena <iframe>}",
        "Apa? {=ya[^1] ~tidak ~mungkin ####Pembahasan: begini\\nSumber: situ}",
    ],
)
def test_what_comes_out_passes_the_check(tmp_path: Path, text: str) -> None:
    conversion = convert(text, Diagnostics("soal.txt"))
    assert conversion is not None
    bank = conversion.text.removeprefix("## Soal kuis")
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(bank=bank)})
    found = {p.code for p in check_pocketbook(parse_folder(folder))}
    assert found <= ONLY_AN_AUTHOR_CAN_ADD


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("::S1::Apa?{=a ~b}", "gift-text", 1),
        ("Teks.\n\nApa? {\n=a\n~b\n}", "gift-text", 3),
        ("Apa? {TRUE}", "gift-text", 1),
        ("Apa? {#5:1}", "gift-text", 1),
        ("$CATEGORY: x", "gift-text", 1),
        ("Apa?\nA. x\nB. y\nANSWER: A", "aiken-text", 4),
        ("Apa?\n\nA) x\nB) y\nJawaban: B", "aiken-text", 5),
    ],
)
@pytest.mark.parametrize("place", ["body", "bank", "checks", "book", "appendix"])
def test_gift_and_aiken_in_a_file_are_told_with_the_way_out(
    tmp_path: Path, text: str, code: str, line: int, place: str
) -> None:
    files = {
        "body": {"01-satu.md": chapter_text(body=f"Isi.\n\n{text}")},
        "bank": {"01-satu.md": chapter_text(bank=f"{QUESTION}\n{text}")},
        "checks": {"01-satu.md": chapter_text(checks=text)},
        "book": {"buku.md": BOOK.replace("Pengantar singkat.", text)},
        "appendix": {"kartu.md": f"# Kartu\n\n{text}"},
    }[place]
    folder = write(tmp_path / "b", files)
    found = [p for p in parse_folder(folder).diagnostics if p.code == code]
    whole = next(iter(files.values()))
    first = whole[: whole.index(text)].count("\n") + line
    assert [(p.line, p.severity) for p in found] == [(first, "error")]
    assert "flask content import" in found[0].remedy


@pytest.mark.parametrize(
    "text",
    [
        "Teks {dalam kurung kurawal} biasa.",
        "## Judul {#bagian}",
        "a = b ~ c",
        "A. Rahman dan B. Santoso.",
        "`{=a ~b}`",
        "Pasal 5:\n\na. satu\nb. dua\n\nJawaban Anda: jujur.",
        "Pukul 10::30 sampai 11::30",
    ],
)
def test_ordinary_text_is_in_no_other_notation(text: str) -> None:
    assert recognise(text.replace("`{=a ~b}`", "")) is None
    assert convert(text.replace("`{=a ~b}`", ""), Diagnostics("x")) is None
