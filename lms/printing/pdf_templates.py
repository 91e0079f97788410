"""Copies of a page that differ in a few words: set once, and stamped from then on.

A PDF template is a page taken apart (`compiling.py`): bytes that are the same in every copy, and
placeholders. A copy is these bytes with the placeholders filled, and fonts cut down to its own
letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from lms.printing.embedding import EmbeddedFont
from lms.printing.pdf_writer import Writer
from lms.printing.placeholders import Filling, LinePlaceholder, Piece, write
from lms.printing.qr import Bitmap
from lms.printing.sealing import Sealing
from lms.printing.slots import Attachment, SlotNumbers


@dataclass(frozen=True, slots=True)
class Sentinels:
    """What stands on a page for what differs from copy to values.

    lines: whole lines of text; a copy may use the fonts that the letters of these come from.
    strings: words in titles, alternative texts, addresses and the like.
    pictures: addresses of pictures.
    """

    lines: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Values:
    """What one copy says where the sentinels stand, and has in its slots.

    sizes: in points, of lines whose letters are larger or smaller than the template's. All lines
    of a paragraph change together, and its line height has to be a multiple of the size.
    identifier: what the file is called for good.
    """

    identifier: str
    texts: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)
    pictures: Mapping[str, Bitmap] = field(default_factory=dict)
    attachment: Attachment | None = None
    sealing: Sealing | None = None


@dataclass(frozen=True, slots=True)
class PdfTemplate:
    """A page taken apart: nothing of it ever changes, so that threads may share it.

    start, entries: the file as far as it is the same in every copy, and where its objects are.
    streams, objects: the others by number, in pieces; streams with what their dictionaries say.
    pictures: their numbers, by address. slots: the numbers of what stands in the slots. root,
    info: references to the catalogue and to the document's information. size: the first number
    that is free.
    """

    start: bytes
    entries: Mapping[int, bytes]
    streams: Mapping[int, tuple[bytes, Sequence[Piece]]]
    objects: Mapping[int, Sequence[Piece]]
    lines: Sequence[LinePlaceholder]
    fonts: Sequence[EmbeddedFont]
    pictures: Mapping[str, int]
    slots: SlotNumbers
    root: bytes
    info: bytes
    size: int

    def stamp(self, values: Values) -> bytes:
        """Make a copy as a PDF; the same values give the same bytes.

        Raises CannotSet for a line that the template's fonts cannot set, KeyError for a sentinel
        without a value, and ValueError for a slot that is to stay empty, or that is not there.
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
        self._attach(writer, values.attachment)
        dictionary_at = self._prepare_seal(writer, values.sealing)
        writer.add_packed(self.size, objects)
        content = writer.finish(
            self.size + 1, root=self.root, info=self.info, identifier=values.identifier
        )
        return values.sealing.seal_file(content, dictionary_at) if values.sealing else content

    def _attach(self, writer: Writer, file: Attachment | None) -> None:
        number = self.slots.attachment
        if (number is None) is not (file is None):
            raise ValueError("A file and a slot for it belong together")
        if number is not None and file is not None:
            writer.add_stream(number, file.content, _about_file(file))

    def _prepare_seal(self, writer: Writer, sealing: Sealing | None) -> int:
        """Leave room for the seal, which is made from the whole file; returns where that is."""
        number = self.slots.signature
        if (number is None) is not (sealing is None):
            raise ValueError("A seal and a field for it belong together")
        start = len(writer.content)
        if number is not None and sealing is not None:
            writer.add(number, sealing.dictionary())
        return start

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


def _about_file(file: Attachment) -> bytes:
    """What the dictionary of an attached file says of it."""
    return b"/Type /EmbeddedFile/Subtype /%b/Params <</Size %d/ModDate (D:%b)>>" % (
        file.media_type.replace("/", "#2f").replace("+", "#2b").encode(),
        len(file.content),
        f"{file.modified_at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode(),
    )
