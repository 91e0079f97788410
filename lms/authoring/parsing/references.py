"""Finds the links and pictures of a Markdown text, with their lines, in one pass."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.frontmatter import CHAPTER_FIELDS, parse_front_matter
from lms.authoring.source.texts import SourceFile
from lms.rendering.lines import scan

TITLE = re.compile(r"(?P<target>.*?)(?:\s+[\"'“”].*[\"'“”])?\s*", re.DOTALL)
DEFINITION = re.compile(
    r"^(?:[ \t>]|[*+-][ \t])*\[(?P<name>[^\[\]^][^\[\]]*)\]:[ \t]*\n?[ \t]*<?(?P<target>[^\s>]+)",
    re.MULTILINE,
)
AUTOLINK = re.compile(r"<(?P<target>[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^<>\n]*)>")
BRACKET = re.compile(r"[()]")
LONGEST_TARGET = 500

ReferenceKind = Literal["link", "picture"]


@dataclass(frozen=True, slots=True)
class MarkdownReference:
    """A link or picture; `text` is the link's words or the picture's alternative text."""

    line: int
    kind: ReferenceKind
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A file's text without head, comments and code, line for line where it was."""

    text: str
    starts: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        """The number of the line in which a character stands."""
        return bisect_right(self.starts, offset)


def visible_text(file: SourceFile) -> VisibleText:
    """Blank out everything that Markdown does not read as text, keeping the line numbers."""
    silent = Diagnostics(file.name)
    raw = file.text.split("\n")
    head = parse_front_matter(raw, CHAPTER_FIELDS, silent)
    lines = scan(raw[head.body_from - 1 :], head.body_from)
    texts = [""] * (head.body_from - 1) + ["" if line.is_code else line.text for line in lines]
    text = without_code_spans("\n".join(texts))
    starts = [0]
    starts.extend(match.end() for match in re.finditer("\n", text))
    return VisibleText(text, tuple(starts))


def without_code_spans(text: str) -> str:
    """The text with inline code made blank; a span ends with its paragraph at the latest."""
    pieces = []
    for paragraph in re.split(r"(\n[ \t]*\n)", text):
        offset = 0
        runs = [(m.start(), m.end()) for m in re.finditer("`+", paragraph)]
        index = 0
        while index < len(runs):
            start, end = runs[index]
            length = end - start
            close = next(
                (i for i in range(index + 1, len(runs)) if runs[i][1] - runs[i][0] == length), None
            )
            if close is None:
                index += 1
                continue
            pieces.append(paragraph[offset:start])
            pieces.append(re.sub(r"[^\n]", " ", paragraph[start : runs[close][1]]))
            offset = runs[close][1]
            index = close + 1
        pieces.append(paragraph[offset:])
    return "".join(pieces)


def references(visible: VisibleText) -> Iterator[MarkdownReference]:
    """Every link and picture of a text: inline, by reference, and in angle brackets."""
    text = visible.text
    defined: dict[str, str] = {}
    for match in DEFINITION.finditer(text):
        name = reference_name(match["name"])
        defined.setdefault(name, match["target"])
        yield MarkdownReference(visible.line_at(match.start("name")), "link", match["target"], name)
    for match in AUTOLINK.finditer(text):
        target = match["target"]
        yield MarkdownReference(visible.line_at(match.start()), "link", target, target)
    opened: list[int] = []
    for match in re.finditer(r"\\.|\n[ \t]*\n|[\[\]]", text):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0] == "]" and opened:
            start = opened.pop()
            is_picture = start > 0 and text[start - 1] == "!"
            words = text[start + 1 : match.start()]
            if not is_picture and text[match.end() : match.end() + 1] != "(":
                continue  # a link by reference has been told of at its definition
            target = _target(text, match.end(), words, defined)
            if target is not None:
                kind: ReferenceKind = "picture" if is_picture else "link"
                yield MarkdownReference(
                    visible.line_at(start), kind, target, " ".join(words.split())
                )
        elif match[0].startswith("\n"):
            opened.clear()


def defined_targets(visible: VisibleText) -> Iterator[tuple[str, int]]:
    """The names for which a text gives an address apart, `[name]: address`, and their offsets."""
    for match in DEFINITION.finditer(visible.text):
        yield reference_name(match["name"]), match.start("name")


def _target(text: str, offset: int, words: str, defined: dict[str, str]) -> str | None:
    """Where a bracket that closed just before `offset` points to, if anywhere."""
    following = text[offset : offset + LONGEST_TARGET]
    if following.startswith("("):
        inside = following[1 : _closing(following)].strip()
        if inside.startswith("<") and ">" in inside:
            return inside[1 : inside.index(">")]
        match = TITLE.fullmatch(inside)
        return match["target"] if match else inside
    label = re.match(r"[ ]?\[([^\[\]]*)\]", following)
    name = label[1] if label and label[1].strip() else words
    return defined.get(reference_name(name))


def _closing(text: str) -> int:
    """Where the bracket that opens a text closes; the end when it does not."""
    depth = 0
    for match in BRACKET.finditer(text):
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            return match.start()
    return len(text)


def reference_name(words: str) -> str:
    """The name of an address as it is compared."""
    return " ".join(words.split()).casefold()
