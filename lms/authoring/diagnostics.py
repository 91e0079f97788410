"""Gathers the problems of one file while it is read or checked."""

from collections.abc import Iterable

from lms.authoring.parsing.result import Problem, Severity


class Findings:
    """A growing list of problems in one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def error(
        self, line: int, sentence: str, remedy: str, code: str, *, column: int | None = None
    ) -> None:
        """Note something that blocks publication."""
        self._add(line, "error", sentence, remedy, code, column)

    def warning(
        self, line: int, sentence: str, remedy: str, code: str, *, column: int | None = None
    ) -> None:
        """Note something worth mending."""
        self._add(line, "warning", sentence, remedy, code, column)

    def _add(
        self,
        line: int,
        severity: Severity,
        sentence: str,
        remedy: str,
        code: str,
        column: int | None,
    ) -> None:
        self.problems.append(
            Problem(self.path, max(1, line), severity, sentence, remedy, code, column)
        )


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without repetitions: by file, by line, errors before warnings."""
    unique = dict.fromkeys(problems)
    return sorted(
        unique, key=lambda p: (p.path, p.line, p.severity, p.column or 0, p.code, p.sentence)
    )


def quoted(question_words: str) -> str:
    """How a sentence begins that is about a question."""
    return f'Soal "{question_words}"' if question_words else "Soal tanpa teks"
