"""Which addresses a text may link to, and which files are its pictures."""

import html
import re
from typing import Literal
from urllib.parse import unquote

LinkKind = Literal["external", "contact", "anchor", "chapter", "relative", "refused"]

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
UNSEEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\ufeff]"
)
CHAPTER_LINK = re.compile(r"(?:\./)?(?P<name>[^/#?:]+\.md)(?:#.*)?", re.IGNORECASE)


def link_kind(target: str) -> LinkKind:
    """What an address is, as a browser would read it.

    External means http(s), contact mailto and tel. Everything with another scheme, and every
    address that leaves the site without naming one, is refused.
    """
    seen = UNSEEN.sub("", html.unescape(target))
    scheme = SCHEME.match(seen)
    if scheme is not None:
        name = scheme[0].lower()
        if name in {"http:", "https:"}:
            return (
                "external" if re.match(r"https?://[^/\\@?#]+", seen, re.IGNORECASE) else "refused"
            )
        return "contact" if name in {"mailto:", "tel:"} else "refused"
    if "\\" in seen or seen.startswith("//") or not seen:
        return "refused"
    if seen.startswith("#"):
        return "anchor"
    return "chapter" if CHAPTER_LINK.fullmatch(seen) else "relative"


def linked_chapter(target: str) -> str | None:
    """The file name of the chapter that an address of kind "chapter" points to."""
    match = CHAPTER_LINK.fullmatch(unquote(html.unescape(target)).strip())
    return match["name"] if match else None


def picture_path(target: str) -> str | None:
    """The place of a picture in the pocketbook's folder, or None for what lies outside it."""
    path = unquote(html.unescape(target)).strip().removeprefix("./")
    steps = path.split("/")
    if SCHEME.match(UNSEEN.sub("", path)) or "\\" in path or "\x00" in path:
        return None
    if not path or any(step in {"", ".", ".."} for step in steps):
        return None
    return path
