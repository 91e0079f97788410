"""Makes the scene that opens a chapter a thing to walk through: parts, and links between them.

Without any script: the stylesheet shows the part that the address names, or else the first. Where
it cannot, in print or in an old browser, all parts stand there with their numbers.
"""

from typing import Final
from xml.etree import ElementTree as ET

from lms.rendering.html_tree import parents, unwrap, words_of
from lms.rendering.scene_notation import END, LEADS_TO, PART, PLACE, SCENE, VIEW, anchor_of

HEADINGS: Final = ("h2", "h3", "h4", "h5", "h6")
LISTS: Final = frozenset({"ul", "ol"})
PHRASES: Final = frozenset({"a", "br", "code", "del", "em", "img", "span", "strong", "sup"})
INVITATION: Final = "Anda yang memutuskan. Pilih satu langkah, lalu lihat apa yang terjadi."
SKIP: Final = "Lewati adegan"
AGAIN: Final = "Ulangi dari awal"
GO_ON: Final = "Lanjut ke isi bab"


def transform_scene(root: ET.Element) -> None:
    """Gather the scene of a chapter, if it opens with one, into a section of its own.

    Called before the blocks are numbered: the section is one of them, and the next is where
    those go on who skip it.
    """
    blocks = list(root)
    start = next((n for n, block in enumerate(blocks) if _is_scene(block)), None)
    if start is None:
        return
    heading = blocks[start]
    level = int(heading.tag[1])
    end = next(
        (n for n in range(start + 1, len(blocks)) if _ends_scene(blocks[n], level)), len(blocks)
    )
    section = ET.Element("section", {"class": "scene", "aria-labelledby": PLACE})
    for block in blocks[start:end]:
        root.remove(block)
    if end < len(blocks) and blocks[end].tag == "hr":
        root.remove(blocks[end])
    root.insert(start, section)
    following = f"#p{start + 2}" if start + 1 < len(root) else None
    heading.set("id", PLACE)
    _set_label(heading, "Adegan")
    note = ET.Element("p", {"class": "scene-note"})
    note.text = INVITATION
    if following is not None:
        note.text += " "
        _add_link(note, following, SKIP, "scene-skip")
    section.extend([heading, note])
    part: ET.Element | None = None
    for block in blocks[start + 1 : end]:
        if block.tag in HEADINGS and int(block.tag[1]) == level + 1:
            part = _begin_part(section, block)
        else:
            (section if part is None else part).append(block)
    parts = [each for each in section if "scene-part" in each.get("class", "").split()]
    for each in parts:
        _finish_part(each, len(parts), following)


def _is_scene(block: ET.Element) -> bool:
    return block.tag in HEADINGS and SCENE.fullmatch(words_of(block)) is not None


def _ends_scene(block: ET.Element, level: int) -> bool:
    if block.tag in HEADINGS:
        return int(block.tag[1]) <= level
    return block.tag == "hr" or block.get("class") == "footnotes"


def _begin_part(section: ET.Element, heading: ET.Element) -> ET.Element:
    """Put the part that a heading opens into the scene."""
    number = 1 + sum(1 for each in section if each.tag == "div")
    anchor = anchor_of(number)
    words = words_of(heading)
    match = PART.fullmatch(words)
    is_end = END.fullmatch(match["title"] if match else words) is not None
    part = ET.SubElement(
        section,
        "div",
        {
            "class": "scene-part scene-end" if is_end else "scene-part",
            "id": anchor,
            "role": "group",
            "tabindex": "-1",
            "aria-labelledby": f"{anchor}-judul",
        },
    )
    heading.set("id", f"{anchor}-judul")
    written = PART.fullmatch(heading.text or "")
    if written:
        heading.text = written["title"]
    if is_end:
        _set_label(heading, "Akhir")
    mark = ET.Element("span", {"class": "scene-number"})
    mark.text = f"{number}."
    mark.tail = f" {heading.text or ''}"
    heading.text = None
    heading.insert(0, mark)
    part.append(heading)
    return part


def _set_label(heading: ET.Element, label: str) -> None:
    """Let the word before the colon of a heading be told apart from its title."""
    before, colon, rest = (heading.text or "").partition(":")
    if not colon or before.strip().casefold() != label.casefold():
        return
    mark = ET.Element("span", {"class": "scene-label"})
    mark.text = f"{before.strip()}:"
    mark.tail = f" {rest.strip()}"
    heading.text = None
    heading.insert(0, mark)


def _finish_part(part: ET.Element, part_count: int, following: str | None) -> None:
    """Make a part's choices links; an end shows the other's view, and leads on."""
    for listing in reversed(part.findall("*")):
        if listing.tag in LISTS and any(LEADS_TO.search(words_of(item)) for item in listing):
            listing.tag = "ul"
            listing.attrib = {"class": "scene-choices"}
            for item in listing:
                _link_choice(item, part_count)
            break
    for quote in part.findall("blockquote"):
        label = quote.find("p/strong")
        if label is not None and VIEW.fullmatch(words_of(label)):
            quote.set("class", "callout scene-view")
    if "scene-end" in part.get("class", "").split():
        ways = ET.SubElement(part, "p", {"class": "scene-ways"})
        _add_link(ways, f"#{anchor_of(1)}", AGAIN, "scene-again")
        if following is not None:
            ways[-1].tail = " "
            _add_link(ways, following, GO_ON, "scene-go-on")


def _link_choice(item: ET.Element, part_count: int) -> None:
    """Make a choice a link to the part that it names behind its words."""
    holder = item[0] if len(item) == 1 and item[0].tag == "p" else item
    target = LEADS_TO.search(words_of(holder))
    is_phrase = all(element.tag in {*PHRASES, "p"} for element in item.iter() if element != item)
    if target is None or not is_phrase or not 1 <= int(target["number"]) <= part_count:
        return
    for parent, link in parents(holder, "a"):
        unwrap(parent, link)
    _drop_target(holder)
    link = ET.Element("a", {"href": f"#{anchor_of(int(target['number']))}"})
    link.text, link[:] = holder.text, list(holder)
    where = ET.SubElement(link, "span", {"class": "scene-to"})
    where.text = f"(ke {target['number']})"
    item.text = None
    item[:] = [link]


def _drop_target(holder: ET.Element) -> None:
    """Take the number to which a choice leads from the end of its words."""
    if len(holder):
        holder[-1].tail = _without_target(holder[-1].tail)
    else:
        holder.text = _without_target(holder.text)


def _without_target(text: str | None) -> str:
    return f"{LEADS_TO.sub('', (text or '').rstrip()).rstrip()} "


def _add_link(parent: ET.Element, href: str, words: str, name: str) -> None:
    ET.SubElement(parent, "a", {"class": name, "href": href}).text = words
