"""Finds questions that stand in readable text, where everybody would read their key.

Only the sections of questions keep their key apart. A list of boxes elsewhere is a task list, and
stays one, unless it is ticked or answered like a question, whatever its heading is called.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from lms.library.choices import (
    ANSWER_LINE,
    CHOICE,
    FEEDBACK_WORDS,
    STRAY_BOX,
    find_lookalike,
)
from lms.library.explanations import LABEL
from lms.library.findings import Findings
from lms.library.lines import QUOTE, RULE, Heading, Line, indent_of
from lms.library.tree import first_words

ABOUT_QUESTIONS = re.compile(
    r"\b(?:soal|kuis|quiz|latihan|cek|uji|ujian|tes|test|evaluasi|pre-?test|post-?test|pretes|postes"
    r"|asesmen|pertanyaan|pilihan ganda|jawaban)\b"
)
KEY_LABELS = frozenset({"pembahasan", "menguji"})
CALLOUT = re.compile(r"[*_]{2}[^*_]+:")
ASKS = re.compile(
    r"(?:\?|…|\.{3,}|_{3,}|\b(?:adalah|ialah|yaitu|kecuali|jawaban(?:nya)?"
    r"|yang (?:benar|tepat))[\s:]*)[*_\s]*$"
    r"|^[*_\s]*(?:sebutkan|pilih(?:lah)?|tandai|tentukan|manakah)\b"
)
MARKED = re.compile(
    r"(?:\((?:benar|tepat|kunci|jawaban)\)|[✓✔✅☑←]\ufe0f?|<-+)[*_\s]*$", re.IGNORECASE
)
BOLD = re.compile(r"\s*(?:\*\*|__).+(?:\*\*|__):?\s*")
TICKED_BOX = re.compile(r"[xXvV✓✔√]")
QUOTE_MARKS = re.compile(r"^(?:[ \t]*>)+[ \t]?")


@dataclass(slots=True)
class _Block:
    """What stands below one heading, as far as it looks like a question.

    `ticks` are ticked boxes; `signs` are other marks that tell one choice from the others.
    """

    heading: Heading | None
    line: int
    sections: frozenset[str]
    asks: bool
    has_bold_title: bool = False
    boxes: list[int] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    signs: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    fed: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    @property
    def is_about_questions(self) -> bool:
        """Whether a heading above says so."""
        return self.has_bold_title or any(map(ABOUT_QUESTIONS.search, self.sections))

    @property
    def gives_a_key_away(self) -> bool:
        """Whether readers would see which answer is right, or what is said of one."""
        level = self.heading.level if self.heading else 0
        is_fed = bool(self.fed or self.labels)
        is_asked = self.asks or self.is_about_questions
        if self.ticks:
            return is_fed or is_asked or level >= 3
        if self.boxes:
            is_answered = 0 < len(self.signs) < len(self.boxes)
            return is_fed or (self.asks and self.is_about_questions) or (is_asked and is_answered)
        if not self.items:
            return False
        is_answered = 0 < len(self.signs) < len(self.items)
        return bool(self.keys) or (is_asked and (is_fed or is_answered))


def note_stray_questions(
    lines: Sequence[Line], findings: Findings, told: Collection[str] = ()
) -> None:
    """Note every question in a readable text, at its heading or else at its first choice.

    What stands below a section of one of the names `told` has been noted at that heading.
    """
    for block in _blocks(lines):
        if not block.gives_a_key_away or block.sections & set(told):
            continue
        first = min([*block.boxes, *block.items])
        what = f'"{first_words(block.heading.text)}"' if block.heading else "ini"
        findings.error(
            block.line if block.heading else first,
            f"Soal {what} berada di luar bagian soal (pilihannya di baris {first}); pembaca akan "
            "melihat kuncinya.",
            "Pindahkan ke bawah ## Cek pemahaman atau ## Soal kuis. Bila ini daftar periksa, "
            "hapus tanda centang dan kutipan di bawah butirnya.",
            "question-outside-section",
        )


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    block = _Block(None, 1, frozenset(), asks=False)
    parents: list[tuple[int, str]] = []
    plain = [_without_quote_marks(line) for line in lines]
    near_item = after_blank = False
    question_before = False
    for index, line in enumerate(lines):
        heading = line.heading
        if heading is not None:
            yield block
            while parents and parents[-1][0] >= heading.level:
                parents.pop()
            parents.append((heading.level, heading.section_name))
            block = _Block(
                heading,
                line.number,
                frozenset(name for _, name in parents),
                asks=_asks(heading.text),
            )
            near_item = question_before = False
            continue
        if line.is_code or RULE.fullmatch(line.text):
            near_item = False
            continue
        if line.is_blank:
            after_blank = True
            continue
        text = plain[index].text
        kind = _kind(plain, index)
        if kind is not None:
            if kind == "tick":
                block.ticks.append(line.number)
            elif kind == "sign" or MARKED.search(text):
                block.signs.append(line.number)
            (block.items if kind == "item" else block.boxes).append(line.number)
            if kind != "item" or block.is_about_questions:
                block.asks = block.asks or question_before
            near_item = True
            question_before = _asks(text)
        elif (quote := QUOTE.fullmatch(line.text)) and not _asks(text):
            label = LABEL.fullmatch(quote["text"])
            if label is not None and label["name"].casefold() in KEY_LABELS:
                block.labels.append(line.number)
            elif near_item and label is None and not CALLOUT.match(quote["text"]):
                is_inside = indent_of(line.text) >= 2
                if (
                    block.ticks
                    or is_inside
                    or (block.boxes and not after_blank)
                    or (block.is_about_questions and not after_blank)
                ):
                    block.fed.append(line.number)
        elif near_item and not after_blank and FEEDBACK_WORDS.match(text):
            block.fed.append(line.number)
        else:
            near_item = near_item and (not after_blank or indent_of(line.text) >= 2)
            question_before = _asks(text)
            if BOLD.fullmatch(text) and ABOUT_QUESTIONS.search(text.casefold()):
                block.has_bold_title = True
        if ANSWER_LINE.fullmatch(line.text):
            block.keys.append(line.number)
        after_blank = False
    yield block


def _without_quote_marks(line: Line) -> Line:
    return Line(line.number, QUOTE_MARKS.sub("", line.text), line.is_code)


def _asks(text: str) -> bool:
    """Whether a line asks for one of several answers."""
    return ASKS.search(text.casefold()) is not None


def _kind(lines: Sequence[Line], index: int) -> str | None:
    """What a line is of a question: a choice that is ticked, signed or neither, a plain item."""
    line = lines[index]
    if line.text.lstrip().startswith("|") and (boxes := STRAY_BOX.findall(line.text)):
        return "tick" if any(map(TICKED_BOX.search, boxes)) else "box"
    choice = CHOICE.fullmatch(line.text)
    if choice is not None:
        return "tick" if choice["tick"] else "box"
    lookalike = find_lookalike(lines, index)
    if lookalike is None:
        return None
    if lookalike.box is None:
        return "item"
    is_tick = lookalike.is_ticked and "[" in lookalike.box
    if is_tick and (lookalike.has_mark or TICKED_BOX.search(lookalike.box)):
        return "tick"
    return "sign" if lookalike.is_ticked else "box"
