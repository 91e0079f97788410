"""Placeholders in the objects of a PDF, for what differs from copy to copy."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Any, Final

from pydyf import Array, Dictionary, String

from lms.printing.shaping import Face, SetLine, Setting, set_line

POINT: Final = 4 / 3  # in the unit of WeasyPrint's pages, which is the pixel of CSS


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills the placeholders of one copy.

    texts, lines: by the sentinel that stands for them. glyphs: by font, what the copy shows of it
    and the letters that each stands for.
    """

    texts: Mapping[str, str]
    lines: Mapping[str, SetLine]
    glyphs: Mapping[str, Mapping[int, str]]


class Placeholder(ABC):
    """A place in an object where each copy has bytes of its own."""

    @abstractmethod
    def fill(self, filling: Filling) -> bytes:
        """Write what stands there in a copy."""


Piece = bytes | Placeholder


@dataclass(frozen=True, slots=True)
class StringPlaceholder(Placeholder):
    """A string: fixed words, and words that stand for others in the copies."""

    words: Sequence[str]

    def fill(self, filling: Filling) -> bytes:
        """Write it in parentheses, or in hexadecimal digits what is not ASCII."""
        return bytes(String(self.text(filling)).data)

    def text(self, filling: Filling) -> str:
        """The string as a copy has it."""
        return "".join(filling.texts.get(word, word) for word in self.words)


class XmlPlaceholder(StringPlaceholder):
    """A text in the document's description, which is XML."""

    def fill(self, filling: Filling) -> bytes:
        """Write it with its signs escaped."""
        return escape(self.text(filling), quote=False).encode()


@dataclass(frozen=True, slots=True)
class LinePlaceholder(Placeholder):
    """A line on the page.

    x: where the line begins, or ends if it is flush right. edge, share: its baseline lies below
    the edge by a share of the letters' size, or above it if that is negative.
    """

    sentinel: str
    setting: Setting
    x: float
    is_flush_right: bool
    edge: float
    share: float

    def set(self, text: str, size: float | None) -> SetLine:
        """Set a text for this placeholder, in the template's size or in another one, in points."""
        scale = 1 if size is None else size * POINT / self.setting.size
        tracking = self.setting.tracking * scale
        return set_line(
            text, replace(self.setting, size=self.setting.size * scale, tracking=tracking)
        )

    def fill(self, filling: Filling) -> bytes:
        """Go to the beginning of the line and show its letters."""
        line = filling.lines[self.sentinel]
        x = self.x - line.width if self.is_flush_right else self.x
        y = self.edge + self.share * line.size
        return b"1 0 0 -1 %b Tm\n%b" % (_plain(x, y), line.operators)


@dataclass(frozen=True, slots=True)
class LinkPlaceholder(Placeholder):
    """The rectangle of a link, in points, around a line that begins at the left."""

    sentinel: str
    left: float
    top: float
    bottom: float

    def fill(self, filling: Filling) -> bytes:
        """Write its corners, as far apart as the line is long."""
        right = self.left + filling.lines[self.sentinel].width / POINT
        return b"[%b]" % _plain(self.left, self.top, right, self.bottom)


@dataclass(frozen=True, slots=True)
class WidthsPlaceholder(Placeholder):
    """The widths of what a copy shows of a font."""

    font: str
    face: Face

    def fill(self, filling: Filling) -> bytes:
        """Write each run of glyphs as the number of the first and all widths."""
        glyphs = sorted(filling.glyphs[self.font])
        runs = groupby(enumerate(glyphs), key=lambda it: it[1] - it[0])
        return b"[%b]" % b" ".join(self._run([glyph for _, glyph in run]) for _, run in runs)

    def _run(self, glyphs: list[int]) -> bytes:
        widths = " ".join(str(self.face.widths[glyph]) for glyph in glyphs)
        return f"{glyphs[0]} [{widths}]".encode()


@dataclass(frozen=True, slots=True)
class FontsPlaceholder(Placeholder):
    """The fonts of the page by name: those of the template alone, and others if in use."""

    always: Mapping[str, bytes]
    others: Mapping[str, bytes]

    def fill(self, filling: Filling) -> bytes:
        """Write their references."""
        used = {name: it for name, it in self.others.items() if filling.glyphs[name]}
        return bytes(Dictionary({**self.always, **used}).data)


def write(pieces: Iterable[Piece], filling: Filling) -> bytes:
    """Put the pieces of an object together, as one copy has it."""
    return b"".join(it if isinstance(it, bytes) else it.fill(filling) for it in pieces)


def pieces_of(item: Any, words: re.Pattern[str]) -> list[Piece]:
    """Take apart one of pydyf's objects: its placeholders, and one for each string with a sentinel.

    words: matches a sentinel, as its only group.
    """
    pieces: list[Piece] = []
    _take_apart(item, words, pieces)
    return joined(pieces)


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with the bytes between two placeholders in one piece."""
    result: list[Piece] = []
    run: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            run.append(piece)
            continue
        if run:
            result.append(b"".join(run))
            run = []
        result.append(piece)
    if run:
        result.append(b"".join(run))
    return result


def _take_apart(item: Any, words: re.Pattern[str], pieces: list[Piece]) -> None:
    """Add the pieces of an object; no generator, since those of thousands cost a millisecond."""
    if isinstance(item, Placeholder | bytes):
        pieces.append(item)
    elif isinstance(item, Dictionary):
        pieces.append(b"<<")
        for key, value in item.items():
            pieces.append(f"/{key} ".encode())
            _take_apart(value, words, pieces)
        pieces.append(b">>")
    elif isinstance(item, Array):
        pieces.append(b"[")
        for value in item:
            _take_apart(value, words, pieces)
            pieces.append(b" ")
        pieces.append(b"]")
    elif isinstance(item, String) and words.search(str(item.string)):
        pieces.append(StringPlaceholder(words.split(item.string)))
    else:
        pieces.append(_plain(item))


def _plain(*items: Any) -> bytes:
    """Write names, numbers and strings the way pydyf does, with spaces between."""
    return bytes(Array(items).data[1:-1])
