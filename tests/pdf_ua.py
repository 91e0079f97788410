"""PDF/UA-1 (ISO 14289-1) as far as a program of this size can tell; no substitute for veraPDF."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

KINDS = re.compile(
    "Document|Part|Art|Sect|Div|BlockQuote|Caption|NonStruct|P|H[1-4]|L|LI|Lbl|LBody"
    "|Table|THead|TBody|TR|TH|TD|Span|Link|Figure|Form"
)
PAINTING = frozenset([b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"b", b"sh"])
LONG = 20  # pages


def faults_of(pdf: bytes, *, with_bookmarks: bool = True) -> list[str]:
    """What is wrong with a tagged PDF, in words; a long one is to have bookmarks."""
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.root_object
    tree = root.get("/StructTreeRoot")
    if tree is None:
        return ["nothing is tagged"]
    parents = _pairs(tree["/ParentTree"]["/Nums"])
    elements = list(_elements(tree["/K"]))
    faults = [*_document(reader, root), *_structure(elements), *_fonts(reader)]
    if with_bookmarks and len(reader.pages) > LONG and not reader.outline:
        faults.append("no bookmarks")
    for number, page in enumerate(reader.pages, start=1):
        contents = page.get_contents()
        if contents is not None:
            found = _content(contents.operations, page, page["/Resources"], parents)
            faults += [f"page {number}: {fault}" for fault in found]
        faults += [f"page {number}: {fault}" for fault in _links(page, parents)]
    return faults


def _document(reader: PdfReader, root: Any) -> Iterator[str]:
    if not root.get("/Lang"):
        yield "no language"
    if not _at(root, "/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"
    if not _at(root, "/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the title is not shown"
    described = root["/Metadata"].get_object().get_data().decode() if "/Metadata" in root else ""
    if not re.search(r'pdfuaid:part(?:="|>)1', described):
        yield "does not call itself PDF/UA-1"
    title = reader.metadata.title if reader.metadata else None
    stated = (reader.xmp_metadata.dc_title if reader.xmp_metadata else None) or {}
    if not title or title not in stated.values():
        yield f"titles differ: {title}, {stated}"


def _structure(elements: list[Any]) -> Iterator[str]:
    level = 0
    for element in elements:
        kind = element["/S"][1:]
        if not KINDS.fullmatch(kind):
            yield f"unknown tag {kind}"
        if kind == "Figure" and not element.get("/Alt"):
            yield "a figure without a description"
        if kind == "TH" and not element.get("/ID"):
            yield "a head of a table that no cell can name"
        if kind == "TD" and not _at(element, "/A", {}).get("/Headers"):
            yield "a cell without a head"
        if kind == "LI" and not {kid["/S"] for kid in _kids(element)} & {"/LBody"}:
            yield "an item of a list without a body"
        if kind.startswith("H"):
            if int(kind[1:]) > level + 1:
                yield f"{kind} after H{level}"
            level = int(kind[1:])


def _content(operations: Any, owner: Any, resources: Any, parents: dict[int, Any]) -> Iterator[str]:
    """What is painted is tagged or said to be an artifact, and tags know their content."""
    tagged = parents.get(owner.get("/StructParents", -1), [])
    open_marks: list[bool] = []  # whether each of them tells what its content is
    for operands, operator in operations:
        if operator in {b"BDC", b"BMC"}:
            number = operands[1].get("/MCID") if operator == b"BDC" else None
            open_marks.append(number is not None or operands[0] == "/Artifact")
            if number is not None and number >= len(tagged):
                yield f"no tag for content {number}"
        elif operator == b"EMC":
            open_marks.pop()
        elif operator in PAINTING and not any(open_marks):
            yield f"untagged content: {operator.decode()}"
        elif operator == b"Do" and not any(open_marks):
            drawing = resources["/XObject"][operands[0]].get_object()
            inside = ContentStream(drawing, None).operations
            yield from _content(inside, drawing, drawing["/Resources"], parents)


def _links(page: Any, parents: dict[int, Any]) -> Iterator[str]:
    links = [each.get_object() for each in _at(page, "/Annots", [])]
    if links and page.get("/Tabs") != "/S":
        yield "links are not reached in the order of the text"
    for link in links:
        if not link.get("/Contents"):
            yield "a link without a description"
        if parents.get(link.get("/StructParent"), {}).get("/S") != "/Link":
            yield "a link without a tag"


def _fonts(reader: PdfReader) -> Iterator[str]:
    sets = [_at(it, "/Font", {}) for page in reader.pages for it in _resources(page)]
    fonts = {each[name]["/BaseFont"]: each[name] for each in sets for name in each}
    for font in fonts.values():
        if "/ToUnicode" not in font:
            yield f"{font['/BaseFont']} does not tell its letters"
        for inner in _at(font, "/DescendantFonts", [font]):
            if not {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"]):
                yield f"{font['/BaseFont']} is not embedded"


def _resources(drawn: Any) -> Iterator[Any]:
    """What a page is drawn with, and the forms in it."""
    if "/Resources" in drawn:
        yield drawn["/Resources"]
        forms = _at(drawn["/Resources"], "/XObject", {})
        if "/StructParents" not in drawn:  # a sheet of pages that have become forms
            for name in forms:
                yield from _resources(forms[name])


def _elements(kids: Any) -> Iterator[Any]:
    for kid in kids:
        element = kid.get_object()
        yield element
        yield from _elements(_kids(element))


def _kids(element: Any) -> list[Any]:
    """The elements among what an element holds."""
    kids = _at(element, "/K", [])
    found = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return [kid for kid in found if isinstance(kid, dict) and "/S" in kid]


def _at(dictionary: Any, name: str, default: Any) -> Any:
    """An entry, followed to where it is kept, which `get` does not do."""
    if name not in dictionary:
        return default
    return dictionary[name]


def _pairs(numbers: Any) -> dict[int, Any]:
    return {
        int(key): value.get_object() for key, value in zip(numbers[::2], numbers[1::2], strict=True)
    }
