"""Which chapters and questions rest on which regulation: what to touch when a law changes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lms.library.tree import APPENDIX_FILES, BOOK_FILE, Reading

# "UU 39/1999", "Undang-Undang Nomor 39 Tahun 1999", "Perpres 76/2013", "Permenkumham Nomor 25
# Tahun 2023", and the two that have no number.
KINDS = {
    "undang-undang": "UU",
    "uu": "UU",
    "peraturan pemerintah": "PP",
    "pp": "PP",
    "peraturan presiden": "Perpres",
    "perpres": "Perpres",
    "keputusan presiden": "Keppres",
    "keppres": "Keppres",
    "instruksi presiden": "Inpres",
    "inpres": "Inpres",
    "peraturan menteri hukum dan hak asasi manusia": "Permenkumham",
}
MINISTERS = r"(?:permen[a-z]*|peraturan (?:menteri|kepala|lembaga|badan|lan|bkn)(?: [a-z]+){0,9}?)"
NUMBERED = re.compile(
    rf"\b(?P<kind>{'|'.join(sorted(KINDS, key=len, reverse=True))}|{MINISTERS})\s+"
    r"(?:(?:nomor|no\.?)\s+)?(?P<number>\d{1,3})(?:\s+tahun\s+|\s*/\s*)(?P<year>(?:19|20)\d{2})",
    re.IGNORECASE,
)
ALSO = re.compile(r"(?:\s*(?:jo\.?|juncto|dan|,)\s*)(?P<number>\d{1,3})/(?P<year>(?:19|20)\d{2})")
UNNUMBERED = (
    ("UUD 1945", re.compile(r"\bUUD(?:\s+(?:NRI\s+)?(?:Tahun\s+)?1945)?\b|Undang-Undang Dasar")),
    ("TAP MPR XVII/1998", re.compile(r"\bTAP MPR[^.;]{0,30}1998", re.IGNORECASE)),
)
SOURCE = re.compile(r"\*\*Sumber:?\*\*:?\s*(?P<text>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a regulation is named: a line of a file, in the text or as a question's source."""

    path: str
    line: int
    is_question: bool


def index_citations(readings: list[Reading]) -> dict[str, list[Place]]:
    """Every regulation with the places that rest on it, each line once; regulations by name."""
    places: dict[str, list[Place]] = defaultdict(list)
    for reading in readings:
        for file in reading.sources:
            for number, line in enumerate(file.text.split("\n"), start=1):
                place = Place(reading.path_of(file.name), number, SOURCE.search(line) is not None)
                for name in dict.fromkeys(regulations_in(line)):
                    places[name].append(place)
    return dict(sorted(places.items()))


def regulations_in(text: str) -> Iterator[str]:
    """The regulations that a text names, in a short form: `UU 39/1999`."""
    for match in NUMBERED.finditer(text):
        kind = _short_kind(match["kind"])
        yield f"{kind} {int(match['number'])}/{match['year']}"
        end = match.end()
        while also := ALSO.match(text, end):
            yield f"{kind} {int(also['number'])}/{also['year']}"
            end = also.end()
    for name, form in UNNUMBERED:
        if form.search(text):
            yield name


def _short_kind(words: str) -> str:
    kind = " ".join(words.casefold().split())
    if kind in KINDS:
        return KINDS[kind]
    if kind.startswith("permen"):
        return f"P{kind[1:]}"
    return kind.replace("peraturan menteri", "Permen").replace("peraturan", "Peraturan")


def unsourced(reading: Reading) -> Iterator[tuple[str, int]]:
    """The sources of questions that name neither a regulation nor a chapter: file and line."""
    for file in reading.sources:
        if file.name == BOOK_FILE or file.name in APPENDIX_FILES:
            continue
        for number, line in enumerate(file.text.split("\n"), start=1):
            match = SOURCE.search(line)
            if match and not any(regulations_in(match["text"])) and not _names_chapter(match):
                yield file.name, number


def _names_chapter(match: re.Match[str]) -> bool:
    return (
        re.search(r"\bbab\b|https?://|\b[a-z]+\.go\.id\b", match["text"], re.IGNORECASE) is not None
    )
