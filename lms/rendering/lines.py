"""Looks at Markdown line by line: which lines are code, comments, headings, list items, quotes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SPACES = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
BULLETS = r"(?:[-*+•·‣◦▪●–—]|o(?=\t))"  # Word's second level is an o and a tab
ITEM_MARK = rf"(?:{BULLETS}|\d{{1,3}}[.)])"
LINE_BREAK = "  "
COMMENT: Final = "<!--"

FENCE = re.compile(rf"{SPACES}*(?P<mark>`{{3,}}|~{{3,}})(?P<info>.*)")
HEADING = re.compile(
    rf"{SPACES}{{0,3}}(?P<marks>#{{1,6}})(?:(?<=##)(?=[^#\s])|{SPACES}+|$)(?P<text>.*)"
)
CODE_SPAN_OR_COMMENT = re.compile(r"(?P<ticks>`+)|(?P<comment><!(?:--|[–—]))")
COMMENT_END = re.compile(r"(?:--|[–—])>")
ID_COMMENT = re.compile(r"\s*id\s*[:=]\s*(?P<id>.*?)\s*", re.IGNORECASE | re.DOTALL)
RULE = re.compile(rf"{SPACES}{{0,3}}([-*_])(?:{SPACES}*\1){{2,}}{SPACES}*")
ITEM = re.compile(rf"(?P<indent>{SPACES}*)(?P<mark>{ITEM_MARK})(?P<gap>{SPACES}+)(?P<text>.*)")
QUOTE = re.compile(rf"(?P<indent>{SPACES}*)>{SPACES}?(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its comments; `ids` are those that an `<!-- id: … -->` on it gave."""

    number: int
    text: str
    is_code: bool = False
    ids: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is to be seen on it."""
        return not self.is_code and not self.text.strip()

    @property
    def heading(self) -> "Heading | None":
        """The heading that the line is, if it is one."""
        match = None if self.is_code else HEADING.fullmatch(self.text)
        if match is None:
            return None
        words = match["text"].strip()
        unmarked = words.rstrip("#")
        if not unmarked or unmarked[-1].isspace():
            words = unmarked.rstrip()
        return Heading(len(match["marks"]), words)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's level, 1 to 6, and its words as Markdown."""

    level: int
    text: str

    @property
    def section_name(self) -> str:
        """The words as names of sections are compared: lower case, no emphasis, no colon."""
        return " ".join(re.sub(r"[*_]", "", self.text).casefold().split()).rstrip(" :.")


def _ignore(_line: int, _mark: str) -> None:
    """Says nothing about what is never closed."""


def scan(
    lines: list[str], first_number: int, unclosed: Callable[[int, str], None] = _ignore
) -> list[Line]:
    """Mark the lines of fenced code and take the comments out of all others.

    What is never closed reaches to the end of the file, as in every Markdown viewer; `unclosed` is
    told the line that opened it and the mark: the fence, or COMMENT.
    """
    scanned: list[Line] = []
    fence: str | None = None
    opened = first_number
    comment: list[str] | None = None
    for number, text in enumerate(lines, start=first_number):
        match = FENCE.fullmatch(text) if comment is None else None
        if fence is not None:
            scanned.append(Line(number, text, is_code=True))
            if match and match["mark"].startswith(fence) and not match["info"].strip():
                fence = None
            continue
        if match and not ("`" in match["mark"] and "`" in match["info"]):
            fence, opened = match["mark"], number
            scanned.append(Line(number, text, is_code=True))
            continue
        was_open = comment is not None
        visible, ids, comment = _without_comments(text, comment)
        if comment is not None and not (was_open and not visible):
            opened = number
        scanned.append(Line(number, visible, ids=ids))
    if fence is not None:
        unclosed(opened, fence)
    if comment is not None:
        unclosed(opened, COMMENT)
    return scanned


def _without_comments(
    text: str, comment: list[str] | None
) -> tuple[str, tuple[str, ...], list[str] | None]:
    """A line's visible part, the ids its comments gave, and the comment still open at its end."""
    visible: list[str] = []
    ids: list[str] = []
    offset = 0
    while offset <= len(text):
        if comment is not None:
            end = COMMENT_END.search(text, offset)
            if end is None:
                comment.append(text[offset:])
                break
            comment.append(text[offset : end.start()])
            named = ID_COMMENT.fullmatch("\n".join(comment))
            if named:
                ids.append(named["id"])
            comment, offset = None, end.end()
            continue
        start = CODE_SPAN_OR_COMMENT.search(text, offset)
        if start is None:
            visible.append(text[offset:])
            break
        visible.append(text[offset : start.start()])
        if start["comment"]:
            comment, offset = [], start.end()
            continue
        ticks = start["ticks"]
        close = re.compile(rf"(?<!`){ticks}(?!`)").search(text, start.end())
        offset = close.end() if close else start.end()
        visible.append(text[start.start() : offset])
    words = "".join(visible).rstrip()
    is_broken = comment is None and words != "" and text.endswith(LINE_BREAK)
    return words + LINE_BREAK * is_broken, tuple(ids), comment


def width_of(indent: str) -> int:
    """How many columns an indentation takes, with a tab to every fourth."""
    return len(indent.expandtabs(4))


def indent_of(text: str) -> int:
    """How many columns a line is indented."""
    return width_of(text[: len(text) - len(text.lstrip())])


def dedented(text: str, columns: int) -> str:
    """A line with at most so many columns of indentation taken off."""
    rest = text.lstrip()
    return " " * max(0, indent_of(text) - columns) + rest


def trimmed(lines: list[str]) -> str:
    """Lines as one text, without blank lines at both ends."""
    return "\n".join(lines).strip("\n").rstrip()
