"""What a text refers to on our own site: chapters, pocketbooks, pages, and pictures.

Stored HTML names these and holds no address of ours, so that a release outlives every change of
addresses, and can be put out in any format: `chapter:3`, `chapter:other-book/2`,
`pocketbook:other-book`, `page:bantuan`, `picture:<sha256>`. Whoever puts it out says where they
are found.

Only the renderer writes references. No author can: a link with such a scheme is refused
(`links.link_kind`, `sanitizer`), and what stands in words cannot pose as one, since our HTML has
`<` and `"` beside each other in tags alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

Kind = Literal["chapter", "pocketbook", "page", "picture"]

SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
CHAPTER_NUMBER: Final = r"[1-9]\d{0,2}"
_REFERENCES: Final = (
    rf"(?:chapter:(?:(?P<book>{SLUG})/)?(?P<number>{CHAPTER_NUMBER})"
    rf"|pocketbook:(?P<pocketbook>{SLUG})"
    rf"|page:(?P<page>(?:{SLUG})?)"
    r"|picture:(?P<picture>[0-9a-f]{64}))"
)
_REFERENCE: Final = re.compile(rf"{_REFERENCES}(?P<suffix>(?:[?#].*)?)", re.DOTALL)
_IN_HTML: Final = re.compile(
    rf'(?P<opening><a href="|<img src="){_REFERENCES}(?P<suffix>(?:[?#][^"]*)?)"'
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that a text refers to.

    `name` is a pocketbook's slug, a page's name or a picture's SHA-256. That of a chapter is its
    pocketbook's slug, and empty for a chapter of the text's own. `suffix` follows the address: a
    query, a fragment, or nothing.
    """

    kind: Kind
    name: str = ""
    number: int = 0
    suffix: str = ""

    def __str__(self) -> str:
        """As it is stored."""
        name = self.name
        if self.kind == "chapter":
            name = f"{name}/{self.number}" if name else str(self.number)
        return f"{self.kind}:{name}{self.suffix}"


AddressOf = Callable[[str, Reference], str]
"""Says where that is to which a pocketbook, named by its slug, refers, without the suffix."""


def parse_reference(text: str) -> Reference | None:
    """The reference that an attribute's value is, if it is one."""
    match = _REFERENCE.fullmatch(text)
    return _read(match) if match else None


def references_in(html: str) -> Iterator[Reference]:
    """All that a stored text refers to, in order."""
    return map(_read, _IN_HTML.finditer(html))


def resolve(html: str, slug: str, address_of: AddressOf) -> str:
    """The text of a pocketbook with an address in the place of each reference."""

    def address(match: re.Match[str]) -> str:
        reference = _read(match)
        plain = Reference(reference.kind, reference.name, reference.number)
        # What follows the address is escaped already: it is part of the text.
        return f'{match["opening"]}{escape(address_of(slug, plain))}{reference.suffix}"'

    return _IN_HTML.sub(address, html)


def _read(match: re.Match[str]) -> Reference:
    suffix = match["suffix"]
    if match["number"]:
        return Reference("chapter", match["book"] or "", int(match["number"]), suffix)
    if match["pocketbook"]:
        return Reference("pocketbook", match["pocketbook"], suffix=suffix)
    if match["picture"]:
        return Reference("picture", match["picture"], suffix=suffix)
    return Reference("page", match["page"], suffix=suffix)
