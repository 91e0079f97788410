"""Finds lists whose markers are part of the text: a. b. c., (1) (2), dashes, ticks.

Laws are cited by such marks (*huruf d*, *ayat (2)*), so that a list keeps them as they are written
instead of counting anew. A mark that stands alone is a word of a sentence: *A. Rahman menulis*.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lms.rendering.lines import ITEM, SPACES, Line, width_of

# Dashes, what Word makes of bullets, and pictures as they are typed on phones.
SIGNS = (
    r"(?:[–—§»\uf0a7\uf0b7\uf0d8\uf0fc\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\U0001f300-\U0001faff]\ufe0f?)"
)
KEYCAP = r"(?:\d{1,2}\ufe0f?\u20e3|[\u2460-\u2473])"
LETTERS = r"(?:[a-zA-Z]|[ivxlc]{2,5}|[IVXLC]{2,5})"
MARK = rf"(?:\({LETTERS}\)|\(\d{{1,3}}\)|{LETTERS}[.)]|{SIGNS}|{KEYCAP})"
MARKED = re.compile(rf"(?P<indent>{SPACES}*)(?P<mark>{MARK}){SPACES}+(?P<text>\S.*)")
PRIVATE = re.compile(r"[\ue000-\uf8ff]")
ALIKE = 0  # the number of a sign, which does not count
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Ordinal(NamedTuple):
    """What a mark says: its kind, and which of its kind it is."""

    kind: str
    number: int


def marked_items(lines: Sequence[Line]) -> dict[int, re.Match[str]]:
    """The lines that open an item of such a list, by index, with their parts.

    Two marks that follow each other make a list; text in between belongs to the first of them as
    long as no paragraph and no heading begins at the margin.
    """
    found: dict[int, re.Match[str]] = {}
    open_at: dict[tuple[int, str], tuple[int, int]] = {}
    after_blank = True
    for index, line in enumerate(lines):
        match = None if line.is_code else MARKED.fullmatch(line.text)
        if match is not None:
            indent = width_of(match["indent"])
            for ordinal in _interpretations(match["mark"]):
                before = open_at.get((indent, ordinal.kind))
                if before is not None and ordinal.number in {before[1] + 1, ALIKE}:
                    found[index] = match
                    found.setdefault(before[0], _match(lines[before[0]]))
                open_at[indent, ordinal.kind] = (index, ordinal.number)
        elif line.heading or (after_blank and _is_at_margin(line)):
            open_at.clear()
        after_blank = line.is_blank
    return found


def shown_mark(mark: str) -> str:
    """A mark as readers see it; one from a font that only Word has becomes a bullet."""
    return PRIVATE.sub("•", mark)


def _match(line: Line) -> re.Match[str]:
    match = MARKED.fullmatch(line.text)
    assert match is not None  # noqa: S101 - it matched when it was noted
    return match


def _is_at_margin(line: Line) -> bool:
    text = line.text
    return not line.is_blank and (line.is_code or not text[0].isspace()) and not ITEM.match(text)


def _interpretations(mark: str) -> list[_Ordinal]:
    """How a mark can be read: (i) is the ninth letter or the first Roman number."""
    if re.fullmatch(KEYCAP, mark):
        return [_Ordinal("keycap", ALIKE)]
    word = mark.strip("().")
    if not word.isalnum():
        return [_Ordinal("sign", ALIKE)]
    frame = mark.replace(word, "", 1)
    if word.isdigit():
        return [_Ordinal(f"{frame}1", int(word))]
    case = "A" if word.isupper() else "a"
    interpretations = []
    if len(word) == 1:
        interpretations.append(_Ordinal(frame + case, ord(word.lower())))
    if all(letter in ROMAN for letter in word.lower()):
        interpretations.append(_Ordinal(f"{frame}{case}i", _roman(word.lower())))
    return interpretations


def _roman(word: str) -> int:
    values = [ROMAN[letter] for letter in word]
    return sum(
        -value if value < max(values[index:], default=0) else value
        for index, value in enumerate(values)
    )
