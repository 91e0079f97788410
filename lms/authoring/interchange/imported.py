"""A question that came from another system, and how it is written in our notation."""

import html
import re
from dataclasses import dataclass, field

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.choices import find_lookalike
from lms.rendering.lines import Line

TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
BREAK = re.compile(r"</p>|</div>|</li>|<br\s*/?>", re.IGNORECASE)
SIGNS = re.compile(r"([\\`*_\[])")
COMMENT_END = re.compile(r"(--|[–—])>")
LINE_START = re.compile(r"(#+|>|[-+=|]|~{3})")


@dataclass(frozen=True, slots=True)
class ImportedChoice:
    """A possible answer, as plain text."""

    text: str
    is_right: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class ImportedQuestion:
    """A question as plain text; `notes` are what only those see who read the file."""

    line: int
    text: str
    choices: tuple[ImportedChoice, ...]
    is_multiple: bool = False
    explanation: str = ""
    notes: tuple[str, ...] = field(default=())
    is_markdown: bool = False


def written(question: ImportedQuestion, diagnostics: Diagnostics) -> str:
    """The question in our notation; what is lost of its text is noted at its line."""
    writer = _Writer(question, diagnostics)
    return writer.write()


class _Writer:
    """Writes one question."""

    def __init__(self, question: ImportedQuestion, diagnostics: Diagnostics) -> None:
        self.question = question
        self.diagnostics = diagnostics

    def write(self) -> str:
        stem, story = self._asked()
        hint = ""
        if self.question.is_multiple and sum(c.is_right for c in self.question.choices) == 1:
            hint = " (pilih semua yang benar)"
        out = [f"### {stem}{hint}"]
        notes = (COMMENT_END.sub(r"\1 >", note) for note in self.question.notes)
        out += [f"<!-- {note} -->" for note in notes]
        out += ["", *story] if story else [""]
        for choice in self.question.choices:
            out.append(f"- [{'x' if choice.is_right else ' '}] {self._line(choice.text)}")
            if choice.feedback:
                out.append(f"  > {self._line(choice.feedback)}")
        if self.question.explanation:
            out += ["", f"> **Pembahasan:** {self._line(self.question.explanation)}"]
        return "\n".join(out)

    def _asked(self) -> tuple[str, list[str]]:
        """The heading, and the lines of what stands below it."""
        paragraphs = [p for p in re.split(r"\n\s*\n", self._plain(self.question.text)) if p.strip()]
        lines = [self._escaped(" ".join(p.split())) for p in paragraphs] or [""]
        asks_last = lines[-1].endswith("?") and not lines[0].endswith("?")
        stem = lines.pop(-1 if asks_last else 0)
        if not lines:
            return stem, []
        if any(find_lookalike([Line(1, text)], 0) for text in lines):
            lines = ["Uraian: " + "; ".join(lines)]
        return stem, [part for text in lines for part in (text, "")]

    def _line(self, text: str) -> str:
        return self._escaped(" ".join(self._plain(text).split()))

    def _plain(self, text: str) -> str:
        """The text without HTML."""
        if not TAG.search(text):
            return text
        lost = sorted({tag[0].strip("</>").split()[0].lower() for tag in TAG.finditer(text)})
        self.diagnostics.warning(
            self.question.line,
            f"Tanda HTML dilepas: {', '.join(lost)[:80]}.",
            "Periksa hasilnya; gambar disimpan di folder gambar dan ditulis ![…](gambar/…).",
            "import-html",
        )
        return html.unescape(TAG.sub("", BREAK.sub("\n\n", text)))

    def _escaped(self, text: str) -> str:
        """Plain text as Markdown that shows it."""
        if self.question.is_markdown:
            return text
        text = SIGNS.sub(r"\\\1", text)
        text = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text)
        return LINE_START.sub(r"\\\1", text, count=1) if LINE_START.match(text) else text
