"""Fitting a text of any length into its box: the size of its letters, and where lines break."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

# Letters that our fonts lack come from another font, whose widths are not known here: a square
# for scripts that are written in squares, and more than any alphabet needs for the others.
SQUARE: Final = 1.02
BROAD: Final = 1.3
NARROW_SCRIPT: Final = 0.95

FOREIGN_SIZE: Final = 0.65

SIZE_STEP: Final = 0.25  # points; few sizes: a small font cache

WORD_SPACE: Final = 0.06  # what the page adds to a space, in parts of the size


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text fitted into its box: its lines, and the size of its letters in points.

    It is foreign if the typeface lacks some of its letters: those may reach higher and lower. A
    line that another follows ends with the space at which it was broken, since whoever hears the
    lines, or copies them, has nothing else between two words.
    """

    lines: tuple[str, ...]
    size: float
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class FittedList:
    """A list fitted into its box: the lines of each item, and the size of all letters in points."""

    items: tuple[tuple[str, ...], ...]
    size: float


@dataclass(frozen=True, slots=True)
class Typeface:
    """How wide the letters of one weight are, in parts of the letters' size."""

    advances: Mapping[str, float]

    @classmethod
    def read(cls, *files: Path) -> "Typeface":
        """Read the widths out of TrueType files; where two have a letter, the first decides."""
        advances: dict[str, float] = {}
        for file in reversed(files):
            with TTFont(file, lazy=True) as font:
                units, metrics = font["head"].unitsPerEm, font["hmtx"]
                advances |= {
                    chr(code): metrics[glyph][0] / units
                    for code, glyph in font.getBestCmap().items()
                }
        return cls(advances)

    def width(self, text: str) -> float:
        """Say how wide a text is, without kerning, or at most is where the letters are foreign."""
        if self._has_all_of(text):
            return sum(map(self.advances.__getitem__, text))
        return sum(map(self._advance, text))

    def _has_all_of(self, text: str) -> bool:
        return self.advances.keys() >= set(text)

    def _advance(self, character: str) -> float:
        known = self.advances.get(character)
        if known is not None:
            return known
        if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
            return 0.0
        if unicodedata.east_asian_width(character) in "WF":
            return SQUARE
        if unicodedata.bidirectional(character) in {"R", "AL"}:
            return NARROW_SCRIPT
        return BROAD

    def fit(self, text: str, *, width: float, largest: float, comfortable: float) -> Fitted:
        """Find the largest size at which a text fits on one line, or else on two.

        Takes the width of the box and the largest size, in points. One line is preferred down to
        the comfortable size; below it the text stands on two lines of about the same length, as
        large as they may be. They break at a space if there is one that is not too far off.
        Foreign letters are set at two thirds, since they need more room above and below.
        """
        is_foreign = not self._has_all_of(text)
        if is_foreign:
            largest, comfortable = largest * FOREIGN_SIZE, comfortable * FOREIGN_SIZE
        alone = self._size((text,), width, largest)
        if alone >= comfortable:
            return Fitted((text,), alone, is_foreign)
        lines = self._break_in_two(text)
        return Fitted(lines, self._size(lines, width, comfortable), is_foreign)

    def fit_list(
        self,
        items: Sequence[str],
        *,
        width: float,
        height: float,
        pitch: float,
        largest: float,
        legible: float,
        rest: str,
    ) -> FittedList:
        """Find the largest size at which a numbered list fits, each item beginning a line.

        Takes width, height and sizes in points, and the distance of lines in parts of the size.
        Where that would be less than legible, the items follow one another on common lines, which
        takes fewer; where even these are too many, or a word alone is too wide, the last items are
        left out, and `rest` says how many those are (`{count}`).
        """
        numbered = [f"{number}. {item}" for number, item in enumerate(items, 1)]
        for texts in (numbered, [" ".join(numbered)]):
            size = largest
            while size >= legible:
                fitted = self._wrap_all(texts, size, width=width, height=height, pitch=pitch)
                if fitted is not None:
                    return FittedList(fitted, size)
                size -= SIZE_STEP
        for kept in range(len(numbered) - 1, -1, -1):
            texts = [" ".join([*numbered[:kept], rest.format(count=len(numbered) - kept)])]
            fitted = self._wrap_all(texts, legible, width=width, height=height, pitch=pitch)
            if fitted is not None:
                return FittedList(fitted, legible)
        return FittedList((), largest)

    def _wrap_all(
        self, texts: Sequence[str], size: float, *, width: float, height: float, pitch: float
    ) -> tuple[tuple[str, ...], ...] | None:
        """The lines of each text at a size; None where they are too many or too wide."""
        fitted = tuple(self._wrap(text, width / size) for text in texts)
        lines = [line for item in fitted for line in item]
        widest = max((self.width(line.rstrip()) for line in lines), default=0) * size
        return fitted if len(lines) * pitch * size <= height and widest <= width else None

    def _wrap(self, text: str, width: float) -> tuple[str, ...]:
        """Lines that are no wider, in parts of the size, if no word alone is."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer) + WORD_SPACE * longer.count(" ") <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return (*(f"{line} " for line in lines[:-1]), *lines[-1:])

    def _size(self, lines: tuple[str, ...], width: float, largest: float) -> float:
        """The largest step at which no line is wider than the box."""
        longest = max((self.width(line.rstrip()) for line in lines), default=0)
        size = min(largest, width / longest) if longest else largest
        return int(size / SIZE_STEP) * SIZE_STEP

    def _break_in_two(self, text: str) -> tuple[str, ...]:
        """Two lines of about the same width."""
        total = self.width(text)
        spaces = [index for index, character in enumerate(text) if character == " "]
        best = min(spaces, key=lambda at: abs(self.width(text[:at]) - total / 2), default=None)
        if best is not None and 0.2 < self.width(text[:best]) / total < 0.8:
            return text[: best + 1], text[best + 1 :]
        return self._break_anywhere(text, total / 2)

    def _break_anywhere(self, text: str, half: float) -> tuple[str, ...]:
        """Two lines of a text without a useful space; marks stay with their letters."""
        passed = 0.0
        for index, character in enumerate(text):
            if passed >= half and not unicodedata.category(character).startswith("M"):
                return text[:index].rstrip(), text[index:].lstrip()
            passed += self._advance(character)
        return (text,)
