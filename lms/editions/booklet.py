"""The booklet: A6 pages side by side on A4, to print on both sides, fold and staple.

A page becomes a form XObject that is drawn on its sheet, with its marked content inside (ISO
32000-1, 14.7.4.2); the tags lead there, so that the text is read aloud in the order of the book.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast

from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

SHEET_WIDTH, SHEET_HEIGHT = 841.89, 595.28  # A4 landscape, in points


def booklet_order(page_count: int) -> list[tuple[int | None, int | None]]:
    """The pages of each side of each sheet, left and right, from 0; None is an empty page.

    Empty pages stand before the last one, so that the back cover is outside.
    Sheets lie in each other, the first outermost; front and back follow each other, for a printer
    that turns the paper over its short edge.
    """
    total = -(-page_count // 4) * 4
    *inner, last_page = range(page_count)
    pages = [*inner, *[None] * (total - page_count), last_page]
    sides: list[tuple[int | None, int | None]] = []
    for sheet in range(total // 4):
        first, last = 2 * sheet, total - 1 - 2 * sheet
        sides += [(pages[last], pages[first]), (pages[first + 1], pages[last - 1])]
    return sides


def impose(pdf: bytes, title: str) -> bytes:
    """The booklet of a PDF whose pages are A6; each is enlarged to half an A4 sheet."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    pages = list(writer.pages)
    references: dict[IndirectObject, DictionaryObject] = {}
    for left, right in booklet_order(len(pages)):
        side = writer.add_blank_page(SHEET_WIDTH, SHEET_HEIGHT)
        xobjects, drawing = DictionaryObject(), ""
        for number, offset in ((left, 0.0), (right, SHEET_WIDTH / 2)):
            if number is None:
                continue
            page, name = pages[number], f"/p{number + 1}"
            xobject = xobjects[NameObject(name)] = _stored(writer, _as_form_xobject(page))
            scale = SHEET_HEIGHT / float(page.mediabox.height)
            drawing += (
                f"/Page BMC q {scale:.6f} 0 0 {scale:.6f} {offset:.3f} 0 cm {name} Do Q EMC\n"
            )
            references[_reference(page)] = _dictionary(
                {"/Type": NameObject("/MCR"), "/Pg": _reference(side), "/Stm": xobject}
            )
        contents = DecodedStreamObject()
        contents.set_data(drawing.encode())
        side[NameObject("/Contents")] = _stored(writer, contents)
        side[NameObject("/Resources")] = _dictionary({"/XObject": xobjects})
    for _ in pages:
        writer.remove_page(0)
    root = writer.root_object
    for name in ("/Names", "/Outlines"):  # they lead to pages, and there are only sheets
        root.pop(name, None)
    if "/StructTreeRoot" in root:
        _lead_to_xobjects(cast("DictionaryObject", root["/StructTreeRoot"]), references)
    writer.add_metadata({"/Title": title})
    writer.compress_identical_objects(remove_duplicates=False)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _as_form_xobject(page: PageObject) -> StreamObject:
    """A page as a drawing; its links stay behind, for paper cannot be tapped."""
    drawing = DecodedStreamObject()
    contents = page.get_contents()
    drawing.set_data(b"" if contents is None else contents.get_data())
    xobject = drawing.flate_encode()
    xobject[NameObject("/Type")] = NameObject("/XObject")
    xobject[NameObject("/Subtype")] = NameObject("/Form")
    xobject[NameObject("/BBox")] = page.mediabox
    for name in ("/Resources", "/StructParents"):
        if name in page:
            xobject[NameObject(name)] = page.raw_get(name)
    return xobject


def _lead_to_xobjects(
    tags: DictionaryObject, references: Mapping[IndirectObject, DictionaryObject]
) -> None:
    """Let the tags of pages lead to the form XObjects that these have become."""
    numbers = cast("DictionaryObject", tags["/ParentTree"])
    pairs = cast("ArrayObject", numbers["/Nums"])
    left = ArrayObject()
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        if isinstance(value.get_object(), ArrayObject):  # else it is a link
            left.extend((key, value))
    numbers[NameObject("/Nums")] = left
    waiting: list[Any] = [*cast("ArrayObject", tags["/K"])]
    waiting += [element for array in left[1::2] for element in cast("ArrayObject", array)]
    seen = set()
    while waiting:
        reference = waiting.pop()
        element = reference.get_object()
        if reference in seen or not isinstance(element, DictionaryObject):
            continue
        seen.add(reference)
        reference = references.get(element.pop("/Pg", None))
        kids = ArrayObject()
        for kid in element.get("/K", ()):
            if isinstance(kid, NumberObject) and reference is not None:
                kids.append(_dictionary({**reference, "/MCID": kid}))
            elif kid.get_object().get("/Type") != "/OBJR":
                kids.append(kid)
                waiting.append(kid)
        element[NameObject("/K")] = kids
        if str(element["/S"]) == "/Link":
            element[NameObject("/S")] = NameObject("/Span")


def _stored(writer: PdfWriter, stream: StreamObject) -> IndirectObject:
    return writer._add_object(stream)  # noqa: SLF001 - pypdf has no other way to add a stream


def _reference(page: PageObject) -> IndirectObject:
    return cast("IndirectObject", page.indirect_reference)


def _dictionary(entries: Mapping[Any, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})
