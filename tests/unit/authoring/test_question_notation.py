"""What the parser tolerates in questions, and what it reports."""

import pytest

from tests.unit.authoring.pocketbooks import HEAD, read, read_question

PLAIN = [("A", False), ("B", True), ("C", False)]


def key(section: str) -> list[tuple[str, bool]]:
    question, diagnostics = read_question(section)
    assert diagnostics == []
    return [(choice.text, choice.is_right) for choice in question.choices]


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param("- [ ] A\n- [x] B\n- [ ] C", id="as documented"),
        pytest.param("- [ ] A\n\n- [x] B\n\n\n- [ ] C", id="blank lines between"),
        pytest.param("* [ ] A\n* [x] B\n* [ ] C", id="asterisks"),
        pytest.param("+ [ ] A\n+ [x] B\n+ [ ] C", id="plus signs"),
        pytest.param("• [ ] A\n• [x] B\n• [ ] C", id="bullets from Word"),
        pytest.param("•\t[ ] A\n•\t[x] B\n•\t[ ] C", id="bullets and tabs from Word"),
        pytest.param("– [ ] A\n– [x] B\n– [ ] C", id="dashes that Word made longer"),
        pytest.param("- [] A\n- [X] B\n- [] C", id="empty brackets and a capital X"),
        pytest.param("- [  ] A\n- [ x ] B\n- [ ] C", id="spaces in the brackets"),
        pytest.param("- [ ] A\n- [x]B\n- [ ]C", id="no space after the brackets"),
        pytest.param("-[ ] A\n-[x] B\n-[ ] C", id="no space before the brackets"),
        pytest.param("- [ ] A\n- [v] B\n- [ ] C", id="a v as a tick"),
        pytest.param("- [ ] A\n- [✓] B\n- [ ] C", id="a tick as a tick"),
        pytest.param("1. [ ] A\n2. [x] B\n3. [ ] C", id="numbered"),
        pytest.param("1) [ ] A\n2) [x] B\n3) [ ] C", id="numbered with brackets"),
        pytest.param("-\u00a0[\u00a0] A\n-\u00a0[x]\u00a0B\n- [ ] C", id="non-breaking spaces"),
        pytest.param("   - [ ] A\n   - [x] B\n   - [ ] C", id="indented"),
        pytest.param("\t- [ ] A\n\t- [x] B\n\t- [ ] C", id="indented by a tab"),
        pytest.param("- \\[ \\] A\n- \\[x\\] B\n- \\[ \\] C", id="brackets escaped by a converter"),
        pytest.param("* [ ] A\n- [x] B\n3. [ ] C", id="mixed marks"),
    ],
)
def test_choices_are_read_however_they_are_marked(choices: str) -> None:
    assert key(f"### Apa?\n\n{choices}") == PLAIN


@pytest.mark.parametrize(
    "line_end", [pytest.param("\r\n", id="Windows"), pytest.param("\r", id="old Mac")]
)
def test_foreign_line_ends_are_read(line_end: str) -> None:
    section = "### Apa?\n\n- [ ] A\n  > a\n- [x] B\n- [ ] C\n\n> **Pembahasan:** P"
    question, diagnostics = read_question(section.replace("\n", line_end))
    assert diagnostics == []
    assert question.choices[0].feedback == "a"
    assert question.explanation == "P"


def test_a_mark_of_byte_order_is_read() -> None:
    chapter, diagnostics = read("\ufeff" + HEAD + "Isi.")
    assert (chapter.title, diagnostics) == ("Bab satu", [])


@pytest.mark.parametrize(
    "indent",
    ["", " ", "  ", "   ", "    ", "      ", "\t", "\u00a0\u00a0"],
    ids=["none", "1", "2", "3", "4", "6", "tab", "non-breaking"],
)
@pytest.mark.parametrize("blank_lines", ["", "\n", "\n\n\n"], ids=["0", "1", "3"])
def test_a_quote_below_a_choice_is_its_feedback(indent: str, blank_lines: str) -> None:
    section = (
        f"### Apa?\n\n- [ ] A\n{blank_lines}{indent}> mengapa bukan A\n"
        f"- [x] B\n{blank_lines}{indent}> mengapa B\n"
        f"- [ ] C\n{blank_lines}{indent}> mengapa bukan C\n"
    )
    question, diagnostics = read_question(section)
    assert diagnostics == []
    assert [choice.feedback for choice in question.choices] == [
        "mengapa bukan A",
        "mengapa B",
        "mengapa bukan C",
    ]
    assert question.explanation is None


@pytest.mark.parametrize(
    ("quote", "feedback"),
    [
        ("  > satu\n  > dua", "satu\ndua"),
        ("  > satu\n  >\n  > dua", "satu\n\ndua"),
        ("  > satu\n\n  > dua", "satu\n\ndua"),
        ("  > satu\n    dua", "satu\ndua"),
        ("  >satu", "satu"),
    ],
    ids=["two lines", "two paragraphs", "two quotes", "lazy second line", "no space"],
)
def test_feedback_may_take_several_lines(quote: str, feedback: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n\n- [ ] A\n{quote}\n- [x] B\n- [ ] C")
    assert diagnostics == []
    assert question.choices[0].feedback == feedback


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("- [ ] satu\n  dua", "satu\ndua"),
        ("- [ ] satu\ndua", "satu\ndua"),
        ("- [ ] satu\n      dua", "satu\n    dua"),
        ("- [ ] satu\n  ```\n  - [x] kode\n  ```", "satu\n```\n- [x] kode\n```"),
    ],
    ids=["indented", "lazy", "deeper", "code"],
)
def test_a_choice_may_take_several_lines(choice: str, text: str) -> None:
    question, diagnostics = read_question(f"### Apa?\n\n{choice}\n- [x] B\n- [ ] C")
    assert diagnostics == []
    assert [c.text for c in question.choices] == [text, "B", "C"]


@pytest.mark.parametrize(
    ("after", "explanation", "source"),
    [
        ("> **Pembahasan:** P\n>\n> **Sumber:** S", "P", "S"),
        ("> **Pembahasan:** P\n> **Sumber:** S", "P", "S"),
        ("> **Pembahasan:** P\n\n> **Sumber:** S", "P", "S"),
        ("> **Sumber:** S\n>\n> **Pembahasan:** P", "P", "S"),
        ("> **Pembahasan**: P\n>\n> __Sumber:__ S", "P", "S"),
        ("> Pembahasan: P\n>\n> *Sumber*: S", "P", "S"),
        ("> **Pembahasan :** P\n> **SUMBER:** S", "P", "S"),
        ("> **Pembahasan: P**\n> **Sumber: S**", "P", "S"),
        ("> Saja", "Saja", None),
        ("  > **Pembahasan:** P", "P", None),
        ("> **Pembahasan:** P\n> lagi\n>\n> dan lagi", "P\nlagi\n\ndan lagi", None),
        ("> **Pembahasan:** P\n>\n> - butir\n>\n> **Sumber:** S1\n> S2", "P\n\n- butir", "S1\nS2"),
        (">\u00a0**Pembahasan:**\u00a0P", "P", None),
    ],
)
def test_a_quote_after_the_last_choice_is_the_explanation(
    after: str, explanation: str | None, source: str | None
) -> None:
    section = f"### Apa?\n\n- [ ] A\n  > a\n- [x] B\n  > b\n- [ ] C\n  > c\n\n{after}"
    question, diagnostics = read_question(section)
    assert diagnostics == []
    assert (question.explanation, question.source) == (explanation, source)
    assert question.choices[2].feedback == "c"


def test_an_explanation_may_follow_the_last_choice_without_a_blank_line() -> None:
    question, _ = read_question("### Apa?\n- [ ] A\n- [x] B\n- [ ] C\n> **Pembahasan:** P")
    assert (question.explanation, question.choices[2].feedback) == ("P", None)


def test_an_unlabelled_quote_right_below_the_last_choice_is_feedback() -> None:
    question, _ = read_question("### Apa?\n- [ ] A\n> a\n- [x] B\n> b\n- [ ] C\n> c")
    assert (question.explanation, question.choices[2].feedback) == (None, "c")


def test_an_unlabelled_quote_apart_is_the_explanation_unless_all_feedback_is_apart() -> None:
    near, _ = read_question("### Apa?\n- [ ] A\n> a\n- [x] B\n- [ ] C\n\n> c")
    apart, _ = read_question("### Apa?\n- [ ] A\n\n> a\n\n- [x] B\n\n- [ ] C\n\n> c\n\n> p")
    assert (near.explanation, near.choices[2].feedback) == ("c", None)
    assert (apart.explanation, apart.choices[2].feedback) == ("p", "c")


def test_an_explanation_without_quote_is_read_and_reported() -> None:
    question, diagnostics = read_question(
        "### Apa?\n- [ ] A\n- [x] B\n- [ ] C\n\n**Pembahasan:** P\nlagi\n\n**Sumber:** S"
    )
    assert (question.explanation, question.source) == ("P\nlagi", "S")
    assert {diagnostic.code for diagnostic in diagnostics} == {"explanation-without-quote"}


def test_a_case_story_stands_between_heading_and_choices() -> None:
    story = "Cerita *panjang*.\n\n- satu\n- dua\n\n> Pesan di grup\n\n![Loket](gambar/a.png)"
    question, diagnostics = read_question(f"### Apa?\n\n{story}\n\n- [ ] A\n- [x] B\n- [ ] C")
    assert diagnostics == []
    assert question.body == story
    assert [choice.feedback for choice in question.choices] == [None, None, None]


@pytest.mark.parametrize(
    ("heading", "stem"),
    [
        ("Mana saja? (pilih semua yang benar)", "Mana saja?"),
        ("Mana saja? (Pilih semua yang benar!)", "Mana saja?"),
        ("Mana saja? ( pilih semua jawaban yang tepat )", "Mana saja?"),
        ("(pilih semua) Mana saja?", "Mana saja?"),
        ("Mana (pilih\u00a0semua yang\u00a0benar) saja?", "Mana saja?"),
    ],
)
def test_the_hint_forces_check_boxes_and_is_not_shown(heading: str, stem: str) -> None:
    question, _ = read_question(f"### {heading}\n- [x] A\n- [ ] B\n- [ ] C")
    assert (question.is_multiple, question.stem) == (True, stem)


@pytest.mark.parametrize(("ticks", "is_multiple"), [("x  ", False), ("xx ", True), ("xxx", True)])
def test_two_ticks_make_check_boxes(ticks: str, is_multiple: bool) -> None:
    choices = "\n".join(f"- [{tick}] P{n}" for n, tick in enumerate(ticks))
    question, _ = read_question(f"### Apa?\n{choices}")
    assert question.is_multiple is is_multiple


@pytest.mark.parametrize(
    ("texts", "keeps_order"),
    [
        (["Benar", "Salah"], True),
        (["**Salah**", "benar."], True),
        (["Ya", "Tidak"], True),
        (["Benar", "Keliru"], False),
        (["Benar", "Salah", "Ragu"], False),
    ],
)
def test_true_or_false_keeps_its_order(texts: list[str], keeps_order: bool) -> None:
    choices = "\n".join(f"- [{'x' if n == 0 else ' '}] {text}" for n, text in enumerate(texts))
    question, _ = read_question(f"### Apa?\n{choices}")
    assert question.keeps_order is keeps_order


@pytest.mark.parametrize(
    ("text", "stays_last"),
    [
        ("Semua jawaban benar", True),
        ("Semua jawaban di atas benar.", True),
        ("Semua di atas", True),
        ("Semua pilihan di atas benar", True),
        ("Tidak ada yang benar", True),
        ("Tidak ada jawaban yang benar", True),
        ("Semua orang berhak atas layanan", False),
        ("Semua data benar dan lengkap", False),
        ("Tidak ada", False),
    ],
)
def test_all_of_the_above_stays_last(text: str, stays_last: bool) -> None:
    question, _ = read_question(f"### Apa?\n- [ ] A\n- [ ] B\n- [x] {text}")
    assert question.choices[2].stays_last is stays_last


@pytest.mark.parametrize(
    "place",
    [
        "### Apa?\n{id}\n- [ ] A\n- [x] B\n- [ ] C",
        "### Apa? {id}\n- [ ] A\n- [x] B\n- [ ] C",
        "### Apa?\n- [ ] A\n{id}\n  > a\n- [x] B\n- [ ] C",
        "### Apa?\n- [ ] A\n- [x] B\n- [ ] C\n\n> P\n\n{id}",
    ],
    ids=["below the heading", "in the heading", "among the choices", "at the end"],
)
@pytest.mark.parametrize(
    "comment",
    [
        "<!-- id: ham01-k07 -->",
        "<!--id:ham01-k07-->",
        "<!– id: ham01-k07 –>",
        "<!-- ID: ham01-k07 -->",
    ],
)
def test_an_id_belongs_to_its_question_and_is_never_shown(place: str, comment: str) -> None:
    question, diagnostics = read_question(place.replace("{id}", comment))
    assert diagnostics == []
    assert (question.id, question.stem, question.body) == ("ham01-k07", "Apa?", "")
    assert [choice.text for choice in question.choices] == ["A", "B", "C"]


def test_a_question_in_a_comment_is_no_question() -> None:
    chapter, diagnostics = read(
        f"{HEAD}Isi.\n\n## Soal kuis\n\n<!--\n### Draf\n- [x] A\n-->\n\n### Apa?\n- [x] B\n"
    )
    assert diagnostics == []
    assert [question.stem for question in chapter.bank] == ["Apa?"]


def test_code_is_no_notation() -> None:
    chapter, diagnostics = read(
        f"{HEAD}```\n## Soal kuis\n### x\n- [x] y\n<!-- id: a -->\n```\n\n"
        "~~~~\n~~~\n## Soal kuis\n~~~~\n\nAkhir.\n"
    )
    assert diagnostics == []
    assert (chapter.bank, chapter.checks) == ((), ())
    assert "<!-- id: a -->" in chapter.body
    assert chapter.body.endswith("Akhir.")


def test_task_lists_elsewhere_stay_text() -> None:
    chapter, diagnostics = read(f"{HEAD}Daftar:\n\n- [x] sudah\n- [ ] belum\n")
    assert diagnostics == []
    assert chapter.body == "Daftar:\n\n- [x] sudah\n- [ ] belum"


@pytest.mark.parametrize(
    "heading",
    ["## Cek pemahaman", "## CEK PEMAHAMAN", "##  Cek  Pemahaman:", "## **Cek pemahaman**",
     "##\u00a0Cek\u00a0pemahaman", "##Cek pemahaman", "## Cek pemahaman ##"],
)  # fmt: skip
def test_a_section_is_found_however_it_is_written(heading: str) -> None:
    chapter, diagnostics = read(f"{HEAD}Isi.\n\n{heading}\n\n### Apa?\n- [x] A\n- [ ] B\n")
    assert diagnostics == []
    assert [question.stem for question in chapter.checks] == ["Apa?"]


def test_an_ordinary_heading_ends_the_questions() -> None:
    chapter, diagnostics = read(
        f"{HEAD}Isi.\n\n## Cek pemahaman\n\n### Apa?\n- [x] A\n- [ ] B\n\n## Ringkasan\n\nAkhir.\n"
    )
    assert diagnostics == []
    assert len(chapter.checks) == 1
    assert chapter.body == "Isi.\n\n## Ringkasan\n\nAkhir."


def test_a_line_between_questions_is_ignored() -> None:
    chapter, diagnostics = read(
        f"{HEAD}Isi.\n\n## Soal kuis\n\n---\n\n### Apa?\n- [x] A\n- [ ] B\n\n---\n\n"
        "### Siapa?\n- [ ] C\n- [x] D\n\n***\n"
    )
    assert diagnostics == []
    assert [len(question.choices) for question in chapter.bank] == [2, 2]


@pytest.mark.parametrize(
    ("section", "code", "line", "words"),
    [
        ("- [x] A\n", "choice-before-question", 9, "A"),
        ("> mengapa\n", "feedback-without-choice", 9, "mengapa"),
        ("### Apa itu?\n\n> mengapa\n", "feedback-without-choice", 11, "Apa itu?"),
        ("### Apa itu?\n\nTeks saja.\n", "no-choices", 9, "Apa itu?"),
        ("### Apa itu?\n- A\n- B\n", "no-choices", 9, "Apa itu?"),
        ("### Apa itu?\n- [x] A\n- B\n", "choice-without-box", 11, "Apa itu?"),
        ("### Apa itu?\n- [x] A\n- [ ]\n", "empty-choice", 11, "Apa itu?"),
        ("### Apa itu?\n- [x] A\n\nLepas.\n\n> k\n", "text-after-choices", 12, "Apa itu?"),
        ("###\n- [x] A\n- [ ] B\n", "empty-question", 9, "kosong"),
        ("## Apa itu?\n- [x] A\n", "wrong-heading-level", 9, "Apa itu?"),
        ("#### Apa itu?\n- [x] A\n", "wrong-heading-level", 9, "Apa itu?"),
        ("# Apa itu?\n- [x] A\n", "wrong-heading-level", 9, "Apa itu?"),
        ("Kata pengantar.\n\n### Apa itu?\n- [x] A\n", "text-before-questions", 9, "Kata"),
        ("### Apa?\n- [x] A\n<!-- id: a -->\n<!-- id: b -->", "two-ids", 9, "Apa?"),
        ("<!-- id: ham01-k01 -->\n", "id-without-question", 9, "ham01-k01"),
        ("### Apa?\n- [x] A\n\n```\nkode\n", "unclosed-fence", 12, "```"),
        ("### Apa?\n- [x] A\n\n<!-- lupa\n\nlagi", "unclosed-comment", 12, "<!--"),
    ],
)
def test_broken_notation_is_reported_where_it_stands(
    section: str, code: str, line: int, words: str
) -> None:
    _, diagnostics = read(f"{HEAD}Isi.\n\n## Soal kuis\n\n{section}")
    found = [diagnostic for diagnostic in diagnostics if diagnostic.code == code]
    assert [diagnostic.line for diagnostic in found] == [line], diagnostics
    assert words in found[0].sentence
    assert found[0].remedy


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("### Soal kuis\n\n### Apa?\n- [x] A\n", "wrong-heading-level", 5),
        ("## Soal kuiz\n\nIsi\n", "section-near-miss", 5),
        ("## Kuis akhir\n\n- Ambil: 3 soal\n", "section-in-wrong-file", 5),
        ("Isi <!-- id: ham01-k01 -->\n", "id-without-question", 5),
    ],
)
def test_misplaced_sections_are_reported(text: str, code: str, line: int) -> None:
    _, diagnostics = read(HEAD + text)
    assert [(diagnostic.code, diagnostic.line) for diagnostic in diagnostics] == [(code, line)]


def test_all_problems_are_told_at_once() -> None:
    _, diagnostics = read(
        f"{HEAD}## Soal kuis\n\n### A?\n- [x] a\n- b\n\n### B?\n\n### C?\n- [x]\n\nLepas.\n"
    )
    assert [diagnostic.code for diagnostic in diagnostics] == [
        "choice-without-box",
        "no-choices",
        "text-after-choices",
        "empty-choice",
    ]
