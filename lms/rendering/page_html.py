"""Transforms a sanitized tree for its page: levels, anchors, tables, callouts, pictures, links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from xml.etree import ElementTree as ET

from lms.rendering.html_tree import (
    is_only_child,
    parents,
    replace_with_text,
    unwrap,
    words_of,
    words_without,
)
from lms.rendering.links import link_kind, linked_chapter, picture_path, reference_of
from lms.rendering.marks import MARK
from lms.rendering.references import Reference

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LITERAL_MARK = re.compile(rf"\s*(?P<mark>{MARK}|•)\s+")
TASK = re.compile(r"\s*\[(?P<tick>[ xX\u00a0]?)\]\s+")
SPACE = re.compile(r"\s")
FOOTNOTE_LINKS = frozenset({"footnote-ref", "footnote-backref"})
WARNING_WORDS = ("hindari", "jangan", "awas", "waspada")
FOLDED_WORDS = ("contoh (boleh dilewati)", "uraian gambar")
CARE_WORDS = ("sebelum membaca",)


class PictureFacts(Protocol):
    """What is to be known of a picture that a text shows."""

    @property
    def sha256(self) -> str:
        """The hash of the bytes that readers get."""

    @property
    def width(self) -> int:
        """In pixels."""

    @property
    def height(self) -> int:
        """In pixels."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text can show and lead to: pictures by their path, other files by their name.

    `slug` is that of its own pocketbook.
    """

    slug: str = ""
    pictures: Mapping[str, PictureFacts] = field(default_factory=dict)
    files: Mapping[str, Reference] = field(default_factory=dict)


def transform(root: ET.Element, surroundings: Surroundings) -> None:
    """Give the tree of a text all that does not depend on where on the page it stands."""
    _transform_links(root, surroundings)
    _transform_pictures(root, surroundings)
    _transform_tables(root)
    _transform_callouts(root)
    _transform_tasks(root)
    _transform_marks(root)


def level_headings(root: ET.Element, title: str | None = None) -> None:
    """Shift the headings so that they begin at h2 and never skip a level.

    A first heading that repeats the title is dropped, because the page shows the title itself.
    """
    first = root[0] if len(root) else None
    if first is not None and title is not None and _repeats(first, title):
        root.remove(first)
    open_levels: list[tuple[int, int]] = []
    for element in root.iter():
        if element.tag in HEADINGS:
            source = int(element.tag[1])
            while open_levels and open_levels[-1][0] >= source:
                open_levels.pop()
            shown = min(6, open_levels[-1][1] + 1 if open_levels else 2)
            open_levels.append((source, shown))
            element.tag = f"h{shown}"


def _repeats(element: ET.Element, title: str) -> bool:
    is_same = words_of(element).casefold() == " ".join(title.split()).casefold()
    return element.tag in HEADINGS and is_same


def headings_to_strong(root: ET.Element) -> None:
    """Make headings plain strong paragraphs, for texts that stand inside a question."""
    for element in root.iter():
        if element.tag in HEADINGS:
            strong = ET.Element("strong")
            strong.text, element.text = element.text, None
            strong.extend(list(element))
            for child in list(element):
                element.remove(child)
            element.append(strong)
            element.tag = "p"


def number_blocks(root: ET.Element) -> None:
    """Give every block its anchor, p1, p2, …, in order."""
    for number, block in enumerate(root, start=1):
        block.set("id", f"p{number}")


def number_items(root: ET.Element) -> None:
    """Give every item of a list that is a block its anchor, p2-1, p2-2, …: a glossary is one list.

    The blocks have theirs already.
    """
    for block in root:
        if block.tag in {"ul", "ol"}:
            for number, item in enumerate(block, start=1):
                item.set("id", f"{block.get('id')}-{number}")


def transform_footnotes(root: ET.Element) -> None:
    """Number the footnotes in the order in which the text names them, and label their list.

    Their names come from authors and are given up; what then points to nothing is unwrapped.
    """
    references = [
        (reference, link)
        for reference in root.iter("sup")
        for link in reference.iter("a")
        if link.get("class") == "footnote-ref"
    ]
    named = list(dict.fromkeys(link.get("href", "") for _, link in references))
    anchors = _transform_notes(root, named)
    labels = {anchor: f"Catatan kaki {anchor.removeprefix('fn-')}" for anchor in anchors.values()}
    for reference, link in references:
        old, note = reference.attrib.pop("id", ""), anchors.get(link.get("href", ""))
        if note is not None:
            number = note.removeprefix("fn-")
            count = sum(1 for anchor in labels if anchor.startswith(f"{note}-ref"))
            anchor = f"{note}-ref{count + 1}"
            reference.set("id", anchor)
            anchors[f"#{old}"] = anchor
            labels[anchor] = f"Kembali ke catatan {number} dalam teks"
            link.text = number
    for parent, link in parents(root, "a"):
        if link.get("class") in FOOTNOTE_LINKS:
            target = anchors.get(link.get("href", ""))
            if target is None:
                unwrap(parent, link)
            else:
                link.attrib |= {"href": f"#{target}", "aria-label": labels[target]}


def _transform_notes(root: ET.Element, named: list[str]) -> dict[str, str]:
    """Sort and number the list of notes; returns the new anchor of each old address."""
    section = next((e for e in root if e.tag == "div" and e.get("class") == "footnote"), None)
    notes = section.find("ol") if section is not None else None
    if section is None or notes is None:
        return {}
    section.tag = "section"
    section.attrib = {"class": "footnotes", "aria-label": "Catatan kaki"}
    for rule in section.findall("hr"):
        section.remove(rule)
    order = {address: index for index, address in enumerate(named)}
    notes[:] = sorted(notes, key=lambda note: order.get(f"#{note.get('id', '')}", len(order)))
    anchors: dict[str, str] = {}
    for number, note in enumerate(notes, start=1):
        anchors[f"#{note.get('id', '')}"] = f"fn-{number}"
        note.attrib = {"id": f"fn-{number}"}
    return anchors


def _transform_links(root: ET.Element, surroundings: Surroundings) -> None:
    for parent, link in parents(root, "a"):
        target = link.get("href", "")
        if link.get("class") in FOOTNOTE_LINKS and target.startswith("#fn"):
            link.attrib = {"class": link.get("class", ""), "href": target}
            continue
        match link_kind(target):
            case "external":
                address = SPACE.sub("%20", target.strip())
                link.attrib = {"href": address, "rel": "noopener noreferrer"}
            case "contact":
                link.attrib = {"href": target}
            case "chapter":
                _refer(parent, link, surroundings.files.get(linked_chapter(target) or ""))
            case "relative":
                _refer(parent, link, reference_of(target, surroundings.slug))
            case "anchor" | "refused":
                unwrap(parent, link)


def _refer(parent: ET.Element, link: ET.Element, reference: Reference | None) -> None:
    """Have a link name what it leads to; one that leads nowhere becomes words."""
    if reference is None:
        unwrap(parent, link)
    else:
        link.attrib = {"href": str(reference)}


def _transform_pictures(root: ET.Element, surroundings: Surroundings) -> None:
    for parent, image in parents(root, "img"):
        path = picture_path(image.get("src", ""))
        picture = surroundings.pictures.get(path) if path else None
        if picture is None:
            replace_with_text(parent, image, image.get("alt", ""))
            continue
        caption = image.get("title", "").strip()
        image.attrib = {
            "src": str(Reference("picture", picture.sha256)),
            "alt": image.get("alt", ""),
            "width": str(picture.width),
            "height": str(picture.height),
            "loading": "lazy",
            "decoding": "async",
        }
        if parent.tag == "p" and is_only_child(parent, image):
            parent.tag, parent.text, image.tail = "figure", None, None
            if caption:
                ET.SubElement(parent, "figcaption").text = caption


def _transform_tables(root: ET.Element) -> None:
    for number, (parent, table) in enumerate(parents(root, "table"), start=1):
        for cell in table.iter():
            align = cell.attrib.pop("align", None) if cell.tag in {"td", "th"} else None
            if align in {"center", "right"}:
                cell.set("class", f"align-{align}")
            if cell.tag == "th" and words_of(cell):
                cell.set("scope", "col")
            elif cell.tag == "th":
                cell.tag = "td"
        _label_cells(table)
        index = list(parent).index(table)
        wrapper = ET.Element(
            "div",
            {
                "class": "table-scroll",
                "tabindex": "0",
                "role": "region",
                "aria-label": f"Tabel {number}",
            },
        )
        wrapper.tail, table.tail = table.tail, None
        parent.remove(table)
        wrapper.append(table)
        parent.insert(index, wrapper)


def _label_cells(table: ET.Element) -> None:
    """Let every cell of a table of three or more columns name its head.

    A narrow screen then shows each row as a block.
    """
    rows = [list(row) for row in table.iter("tr")]
    if not rows or len(rows[0]) < 3:
        return
    table.set("class", "stacks")
    labels = [words_without(head, {"sup"}) for head in rows[0]]
    for row in rows[1:]:
        for label, cell in zip(labels, row, strict=False):
            if label:
                cell.set("data-label", label)


def _transform_callouts(root: ET.Element) -> None:
    """Show a quote that begins with a label as a callout, or fold it up behind the label."""
    for quote in list(root.iter("blockquote")):
        first = quote[0] if len(quote) else None
        if first is None or first.tag != "p" or not len(first) or (first.text or "").strip():
            continue
        if first[0].tag != "strong":
            continue
        label = words_of(first[0]).casefold()
        if label.startswith(FOLDED_WORDS):
            _fold(quote, first)
        elif label.startswith(CARE_WORDS):
            quote.set("class", "callout callout-care")
        else:
            is_warning = label.startswith(WARNING_WORDS)
            quote.set("class", "callout callout-avoid" if is_warning else "callout")


def _fold(quote: ET.Element, first: ET.Element) -> None:
    """Make a quote something to open: what hurts some readers, or what others do not need."""
    label = first[0]
    summary = ET.Element("summary")
    summary.text = words_of(label).rstrip(" :.")
    first.text = (label.tail or "").lstrip(" :")
    first.remove(label)
    quote.tag = "details"
    quote.set("class", "folded")
    quote.insert(0, summary)
    if not words_of(first) and not len(first):
        quote.remove(first)


def _transform_tasks(root: ET.Element) -> None:
    """Show task lists as ticked and empty boxes: signs to read, no controls that do nothing."""
    for listing, item in parents(root, "li"):
        holder = _holder(item)
        match = TASK.match(holder.text or "")
        if match is None:
            continue
        is_done = match["tick"] in {"x", "X"}
        box = ET.Element(
            "span",
            {
                "class": "task-box",
                "role": "img",
                "aria-label": "sudah" if is_done else "belum",
            },
        )
        box.text = "☑" if is_done else "☐"
        box.tail = " " + (holder.text or "")[match.end() :]
        holder.text = None
        holder.insert(0, box)
        item.set("class", "task")
        listing.set("class", "task-list")


def _transform_marks(root: ET.Element) -> None:
    """Let a list whose items bring their own marks, a. or (1), show these and no bullets."""
    for listing in [element for element in root.iter("ul") if len(element)]:
        holders = [_holder(item) for item in listing]
        matches = [LITERAL_MARK.match(holder.text or "") for holder in holders]
        if not all(matches):
            continue
        listing.set("class", "marked")
        for holder, match in zip(holders, matches, strict=True):
            if match is not None:
                mark = ET.Element("span", {"class": "mark"})
                mark.text = match["mark"]
                mark.tail = " " + (holder.text or "")[match.end() :]
                holder.text = None
                holder.insert(0, mark)


def _holder(item: ET.Element) -> ET.Element:
    """Where the words of a list item begin: in it, or in its first paragraph."""
    is_loose = len(item) and item[0].tag == "p" and not (item.text or "").strip()
    return item[0] if is_loose else item
