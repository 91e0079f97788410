"""Characters that no reader sees, and where they stand in a text.

They come from Word, WhatsApp, PDF files and phones, and break headings, boxes and ids without a
trace. Joiners that a picture or a script of joined letters needs are part of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
JOINING = "[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u1bff\ua980-\ua9df]"
INVISIBLE = re.compile(
    rf"(?!(?<={EMOJI})\ufe0f|(?<=[0-9#*])\ufe0f\u20e3)"
    rf"(?!(?:(?<={EMOJI})|(?<={EMOJI}\ufe0f))\u200d{EMOJI})"
    rf"(?!(?<={JOINING})[\u200c\u200d]{JOINING})"
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
NAMES = {
    "\u00ad": "tanda hubung lunak",
    "\u200b": "spasi selebar nol",
    "\u200c": "pemisah huruf selebar nol",
    "\u200d": "penyambung huruf selebar nol",
    "\u200e": "penanda arah kiri ke kanan",
    "\u200f": "penanda arah kanan ke kiri",
    "\u2060": "penyambung kata",
    "\ufeff": "tanda urutan bita di tengah berkas",
    "\ufffc": "bekas gambar yang ditempelkan",
}
DIRECTIONS = frozenset("\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# Spaces that are no spaces to Markdown, where it needs one: table rules, and ] before (.
UNUSUAL_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
TABLE_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
BETWEEN_BRACKETS = re.compile(
    rf"\](?P<space>{UNUSUAL_SPACE.pattern}+)\((?=https?:|www\.|mailto:|tel:|[\w./%-]+\.\w{{2,4}}\))"
)


@dataclass(frozen=True, slots=True)
class Unseen:
    """An invisible character: its number as U+200B, what it is, its first column, how often."""

    number: str
    name: str
    column: int
    count: int


def unseen_characters(line: str) -> Iterator[Unseen]:
    """The invisible characters of a line, each kind once, in the order of their first columns."""
    columns_by_character: dict[str, list[int]] = {}
    for match in INVISIBLE.finditer(line):
        columns_by_character.setdefault(match[0], []).append(match.start() + 1)
    for character, columns in columns_by_character.items():
        yield Unseen(f"U+{ord(character):04X}", _name(character), columns[0], len(columns))


def breaking_space(line: str) -> Unseen | None:
    """The first unusual space of a line that keeps Markdown from reading it as it looks."""
    space = None
    if "|" in line and TABLE_RULE.fullmatch(line):
        space = UNUSUAL_SPACE.search(line)
    found = (match.start("space") for match in BETWEEN_BRACKETS.finditer(line))
    column = space.start() if space else next(found, None)
    if column is None:
        return None
    character = line[column]
    return Unseen(f"U+{ord(character):04X}", "spasi istimewa", column + 1, 1)


def without_unseen(text: str) -> str:
    """The text without its invisible characters."""
    return INVISIBLE.sub("", text)


def _name(character: str) -> str:
    if character in DIRECTIONS:
        return "pengubah arah tulisan"
    return NAMES.get(character) or unicodedata.name(character, "tanpa nama").lower()
