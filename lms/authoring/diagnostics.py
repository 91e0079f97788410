"""Diagnostics about a source: file, line, what is wrong, and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something an author should mend; an error blocks publication, a warning does not.

    `path` is the folder as the caller named it plus the file's name, `line` counts from 1, and
    `code` is a stable name of the rule. `sentence` says what is wrong, `remedy` how to mend it.
    `column` counts characters from 1 where the place in the line matters, and is None elsewhere.
    """

    path: str
    line: int
    severity: Severity
    sentence: str
    remedy: str
    code: str
    column: int | None = None

    @property
    def is_error(self) -> bool:
        """Whether it blocks publication."""
        return self.severity == "error"


class Diagnostics:
    """The growing list of what one file has."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.entries: list[Diagnostic] = []

    def error(
        self, line: int, sentence: str, remedy: str, code: str, *, column: int | None = None
    ) -> None:
        """Note something that blocks publication."""
        self.add(line, "error", sentence, remedy, code, column)

    def warning(
        self, line: int, sentence: str, remedy: str, code: str, *, column: int | None = None
    ) -> None:
        """Note something worth mending."""
        self.add(line, "warning", sentence, remedy, code, column)

    def add(
        self,
        line: int,
        severity: Severity,
        sentence: str,
        remedy: str,
        code: str,
        column: int | None = None,
    ) -> None:
        """Note something of the given severity."""
        self.entries.append(
            Diagnostic(self.path, max(1, line), severity, sentence, remedy, code, column)
        )


def in_source_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics without repetitions: by file, by line, errors before warnings."""
    unique = dict.fromkeys(diagnostics)
    return sorted(
        unique, key=lambda p: (p.path, p.line, p.severity, p.column or 0, p.code, p.sentence)
    )


def quoted(question_words: str) -> str:
    """How a sentence begins that is about a question."""
    return f'Soal "{question_words}"' if question_words else "Soal tanpa teks"
