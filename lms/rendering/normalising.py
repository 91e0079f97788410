"""Prepares a text for Python-Markdown so that it is drawn as authors see it on GitHub.

Python-Markdown wants a blank line before a list and four columns for everything inside an item;
GitHub wants neither. Instead of trusting either, lists are written anew here: one depth is four
columns, and what begins a block has a blank line before it.
"""

import re
from dataclasses import dataclass, field

from lms.rendering.lines import (
    ITEM,
    QUOTE,
    RULE,
    SPACES,
    Heading,
    Line,
    dedented,
    indent_of,
    scan,
    width_of,
)
from lms.rendering.marks import marked_items, shown_mark

STEP = 4
DEEPEST = 6
TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
LEADING = re.compile(rf"{SPACES}+")
HASHTAG = re.compile(r"(\s*)#(?=[^#\s])")
CLOSING_HASHES = re.compile(r"(?<![\\#\s])#+\Z")
FOOTNOTE = re.compile(r"\s{0,3}\[\^[^\]]+\]:")
ALERT = re.compile(r"\s*\[!(?P<name>\w+)\]\s*(?P<text>.*)")
ALERT_LABELS = {
    "note": "Catatan",
    "tip": "Saran",
    "important": "Penting",
    "warning": "Awas",
    "caution": "Waspada",
}


def normalise(text: str) -> str:
    """The text with its lists, quotes and tables in the form that Python-Markdown reads."""
    lines = scan(text.split("\n"), 1)
    return "\n".join(_Normaliser().normalise(lines)).strip("\n")


@dataclass(slots=True)
class _Normaliser:
    """Rewrites one run of lines; `items` are the columns of the open list items' markers."""

    out: list[str] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    after_blank: bool = True
    in_block: bool = False
    quote: list[str] = field(default_factory=list)

    def normalise(self, lines: list[Line], depth: int = 0) -> list[str]:
        in_code = False
        marked = marked_items(lines)
        for index, line in enumerate(lines):
            text = _plain_indent(line.text)
            quoted = None if line.is_code else QUOTE.fullmatch(text)
            if self.quote and quoted is None:
                self._put_quote(depth)
            if line.is_code:
                self._put_code(line.text, is_first=not in_code)
            elif line.is_blank:
                self.out.append("")
                self.after_blank = True
                self.in_block = bool(self.items)
            elif quoted is not None and depth < DEEPEST:
                if not self.quote:
                    self._close(width_of(quoted["indent"]))
                self.quote.append(quoted["text"] if self.quote else _labelled(quoted["text"]))
            elif index in marked:
                self._put_item(marked[index], "marked")
            else:
                if in_code:
                    self._gap()
                following = lines[index + 1].text if index + 1 < len(lines) else ""
                self._put(text, following)
            in_code = line.is_code
        if self.quote:
            self._put_quote(depth)
        return self.out

    def _close(self, indent: int) -> None:
        """Leave the items that a line at this column is no longer inside of."""
        while self.items and indent < self.items[-1] + 2:
            self.items.pop()
            self.kinds.pop()

    def _below(self, indent: int) -> int:
        """The column of an item of the second level: inside of the open one of the first."""
        above = [at for at, kind in zip(self.items, self.kinds, strict=True) if kind != "second"]
        return max(indent, above[-1] + 2) if above else indent

    def _gap(self) -> None:
        """A blank line before what begins a block of its own."""
        if not self.after_blank and self.out:
            self.out.append("")

    def _emit(self, text: str) -> None:
        self.out.append(" " * (STEP * len(self.items)) + text)
        self.after_blank = False

    def _put_quote(self, depth: int) -> None:
        inside = scan(self.quote, 1)
        self.quote = []
        self._gap()
        for text in _Normaliser().normalise(inside, depth + 1):
            self._emit(f"> {text}" if text else ">")
        self.in_block = True

    def _put_code(self, text: str, *, is_first: bool) -> None:
        if is_first:
            self._close(indent_of(text))
            self._gap()
        inner = self.items[-1] + 2 if self.items else 0
        self._emit(dedented(text, inner) if text.strip() else "")
        self.in_block = True

    def _put(self, text: str, following: str) -> None:
        item = ITEM.fullmatch(text)
        if item is not None and not RULE.fullmatch(text) and self._begins_item(item):
            self._put_item(item, _kind(item["mark"]))
            return
        heading = Line(1, text).heading
        if heading or FOOTNOTE.match(text):
            self._close(indent_of(text) if self.after_blank else 0)
            if not FOOTNOTE.match(text) or not (self.out and FOOTNOTE.match(self.out[-1])):
                self._gap()
        elif self.after_blank:
            self._close(indent_of(text))
        elif "|" in text and TABLE_RULE.fullmatch(following):
            self._gap()
        self._emit(_whole(heading) if heading else _escaped(text).lstrip())
        if FOOTNOTE.match(text):  # what is indented below it belongs to the note
            self.items.append(indent_of(text))
            self.kinds.append("note")

    def _begins_item(self, item: re.Match[str]) -> bool:
        """Whether the mark opens an item here, or is a word of a sentence."""
        mark = item["mark"]
        if mark in "–—":
            return False
        if mark[0].isdigit() and not self.after_blank and not self.items:
            return mark[:-1] == "1"
        return True

    def _put_item(self, item: re.Match[str], kind: str) -> None:
        indent = width_of(item["indent"])
        if kind == "second":
            indent = self._below(indent)
        was_inside = bool(self.items)
        level = len(self.items)
        previous = list(self.kinds)
        self._close(indent)
        offset = len(self.items)
        is_sibling = offset < level
        if not was_inside or self.in_block or (is_sibling and previous[offset] != kind):
            self._gap()
        mark = f"{item['mark'][:-1]}." if kind == "number" else "-"
        if kind == "marked":
            mark = f"- {shown_mark(item['mark'])}"
        self.out.append(f"{' ' * (STEP * offset)}{mark} {item['text'].lstrip()}")
        self.items.append(indent)
        self.kinds.append(kind)
        self.after_blank = self.in_block = False


def _labelled(text: str) -> str:
    """The first line of a quote; GitHub's [!NOTE] and its kind become a label."""
    alert = ALERT.fullmatch(text)
    label = ALERT_LABELS.get(alert["name"].casefold()) if alert else None
    return f"**{label}:** {alert['text']}".rstrip() if alert and label else text


def _plain_indent(text: str) -> str:
    """A line whose leading tabs and non-breaking spaces are spaces."""
    lead = LEADING.match(text)
    return " " * width_of(lead[0]) + text[lead.end() :] if lead else text


def _kind(mark: str) -> str:
    """Which kind of list a mark makes; Word writes those of the second level at the margin."""
    return "number" if mark[0].isdigit() else "second" if mark == "o" else "bullet"


def _whole(heading: Heading) -> str:
    """A heading of which Python-Markdown takes no sign at its end for a mark of its own."""
    words = CLOSING_HASHES.sub(lambda match: "\\#" * len(match[0]), heading.text)
    if (len(words) - len(words.rstrip("\\"))) % 2:
        words += "\\"
    return f"{'#' * heading.level} {words}"


def _escaped(text: str) -> str:
    """A line that begins with a hashtag, which Python-Markdown would take for a heading."""
    return HASHTAG.sub(r"\1\\#", text, count=1) if HASHTAG.match(text) else text
