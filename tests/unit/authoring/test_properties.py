"""What holds for every text: the parser never raises, and the notation makes no difference."""

import random
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.conversion import convert
from lms.authoring.parsing.result import ChapterSource, ChoiceSource, ParseResult, QuestionSource
from lms.authoring.report_formats import format_diagnostics
from lms.authoring.source.texts import normal_text
from lms.rendering.markdown import render_chapter, render_question, render_text
from lms.rendering.normalising import normalise
from lms.rendering.page_html import Surroundings
from tests.unit.authoring.inspection import faults
from tests.unit.authoring.pocketbooks import BOOK, HEAD, parse_folder, read, write

pytestmark = pytest.mark.slow

MARKS = [
    "### ", "## Soal kuis\n", "## Cek pemahaman\n", "## Tujuan\n", "## Kuis akhir\n", "- [x] ",
    "- [ ] ", "1. [x]", "• [ ]", "  > ", "> **Pembahasan:** ", "> **Sumber:** ", "<!-- id: ", "-->",
    "```", "~~~", "`", "![", "](", ")", "[^1]", "[^1]: ", "| a |\n|---|\n", "---\n", "judul: ",
    "\u00a0", "\t", "\r\n", "\r", "\ufeff", "    ", "\n\n", "\n", "#", "<b>", "javascript:", "\\",
    "- ", "* ", "2. ", "**", "_", "&lt;", "https://a.id", "\x00", "\u2028", "“", "gambar/a.png",
    "## Adegan: A\n", "### 1. B\n", "### 2. Akhir: C\n", " (ke 2)\n", "> **Dari mata warga:** ",
    "a. ", "b. ", "(1) ", "(2) ", "  \n", "\\\n", "~~", "> [!NOTE]\n", "[^", "[a][b]", "    ",
]  # fmt: skip
soup = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=6)), max_size=40).map("".join)
WORDS = st.text(alphabet=string.ascii_letters + "éñ0123456789,;", min_size=1, max_size=12)
lines = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: "k" + " ".join(words))


def everything(files: dict[str, str | bytes]) -> ParseResult:
    """Read and check a folder of such files, and render all that was read."""
    with tempfile.TemporaryDirectory() as place:
        result = parse_folder(write(Path(place) / "buku", files))
    diagnostics = check_pocketbook(result)
    for kind in ("text", "json", "github"):
        format_diagnostics(diagnostics, kind)
    for chapter in result.chapters:
        render_chapter(chapter, Surroundings(pictures=result.pictures))
        for question in chapter.questions:
            render_question(question, Surroundings(pictures=result.pictures))
    return result


@settings(deadline=None, max_examples=60)
@given(soup)
@example("## Soal kuis\n### \n- [x]\n> ")
@example("```\n" * 3)
@example("<!--" * 3)
@example("- " * 30)
@example("> " * 30)
@example("[" * 40)
@example("[^1]: ")
def test_no_chapter_makes_the_parser_the_checks_or_the_rendering_raise(text: str) -> None:
    everything({"01-satu.md": HEAD + text})


@settings(deadline=None, max_examples=60)
@given(soup)
def test_no_text_at_all_comes_out_harmful(text: str) -> None:
    chapter = ChapterSource(1, "a", "A", text, (), (), "01-a.md")
    assert faults(render_chapter(chapter).html) == []


@settings(deadline=None, max_examples=40)
@given(soup)
@example("---\nx: &a [*a]\n---\n")
@example("---\n? [a]\n: b\n---\n")
@example("---\n!!python/object:os.system x\n---\n")
@example("---\n.: .\n---\n")
@example("---\n=: 0b\n---\n")
@example("---\njp: 0b\n---\n")
@example("---\n!!timestamp x: y\n---\n")
@example("---\n!!bool x\n---\n")
@example("---\nmerge: {<<: 1}\n---\n")
@example(f"---\njp: {'9' * 5000}\n---\n")
def test_no_head_makes_the_parser_raise(text: str) -> None:
    everything({"buku.md": text})


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_raise(data: bytes) -> None:
    result = everything({"01-satu.md": data, "buku.md": BOOK})
    assert result.pocketbook is not None
    assert result.diagnostics


@settings(deadline=None)
@given(st.text())
def test_the_normal_form_of_a_text_is_normal(text: str) -> None:
    once = normal_text(text)
    assert normal_text(once) == once


@settings(deadline=None)
@given(soup, st.sampled_from(["\r\n", "\r"]), st.sampled_from(["", " ", "\t", "\u00a0 "]))
def test_line_ends_mark_and_trailing_spaces_never_matter(
    text: str, line_end: str, trailing: str
) -> None:
    unix = normal_text(text)
    foreign = "\ufeff" + unix.replace("\n", trailing + line_end)
    assert normal_text(foreign) == unix


@settings(deadline=None)
@given(lines, lines)
def test_different_words_never_have_the_same_normal_form(one: str, other: str) -> None:
    assert (normal_text(one) == normal_text(other)) == (one.rstrip() == other.rstrip())


@settings(deadline=None)
@given(soup)
def test_tidying_again_changes_no_word(text: str) -> None:
    simple = normal_text(text)
    words = sorted(normalise(simple).replace("\\#", "#").split())
    assert sorted(normalise(normalise(simple)).replace("\\#", "#").split()) == words


TICKED = [
    "[x]",
    "[X]",
    "[ x ]",
    "[v]",
    "[✓]",
    "[*]",
    "\uff3bx\uff3d",
    "[benar]",
    "[\u200bx]",
    "\\[x\\]",
]
EMPTY = ["[ ]", "[]", "[\u00a0]", "[-]", "\uff3b \uff3d"]
HEADINGS = [
    "## Soal kuis", "## Soal kuis tambahan", "## Kuis", "## Latihan", "## Penutup", "# Soal",
    "## Soal kuiz",
    "## Cek pemahaman", "### Soal kuis", "**Soal kuis**", "## Refleksi", "",
]  # fmt: skip


@st.composite
def quizzes(draw: st.DrawFn) -> str:
    """A question as people write it, somewhere; KUNCI stands in its right choice alone."""
    mark = draw(st.sampled_from(["-", "*", "•", "1.", "–", "+"]))
    asked = draw(
        st.sampled_from(["### Apa?", "### Memanggil warga", "**Apa?**", "Apa?", "## Apa?"])
    )
    feedback = draw(st.sampled_from(["", "\n  > sebab", "\n> sebab", "\n\n  > sebab"]))
    texts = [
        f"{draw(st.sampled_from(TICKED))} KUNCI",
        *(f"{draw(st.sampled_from(EMPTY))} {n}" for n in "ab"),
    ]
    lines = [f"{mark} {text}{feedback}" for text in draw(st.permutations(texts))]
    between = draw(st.sampled_from(["\n", "\n\n"]))
    end = draw(st.sampled_from(["", "\n\n> **Pembahasan:** sebab\n>\n> **Sumber:** UU 1"]))
    return "\n\n".join([draw(st.sampled_from(HEADINGS)), asked, between.join(lines) + end])


@settings(deadline=None, max_examples=150)
@given(quizzes(), st.sampled_from(["01-satu.md", "buku.md", "kartu.md"]))
def test_no_key_reaches_readable_text_without_an_error(quiz: str, name: str) -> None:
    whole = {
        "01-satu.md": f"{HEAD}Isi.\n\n{quiz}\n",
        "buku.md": BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n{quiz}"),
        "kartu.md": f"# Kartu\n\nIsi.\n\n{quiz}\n",
    }
    with tempfile.TemporaryDirectory() as place:
        result = parse_folder(write(Path(place) / "buku", {name: whole[name]}))
    if any(diagnostic.is_error for diagnostic in result.diagnostics):
        return
    shown = [render_chapter(chapter).html for chapter in result.chapters]
    book = result.pocketbook
    assert book is not None
    shown += [render_text(book.introduction), *(render_text(each.body) for each in book.appendices)]
    for chapter in result.chapters:
        for question in chapter.questions:
            rendered = render_question(question)
            shown.append(rendered.stem_html)
    assert not any("KUNCI" in text for text in shown)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40))
@example("Loket #3: antrean")
@example("1:30")
@example('"Hak" dan "Wajib"')
def test_a_title_is_kept_whole_or_refused(title: str) -> None:
    chapter, diagnostics = read(f"---\njudul: {title}\n---\n\nIsi.\n")
    if any(diagnostic.is_error for diagnostic in diagnostics):
        return
    words = " ".join(normal_text(title).split())
    assert chapter.title in {
        words,
        words[1:-1].strip(),
        words[1:-1].replace("''", "'").strip(),
    } or (words.startswith('"') and "\\" in words)


@settings(deadline=None, max_examples=60)
@given(soup)
@example("A?\nA. b\nANSWER: A\nFEEDBACK: c")
@example("::a::{=b#c ~%50%d ####e}")
@example("{T#a#b}")
def test_no_text_makes_an_import_raise_or_lose_count(text: str) -> None:
    conversion = convert(normal_text(text), Diagnostics("soal.txt"))
    if conversion is not None:
        chapter, _ = read(f"{HEAD}{conversion.text}")
        assert len(chapter.bank) == conversion.count


choices = st.builds(
    ChoiceSource,
    text=lines,
    is_right=st.booleans(),
    feedback=st.one_of(st.none(), lines, st.tuples(lines, lines).map("\n".join)),
)


@st.composite
def questions(draw: st.DrawFn) -> QuestionSource:
    """A question as authors write them."""
    options = tuple(draw(st.lists(choices, min_size=1, max_size=5)))
    is_multiple = draw(st.booleans()) or sum(choice.is_right for choice in options) > 1
    return QuestionSource(
        id=draw(st.one_of(st.none(), st.integers(1, 99).map(lambda n: f"ham01-k{n:02}"))),
        stem=draw(lines) + "?",
        body=draw(st.one_of(st.just(""), lines, st.tuples(lines, lines).map("\n\n".join))),
        choices=options,
        is_multiple=is_multiple,
        keeps_order=False,
        explanation=draw(st.one_of(st.none(), lines)),
        source=draw(st.one_of(st.none(), lines)),
        line=1,
        path="01-satu.md",
    )


def written(question: QuestionSource, dice: random.Random) -> str:
    """The question in one of the many notations that are allowed."""

    def some(*texts: str) -> str:
        return dice.choice(texts)

    hint = " (pilih semua yang benar)" if question.is_multiple else ""
    out = [f"###{some(' ', '  ', chr(0xA0))}{question.stem}{hint}", *[""] * dice.randrange(3)]
    name = f"<!--{some(' ', '')}id:{some(' ', '')}{question.id}{some(' ', '')}-->"
    is_early = dice.random() < 0.5
    if question.id and is_early:
        out += [name, *[""] * dice.randrange(2)]
    if question.body:
        out += [question.body, ""]
    gap = [""] * dice.randrange(3)
    indent = some("", " ", "  ", "   ", "    ", "\t")
    if gap and not any(choice.feedback for choice in question.choices[:-1]):
        indent = "  "  # a quote apart and not indented would be the explanation
    for number, choice in enumerate(question.choices, start=1):
        mark = some("-", "*", "+", "•", f"{number}.", f"{number})")
        box = some("[x]", "[X]", "[ x ]") if choice.is_right else some("[ ]", "[]", "[\u00a0]")
        out.append(f"{mark}{some(' ', chr(0xA0), '  ')}{box}{some(' ', '  ')}{choice.text}")
        if choice.feedback:
            out += gap
            out += [f"{indent}>{some(' ', chr(0xA0))}{t}" for t in choice.feedback.split("\n")]
        out += [""] * dice.randrange(2)
    labels = {"Pembahasan": question.explanation, "Sumber": question.source}
    told = [
        f"> {some(f'**{label}:**', f'**{label}**:', f'{label}:', f'__{label}:__')} {text}"
        for label, text in labels.items()
        if text
    ]
    between = some("\n>\n", "\n", "\n\n")
    out += ["", between.join(told)]
    if question.id and not is_early:
        out += ["", name]
    return some("\n", "\r\n", "\r").join("\n".join(out).split("\n"))


def alike(question: QuestionSource) -> object:
    """Everything of a question but where it stands."""
    return (
        question.id,
        question.stem,
        question.body,
        [(choice.text, choice.is_right, choice.feedback) for choice in question.choices],
        question.is_multiple,
        question.explanation,
        question.source,
    )


@settings(deadline=None, max_examples=30)
@given(
    st.lists(questions(), min_size=1, max_size=3), st.lists(questions(), max_size=3), st.randoms()
)
def test_questions_are_read_as_they_were_meant_in_every_allowed_notation(
    checks: list[QuestionSource], bank: list[QuestionSource], dice: random.Random
) -> None:
    parts = [f"{HEAD}Isi bab.", "## Cek pemahaman", *(written(q, dice) for q in checks)]
    if bank:
        parts += ["## Soal kuis", *(written(q, dice) for q in bank)]
    chapter, diagnostics = read("\n\n".join(parts))
    assert diagnostics == []
    assert chapter == ChapterSource(
        1, "satu", "Bab satu", "Isi bab.", chapter.checks, chapter.bank, "01-satu.md"
    )
    assert [alike(q) for q in chapter.checks] == [alike(q) for q in checks]
    assert [alike(q) for q in chapter.bank] == [alike(q) for q in bank]
