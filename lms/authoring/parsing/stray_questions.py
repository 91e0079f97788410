"""Finds questions that stand in readable text, where everybody would read their key.

Only the sections of questions keep their key apart. A list of boxes elsewhere is a task list, and
stays one, unless it is ticked or answered like a question, whatever its heading is called: what
counts is the shape, such as a ticked box among empty ones, verdicts below items, or a key behind.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.choices import (
    ANSWER_LINE,
    CHOICE,
    FEEDBACK_WORDS,
    KEY_LINE,
    STRAY_BOX,
    VERDICT,
    find_lookalike,
)
from lms.authoring.parsing.explanations import LABEL
from lms.authoring.parsing.pointing import plain_words
from lms.authoring.parsing.result import first_words
from lms.rendering.lines import QUOTE, RULE, Heading, Line, indent_of

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
PUZZLES = re.compile(
    r"^[*_\s]*(?:soal|kasus|apa|apakah|siapa|siapakah|mana|manakah|bagaimana|mengapa|kapan|berapa)\b"
    r"|\b(?:sebaiknya|seharusnya|semestinya)\s*:[*_\s]*$"
)
FORBIDS = re.compile(r"\b(?:boleh|dilarang|larangan|hindari|jangan)\b")
TICK_AT_END = re.compile(r"[✓✔✅☑]\ufe0f?[*_\s.]*$")
CROSS = "✗✘×❌❎"
CROSS_AT_END = re.compile(rf"[{CROSS}]\ufe0f?[*_\s.]*$")
EMPTY_BOX = re.compile(r"[\[({\uff3b\uff08]?\s*[\])}\uff3d\uff09]?|[☐⬜□▢◯○⚪🔲]\ufe0f?")
BULLET_OF_BOX = re.compile(r"^(?:[-*+•·‣◦▪●–—]|\d{1,3}[.)]|[a-hA-H][.)])\s*(?=\S)")
RADIO_TICK = re.compile(r"\s*[●◉⚫]\ufe0f?\s+\S")
LEGEND = frozenset({"sudah", "belum", "selesai", "belum selesai", "lengkap", "belum lengkap"})
VERDICT_LINE = re.compile(
    rf"\s*[*_(]{{0,3}}{VERDICT}(?:[*_]*\s*[.,:;!)]|[*_]*\s*$|\s+(?:karena|sebab)\b)", re.IGNORECASE
)
KEY_TEXT = re.compile(r"^[^:=]*?(?:[:=]|\b(?:adalah|ialah)\b)")
PLACE = re.compile(r"(?:pilihan|opsi|nomor|huruf|butir)\b")
KEY_TITLE = re.compile(r"kunci(?: jawaban)?(?: (?:soal|kuis|latihan|cek pemahaman|bab)\b.*)?")
LETTER_ITEM = re.compile(r"\s*\d{1,3}[.)]\s+[*_]{0,2}(?P<letter>[a-hA-H])[*_]{0,2}[.)]?\s*")
KEY_TABLE = re.compile(
    r"(?=.*\|\s*(?:soal|pertanyaan)\s*\|)(?=.*\|\s*kunci(?: jawaban)?\s*\|)"
    r"|(?=.*\|\s*soal\s*\|)(?=.*\|\s*jawaban(?: benar)?\s*\|)"
)
KEY_RUN = re.compile(
    r"[*_]{0,2}kunci(?: jawaban)?[^:]{0,30}:[*_\s]*(?:\d{1,3}\s*[.):=-]?\s*[a-h]\b[\s,;.|]*){2,}",
)
COUNTED = re.compile(r"\d\s+(?!(?:karena|sebab|yaitu|dan|atau)\b)[^\W\d_]")
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
    groups: list["_Group"] = field(default_factory=list)
    judged: set[int] = field(default_factory=set)
    key_list: int | None = None

    @property
    def first(self) -> int:
        """The line that a reader would take for the first choice."""
        if self.key_list is not None:
            return self.key_list
        shown = [group.line for group in self.groups if group.shows_its_key]
        return min(shown or [*self.boxes, *self.items])

    @property
    def is_about_questions(self) -> bool:
        """Whether a heading above says so."""
        return self.has_bold_title or any(map(ABOUT_QUESTIONS.search, self.sections))

    @property
    def gives_a_key_away(self) -> bool:
        """Whether readers would see which answer is right, or what is said of one."""
        if self.key_list is not None or any(group.shows_its_key for group in self.groups):
            return True
        level = self.heading.level if self.heading else 0
        is_fed = bool(self.fed or self.labels or len(self.judged) > 1)
        is_asked = self.asks or self.is_about_questions
        if self.ticks:
            return is_fed or is_asked or level >= 3
        if self.boxes:
            is_answered = 0 < len(self.signs) < len(self.boxes)
            return is_fed or (self.asks and self.is_about_questions) or (is_asked and is_answered)
        if not self.items:
            return False
        is_sorted = self.heading is not None and FORBIDS.search(self.heading.text.casefold())
        is_answered = 0 < len(self.signs) < len(self.items) and not is_sorted
        is_explained = len(self.items) > 1 and bool(self.labels or len(self.judged) > 1)
        is_told = is_asked and (is_fed or is_answered)
        return bool(self.keys) or is_explained or is_told


@dataclass(slots=True)
class _Group:
    """Items that follow each other; `marks` are their signs, "" for an empty box."""

    line: int
    is_puzzle: bool
    is_key: bool
    marks: list[str | None] = field(default_factory=list)
    radios: list[bool] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    @property
    def shows_its_key(self) -> bool:
        """Whether its marks or letters alone tell which items are right."""
        if len(self.texts) < 2 and "both" not in self.marks:
            return False
        if self.is_key:
            return True
        if len(self.letters) == len(self.texts) and self.letters != sorted(set(self.letters)):
            return True
        marks = set(self.marks)
        if "both" in marks or marks >= {"", "tick"}:
            return not set(self.texts) <= LEGEND
        if marks <= {""} and any(self.radios) and not all(self.radios):
            return self.is_puzzle or not self.radios[0]
        return self.is_puzzle and len(marks) > 1 and bool(marks & {"tick", "cross"})


def note_stray_questions(
    lines: Sequence[Line], diagnostics: Diagnostics, told: Collection[str] = ()
) -> None:
    """Note every question in a readable text, at its heading or else at its first choice.

    What stands below a section of one of the names `told` has been noted at that heading.
    """
    for block in _blocks(lines):
        if not block.gives_a_key_away or block.sections & set(told):
            continue
        first = block.first
        what = f'"{first_words(block.heading.text)}"' if block.heading else "ini"
        diagnostics.error(
            block.line if block.heading else first,
            f"Soal {what} berada di luar bagian soal (lihat baris {first}); pembaca akan "
            "melihat kuncinya.",
            "Pindahkan ke bawah ## Cek pemahaman atau ## Soal kuis, dengan kuncinya sebagai - [x], "
            "bukan sebagai daftar atau baris tersendiri. Bila ini daftar periksa, "
            "hapus tanda centang dan kutipan di bawah butirnya.",
            "question-outside-section",
        )


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    """What stands below each heading, in its order, and above the first one."""
    reader = _BlockReader([_without_quote_marks(line) for line in lines])
    for index, line in enumerate(lines):
        if line.heading is not None:
            yield reader.block
            reader.begin(line.heading, line.number)
        else:
            reader.take(line, index)
    yield reader.block


class _BlockReader:
    """Looks at one line after the other, and remembers what stood above it.

    `near_item` says that a line would go on with an item; `question_before`, `puzzle_before` and
    `key_before` say what the items that follow would be the answers of.
    """

    def __init__(self, plain: list[Line]) -> None:
        self.plain = plain
        self.block = _Block(None, 1, frozenset(), asks=False)
        self.parents: list[tuple[int, str]] = []
        self.near_item = self.after_blank = False
        self.question_before = self.puzzle_before = self.key_before = False

    def begin(self, heading: Heading, number: int) -> None:
        """Begin the block of a heading."""
        self.parents = [each for each in self.parents if each[0] < heading.level]
        self.parents.append((heading.level, heading.section_name))
        names = frozenset(name for _, name in self.parents)
        self.block = _Block(heading, number, names, asks=_asks(heading.text))
        self.near_item = self.question_before = False
        self.puzzle_before = _puzzles(heading.text)
        self.key_before = KEY_TITLE.fullmatch(heading.section_name) is not None

    def take(self, line: Line, index: int) -> None:
        """Look at a line of the block."""
        if line.is_code or RULE.fullmatch(line.text):
            self.near_item = False
            return
        if line.is_blank:
            self.after_blank = True
            return
        block, text = self.block, self.plain[index].text
        is_table = text.lstrip().startswith("|")
        if KEY_RUN.match(text.casefold()) or (is_table and KEY_TABLE.match(text.casefold())):
            block.key_list = block.key_list or line.number
        kind = _kind(self.plain, index)
        if kind is not None:
            self._take_item(kind, index)
        elif (quote := QUOTE.fullmatch(line.text)) and not _asks(text):
            self._take_quote(line, quote["text"])
        elif self.near_item and not self.after_blank and FEEDBACK_WORDS.match(text):
            block.fed.append(line.number)
        else:
            self._take_text(line, text)
        if kind is None and self.near_item and VERDICT_LINE.match(text):
            block.judged.add(max([*block.boxes, *block.items]))
        if _is_key(text, block):
            block.keys.append(line.number)
        self.after_blank = False

    def _take_item(self, kind: str, index: int) -> None:
        block, line = self.block, self.plain[index]
        if not self.near_item or not block.groups:
            block.groups.append(_Group(line.number, self.puzzle_before, self.key_before))
        _add_item(block.groups[-1], self.plain, index)
        if kind == "tick":
            block.ticks.append(line.number)
        elif kind == "sign" or MARKED.search(line.text):
            block.signs.append(line.number)
        (block.items if kind == "item" else block.boxes).append(line.number)
        if kind != "item" or block.is_about_questions:
            block.asks = block.asks or self.question_before
        self.near_item = True
        self.question_before = _asks(line.text)
        self.puzzle_before = self.puzzle_before or self.question_before

    def _take_quote(self, line: Line, words: str) -> None:
        block = self.block
        if self._is_label(words):
            block.labels.append(line.number)
        elif self.near_item and LABEL.fullmatch(words) is None and not CALLOUT.match(words):
            is_close = not self.after_blank and (block.boxes or block.is_about_questions)
            if block.ticks or is_close or indent_of(line.text) >= 2:
                block.fed.append(line.number)

    def _take_text(self, line: Line, text: str) -> None:
        block = self.block
        self.near_item = self.near_item and (not self.after_blank or indent_of(line.text) >= 2)
        self.question_before = _asks(text)
        heading_puzzles = block.heading is not None and _puzzles(block.heading.text)
        self.puzzle_before = heading_puzzles or _puzzles(text)
        self.key_before = KEY_TITLE.fullmatch(plain_words(text)) is not None
        if self._is_label(text):
            block.labels.append(line.number)
        if BOLD.fullmatch(text) and ABOUT_QUESTIONS.search(text.casefold()):
            block.has_bold_title = True

    @staticmethod
    def _is_label(text: str) -> bool:
        label = LABEL.fullmatch(text)
        return label is not None and label["name"].casefold() in KEY_LABELS


def _without_quote_marks(line: Line) -> Line:
    return Line(line.number, QUOTE_MARKS.sub("", line.text), line.is_code)


def _puzzles(text: str) -> bool:
    """Whether a heading or a line above items leads to a choice among them."""
    words = text.casefold()
    is_question = ASKS.search(words) is not None or PUZZLES.search(words) is not None
    return is_question and FORBIDS.search(words) is None


def _is_key(text: str, block: _Block) -> bool:
    """Whether a line names one of the items above it as the right one."""
    words = text.strip().strip("()[]")
    answer = ANSWER_LINE.fullmatch(words)
    if answer is not None and not COUNTED.match(words, answer.start("letters")):
        return True
    if not block.groups or not KEY_LINE.fullmatch(words):
        return False
    named = plain_words(KEY_TEXT.sub("", words, count=1))
    return PLACE.match(named) is not None or named in block.groups[-1].texts


def _add_item(group: _Group, lines: Sequence[Line], index: int) -> None:
    """Note how an item is marked: before or behind its words, or in the cells of a table."""
    text = lines[index].text
    if text.lstrip().startswith("|"):
        ticks = {bool(TICKED_BOX.search(box)) for box in STRAY_BOX.findall(text)}
        group.marks.append("both" if len(ticks) > 1 else "tick" if ticks == {True} else "")
        group.texts.append(text)
        return
    choice = CHOICE.fullmatch(text)
    lookalike = None if choice else find_lookalike(lines, index)
    words = choice["text"] if choice else lookalike.text if lookalike else text
    mark: str | None = None
    if choice:
        mark = "tick" if choice["tick"] else ""
    elif lookalike and lookalike.box is not None:
        box = BULLET_OF_BOX.sub("", lookalike.box)
        if EMPTY_BOX.fullmatch(box):
            mark = ""
        elif any(sign in box for sign in CROSS):
            mark = "cross"
        elif lookalike.is_ticked:
            mark = "tick"
    elif RADIO_TICK.match(text):
        mark = ""
    if CROSS_AT_END.search(words):
        mark = "cross"
    elif TICK_AT_END.search(words) or MARKED.search(words):
        mark = "tick"
    group.marks.append(mark)
    group.radios.append(RADIO_TICK.match(text) is not None)
    group.texts.append(plain_words(words))
    if letter := LETTER_ITEM.fullmatch(text):
        group.letters.append(letter["letter"].casefold())


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
