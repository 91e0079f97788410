"""Which files of a folder are a pocketbook's, and what a file that is not read should be called.

Notepad adds `.txt`, Word saves `.docx`, phones and spreadsheets write capitals and spaces: the
author is told the name that is wanted.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Literal

AppendixKind = Literal["istilah", "kartu", "fasilitator", "pasal", "sederhana", "sumber"]
BOOK_FILE = "buku.md"
APPENDIX_FILES: dict[str, AppendixKind] = {
    "istilah.md": "istilah",
    "kartu.md": "kartu",
    "fasilitator.md": "fasilitator",
    "pasal.md": "pasal",
    "sederhana.md": "sederhana",
}
CHAPTER_NAME = re.compile(r"(?P<number>\d{1,3})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
ENDING = r"(?:\.(?:md|markdown|mdown|mkd|txt|text|docx?|odt|rtf))"
TEXT_NAME = re.compile(rf"(?P<stem>.*?)(?P<endings>{ENDING}+)", re.IGNORECASE)
OFFICE = (".doc", ".docx", ".odt", ".rtf")
COPY = re.compile(r"[\s_-]*(?:\(\d+\)|[\s_-](?:copy|salinan))\s*\Z", re.IGNORECASE)
APPENDIX_STEMS = {
    "daftar-istilah": "istilah.md",
    "glosarium": "istilah.md",
    "kartu-saku": "kartu.md",
    "lembar-fasilitator": "fasilitator.md",
    "pasal-yang-melindungi-anda": "pasal.md",
    "bahasa-sederhana": "sederhana.md",
}
BOOK_STEMS = frozenset({"buku", "book", "buku-saku"})


def book_like(names: Collection[str]) -> list[str]:
    """The files that were meant to be `buku.md`: Buku.md, buku.md.txt, buku.docx."""
    return [name for name in names if name != BOOK_FILE and wanted_name(name) == BOOK_FILE]


def is_text(name: str) -> bool:
    """Whether a file's name promises a text that an author writes."""
    return TEXT_NAME.fullmatch(name) is not None


def is_office_file(name: str) -> bool:
    """Whether a file is one of a word processor, whose text cannot be read as it is."""
    return name.lower().endswith(OFFICE)


def wanted_name(name: str, taken: Collection[str] = ()) -> str:
    """What a text should be called to be read.

    A chapter without a number gets the one after those in `taken`.
    """
    match = TEXT_NAME.fullmatch(name)
    stem = COPY.sub("", match["stem"] if match else name)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore")
    words = re.findall(r"[a-z]+|\d+", plain.decode().lower())
    slug = "-".join(re.findall(r"[a-z0-9]+", plain.decode().lower()))
    if slug in BOOK_STEMS:
        return BOOK_FILE
    if f"{slug}.md" in APPENDIX_FILES:
        return f"{slug}.md"
    if slug in APPENDIX_STEMS:
        return APPENDIX_STEMS[slug]
    if words[:1] == ["bab"] and len(words) > 1 and words[1].isdigit():
        words = words[1:]
    if words and words[0].isdigit() and len(words[0]) <= 3:
        number, rest = int(words[0]), slug[slug.index(words[0]) + len(words[0]) :].strip("-")
        return f"{number:02}-{rest or 'bab'}.md"
    numbers = [int(found["number"]) for each in taken if (found := CHAPTER_NAME.fullmatch(each))]
    return f"{max(numbers, default=0) + 1:02}-{slug or 'bab'}.md"


def is_text_of_a_book(name: str) -> bool:
    """Whether a file's name is that of an index, a chapter or a word processor's file."""
    if name == BOOK_FILE or not is_text(name):
        return name == BOOK_FILE
    is_chapter = re.match(r"(?:bab[\s._-]*)?\d", name, re.IGNORECASE) is not None
    return is_chapter or is_office_file(name) or wanted_name(name) == BOOK_FILE
