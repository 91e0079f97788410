"""Subset fonts embedded in a PDF: the glyphs that one copy shows, and their ToUnicode map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lms.printing.pdf_writer import Writer
from lms.printing.placeholders import Filling, Piece, write
from lms.printing.shaping import Face

_MOST_AT_ONCE: Final = 100  # lines in a block of a CMap
_BEFORE: Final = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
_AFTER: Final = """\
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font of the page, of which each copy has its own part.

    glyphs: what fixed text shows of it. program, letters: the numbers of the streams with the
    outlines and with the way back to letters. objects: what describes it, by number.
    """

    name: str
    face: Face
    glyphs: Mapping[int, str]
    program: int
    letters: int
    objects: Mapping[int, Sequence[Piece]]

    def write(self, writer: Writer, filling: Filling) -> dict[int, bytes]:
        """Write the streams, and return the other objects; nothing if nothing is shown of it."""
        glyphs = filling.glyphs[self.name]
        if not glyphs:
            return {}
        program = self.face.cut(glyphs)
        writer.add_stream(self.program, program, b"/Length1 %d" % len(program))
        writer.add_stream(self.letters, "\n".join(_letters(glyphs)).encode())
        return {number: write(pieces, filling) for number, pieces in self.objects.items()}


def _letters(glyphs: Mapping[int, str]) -> Iterator[str]:
    """A CMap that names the letters of each glyph."""
    yield _BEFORE
    entries = [
        f"<{glyph:04x}> <{letters.encode('utf-16-be').hex()}>"
        for glyph, letters in sorted(glyphs.items())
    ]
    for start in range(0, len(entries), _MOST_AT_ONCE):
        block = entries[start : start + _MOST_AT_ONCE]
        yield "\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"])
    yield _AFTER
