"""Which addresses a text may link to, and which files are its pictures."""

import html
import re
from collections.abc import Container
from typing import Final, Literal
from urllib.parse import unquote

from lms.rendering.references import CHAPTER_NUMBER, SLUG, Reference

LinkKind = Literal["external", "contact", "anchor", "chapter", "relative", "refused"]

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
UNSEEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\ufeff]"
)
# What an author may link to on our own site, by the addresses that browsers show: the front page,
# which has no name, and these. A test holds them against the pages that there are.
PAGES: Final = (
    "",
    "aktivasi",
    "bantuan",
    "belajar",
    "capaian",
    "daftar",
    "masuk",
    "privasi",
    "tentang",
    "verifikasi",
)
POCKETBOOK_PAGE: Final = re.compile(rf"/buku/(?P<slug>{SLUG})(?:/(?P<number>{CHAPTER_NUMBER}))?")
BARE_SITE = re.compile(
    r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:id|com|org|net|info|gov|int)(?:[/:?#].*)?"
)
DOCUMENT = re.compile(
    r"[^?#]+\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|rar|csv|mp[34])", re.IGNORECASE
)
PICTURE = re.compile(r"[^?#]+\.(?:png|jpe?g|webp|svg|gif|bmp|tiff?|heic)", re.IGNORECASE)
OTHER_BOOK = re.compile(
    r"(?:\.\./)+(?:content/)?(?P<slug>[\w-]+)/(?:0*(?P<number>\d+)-[^/]*|buku\.md)?"
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


def reference_of(target: str, slug: str = "") -> Reference | None:
    """What an address of our site leads to, or None for one that leads nowhere here.

    `slug` is that of the pocketbook in which it stands, whose chapters need no name before them.
    """
    address = html.unescape(target).strip()
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    suffix, path = address[len(path) :], unquote(path)
    if path.startswith("/") and path[1:] in PAGES:
        return Reference("page", path[1:], suffix=suffix)
    page = POCKETBOOK_PAGE.fullmatch(path)
    if page is None:
        return None
    if page["number"]:
        book = "" if page["slug"] == slug else page["slug"]
        return Reference("chapter", book, int(page["number"]), suffix)
    return Reference("pocketbook", page["slug"], suffix=suffix)


def advice_for_dead_link(target: str, names: Container[str]) -> str:
    """How to mend an address that leads nowhere on our site, by what it looks like."""
    path = unquote(html.unescape(target)).strip()
    other = OTHER_BOOK.fullmatch(path.partition("#")[0])
    if re.fullmatch(r"[^\s@/]+@[^\s@/]+\.\w+", path):
        return f"Untuk alamat surel, tulis mailto:{path}."
    if re.fullmatch(r"\+?[\d\s().-]{3,20}", path):
        return f"Untuk nomor telepon, tulis tel:{re.sub(r'[^+0-9]', '', path)}."
    if BARE_SITE.fullmatch(path):
        return f"Tulis alamat lengkapnya: https://{path}."
    if other is not None:
        number = f"/{other['number']}" if other["number"] else ""
        return f"Untuk buku saku lain, tulis alamatnya: /buku/{other['slug']}{number}."
    if PICTURE.fullmatch(path):
        return "Untuk menampilkan gambar, awali dengan tanda seru: ![…](gambar/nama.png)."
    if DOCUMENT.fullmatch(path):
        return (
            "Berkas selain gambar tidak ikut terbit. Tautkan alamat lengkapnya di laman resmi: "
            "https://…"
        )
    for name in (f"{path}.md", f"{path.removeprefix('./')}.md"):
        if name in names:
            return f"Sebut nama berkas babnya: {name}."
    return "Pakai alamat lengkap yang diawali https://, atau nama berkas bab: 02-nama-bab.md."
