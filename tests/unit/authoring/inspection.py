"""Judges HTML by an allow-list of its own, with nothing but the standard library."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

ALLOWED: dict[str, set[str]] = {
    "a": {"href", "rel", "class", "aria-label"},
    "blockquote": {"class"},
    "br": set(),
    "code": set(),
    "del": set(),
    "div": {"class", "tabindex", "role", "aria-label", "aria-labelledby"},
    "em": set(),
    "figcaption": set(),
    "figure": set(),
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
    "hr": set(),
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "li": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "pre": set(),
    "section": {"class", "aria-label", "aria-labelledby"},
    "span": {"class", "role", "aria-label"},
    "strong": set(),
    "sup": set(),
    "table": {"class"},
    "tbody": set(),
    "td": {"class", "data-label"},
    "th": {"class", "scope"},
    "thead": set(),
    "tr": set(),
    "ul": {"class"},
}
CLASSES = {
    "footnote-ref", "footnote-backref", "footnotes", "callout", "callout-avoid", "table-scroll",
    "task", "task-list", "task-box", "align-center", "align-right", "marked", "mark",
    "callout-care", "stacks", "scene", "scene-note", "scene-skip", "scene-part", "scene-end",
    "scene-number",
    "scene-label", "scene-choices", "scene-to", "scene-view", "scene-ways", "scene-again",
    "scene-go-on",
}  # fmt: skip


REFERENCE = re.compile(
    r"(?:chapter:(?:[a-z0-9-]+/)?[1-9][0-9]*|pocketbook:[a-z0-9-]+|page:[a-z]*)(?:[?#].*)?"
)


class Inspector(HTMLParser):
    """Notes every tag, attribute and address that is not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self.inspect(tag, name, value or "")
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def inspect(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            self.ids.append(value)
            if not value.replace("-", "").isalnum() or not value.startswith(("p", "fn", "adegan")):
                self.faults.append(f"id={value}")
        elif name not in ALLOWED.get(tag, set()):
            self.faults.append(f"{tag} {name}={value}")
        elif name == "href" and not is_harmless(value):
            self.faults.append(f"href={value}")
        elif name == "src" and value != "picture:" + "0" * 64:
            self.faults.append(f"src={value}")
        elif name == "class" and not set(value.split()) <= CLASSES:
            self.faults.append(f"class={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")


def is_harmless(address: str) -> bool:
    """Judged by the standard library alone, not by the code that is tested."""
    if any(ord(character) < 33 or character == "\\" for character in address):
        return False
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"}:
        return bool(parts.netloc)
    if parts.scheme in {"mailto", "tel"}:
        return True
    return address.startswith("#") or bool(REFERENCE.fullmatch(address))


def faults(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    if len(inspector.ids) != len(set(inspector.ids)):
        inspector.faults.append("an id twice")
    if inspector.open:
        inspector.faults.append(f"left open: {inspector.open}")
    return inspector.faults
