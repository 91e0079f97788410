"""A file as readers would see it, line by line, and what its lines are to Markdown."""

import re
from dataclasses import dataclass

from lms.authoring.parsing.references import VisibleText, visible_text
from lms.authoring.source.file_names import APPENDIX_FILES, BOOK_FILE
from lms.authoring.source.texts import SourceFile
from lms.rendering.lines import ITEM, RULE, Line

QUESTION_SECTIONS = frozenset({"cek pemahaman", "soal kuis"})
SHORT = 45  # characters of a line that was ended on purpose
QUOTE_PREFIX = re.compile(r"(?:\s*>)+ ?")
SETEXT = re.compile(r"\s{0,3}(?P<sign>=+|-+)\s*")
DEFINITION = re.compile(r"\s{0,3}:\s+\S.*")
TIGHT_ITEM = re.compile(
    r"\s*(?:[-•·▪●]|\d{1,2}[.)]|[a-z][.)](?=\w{3})|\([a-z\d]{1,2}\))(?=[^\W\d_])|\s*\*(?=\w)[^*]*"
    r"|\s*\d{1,2}(?:\.\)|[-/:])\s"
)
NOTE = re.compile(r"\s{0,3}\[\^(?P<name>[^\]]*)\]:[ \t]*(?P<text>.*)")
ADDRESS_APART = re.compile(r"\s{0,3}\[[^\]]+\]:")


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's visible lines, from line 1, and the question in which each stands: 0 is none."""

    name: str
    visible: VisibleText
    lines: tuple[Line, ...]
    questions: tuple[int, ...]

    @property
    def has_notes(self) -> bool:
        """Whether footnotes work in it: they do in chapters."""
        return self.name != BOOK_FILE and self.name not in APPENDIX_FILES


def read_text(file: SourceFile) -> FileText:
    """A file as its checks want it."""
    visible = visible_text(file)
    lines = tuple(Line(n, text) for n, text in enumerate(visible.text.split("\n"), start=1))
    questions: list[int] = []
    question = 0
    for line in lines:
        heading = line.heading
        if heading is not None and heading.section_name in QUESTION_SECTIONS:
            question = line.number
        elif heading is not None and question:
            question = line.number if heading.level > 2 else 0
        questions.append(question)
    return FileText(file.name, visible, lines, tuple(questions))


def is_plain(line: Line) -> bool:
    """Whether a line is text of a paragraph."""
    text = line.text
    return bool(
        text.strip()
        and not line.heading
        and not ITEM.match(text)
        and not RULE.fullmatch(text)
        and not ADDRESS_APART.match(text)
    )
