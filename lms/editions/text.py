"""What a book is made of: the HTML of a published release, made ready for paper and e-readers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final
from xml.etree import ElementTree as ET

from lms.rendering.html_tree import (
    parents,
    parse_html,
    replace_with_text,
    unwrap,
    words_of,
    words_without,
)
from lms.rendering.references import Reference, parse_reference

PlaceOf = Callable[[Reference], str]
"""Says where a chapter or a picture of the book is found in it."""

NUMBERED: Final = re.compile(
    r"\b(Bab|Pasal|ayat|huruf|angka|Nomor|Tahun|UUD|UU|PP|Perpres|Permen\w+|SAPA|LPSK) (?=[(\d])"
)

BREAK: Final = re.compile(r"[\s/–-]+")
PHRASES: Final = frozenset({"a", "br", "code", "del", "em", "strong"})
DESCRIPTION: Final = "Uraian gambar"
SPACE: Final = re.compile(r"\s+")
CELL_GAP: Final = 1


@dataclass(frozen=True, slots=True)
class BookChapter:
    """A chapter; `address` is its page on the web, where its small questions are answered."""

    number: int
    title: str
    html: str
    address: str


@dataclass(frozen=True, slots=True)
class BookAppendix:
    """A glossary, a card, articles of law, an easy-read edition, or a facilitator's handout."""

    kind: str
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class BookQuestion:
    """An item with its key: for the answer sheet of facilitators and for nothing else."""

    chapter_number: int
    stem_html: str
    choices_html: tuple[str, ...]
    right: frozenset[int]
    explanation_html: str
    source_html: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is printed of it."""
        return (self.stem_html, *self.choices_html, self.explanation_html, self.source_html)


@dataclass(frozen=True, slots=True)
class Answers:
    """The bank with its keys, and the pictures that it shows by their SHA-256."""

    questions: tuple[BookQuestion, ...]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class BookText:
    """A release as it is printed: no key, no person, nothing that changes.

    The HTML refers to the book's own chapters and pictures and to nothing else: other pages have
    their addresses. `pictures` are the files by their SHA-256; `address` is that of the
    pocketbook's page, `help_address` that of the page with help. Who has composed and reviewed it,
    `publisher` and `licence` are printed where they are not empty.
    """

    slug: str
    code: str
    title: str
    theme: str
    release_name: str
    sha256: str
    published_on: date
    regulations_checked_on: date
    introduction_html: str
    promises_html: tuple[str, ...]
    objectives_html: tuple[str, ...]
    chapters: tuple[BookChapter, ...]
    appendices: tuple[BookAppendix, ...]
    pictures: Mapping[str, bytes]
    address: str
    help_address: str
    composed_by: str = ""
    reviewed_by: str = ""
    publisher: str = ""
    licence: str = ""

    @property
    def beside_chapters(self) -> tuple[BookAppendix, ...]:
        """The appendices that stand in the book after its chapters, in the order of reading."""
        return tuple(filter(None, map(self.appendix, ("pasal", "istilah", "kartu", "sumber"))))

    def appendix(self, kind: str) -> BookAppendix | None:
        """The appendix of a kind, if the book has it."""
        return next((each for each in self.appendices if each.kind == kind), None)


def book_tree(html: str, prefix: str, place_of: PlaceOf) -> ET.Element:
    """A text for a book: everything unfolded, anchors unique by a prefix, references in place."""
    root = parse_html(html)
    _unfold(root)
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", prefix + element.attrib["id"])
        for name in ("loading", "decoding", "tabindex", "role", "aria-label", "aria-labelledby"):
            element.attrib.pop(name, None)
    for image in root.iter("img"):
        image.set("src", _placed(image.get("src", ""), place_of))
    for element in root.iter("a"):
        target = element.get("href", "")
        is_note = target.startswith("#")
        element.set("href", f"#{prefix}{target[1:]}" if is_note else _placed(target, place_of))
        element.attrib.pop("rel", None)
    return root


def _placed(target: str, place_of: PlaceOf) -> str:
    reference = parse_reference(target)
    return target if reference is None else place_of(reference)


def _unfold(root: ET.Element) -> None:
    """Show what the web folds up behind a label: paper cannot be opened."""
    for folded in root.iter("details"):
        folded.tag = "div"
        for summary in folded.findall("summary"):
            summary.tag = "p"
            summary.set("class", "label")


def bind_numbers(root: ET.Element) -> None:
    """Let no line end between a word and its number: Pasal 28, UU 39/1999, SAPA 129."""
    for element in root.iter():
        element.text = NUMBERED.sub("\\1\N{NO-BREAK SPACE}", element.text or "")
        element.tail = NUMBERED.sub("\\1\N{NO-BREAK SPACE}", element.tail or "")


def describe_pictures(root: ET.Element) -> None:
    """Give a picture the description that follows it, for those who hear it; it is not printed."""
    for parent, figure in parents(root, "figure"):
        following = list(parent)[list(parent).index(figure) + 1 :][:1]
        if not following or following[0].get("class") != "folded":
            continue
        label, *rest = following[0]
        if words_of(label).casefold().startswith(DESCRIPTION.casefold()):
            words = " ".join(words_of(block) for block in rest)
            for image in figure.iter("img"):
                image.set("alt", f"{image.get('alt', '')} {DESCRIPTION}: {words}")
            parent.remove(following[0])


def stack_wide_tables(root: ET.Element, letters: int) -> None:
    """Write out, cell by cell, each table whose longest words do not fit beside each other.

    `letters` is how many stand in a line of the paper. Every cell then names its head.
    """
    for parent, table in parents(root, "table"):
        rows = [list(row) for row in table.iter("tr")]
        if len(rows) < 2 or _least_width(rows) <= letters:
            continue
        heads, *body = rows
        stack = ET.Element("div", {"class": "stacked"})
        stack.tail = table.tail
        for number, cells in enumerate(body):
            block = ET.SubElement(stack, "div", {"class": "row"})
            for head, cell in zip(heads, cells, strict=False):
                if words_of(head) or words_of(cell):
                    block.append(_named_cell(head, cell, is_first=number == 0))
        parent[list(parent).index(table)] = stack


def _least_width(rows: list[list[ET.Element]]) -> int:
    """How many letters the longest words of the columns take beside each other."""
    columns = zip_longest(*rows)
    words = (
        (word for cell in column if cell is not None for word in BREAK.split(words_of(cell)))
        for column in columns
    )
    return sum(max(map(len, column), default=0) + CELL_GAP for column in words)


def _named_cell(head: ET.Element, cell: ET.Element, *, is_first: bool) -> ET.Element:
    """A cell as a paragraph that begins with its head; marks of notes stand in the first only."""
    line = ET.Element("p")
    name = ET.SubElement(line, "strong")
    if is_first:
        name.text, name[:] = head.text, list(head)
    else:
        name.text = words_without(head, {"sup", "span"})
    name.tail = f": {cell.text or ''}" if words_of(head) else cell.text
    line.extend(list(cell))
    return line


def notes_at_foot(root: ET.Element) -> None:
    """Move each note into the mark that first names it, for a renderer that sets footnotes.

    Mark and note keep their ids, so that the page of each can be told.
    """
    section = next((e for e in root if e.get("class") == "footnotes"), None)
    if section is None:
        return
    notes = {note.get("id", ""): note for note in section.iter("li")}
    for mark in list(root.iter("sup")):
        link = mark.find("a")
        note = notes.pop(link.get("href", "")[1:], None) if link is not None else None
        if link is None or note is None:
            continue
        mark.remove(link)
        mark.tag = "span"
        foot = ET.SubElement(mark, "span", {"class": "footnote", "id": note.get("id", "")})
        _write_note(note, foot)
    root.remove(section)


def _write_note(note: ET.Element, foot: ET.Element) -> None:
    """What a note says, as words in a line without the sign that leads back."""
    for parent, link in parents(note, "a"):
        if link.get("class") == "footnote-backref":
            replace_with_text(parent, link, "")
    for parent, block in parents(note, "p"):
        block.tail = f" {block.tail or ''}"
        unwrap(parent, block)
    if any(element.tag not in PHRASES for element in note.iter() if element is not note):
        foot.text = words_of(note)
        return
    foot.text, foot[:] = note.text, list(note)
    for element in foot.iter():  # WeasyPrint takes a line feed in a note for a preserved one
        element.text = SPACE.sub(" ", element.text or "")
        element.tail = SPACE.sub(" ", element.tail or "")
    foot.text = (foot.text or "").lstrip()
    if len(foot):
        foot[-1].tail = (foot[-1].tail or "").rstrip()
    else:
        foot.text = foot.text.rstrip()
