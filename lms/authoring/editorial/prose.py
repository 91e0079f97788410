"""The quality pass over a chapter's text: sentences that can be read aloud, everyday words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from wordfreq import zipf_frequency

from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.parsing.frontmatter import CHAPTER_FIELDS, parse_front_matter
from lms.authoring.parsing.result import ParseResult
from lms.authoring.source.file_names import APPENDIX_FILES, BOOK_FILE
from lms.authoring.source.texts import SourceFile
from lms.rendering.lines import scan

MEAN_MOST = 20
LONGEST_MOST = 32
EVERYDAY_ZIPF = 3.0  # at least one word in a million
SECTIONS = frozenset({"cek pemahaman", "soal kuis"})

QUOTATION = re.compile(r'"[^"]*"|“[^”]*”')
LABELLED = re.compile(r">\s*\*\*")  # > **Ucapkan:** "…"
SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\b[Nn]o\.)(?<!\b[jd][or]\.)(?<!\bBpk\.)[\"”)]*\s+(?=[\"“(]?[A-Z0-9])"
)
NUMBERED_RULE = re.compile(
    r"\b(?:(?:Nomor|No\.) \d+|Tahun \d{4}|ayat \(\d+\)|huruf [a-z]|angka \d+|Pasal \d+[A-Z]?"
    r"|\w+ \d+/\d{4})"
)
ADDRESS = r"\S+@\S+|https?://\S+|\b[\w-]+(?:\.[a-z]{2,})+\b"
MARKS = re.compile(
    rf"\[\^[^\]]*\]:?|!\[[^\]]*\]\([^)]*\)|\[([^\]]*)\]\([^)]*\)|[*_`>#|]|<!--.*?-->|{ADDRESS}"
)
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*")
EXPLAINED = re.compile(r"\*\*?([^*\n]{2,60}?):?\*\*?|\(([^()\n]{2,80})\)")

# What a word may begin with, by the initial that melted away in it: menulis, tulis.
PREFIXES = {
    "": "antar anti be ber di kau ke ku me mem men meng non pasca pe pem pen peng per se te ter "
    "tidak",
    "k": "meng peng",
    "p": "mem pem",
    "s": "meny peny",
    "t": "men pen",
}
PARTICLE = re.compile(r"(?:nya|lah|kah|pun|ku|mu)$")
SUFFIX = re.compile(r"(?:kan|an|i)$")
ROOT_LEAST = 4


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines of text that belong together, and where they begin."""

    line: int
    text: str

    @property
    def plain(self) -> str:
        """Its words without marks and addresses, on lines of the same numbers."""
        return MARKS.sub(lambda match: match[1] or " ", self.text)

    def line_at(self, position: int) -> int:
        """The line on which a position of the plain text stands."""
        return self.line + self.plain.count("\n", 0, position)


def check_prose(result: ParseResult) -> list[Diagnostic]:
    """Note sentences that are too long and words that are neither everyday nor explained."""
    found: list[Diagnostic] = []
    glossary = _explained("\n".join(f.text for f in result.sources if f.name == "istilah.md"))
    for file in result.sources:
        if file.name == BOOK_FILE or file.name in APPENDIX_FILES:
            continue
        diagnostics = Diagnostics(result.tree.path_of(file.name))
        paragraphs = list(paragraphs_of(file))
        _check_sentences(paragraphs, diagnostics)
        _check_words(paragraphs, glossary | _explained(file.text), diagnostics)
        found.extend(diagnostics.entries)
    return found


def paragraphs_of(file: SourceFile) -> Iterator[Paragraph]:
    """The prose of a chapter, without tables, code and questions."""
    raw = file.text.split("\n")
    head = parse_front_matter(raw, CHAPTER_FIELDS, Diagnostics(""))
    start, texts, is_prose = 0, list[str](), True
    for line in scan(raw[head.body_from - 1 :], head.body_from):
        heading = line.heading
        if heading is not None and (heading.level == 2 or heading.section_name in SECTIONS):
            is_prose = heading.section_name not in SECTIONS
        text = line.text.strip()
        ends = line.is_code or heading is not None or text.startswith("|") or not text.strip("> ")
        begins = re.match(r"(?:[-*+]|\d+[.)])\s|\[\^[^\]]+\]:", text.lstrip("> ")) is not None
        is_quote = text.startswith(">")
        if texts and (ends or begins or is_quote != texts[-1].startswith(">")):
            yield Paragraph(start, "\n".join(texts))
            texts = []
        if is_prose and not ends:
            if not texts:
                start = line.number
            texts.append(text)
    if texts:
        yield Paragraph(start, "\n".join(texts))


def sentences_of(text: str) -> Iterator[tuple[str, int]]:
    """The sentences of a plain text, each with the position of its first word."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        sentence = text[start:end]
        if first := WORD.search(sentence):
            yield sentence.strip(), start + first.start()
        start = end


def count_words(sentence: str, *, is_said: bool) -> int:
    """How many words are to be taken in at once.

    A number of a law counts as one, and so does what is quoted, unless it is there to be said.
    """
    short = NUMBERED_RULE.sub("nomor", sentence)
    return len(WORD.findall(short if is_said else QUOTATION.sub(" kutipan ", short)))


def _check_sentences(paragraphs: list[Paragraph], diagnostics: Diagnostics) -> None:
    lengths: list[tuple[int, int]] = []
    for paragraph in paragraphs:
        if paragraph.text.startswith("[^"):
            continue  # a note names laws in full
        for sentence, position in sentences_of(paragraph.plain):
            count = count_words(sentence, is_said=LABELLED.match(paragraph.text) is not None)
            line = paragraph.line_at(position)
            lengths.append((count, -line))
            if count > LONGEST_MOST:
                diagnostics.warning(
                    line,
                    f'Kalimat "{" ".join(sentence.split()[:6])} …" berisi {count} kata.',
                    f"Bagi menjadi dua; paling panjang {LONGEST_MOST} kata.",
                    "long-sentence",
                )
    if lengths and sum(count for count, _ in lengths) > MEAN_MOST * len(lengths):
        mean = sum(count for count, _ in lengths) / len(lengths)
        diagnostics.warning(
            -max(lengths)[1],
            f"Kalimat di bab ini rata-rata {mean:.1f} kata; paling banyak {MEAN_MOST}.",
            "Bagi kalimat-kalimat panjang, mulai dari baris ini.",
            "long-sentences",
        )


def _check_words(
    paragraphs: list[Paragraph], explained: set[str], diagnostics: Diagnostics
) -> None:
    """Each word that few people use, once, where it first stands."""
    told: set[str] = set()
    for paragraph in paragraphs:
        for match in WORD.finditer(paragraph.plain):
            word = match[0]
            if word in told or not word.islower() or is_everyday(word):
                continue
            told.add(word)
            if explained.isdisjoint(inflections_of(word)):
                diagnostics.warning(
                    paragraph.line_at(match.start()),
                    f'Kata "{word}" jarang dipakai sehari-hari.',
                    "Ganti dengan kata sehari-hari, atau jelaskan di istilah.md: - **kata**: …",
                    "rare-word",
                )


@cache
def is_everyday(word: str) -> bool:
    """Whether most readers meet a word often, in itself or in another form."""
    return any(zipf_frequency(form, "id") >= EVERYDAY_ZIPF for form in inflections_of(word))


@cache
def inflections_of(word: str) -> frozenset[str]:
    """A word with what it may be derived from: terlapornya, terlapor, lapor.

    Affixes are taken off as they are written, without asking whether the rest is a word.
    """
    forms = {word, word.rpartition("-")[2]}
    forms |= {PARTICLE.sub("", form) for form in forms}
    forms |= {SUFFIX.sub("", form) for form in forms}
    for _ in range(3):  # ke-tidak-ber-daya-an
        forms |= {
            initial + form.removeprefix(prefix)
            for form in forms
            for initial, prefixes in PREFIXES.items()
            for prefix in prefixes.split()
            if form.startswith(prefix)
        }
    return frozenset(form for form in forms if len(form) >= ROOT_LEAST or form == word)


def _explained(text: str) -> set[str]:
    """The words that a text sets apart to explain them: bold terms, and what brackets hold."""
    found: set[str] = set()
    for match in EXPLAINED.finditer(text):
        for group in match.groups():
            for word in WORD.findall(group or ""):
                found |= inflections_of(word.casefold())
    return found
