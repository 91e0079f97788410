"""Sanitized HTML as a tree, to be transformed, and back."""

from collections.abc import Container, Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

VOID = frozenset({"br", "hr", "img"})


class _Builder(HTMLParser):
    """Builds the tree; the sanitizer's output is well nested, so no repair is needed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = ET.Element("div")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = ET.SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        add_text(self.open[-1], len(self.open[-1]), data)


def parse_html(html: str) -> ET.Element:
    """The tree of a sanitized fragment, under a `div` of its own."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def inner_html(element: ET.Element) -> str:
    """What stands inside an element, as HTML."""
    outer = ET.Element("div")
    outer.text = element.text
    outer.extend(element)
    whole = ET.tostring(outer, encoding="unicode", method="html")
    return whole.removeprefix("<div>").removesuffix("</div>").strip()


def parents(root: ET.Element, tag: str) -> Iterator[tuple[ET.Element, ET.Element]]:
    """Every element of a kind with its parent, as the tree was when asked."""
    found = [(parent, child) for parent in root.iter() for child in parent if child.tag == tag]
    yield from found


def add_text(parent: ET.Element, index: int, text: str) -> None:
    """Put text before the child at an index (or at the end)."""
    if index == 0:
        parent.text = (parent.text or "") + text
    else:
        parent[index - 1].tail = (parent[index - 1].tail or "") + text


def unwrap(parent: ET.Element, child: ET.Element) -> None:
    """Take an element away but leave what is inside it."""
    index = list(parent).index(child)
    add_text(parent, index, child.text or "")
    inside = list(child)
    for offset, element in enumerate(inside):
        parent.insert(index + offset, element)
    tail = child.tail or ""
    child.tail = None
    parent.remove(child)
    add_text(parent, index + len(inside), tail)


def replace_with_text(parent: ET.Element, child: ET.Element, text: str) -> None:
    """Put words in an element's place."""
    for inside in list(child):
        child.remove(inside)
    child.text = text
    unwrap(parent, child)


def is_only_child(parent: ET.Element, child: ET.Element) -> bool:
    """Whether nothing but white space stands beside the child."""
    return len(parent) == 1 and not (parent.text or "").strip() and not (child.tail or "").strip()


def words_of(element: ET.Element) -> str:
    """The visible text of an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def words_without(element: ET.Element, tags: Container[str]) -> str:
    """The visible text of an element, on one line, without that of some elements in it."""
    return " ".join("".join(_texts(element, tags)).split())


def _texts(element: ET.Element, tags: Container[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in tags:
            yield from _texts(child, tags)
        yield child.tail or ""
