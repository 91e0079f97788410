"""Tells feedback, explanation, source and aim apart among the quotes of a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lms.rendering.lines import SPACES, trimmed

EMPHASIS = r"(?:\*\*|__|\*|_)"
LABEL = re.compile(
    rf"{SPACES}*(?P<open>{EMPHASIS}?){SPACES}*(?P<name>pembahasan|sumber|menguji){SPACES}*"
    rf"(?P<before>{EMPHASIS}?){SPACES}*:{SPACES}*(?P<after>{EMPHASIS}?){SPACES}*(?P<text>.*)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Quote:
    """A quote below a choice: one run of lines that begin with `>`."""

    indent: int
    after_blank: bool
    lines: list[str]


def split_quotes(last: list[Quote], earlier: Iterable[Quote]) -> tuple[list[Quote], list[str]]:
    """The feedback among the quotes after the last choice, and the lines of the explanation.

    A label always begins the explanation. Without one, an indented quote and a quote right
    below the choice are feedback; a quote after a blank line is feedback only where the author
    wrote that of the choices before (`earlier`) in the same way.
    """
    writes_apart = any(quote.after_blank and quote.indent == 0 for quote in earlier)
    feedback: list[Quote] = []
    explanation: list[str] = []
    for quote in last:
        label = next((i for i, text in enumerate(quote.lines) if LABEL.fullmatch(text)), None)
        before = quote.lines[:label]
        is_near = quote.indent > 0 or not quote.after_blank or (writes_apart and not feedback)
        if trimmed(before) and is_near and not explanation:
            feedback.append(Quote(quote.indent, quote.after_blank, before))
        elif trimmed(before):
            explanation.extend(["", *before])
        if label is not None:
            explanation.extend(["", *quote.lines[label:]])
    return feedback, explanation


@dataclass(frozen=True, slots=True)
class Explanation:
    """What stands below the choices: why, by which source, and which objective is tested."""

    text: str | None
    source: str | None
    aim: str | None


def parse_explanation(lines: list[str]) -> Explanation:
    """The parts of an explanation, told apart by their labels."""
    parts: dict[str, list[str]] = {"pembahasan": [], "sumber": [], "menguji": []}
    current = "pembahasan"
    for text in lines:
        label = LABEL.fullmatch(text)
        if label is None:
            parts[current].append(text)
            continue
        current = label["name"].casefold()
        rest = label["text"]
        mark = label["open"]
        if mark and not label["before"] and not label["after"]:
            rest = rest.removesuffix(mark)
        parts[current].extend(["", rest] if parts[current] else [rest])
    return Explanation(*(trimmed(part).strip() or None for part in parts.values()))
