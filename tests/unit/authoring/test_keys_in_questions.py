"""No question says its own key: not in its words, above its choices, nor in a choice."""

import pytest

from tests.unit.authoring.pocketbooks import read_question

CHOICES = "- [ ] mengusir\n  > Kasar.\n- [x] menyapa\n- [ ] diam\n\n> **Pembahasan:** Sapa dahulu."


def found(section: str) -> list[tuple[str, int, str]]:
    """What is told of a question whose heading stands in line 1."""
    _, diagnostics = read_question(section)
    return [(p.code, p.line - 8, p.severity) for p in diagnostics]


@pytest.mark.parametrize(
    ("above", "code"),
    [
        ("> **Pembahasan:** Menyapa yang tepat.", "explanation-above-choices"),
        ("Pembahasan: Menyapa yang tepat.\nLanjutan.", "explanation-above-choices"),
        ("Sumber: UU 25/2009", "explanation-above-choices"),
        ("> *Sumber*: UU 25/2009\n> Pasal 34", "explanation-above-choices"),
        ("> **Menguji:** tujuan 1, ingat", "explanation-above-choices"),
        ("Jawaban: menyapa", "answer-line"),
        ("Jawabannya: menyapa", "answer-line"),
        ("Kunci: menyapa", "answer-line"),
        ("**Kunci jawaban:** menyapa", "answer-line"),
        ("*Jawaban benar: pilihan kedua*", "answer-line"),
        ("(Jawaban: B)", "answer-line"),
        ("> Kunci: menyapa", "answer-line"),
        ("- Kunci: menyapa", "answer-line"),
        ("Jawaban yang tepat adalah menyapa.", "answer-line"),
        ("Seorang warga datang. (Jawaban: menyapa)", "key-in-question"),
    ],
)
def test_what_gives_the_key_away_above_the_choices_is_told_at_its_line(
    above: str, code: str
) -> None:
    assert found(f"### Apa?\n\n{above}\n\n{CHOICES}") == [(code, 3, "error")]
    if code != "key-in-question":
        question, _ = read_question(f"### Apa?\n\n{above}\n\n{CHOICES}")
        assert question.body == ""


@pytest.mark.parametrize(
    "heading",
    [
        "Apa langkah pertama? (Jawaban: B)", "Apa langkah pertama? Jawaban: menyapa",
        "Apa langkah pertama? [kunci: 2]", "Apa langkah pertama? (Pembahasan: sapa dahulu)",
        "Apa langkah pertama? (Sumber: UU 25/2009)", "Apa langkah pertama? **Kunci:** B",
    ],
)  # fmt: skip
def test_a_heading_that_says_the_key_is_told(heading: str) -> None:
    assert found(f"### {heading}\n\n{CHOICES}") == [("key-in-question", 1, "error")]


@pytest.mark.parametrize(
    "story",
    [
        "Jawaban petugas: \"Silakan duduk.\"", "Jawaban yang tepat adalah …", "Jawaban: …",
        "Ia mencari sumber air: sumur.", "Kunci lemari hilang.", "Jawaban yang benar adalah:",
    ],
)  # fmt: skip
def test_a_story_may_speak_of_answers_keys_and_sources(story: str) -> None:
    assert found(f"### Apa jawaban Anda?\n\n{story}\n\n{CHOICES}") == []


@pytest.mark.parametrize(
    "line",
    [
        "Keliru karena kasar.", "Tidak tepat karena kasar.", "Kurang tepat karena kasar.",
        "Pilihan ini keliru dan kasar.", "Jawaban ini kurang tepat.", "Salah sebab kasar.",
        "Ini keliru, sebab kasar.", "Tepat karena sopan.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_verdict_below_a_choice_without_its_mark_is_told(line: str, gap: str) -> None:
    section = f"### Apa?\n\n- [ ] mengusir{gap}  {line}\n- [x] menyapa\n- [ ] diam\n"
    place = 3 + len(gap)
    assert found(section) == [("feedback-without-quote", place, "error")]
    question, _ = read_question(section)
    assert question.choices[0].text == "mengusir"


@pytest.mark.parametrize(
    "block", ["\n  Itu kasar.", "  - Keliru: kasar.", "  - Tepat.", "  - dalam", "  1. dalam"]
)
def test_a_list_or_a_second_paragraph_within_a_choice_is_told(block: str) -> None:
    section = f"### Apa?\n\n- [ ] mengusir\n{block}\n- [x] menyapa\n- [ ] diam\n"
    assert found(section) == [("block-in-choice", 4 + block.count("\n"), "error")]


@pytest.mark.parametrize(
    "choice",
    [
        "menyapa (tepat)", "menyapa (benar)", "menyapa [Benar]", "menyapa (kunci)",
        "menyapa — Tepat.", "menyapa - benar", "menyapa -> Tepat", "menyapa → Salah", "menyapa ✅",
        "menyapa ❌", "menyapa ✓", "✅ menyapa", "(benar) menyapa", "**menyapa**", "__menyapa__.",
        "menyapa *", "menyapa*", "menyapa <-",
    ],
)  # fmt: skip
def test_a_choice_that_says_whether_it_is_right_is_told(choice: str) -> None:
    section = f"### Apa?\n\n- [ ] mengusir\n- [x] {choice}\n- [ ] diam\n"
    assert found(section) == [("verdict-in-choice", 4, "error")]


@pytest.mark.parametrize(
    "choices",
    [
        ["Benar", "Salah", "Tidak tahu"],
        ["**menyapa**", "**mengusir**", "**diam**"],
        ["menyapa *dengan* sopan", "**Sapa**, lalu dengar", "*gaslighting*"],
        ["Mencatat mana yang benar", "Menilai data itu salah", "Jawaban warga yang tepat"],
        ["Pasal 34 (lama)", "2 * 3", "Petugas menjawab: tidak benar"],
        ["Petugas berkata bahwa data itu\n  tidak tepat karena lama", "Menyapa\n  Salah satu", "x"],
    ],
)
def test_choices_that_only_speak_of_right_and_wrong_are_sound(choices: list[str]) -> None:
    section = "\n".join(f"- [{'x' if i == 0 else ' '}] {text}" for i, text in enumerate(choices))
    assert found(f"### Apa?\n\n{section}\n") == []
