"""Taking a page apart into a PDF template for copies that differ in a few words.

WeasyPrint sets the page with sentinels: words without meaning that stand for those that differ.
Where they went is asked of its boxes, and of the objects that it wrote. What is not found as
expected is an error, so that another WeasyPrint cannot spoil copies in silence.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import pydyf
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, LineBox, TextBox
from weasyprint.pdf.stream import Stream as Drawing
from weasyprint.text.fonts import font_features, get_hb_object_data

from lms.printing.embedding import EmbeddedFont
from lms.printing.pdf_templates import PdfTemplate, Sentinels
from lms.printing.pdf_writer import Writer
from lms.printing.placeholders import (
    FontsPlaceholder,
    LinePlaceholder,
    LinkPlaceholder,
    Piece,
    StringPlaceholder,
    WidthsPlaceholder,
    XmlPlaceholder,
    joined,
    pieces_of,
)
from lms.printing.shaping import CannotSet, Face, Setting
from lms.printing.slots import SlotNumbers

# What WeasyPrint reads the features of a font from, in the order in which it takes them.
_FEATURES: Final = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)


def compile_template(
    document: Document, pdf: pydyf.PDF, sentinels: Sentinels, slots: SlotNumbers
) -> PdfTemplate:
    """Take apart a page that WeasyPrint has written; `pdf` is of no use afterwards.

    Raises ValueError for a sentinel that is not found where copies may differ, and CannotSet if
    one of its fonts lacks a letter that the page shows in it.
    """
    page = _Page(document, pdf, sentinels.strings)
    lines = page.cut_lines(sentinels.lines)
    page.cut_links(sentinels.lines)
    pictures = page.cut_pictures(sentinels.pictures)
    fonts = page.cut_fonts({name: face for it in lines for name, face in it.setting.fonts.items()})
    page.empty(slots)
    template = page.divide(lines, pictures, fonts, slots)
    pieces = chain(*template.objects.values(), *(it for _, it in template.streams.values()))
    strings = {word for it in pieces if isinstance(it, StringPlaceholder) for word in it.words}
    _expect(sentinels.strings, strings & sentinels.strings)
    return template


class _Page:
    """A page on its way into a PDF template: each step takes out what copies have of their own."""

    def __init__(self, document: Document, pdf: pydyf.PDF, words: Collection[str]) -> None:
        # WeasyPrint shows its boxes to nobody, but they alone know how a line is set.
        root = document.pages[0]._page_box  # noqa: SLF001
        self.boxes = list(root.descendants(placeholders=True))
        self.links = document.pages[0].links
        self.fonts = {font.hash: font for font in document.fonts.values()}
        self.letters: dict[str, dict[int, str]] = defaultdict(dict)
        for font in document.fonts.values():
            self.letters[font.hash] |= font.to_unicode
        # Between the free one that begins every PDF, and those that the template makes for itself.
        self.objects: dict[int, Any] = {
            number: pdf.objects[number] for number in range(1, pdf.info.number + 1)
        }
        self.info = pdf.info
        self.catalog = pdf.catalog
        page = self.objects[pdf.pages["Kids"][0]]
        self.drawing = self.at(page["Contents"])
        self.resources = self.at(page["Resources"])
        self.words = re.compile(f"({'|'.join(map(re.escape, sorted(words))) or '(?!)'})")

    def at(self, reference: bytes) -> Any:
        """The object behind a reference."""
        return self.objects[_number(reference)]

    def cut_lines(self, sentinels: Collection[str]) -> list[LinePlaceholder]:
        """Take out the lines of text that are sentinels."""
        lines = [
            self._cut_line(block, box)
            for block in self.boxes
            for line in block.children
            if isinstance(line, LineBox)
            for box in line.descendants()
            if isinstance(box, TextBox) and box.text in sentinels
        ]
        _expect(sentinels, (line.sentinel for line in lines))
        return lines

    def _cut_line(self, block: Box, box: TextBox) -> LinePlaceholder:
        baseline = box.position_y + box.baseline
        position = pydyf.Stream()
        position.set_text_matrix(1, 0, 0, -1, box.position_x, baseline)
        operators = self.drawing.stream
        start = operators.index(position.stream[0])
        end = operators.index(b"ET", start)
        names = [_font_name(it) for it in operators[start:end] if it.endswith(b"Tf")]
        is_flush_right = box.style["text_align_all"] in {"right", "end"}
        top, left = block.content_box_y(), block.content_box_x()
        edge = top if block.style["bottom"] == "auto" else top + block.height
        placeholder = LinePlaceholder(
            sentinel=box.text,
            setting=self._setting(box.style, names),
            x=left + block.width if is_flush_right else box.position_x,
            is_flush_right=is_flush_right,
            edge=edge,
            share=(baseline - edge) / box.style["font_size"],
        )
        operators[start:end] = [placeholder]
        return placeholder

    def _setting(self, style: Mapping[str, Any], names: Iterable[str]) -> Setting:
        tracking = style["letter_spacing"]
        return Setting(
            fonts={name: Face.open(get_hb_object_data(self.fonts[name].hb_face)) for name in names},
            features=font_features(*(style[name] for name in _FEATURES)),
            size=style["font_size"],
            tracking=0 if tracking == "normal" else tracking,
            word_space=style["word_spacing"],
        )

    def cut_links(self, sentinels: Collection[str]) -> None:
        """Let the links around sentinels be as wide as the lines will be."""
        for _, _, _, link in self.links:
            for text in link.children:
                if isinstance(text, TextBox) and text.text in sentinels:
                    left, top, _, bottom = link.link_annotation["Rect"]
                    link.link_annotation["Rect"] = LinkPlaceholder(text.text, left, top, bottom)

    def cut_pictures(self, addresses: Collection[str]) -> dict[str, int]:
        """Take out the pictures from these addresses, and say what numbers they had."""
        drawings = self.resources["XObject"]
        pictures = {
            box.element.get("src"): _number(reference)
            for box in self.boxes
            if hasattr(box, "replacement") and box.element.get("src") in addresses
            for name, reference in drawings.items()
            if name.startswith(f"i{box.replacement.id}")
        }
        _expect(addresses, pictures)
        for number in pictures.values():
            del self.objects[number]
        return pictures

    def cut_fonts(self, faces: Mapping[str, Face]) -> list[EmbeddedFont]:
        """Take out the fonts of the lines, and remember what fixed text shows of them."""
        references = self.at(self.resources["Font"])
        shown = self._shown() if faces else {}
        fonts = [
            self._cut_font(name, face, self.at(references[name]), shown[name])
            for name, face in faces.items()
        ]
        self.objects[references.number] = FontsPlaceholder(
            always={name: it for name, it in references.items() if name not in faces},
            others={name: it for name, it in references.items() if name in faces},
        )
        return fonts

    def _cut_font(self, name: str, face: Face, font: Any, shown: Iterable[int]) -> EmbeddedFont:
        if font["Encoding"] != "/Identity-H":
            raise CannotSet(f"{self.fonts[name].family} lacks a letter of the page")
        outlines = self.at(font["DescendantFonts"][0])
        descriptor = self.at(outlines["FontDescriptor"])
        outlines["W"] = WidthsPlaceholder(name, face)
        descriptor["FontBBox"][2] = max(face.widths)
        cut = EmbeddedFont(
            name=name,
            face=face,
            glyphs={glyph: self.letters[name][glyph] for glyph in shown},
            program=_number(descriptor["FontFile2"]),
            letters=_number(font["ToUnicode"]),
            objects={it.number: pieces_of(it, self.words) for it in (descriptor, outlines, font)},
        )
        for number in (cut.program, cut.letters, *cut.objects):
            del self.objects[number]
        return cut

    def _shown(self) -> dict[str, set[int]]:
        """The glyphs of each font that are left in the drawings."""
        shown: dict[str, set[int]] = defaultdict(set)
        for drawing in self.objects.values():
            if not isinstance(drawing, Drawing):
                continue
            name = ""
            for item in drawing.stream:
                if isinstance(item, bytes) and item.endswith(b" Tf"):
                    name = _font_name(item)
                elif isinstance(item, bytes) and item.endswith(b" TJ"):
                    digits = b"".join(re.findall(rb"<([0-9a-f]*)>", item))
                    shown[name] |= {int(digits[at : at + 4], 16) for at in range(0, len(digits), 4)}
        return shown

    def empty(self, slots: SlotNumbers) -> None:
        """Take out what stands in the slots, since each copy brings its own."""
        for number in (slots.attachment, slots.signature):
            if number is not None:
                del self.objects[number]

    def divide(
        self,
        lines: Sequence[LinePlaceholder],
        pictures: Mapping[str, int],
        fonts: Sequence[EmbeddedFont],
        slots: SlotNumbers,
    ) -> PdfTemplate:
        """Write down what is the same in every copy, and keep the rest in pieces."""
        streams = self._cut_streams()
        objects = {}
        fixed = {}
        writer = Writer()
        for number, item in self.objects.items():
            if isinstance(item, pydyf.Stream):
                writer.add(number, item.data)
                continue
            match pieces_of(item, self.words):
                case [bytes(whole)]:
                    fixed[number] = whole
                case pieces:
                    objects[number] = pieces
        writer.add_packed(self.info.number + 1, fixed)
        return PdfTemplate(
            start=bytes(writer.content),
            entries=writer.entries,
            streams=streams,
            objects=objects,
            lines=lines,
            fonts=fonts,
            pictures=pictures,
            slots=slots,
            root=self.catalog.reference,
            info=self.info.reference,
            size=self.info.number + 2,
        )

    def _cut_streams(self) -> dict[int, tuple[bytes, Sequence[Piece]]]:
        """Take out the streams that have placeholders: the drawing, and the description in XML."""
        metadata = self.at(self.catalog["Metadata"])
        streams = {
            metadata.number: (_about(metadata), self._xml_pieces(metadata)),
            self.drawing.number: (_about(self.drawing), self._drawing_pieces()),
        }
        for number in streams:
            del self.objects[number]
        return streams

    def _drawing_pieces(self) -> Sequence[Piece]:
        pieces: list[Piece] = []
        for operator in self.drawing.stream:
            pieces += [operator] if isinstance(operator, bytes) else pieces_of(operator, self.words)
            pieces.append(b"\n")
        return joined(pieces)

    def _xml_pieces(self, metadata: pydyf.Stream) -> Sequence[Piece]:
        (content,) = metadata.stream
        return [
            XmlPlaceholder([it]) if self.words.fullmatch(it) else it.encode()
            for it in self.words.split(content.decode())
        ]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _font_name(operator: bytes) -> str:
    """The font that an operator like ``/ABCDEF 12 Tf`` names."""
    return operator[1:].split()[0].decode()


def _about(stream: pydyf.Stream) -> bytes:
    """What the dictionary of a stream says beside its length and its filter."""
    return bytes(pydyf.Dictionary(stream.extra).data[2:-2])


def _expect(sentinels: Collection[str], found: Iterable[str]) -> None:
    """Make sure that each sentinel was found once."""
    if sorted(sentinels) != (there := sorted(found)):
        raise ValueError(f"Expected {sorted(sentinels)} on the page, found {there}")
