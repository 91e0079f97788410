"""Which chapters and questions rest on which regulation: what to touch when a law changes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lms.authoring.parsing.explanations import LABEL
from lms.authoring.parsing.pocketbook import SECTIONS
from lms.authoring.parsing.result import ParseResult
from lms.authoring.source.file_names import APPENDIX_FILES, BOOK_FILE
from lms.authoring.source.texts import SourceFile
from lms.rendering.lines import QUOTE, Line, scan

# What regulations are called in full and in short; "UU 39/1999" and "Undang-Undang Nomor 39 Tahun
# 1999" are the same one. Of two names that begin alike the longer one stands first.
KINDS = {
    "peraturan pemerintah pengganti undang-undang": "Perppu",
    "perppu": "Perppu",
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
    "peraturan mahkamah agung": "Perma",
    "perma": "Perma",
    "peraturan menteri hukum dan hak asasi manusia": "Permenkumham",
    "peraturan menteri hak asasi manusia": "Permen HAM",
    "peraturan menteri pemberdayaan perempuan dan perlindungan anak": "Permen PPPA",
    "peraturan menteri pendidikan, kebudayaan, riset, dan teknologi": "Permendikbudristek",
    "peraturan menteri pendidikan dasar dan menengah": "Permendikdasmen",
    "peraturan menteri pendayagunaan aparatur negara dan reformasi birokrasi": "Permen PANRB",
    "permenpanrb": "Permen PANRB",
    "permenpan-rb": "Permen PANRB",
    "peraturan badan kepegawaian negara": "Peraturan BKN",
    "peraturan lembaga administrasi negara": "Peraturan LAN",
    "perlan": "Peraturan LAN",
}
OTHERS = (
    r"permen[a-z]*(?-i:\s+[A-Z]{2,8})?",
    r"(?-i:Peraturan(?:,?\s+(?:[A-Z][A-Za-z-]*|dan)){1,10}?)",
)
NUMBER = (
    r"(?:nomor\s+|no\.?\s*)?(?P<number>\d{1,3})(?:\s+tahun\s+|\s*/\s*)(?P<year>(?:19|20)\d{2})\b"
)
NAMES = "|".join([*(kind.replace(" ", r"\s+") for kind in KINDS), *OTHERS])
NUMBERED = re.compile(
    rf"\b(?P<kind>{NAMES})"
    rf"\s+(?:(?:republik\s+indonesia|r\.?i\.?)\s+)?{NUMBER}",
    re.IGNORECASE,
)
ALSO = re.compile(rf"(?:\s*(?:,|\bjo\.?|\bjuncto|,?\s*\b(?:dan|serta))\s*){NUMBER}", re.IGNORECASE)
RESOLUTION = re.compile(
    r"\b(?:TAP|Ketetapan)\s+(?:MPR|Majelis\s+Permusyawaratan\s+Rakyat)(?:\s+(?:RI|Republik\s+"
    r"Indonesia))?\s+(?:(?:Nomor|No\.?)\s+)?(?P<number>[IVXLC]+)(?:/MPR)?(?:/|\s+Tahun\s+)"
    r"(?P<year>\d{4})\b",
    re.IGNORECASE,
)
UNNUMBERED = (
    ("UUD 1945", re.compile(r"\bUUD\b|\bUndang[- ]Undang\s+Dasar\b", re.IGNORECASE)),
    ("DUHAM", re.compile(r"\bDUHAM\b|\bDeklarasi\s+Universal\b", re.IGNORECASE)),
)
ELSEWHERE = re.compile(r"\bbab\b|https?://|\b[a-z]+\.go\.id\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a regulation is named: a line of a file, in its text or in one of its questions."""

    path: str
    line: int
    is_question: bool


def index_citations(results: list[ParseResult]) -> dict[str, list[Citation]]:
    """Every regulation with its citations, each line once; by kind, then by age."""
    citations: dict[str, list[Citation]] = defaultdict(list)
    for result in results:
        for file in result.sources:
            lines = list(_lines(file))
            text = "\n".join(words for _, words, _ in lines)
            for name, position in _citations(text):
                number, _, is_question = lines[text.count("\n", 0, position)]
                citation = Citation(result.tree.path_of(file.name), number, is_question)
                if citation not in citations[name]:
                    citations[name].append(citation)
    return {name: citations[name] for name in sorted(citations, key=_by_age)}


def regulations_in(text: str) -> Iterator[str]:
    """The regulations that a text names, in its order and in a short form: `UU 39/1999`."""
    return (name for name, _ in _citations(text))


def unsourced(result: ParseResult) -> Iterator[tuple[str, int]]:
    """The sources of questions that name neither a regulation nor a chapter: file and line."""
    for file in result.sources:
        if file.name == BOOK_FILE or file.name in APPENDIX_FILES:
            continue
        for line, text in _sources(file):
            if not any(regulations_in(text)) and not ELSEWHERE.search(text):
                yield file.name, line


def _citations(text: str) -> list[tuple[str, int]]:
    """Each regulation that is named, and where."""
    found: list[tuple[str, int]] = []
    for match in NUMBERED.finditer(text):
        kind = _short_kind(match["kind"])
        each: re.Match[str] | None = match
        while each is not None:
            found.append((f"{kind} {int(each['number'])}/{each['year']}", each.start("number")))
            each = ALSO.match(text, each.end())
    found.extend(
        (f"TAP MPR {match['number'].upper()}/{match['year']}", match.start())
        for match in RESOLUTION.finditer(text)
    )
    for name, pattern in UNNUMBERED:
        found.extend((name, match.start()) for match in pattern.finditer(text))
    return sorted(found, key=lambda each: each[1])


def _short_kind(words: str) -> str:
    kind = " ".join(words.split())
    known = KINDS.get(kind.casefold())
    if known is not None:
        return known
    kind = re.sub(r"^peraturan menteri", "Permen", kind, flags=re.IGNORECASE)
    first, *others = kind.split()
    return " ".join([first.capitalize(), *others])


def _by_age(name: str) -> tuple[str, str, int, str]:
    """A regulation's kind, year and number, to sort by."""
    kind, _, number = name.rpartition(" ")
    count, _, year = number.partition("/")
    return kind, year, int(count) if count.isdecimal() else 0, name


def _lines(file: SourceFile) -> Iterator[tuple[int, str, bool]]:
    """What a reader sees of each line, without marks of quotes, and whether it is a question's."""
    is_question = False
    for line in scan(file.text.split("\n"), 1):
        if line.heading is not None and line.heading.level == 2:
            is_question = line.heading.section_name in SECTIONS
        yield line.number, _unquoted(line), is_question


def _sources(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Each source of a question: its line, and its words, which may run on over more lines."""
    start, words = 0, list[str]()
    for number, text, is_question in _lines(file):
        label = LABEL.fullmatch(text) if is_question else None
        if words and (label is not None or not text):
            yield start, " ".join(words)
            words = []
        if label is not None and label["name"].casefold() == "sumber":
            start, words = number, [label["text"]]
        elif words:
            words.append(text)
    if words:
        yield start, " ".join(words)


def _unquoted(line: Line) -> str:
    quote = QUOTE.fullmatch(line.text)
    return (quote["text"] if quote else line.text).strip()
