"""Copies of a page that differ in a few words: set once, and stamped from then on.

A PDF template is a page taken apart (`compiling.py`): bytes that are the same in every copy, and
placeholders. A copy is these bytes with the placeholders filled, and fonts cut down to its own
letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.printing.embedding import EmbeddedFont
from lms.printing.pdf_writer import Writer
from lms.printing.placeholders import Filling, LinePlaceholder, Piece, write
from lms.printing.qr import Bitmap


@dataclass(frozen=True, slots=True)
class Sentinels:
    """What stands on a page for what differs from copy to values.

    lines: whole lines of text; a copy may use the fonts that the letters of these come from.
    strings: words in titles, alternative texts, addresses and the like.
    pictures: addresses of pictures.
    """

    lines: frozenset[str]
    strings: frozenset[str]
    pictures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Values:
    """What one copy says where the sentinels stand.

    sizes: in points, of lines whose letters are larger or smaller than the template's. All lines
    of a paragraph change together, and its line height has to be a multiple of the size.
    identifier: what the file is called for good.
    """

    texts: Mapping[str, str]
    sizes: Mapping[str, float]
    pictures: Mapping[str, Bitmap]
    identifier: str


@dataclass(frozen=True, slots=True)
class PdfTemplate:
    """A page taken apart: nothing of it ever changes, so that threads may share it.

    start, entries: the file as far as it is the same in every copy, and where its objects are.
    streams, objects: the others by number, in pieces; streams with what their dictionaries say.
    pictures: their numbers, by address. root, info: references to the catalogue and to the
    document's information. size: the first number that is free.
    """

    start: bytes
    entries: Mapping[int, bytes]
    streams: Mapping[int, tuple[bytes, Sequence[Piece]]]
    objects: Mapping[int, Sequence[Piece]]
    lines: Sequence[LinePlaceholder]
    fonts: Sequence[EmbeddedFont]
    pictures: Mapping[str, int]
    root: bytes
    info: bytes
    size: int

    def stamp(self, values: Values) -> bytes:
        """Make a copy as a PDF; the same values give the same bytes.

        Raises CannotSet for a line that the template's fonts cannot set, and KeyError for a
        sentinel without a value.
        """
        filling = self._filling(values)
        writer = Writer(bytearray(self.start), dict(self.entries))
        for number, (about, pieces) in self.streams.items():
            writer.add_stream(number, write(pieces, filling), about)
        for sentinel, number in self.pictures.items():
            picture = values.pictures[sentinel]
            writer.add_stream(number, b"".join(picture.rows), _about(picture))
        objects = {number: write(pieces, filling) for number, pieces in self.objects.items()}
        for font in self.fonts:
            objects |= font.write(writer, filling)
        writer.add_packed(self.size, objects)
        return writer.finish(
            self.size + 1, root=self.root, info=self.info, identifier=values.identifier
        )

    def _filling(self, values: Values) -> Filling:
        lines = {
            line.sentinel: line.set(values.texts[line.sentinel], values.sizes.get(line.sentinel))
            for line in self.lines
        }
        glyphs = {font.name: dict(font.glyphs) for font in self.fonts}
        for line in lines.values():
            for name, shown in line.glyphs.items():
                glyphs[name] |= shown
        return Filling(values.texts, lines, glyphs)


def _about(picture: Bitmap) -> bytes:
    """What the dictionary of a picture says of it."""
    return (
        b"/Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /DeviceGray"
        b"/BitsPerComponent 1/Interpolate false" % (picture.side, picture.side)
    )
