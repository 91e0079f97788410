"""The parse result: the tree of a pocketbook, its chapters and questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from lms.authoring.diagnostics import Diagnostic
from lms.authoring.register import Register
from lms.authoring.source.file_names import AppendixKind
from lms.authoring.source.pictures import PictureSource
from lms.authoring.source.texts import SourceFile
from lms.authoring.source.tree import SourceTree

Level = Literal["ingat", "terapkan", "nilai"]


@dataclass(frozen=True, slots=True)
class ChoiceSource:
    """One possible answer; one that `stays_last` ("Semua jawaban benar") is not shuffled."""

    text: str
    is_right: bool
    feedback: str | None = None
    line: int = 1
    stays_last: bool = False


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A question with its key: never to be shown before it has been answered.

    `stem` is the heading as inline Markdown, `body` what stands between heading and choices.
    `keeps_order` says that the choices are not shuffled (Benar/Salah). `objective` counts the
    pocketbook's objectives from 1; `level` is what the question asks for: to remember, to apply
    to a case, or to judge one.
    """

    id: str | None
    stem: str
    body: str
    choices: tuple[ChoiceSource, ...]
    is_multiple: bool
    keeps_order: bool
    explanation: str | None
    source: str | None
    line: int
    path: str
    objective: int | None = None
    level: Level | None = None

    @property
    def right(self) -> tuple[int, ...]:
        """The indexes of the right choices."""
        return tuple(index for index, choice in enumerate(self.choices) if choice.is_right)

    @property
    def has_longest_key(self) -> bool:
        """Whether the first right choice is longer than each of the others."""
        lengths = [len(choice.text) for choice in self.choices]
        longest = lengths.pop(self.right[0])
        return all(longest > length for length in lengths)

    @property
    def first_words(self) -> str:
        """The beginning of the question, to recognise it by in a message."""
        return first_words(self.stem or self.body)


def first_words(text: str) -> str:
    """The beginning of a text, at most some forty characters."""
    words = " ".join(text.split())
    return words if len(words) <= 40 else words[:40].rsplit(" ", 1)[0].rstrip(",;:") + "…"


@dataclass(frozen=True, slots=True)
class SceneChoiceSource:
    """What a reader can do at a turn of a scene, and the part to which it leads."""

    text: str
    target: int | None
    line: int


@dataclass(frozen=True, slots=True)
class ScenePartSource:
    """One part of a scene: a turn with its choices, or an end that shows another's view."""

    number: int
    title: str
    line: int
    choices: tuple[SceneChoiceSource, ...]
    is_end: bool
    has_view: bool


@dataclass(frozen=True, slots=True)
class SceneSource:
    """The scene that opens a chapter, to be walked through.

    `goes_on` says that text stands below what a part ends with: the chapter's own, as a rule.
    """

    title: str
    line: int
    text: str
    parts: tuple[ScenePartSource, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class ChapterSource:
    """One chapter; `checks` are its small questions, `bank` its part of the final quiz.

    `body` is all its text, with that of its `scene`.
    """

    number: int
    slug: str
    title: str
    body: str
    checks: tuple[QuestionSource, ...]
    bank: tuple[QuestionSource, ...]
    path: str
    scene: SceneSource | None = None

    @property
    def questions(self) -> tuple[QuestionSource, ...]:
        """Its small questions and its part of the bank."""
        return self.checks + self.bank


@dataclass(frozen=True, slots=True)
class AppendixSource:
    """What a pocketbook has beside its chapters: glossary, card, articles of law, and the like."""

    kind: AppendixKind
    title: str
    body: str
    path: str


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """How the final quiz is held; the pass mark is a percentage."""

    draw_count: int = 10
    pass_mark: int = 80
    wait_minutes: int = 10


@dataclass(frozen=True, slots=True)
class PocketbookSource:
    """A whole pocketbook; the chapters stand in the order of their numbers.

    `valid_months` is how long its certificates are in force, None for good. `promises` are what
    readers will be able to do, in three short lines; `composed_by` and
    `reviewed_by` are who vouches for it, and empty where nobody is named. One that is sensitive may
    touch wounds: its pages keep help and a way out in sight.
    """

    slug: str
    title: str
    code: str
    theme: str
    audience: tuple[str, ...]
    credit_hours: int
    regulations_checked_on: date
    introduction: str
    promises: tuple[str, ...]
    objectives: tuple[str, ...]
    quiz: QuizSettings
    chapters: tuple[ChapterSource, ...]
    appendices: tuple[AppendixSource, ...] = ()
    valid_months: int | None = None
    is_sensitive: bool = False
    composed_by: str = ""
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class ParseResult:
    """What came out of parsing a source: the pocketbook as far as it was understood, and why not.

    `pocketbook` is None when its head or the source is beyond use; `chapters` holds what could
    be read even then, so that all that is wrong can be told at once. `sources` are the texts in
    their order, `pictures` the usable pictures by path. `register` holds the laws that may be
    cited, and is None where nothing is said of that.
    """

    tree: SourceTree
    pocketbook: PocketbookSource | None
    diagnostics: tuple[Diagnostic, ...]
    chapters: tuple[ChapterSource, ...] = ()
    quiz: QuizSettings = QuizSettings()
    code: str | None = None
    sources: tuple[SourceFile, ...] = ()
    pictures: Mapping[str, PictureSource] = field(default_factory=dict)
    register: Register | None = None
