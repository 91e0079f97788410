"""Lines of text set letter by letter: shaped by HarfBuzz and written as a PDF shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, cast

import uharfbuzz as hb

EM: Final = 1000  # what PDF counts the widths of letters in

# A viewer takes glyphs by number and needs no more than their outlines and measures. Of the names
# one stays, for whoever asks which font this is.
_NEEDED_TABLES: Final = frozenset({"glyf", "head", "hhea", "hmtx", "loca", "maxp", "name"})
_POSTSCRIPT_NAME: Final = 6

_LIGATURES: Final = ("liga", "clig", "dlig", "hlig")


class CannotSet(Exception):
    """The fonts lack a letter of the text, or it has marks that stand beside their place."""


class Glyph(NamedTuple):
    """A shape of a font, the letters it stands for, and its advance in thousandths of an em."""

    number: int
    letters: str
    advance: float


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A TrueType font, opened once.

    letters: the code points it has. widths: of its glyphs, each by itself, in thousandths of an
    em.
    """

    font: hb.Font
    letters: frozenset[int]
    widths: tuple[int, ...]

    @classmethod
    @lru_cache(maxsize=32)
    def open(cls, content: bytes) -> "Face":
        """Open a font file; the same one is opened once in a process."""
        face = hb.Face(content)
        font = hb.Font(face)
        advances = map(font.get_glyph_h_advance, range(face.glyph_count))
        widths = tuple(round(advance * EM / face.upem) for advance in advances)
        return cls(font, frozenset(face.unicodes), widths)

    def shape(self, text: str, features: Mapping[str, int]) -> Iterator[Glyph]:
        """Choose the glyphs of a text from left to right; raises CannotSet."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script = "ltr", "Latn"
        hb.shape(self.font, buffer, features)
        glyphs, positions = buffer.glyph_infos, buffer.glyph_positions
        ends = [*(glyph.cluster for glyph in glyphs[1:]), len(text)]
        em = EM / self.font.face.upem
        for glyph, position, end in zip(glyphs, positions, ends, strict=True):
            is_shifted = position.x_offset or position.y_offset
            if not glyph.codepoint or is_shifted or glyph.cluster == end:
                raise CannotSet(text)
            yield Glyph(glyph.codepoint, text[glyph.cluster : end], position.x_advance * em)

    def cut(self, glyphs: Iterable[int]) -> bytes:
        """The font with these glyphs only; they keep their numbers."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
        wanted.drop_table_tag_set.update(
            int.from_bytes(tag.encode(), "big")
            for tag in self.font.face.table_tags
            if tag not in _NEEDED_TABLES
        )
        wanted.name_id_set.clear()
        wanted.name_id_set.add(_POSTSCRIPT_NAME)
        return cast(bytes, hb.subset(self.font.face, wanted).blob.data)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a line is set: fonts in the order in which they are asked for a letter, and spacing.

    size, tracking, word_space: in the units of the page; the latter two are added after each
    letter and after each space.
    """

    fonts: Mapping[str, Face]
    features: Mapping[str, int]
    size: float
    tracking: float = 0
    word_space: float = 0


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as PDF operators, its measures on the page, and its glyphs with their letters."""

    operators: bytes
    size: float
    width: float
    glyphs: Mapping[str, Mapping[int, str]]


def set_line(text: str, setting: Setting) -> SetLine:
    """Set a line of text; raises CannotSet where that takes more than letters side by side.

    Nothing is no line either: a page with it has a place less.
    """
    if not text:
        raise CannotSet(text)
    em = EM / setting.size
    tracking, word_space = setting.tracking * em, setting.word_space * em
    # As in CSS, letters that are spaced out do not join.
    features = {**setting.features, **(dict.fromkeys(_LIGATURES, 0) if tracking else {})}
    operators: list[str] = []
    used: dict[str, dict[int, str]] = {}
    width = -tracking  # it stands between letters, and not behind the last
    owed = 0.0  # what the pen has still to move, since whole thousandths are enough
    for font, run in _runs(text, setting.fonts):
        face, glyphs, shown = setting.fonts[font], used.setdefault(font, {}), ""
        for glyph in face.shape(run, features):
            if move := round(owed):
                shown += f">{-move}<"
                owed -= move
            shown += f"{glyph.number:04x}"
            glyphs[glyph.number] = glyph.letters
            advance = glyph.advance + tracking + (word_space if glyph.letters == " " else 0)
            owed += advance - face.widths[glyph.number]
            width += advance
        operators.append(f"/{font} {setting.size:f} Tf\n[<{shown}>] TJ\n".replace("<>", ""))
    return SetLine("".join(operators).encode(), setting.size, width / em, used)


def _runs(text: str, fonts: Mapping[str, Face]) -> Iterator[tuple[str, str]]:
    """Pieces of the text, each with the font that has its letters; a space goes with either."""
    start, current = 0, ""
    for index, character in enumerate(text):
        font = current if character == " " and current else _font_of(character, fonts)
        if font != current and index > start:
            yield current, text[start:index]
            start = index
        current = font
    yield current, text[start:]


def _font_of(character: str, fonts: Mapping[str, Face]) -> str:
    for name, face in fonts.items():
        if ord(character) in face.letters:
            return name
    raise CannotSet(character)
