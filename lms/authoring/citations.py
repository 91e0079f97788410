"""Which chapters and questions rest on which regulation: what to touch when a law changes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lms.authoring.parsing.explanations import LABEL
from lms.authoring.parsing.pocketbook import SECTIONS
from lms.authoring.parsing.result import ParseResult
from lms.authoring.regulations import by_age, named_regulations, regulations_in
from lms.authoring.source.file_names import APPENDIX_FILES, BOOK_FILE
from lms.authoring.source.texts import SourceFile
from lms.rendering.lines import QUOTE, Line, scan

ELSEWHERE = re.compile(r"\bbab\b|https?://|\b[a-z]+\.go\.id\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a regulation is named: a line of a file, in its text or in one of its questions."""

    path: str
    line: int
    is_question: bool


def index_citations(results: list[ParseResult]) -> dict[str, list[Citation]]:
    """Every regulation with its citations, each line once; by kind, then by age."""
    citations: dict[str, list[Citation]] = defaultdict(list)
    for result in results:
        for file in result.sources:
            lines = list(_lines(file))
            text = "\n".join(words for _, words, _ in lines)
            for name, position in named_regulations(text):
                number, _, is_question = lines[text.count("\n", 0, position)]
                citation = Citation(result.tree.path_of(file.name), number, is_question)
                if citation not in citations[name]:
                    citations[name].append(citation)
    return {name: citations[name] for name in sorted(citations, key=by_age)}


@dataclass(frozen=True, slots=True)
class QuestionCitation:
    """The source of a question: the file, the line that it begins on, and its words."""

    file_name: str
    line: int
    text: str

    @property
    def is_vague(self) -> bool:
        """Whether it names neither a regulation nor a chapter nor an official page."""
        return not any(regulations_in(self.text)) and not ELSEWHERE.search(self.text)


def question_sources(result: ParseResult) -> Iterator[QuestionCitation]:
    """The sources of all questions, in the order of the book."""
    for file in result.sources:
        if file.name == BOOK_FILE or file.name in APPENDIX_FILES:
            continue
        for line, text in _sources(file):
            yield QuestionCitation(file.name, line, text)


def _lines(file: SourceFile) -> Iterator[tuple[int, str, bool]]:
    """What a reader sees of each line, without marks of quotes, and whether it is a question's."""
    is_question = False
    for line in scan(file.text.split("\n"), 1):
        if line.heading is not None and line.heading.level == 2:
            is_question = line.heading.section_name in SECTIONS
        yield line.number, _unquoted(line), is_question


def _sources(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Each source of a question: its line, and its words, which may run on over more lines."""
    start, words = 0, list[str]()
    for number, text, is_question in _lines(file):
        label = LABEL.fullmatch(text) if is_question else None
        if words and (label is not None or not text):
            yield start, " ".join(words)
            words = []
        if label is not None and label["name"].casefold() == "sumber":
            start, words = number, [label["text"]]
        elif words:
            words.append(text)
    if words:
        yield start, " ".join(words)


def _unquoted(line: Line) -> str:
    quote = QUOTE.fullmatch(line.text)
    return (quote["text"] if quote else line.text).strip()
