"""What a book is made of: the HTML of a published release, made ready for paper and e-readers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree import ElementTree as ET

from lms.library.html_tree import parents, parse_html, unwrap, words_of

Link = Callable[[str], str]
"""Turns the address of a page or a picture on our site into one that works in the book."""

NUMBERED: Final = re.compile(
    r"\b(Bab|Pasal|ayat|huruf|angka|Nomor|Tahun|UUD|UU|PP|Perpres|Permen\w+|SAPA|LPSK) (?=[(\d])"
)


@dataclass(frozen=True, slots=True)
class BookChapter:
    """A chapter; `address` is its page on the web, where its small questions are answered."""

    number: int
    title: str
    html: str
    address: str


@dataclass(frozen=True, slots=True)
class BookAppendix:
    """A glossary, a card or a facilitator's sheet."""

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
    explanation_html: str | None
    source_html: str | None


@dataclass(frozen=True, slots=True)
class BookText:
    """A release as the press takes it: no key, no person, nothing that changes.

    `pictures` are the files by the address under which the text names them; `home` is the address
    of the site and `address` that of the pocketbook's page.
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
    objectives_html: tuple[str, ...]
    chapters: tuple[BookChapter, ...]
    appendices: tuple[BookAppendix, ...]
    pictures: Mapping[str, bytes]
    home: str
    address: str

    def appendix(self, kind: str) -> BookAppendix | None:
        """The appendix of a kind, if the book has it."""
        return next((each for each in self.appendices if each.kind == kind), None)


def book_tree(html: str, prefix: str, link: Link) -> ET.Element:
    """A text for a book: everything unfolded, anchors made unique by a prefix, links made whole."""
    root = parse_html(html)
    _unfold(root)
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", prefix + element.attrib["id"])
        for name in ("loading", "decoding", "tabindex", "role", "aria-label"):
            element.attrib.pop(name, None)
    for image in root.iter("img"):
        image.set("src", link(image.get("src", "")))
    for element in root.iter("a"):
        target = element.get("href", "")
        element.set("href", f"#{prefix}{target[1:]}" if target.startswith("#") else link(target))
        element.attrib.pop("rel", None)
    return root


def _unfold(root: ET.Element) -> None:
    """Show what the web folds up behind a label: paper cannot be opened."""
    for folded in root.iter("details"):
        folded.tag = "div"
        for summary in folded.findall("summary"):
            summary.tag = "p"
            summary.set("class", "label")


def keep_numbers(root: ET.Element) -> None:
    """Let no line end between a word and its number: Pasal 28, UU 39/1999, SAPA 129."""
    for element in root.iter():
        element.text = NUMBERED.sub("\\1\N{NO-BREAK SPACE}", element.text or "")
        element.tail = NUMBERED.sub("\\1\N{NO-BREAK SPACE}", element.tail or "")


def notes_at_foot(root: ET.Element) -> None:
    """Move each note into the mark that first names it, for a press that sets footnotes.

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
        foot.text = _note_words(note)
    root.remove(section)


def _note_words(note: ET.Element) -> str:
    """What a note says, without the sign that leads back."""
    for parent, link in parents(note, "a"):
        if link.get("class") == "footnote-backref":
            link.text = None
            unwrap(parent, link)
    return words_of(note)
