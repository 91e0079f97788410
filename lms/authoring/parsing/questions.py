"""Reads the questions of a quiz section, tolerantly, line by line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeGuard, cast, get_args

from lms.authoring.diagnostics import Diagnostics, quoted
from lms.authoring.parsing.choices import (
    ALL_BOLD,
    ANSWER_LINE,
    CHOICE,
    FEEDBACK_WORDS,
    KEY_BEHIND,
    KEY_LINE,
    KEY_WITHIN,
    STRAY_BOX,
    Lookalike,
    find_lookalike,
    gives_verdict,
)
from lms.authoring.parsing.explanations import LABEL, Quote, parse_explanation, split_quotes
from lms.authoring.parsing.pointing import plain_words, pointing_of
from lms.authoring.parsing.question_messages import MESSAGES
from lms.authoring.parsing.result import ChoiceSource, Level, QuestionSource, first_words
from lms.rendering.lines import (
    QUOTE,
    RULE,
    Heading,
    Line,
    dedented,
    indent_of,
    trimmed,
    width_of,
)

PICK_ALL = re.compile(
    r"\s*\(\s*pilih(?:lah)?\s+semua(?:\s+jawaban)?(?:\s+yang\s+(?:benar|tepat|sesuai))?\s*[.!]?\s*\)",
    re.IGNORECASE,
)
TWO_WAYS = (
    frozenset({"benar", "salah"}),
    frozenset({"betul", "salah"}),
    frozenset({"ya", "tidak"}),
)
AIM = re.compile(
    rf"tujuan\s+(?P<objective>\d{{1,2}})\s*[,;]\s*(?P<level>{'|'.join(get_args(Level))})\s*\.?",
    re.ASCII,
)
FOOTNOTE_MARK = re.compile(r"(?<!\\)\[\^[^\]\s]+\]")
REFERENCE = re.compile(r"(?<![\\!\]])\[[^\[\]\n]+\]\[[^\[\]^\n]+\](?!\()")
NUMBERED = re.compile(r"(?:\d{1,3}[.)]|(?:soal|no\.?|nomor)\s*\d{1,3}\s*[.:)-])\s", re.IGNORECASE)
NEAR_LABEL = re.compile(r"[*_]{2}(?P<name>[^*_:]{4,20}):?[*_]{2}:?")
LABELS = {
    "pembahasan": "Pembahasan",
    "penjelasan": "Pembahasan",
    "sumber": "Sumber",
    "referensi": "Sumber",
    "rujukan": "Sumber",
    "dasar hukum": "Sumber",
    "menguji": "Menguji",
}
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def is_two_way(texts: list[str]) -> bool:
    """Whether the choices are the two of a Benar/Salah question."""
    return len(texts) == 2 and frozenset(map(plain_words, texts)) in TWO_WAYS


@dataclass(slots=True)
class _Choice:
    """A choice while its lines come in."""

    line: int
    indent: int
    is_right: bool
    lines: list[str]
    quotes: list[Quote] = field(default_factory=list)
    is_boxed: bool = True


class QuestionReader:
    """Takes the lines of one question, from its heading to the next, and makes the question."""

    def __init__(self, heading: Heading, line: Line, path: str, diagnostics: Diagnostics) -> None:
        self.stem = PICK_ALL.sub("", heading.text).strip()
        self.is_forced = PICK_ALL.search(heading.text) is not None
        self.line = line.number
        self.path = path
        self.diagnostics = diagnostics
        self.ids = list(line.ids)
        self.lines: list[Line] = []
        self.body: list[str] = []
        self.choices: list[_Choice] = []
        self.loose: list[str] = []
        self.blank_count = 0
        self.in_quote = False
        self.in_loose = False
        self.story_end = 0
        self.is_answerable = False
        self.first_quote_line: int | None = None
        self._note_foreign_marks(line)
        if KEY_WITHIN.search(heading.text) or KEY_BEHIND.search(heading.text):
            self._error(line.number, "key-in-question")

    @property
    def _subject(self) -> str:
        return quoted(first_words(self.stem or trimmed(self.body)))

    def _error(self, line: int, code: str, **values: object) -> None:
        self.diagnostics.error(line, *self._words(code, values), code)

    def _warn(self, line: int, code: str, **values: object) -> None:
        self.diagnostics.warning(line, *self._words(code, values), code)

    def _words(self, code: str, values: Mapping[str, object]) -> tuple[str, str]:
        sentence, remedy = (words.format_map(values) for words in MESSAGES[code])
        return f"{self._subject}: {sentence}", remedy

    def take(self, line: Line) -> None:
        """Add a line that belongs to the question."""
        self.lines.append(line)

    def _read(self, index: int) -> None:
        """Put one line where it belongs."""
        line = self.lines[index]
        self.ids.extend(line.ids)
        if line.is_blank:
            self.blank_count += 1
            if not self.choices:
                self.body.append("")
            return
        self._note_foreign_marks(line)
        if line.is_code:
            self._take_text(line)
        elif choice := CHOICE.fullmatch(line.text):
            self.is_answerable = True
            self._note_nested(line, width_of(choice["indent"]))
            self._take_choice(line, width_of(choice["indent"]), choice["text"], choice["tick"])
        elif self._is_key(line):
            self._error(line.number, "answer-line")
        elif not self.choices and self._is_early_explanation(line):
            self.loose.append(line.text.strip().lstrip(">").strip())
        elif self._is_meant_as_choice(lookalike := find_lookalike(self.lines, index), index):
            self._take_lookalike(line, lookalike)
        elif not self.choices:
            if QUOTE.fullmatch(line.text) and self.first_quote_line is None:
                self.first_quote_line = line.number
            if KEY_WITHIN.search(line.text):
                self._error(line.number, "key-in-question")
            self.body.append(line.text)
        elif quote := QUOTE.fullmatch(line.text):
            self._take_quote(quote, line.number)
        elif RULE.fullmatch(line.text):
            self.in_quote = self.in_loose = False
        else:
            self._take_text(line)
        self.blank_count = 0

    def _is_key(self, line: Line) -> bool:
        """Whether a line says which choice is right, where learners would read it."""
        if ANSWER_LINE.fullmatch(line.text):
            return True
        is_feedback = bool(self.choices) and QUOTE.fullmatch(line.text) is not None
        return KEY_LINE.fullmatch(line.text) is not None and not is_feedback

    def _is_early_explanation(self, line: Line) -> bool:
        """Whether a line above the choices explains them; what goes on with it does so too."""
        quote = QUOTE.fullmatch(line.text)
        if LABEL.fullmatch(quote["text"] if quote else line.text):
            self.in_loose = True
            self._error(line.number, "explanation-above-choices")
            return True
        self.in_loose = self.in_loose and self.blank_count == 0
        return self.in_loose and find_lookalike([line], 0) is None

    def _is_meant_as_choice(self, lookalike: Lookalike | None, index: int) -> TypeGuard[Lookalike]:
        """Whether it is no list of the story, and no list within a choice either."""
        if lookalike is None:
            return False
        if not self.choices:
            return lookalike.box is not None or index >= self.story_end
        if lookalike.box is not None and not lookalike.has_mark:
            return True
        return lookalike.indent <= self.choices[-1].indent + 1

    def _end_of_story(self) -> int:
        """The index behind the last paragraph of its own before the first choice.

        A list above such a paragraph belongs to the story; one that leads right on to the choices
        was meant to be of them.
        """
        end = 0
        after_blank = True
        for index, line in enumerate(self.lines):
            lookalike = find_lookalike(self.lines, index)
            if (CHOICE.fullmatch(line.text) and not line.is_code) or (lookalike and lookalike.box):
                break
            is_apart = after_blank and not line.is_blank and indent_of(line.text) < 2
            is_told = any(
                pattern.fullmatch(line.text) for pattern in (ANSWER_LINE, KEY_LINE, QUOTE, LABEL)
            )
            if is_apart and lookalike is None and not is_told:
                end = index + 1
            after_blank = line.is_blank
        return end

    def _take_lookalike(self, line: Line, lookalike: Lookalike) -> None:
        if lookalike.box is None:
            self._error(line.number, "choice-without-box")
        else:
            self._error(line.number, "unknown-box", box=lookalike.box)
        self._take_choice(line, lookalike.indent, lookalike.text, lookalike.is_ticked)
        self.choices[-1].is_boxed = False

    def _note_nested(self, line: Line, indent: int) -> None:
        if self.choices and indent >= self.choices[0].indent + 2:
            self._error(line.number, "nested-choice")

    def _note_foreign_marks(self, line: Line) -> None:
        """Note marks that mean nothing within a question: footnotes, references, second boxes."""
        if line.is_code:
            return
        words = CODE_SPAN.sub("", line.text)
        if FOOTNOTE_MARK.search(words):
            self._error(line.number, "footnote-in-question")
        if REFERENCE.search(words) and not QUOTE.fullmatch(words):
            self._error(line.number, "reference-in-question")
        if self.choices and QUOTE.fullmatch(line.text):
            return  # feedback may speak of boxes
        choice = CHOICE.fullmatch(line.text)
        start = choice.start("text") if choice else 0
        if line.heading is None and STRAY_BOX.search(CODE_SPAN.sub(_blank, line.text), start):
            if choice is None and find_lookalike([line], 0):
                return  # told as a box of its own
            self._error(line.number, "box-within-line")

    def _take_choice(self, line: Line, indent: int, text: str, tick: object) -> None:
        self.choices.append(_Choice(line.number, indent, bool(tick), [text]))
        self.in_quote = self.in_loose = False

    def _take_quote(self, match: re.Match[str], number: int) -> None:
        label = NEAR_LABEL.match(match["text"].strip())
        if label is not None and LABEL.fullmatch(match["text"]) is None:
            self._note_near_label(label["name"], number)
        quotes = self.choices[-1].quotes
        if self.in_quote and self.blank_count == 0:
            quotes[-1].lines.append(match["text"])
        else:
            indent = width_of(match["indent"])
            quotes.append(Quote(indent, self.blank_count > 0, [match["text"]]))
        self.in_quote, self.in_loose = True, False

    def _note_near_label(self, name: str, number: int) -> None:
        near = get_close_matches(name.casefold().strip(), LABELS, n=1, cutoff=0.8)
        if near:
            self._warn(number, "label-near-miss", name=name.strip(), label=LABELS[near[0]])

    def _take_text(self, line: Line) -> None:
        """Continue the body, a choice or a quote, or note that the line belongs to none."""
        if not self.choices:
            self.body.append(line.text)
            return
        last = self.choices[-1]
        if not last.quotes and not line.is_code and FEEDBACK_WORDS.match(line.text):
            self._take_unquoted_feedback(line)
        elif self.in_loose and self.blank_count == 0:
            self.loose.append(line.text.strip())
        elif self.in_quote and self.blank_count == 0:
            last.quotes[-1].lines.append(line.text.strip())
        elif self.blank_count == 0 or (
            not self.in_quote and not last.quotes and indent_of(line.text) >= last.indent + 2
        ):
            if self.blank_count:
                last.lines.append("")
            if not line.is_code and (self.blank_count or find_lookalike([line], 0)):
                self._error(line.number, "block-in-choice")
            last.lines.append(dedented(line.text, last.indent + 2))
        elif LABEL.fullmatch(line.text):
            self.loose.extend(["", line.text.strip()])
            self.in_quote, self.in_loose = False, True
            self._warn(line.number, "explanation-without-quote")
        else:
            self.in_quote = False
            self._error(line.number, "text-after-choices")

    def _take_unquoted_feedback(self, line: Line) -> None:
        """Feedback that lacks its mark would be read as part of the choice, and give it away."""
        self._error(line.number, "feedback-without-quote")
        quote = Quote(2, after_blank=False, lines=[line.text.strip()])
        self.choices[-1].quotes.append(quote)
        self.in_quote, self.in_loose = True, False

    def finish(self) -> QuestionSource:
        """The question, with what is wrong in its notation noted."""
        self.story_end = self._end_of_story()
        for index in range(len(self.lines)):
            self._read(index)
        lines: list[str] = []
        if self.choices:
            *others, last = self.choices
            earlier = [quote for choice in others for quote in choice.quotes]
            last.quotes, lines = split_quotes(last.quotes, earlier)
        explanation = parse_explanation([*lines, *self.loose])
        objective, level = self._aim(explanation.aim)
        choices = tuple(self._choice(choice) for choice in self.choices if self.is_answerable)
        self._note_verdicts()
        if len(self.ids) > 1:
            self._error(self.line, "two-ids", count=len(self.ids))
        if NUMBERED.match(self.stem):
            self._warn(self.line, "numbered-question")
        if not self.stem and not trimmed(self.body):
            self.diagnostics.error(
                self.line,
                "Judul soal kosong.",
                "Tulis pertanyaannya setelah tanda ###.",
                "empty-question",
            )
        self._note_missing_choices()
        return QuestionSource(
            id=self.ids[0] if self.ids else None,
            stem=self.stem,
            body=trimmed(self.body),
            choices=choices,
            is_multiple=self.is_forced or sum(choice.is_right for choice in choices) > 1,
            keeps_order=is_two_way([choice.text for choice in choices]),
            explanation=explanation.text,
            source=explanation.source,
            line=self.line,
            path=self.path,
            objective=objective,
            level=level,
        )

    def _aim(self, words: str | None) -> tuple[int | None, Level | None]:
        """The objective and the level that a question names, if it does."""
        if words is None:
            return None, None
        match = AIM.fullmatch(words.casefold())
        if match is None:
            self._error(self.line, "bad-aim", levels=", ".join(get_args(Level)))
            return None, None
        return int(match["objective"]), cast(Level, match["level"])

    def _note_missing_choices(self) -> None:
        if self.is_answerable:
            return
        if self.first_quote_line is not None:
            self._error(self.first_quote_line, "feedback-without-choice")
        self._error(self.line, "no-choices")

    def _note_verdicts(self) -> None:
        """Note choices that tell by a word, a sign or bold letters whether they are right."""
        bold = [ALL_BOLD.fullmatch(trimmed(choice.lines)) is not None for choice in self.choices]
        for choice, is_bold in zip(self.choices, bold, strict=True):
            is_odd = (is_bold and not all(bold)) or any(map(gives_verdict, choice.lines))
            if is_odd and choice.is_boxed:
                self._error(choice.line, "verdict-in-choice")

    def _choice(self, choice: _Choice) -> ChoiceSource:
        text = trimmed(choice.lines).strip()
        if not text:
            self._error(choice.line, "empty-choice")
        quotes = [trimmed(quote.lines) for quote in choice.quotes]
        feedback = "\n\n".join(quote for quote in quotes if quote.strip())
        asked = f"{self.stem}\n{trimmed(self.body)}"
        is_last = pointing_of(text, len(self.choices), asked) == "all"
        return ChoiceSource(text, choice.is_right, feedback or None, choice.line, is_last)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
