"""The passages of a release: what is found, and at which anchor of which page it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from lms.pocketbooks.search.words import stems_of_text
from lms.rendering.html_tree import parse_html

HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
BLOCKS: Final = frozenset(
    {"p", "li", "ul", "ol", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "div", "section"}
    | {"blockquote", "details", "summary", "figure", "figcaption", "pre", "hr", *HEADINGS}
)
CELLS: Final = frozenset({"td", "th"})
# What leads about on a page, and what is drawn as a sign.
ASIDE: Final = frozenset(
    {"scene-note", "scene-ways", "scene-to", "scene-number", "mark", "task-box", "footnote-backref"}
)
# The appendices that have a page: the others are for paper, or for facilitators.
APPENDICES: Final = frozenset({"istilah", "pasal", "sederhana", "sumber"})
BOOK, CHAPTER, GLOSSARY = "buku", "bab", "istilah"


@dataclass(frozen=True, slots=True)
class PassageText:
    """A sentence or a few that stand together: a paragraph, an item, a row, a heading.

    part: "buku" (title and introduction), "bab", or an appendix's kind; number: of the chapter,
    or 0; anchor: of the block on its page, or nothing. Of `stems` the first `lead_count` are of a
    heading, or of the term that an entry of the glossary explains.
    """

    part: str
    number: int
    anchor: str
    text: str
    stems: str
    lead_count: int


def passages_of(
    title: str,
    introduction_html: str,
    chapters: Iterable[tuple[int, str, str]],
    appendices: Iterable[tuple[str, str, str]],
) -> list[PassageText]:
    """All passages of a release.

    Chapters come as number, title and HTML, appendices as kind, title and HTML. Questions are not
    asked for: no passage can hold one.
    """
    found = [
        *_page(BOOK, 0, title, introduction_html),
        *(each for number, title, html in chapters for each in _page(CHAPTER, number, title, html)),
        *(
            each
            for kind, title, html in appendices
            if kind in APPENDICES
            for each in _page(kind, 0, title, html)
        ),
    ]
    return [each for each in found if each.stems]


def _page(part: str, number: int, title: str, html: str) -> Iterator[PassageText]:
    yield _passage(part, number, "", title, title)
    for anchor, text, lead in _blocks(parse_html(html), "", is_glossary=part == GLOSSARY):
        yield _passage(part, number, anchor, text, lead)


def _passage(part: str, number: int, anchor: str, text: str, lead: str) -> PassageText:
    stems = stems_of_text(text)
    return PassageText(part, number, anchor, text, " ".join(stems), len(stems_of_text(lead)))


def _blocks(
    element: ET.Element, anchor: str, *, is_glossary: bool
) -> Iterator[tuple[str, str, str]]:
    """The innermost blocks with words: anchor, text, and that with which a term begins."""
    anchor = element.get("id", anchor)
    if _is_aside(element):
        return
    if element.tag == "tr":
        cells = (_words(cell) for cell in element if cell.tag in CELLS)
        yield anchor, "; ".join(filter(None, cells)), ""
        return
    inside = [child for child in element if child.tag in BLOCKS]
    text = _words(element, without=BLOCKS)
    if text:
        yield anchor, text, _lead(element, text, is_glossary=is_glossary)
    for child in inside:
        yield from _blocks(child, anchor, is_glossary=is_glossary)


def _lead(element: ET.Element, text: str, *, is_glossary: bool) -> str:
    if element.tag in HEADINGS:
        return text
    first = element[0] if is_glossary and len(element) else None
    if first is not None and first.tag == "strong" and not (element.text or "").strip():
        return _words(first)
    return ""


def _is_aside(element: ET.Element) -> bool:
    return not ASIDE.isdisjoint(element.get("class", "").split())


def _words(element: ET.Element, without: Iterable[str] = ()) -> str:
    """The visible text of an element, on one line."""
    return " ".join("".join(_texts(element, frozenset(without))).split())


def _texts(element: ET.Element, without: frozenset[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag not in without and child.tag != "sup" and not _is_aside(child):
            yield from _texts(child, without)
        yield child.tail or ""
