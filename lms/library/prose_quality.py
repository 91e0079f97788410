"""The quality pass over a chapter's text: sentences that can be read aloud, everyday words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wordfreq import zipf_frequency

from lms.library.findings import Findings
from lms.library.frontmatter import CHAPTER_FIELDS, read_front_matter
from lms.library.lines import scan
from lms.library.tree import APPENDIX_FILES, BOOK_FILE, Problem, Reading, SourceFile

MEAN_MOST = 20
LONGEST_MOST = 32
EVERYDAY_ZIPF = 3.0  # at least one word in a million
SECTIONS = frozenset({"cek pemahaman", "soal kuis"})

QUOTATION = re.compile(r'"[^"]*"|“[^”]*”')
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”)]*\s+(?=[\"“(]?[A-Z0-9])")
NUMBERED_RULE = re.compile(
    r"\b(?:Nomor \d+|Tahun \d{4}|ayat \(\d+\)|huruf [a-z]|angka \d+|Pasal \d+[A-Z]?|\w+ \d+/\d{4})"
)
MARKS = re.compile(r"\[\^[^\]]*\]:?|!\[[^\]]*\]|\[([^\]]*)\]\([^)]*\)|[*_`>#|]|<!--.*?-->")
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*")
PARTICLES = re.compile(r"(?:nya|lah|kah|pun|ku|mu)$")
PASSIVE = re.compile(r"^(?:di|ku|kau)(?=[a-z]{4})")
EXPLAINED = re.compile(r"\*\*?([^*\n]{2,60}?):?\*\*?|\(([^()\n]{2,80})\)|\"([^\"\n]{2,60})\"")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines of text that belong together, and where they begin."""

    line: int
    text: str


def check_prose(reading: Reading) -> list[Problem]:
    """Note sentences that are too long and words that are neither everyday nor explained."""
    problems: list[Problem] = []
    glossary = _explained("\n".join(f.text for f in reading.sources if f.name == "istilah.md"))
    for file in reading.sources:
        if file.name == BOOK_FILE or file.name in APPENDIX_FILES:
            continue
        findings = Findings(reading.path_of(file.name))
        paragraphs = list(paragraphs_of(file))
        _check_sentences(paragraphs, findings)
        _check_words(paragraphs, glossary | _explained(file.text), findings)
        problems.extend(findings.problems)
    return problems


def paragraphs_of(file: SourceFile) -> Iterator[Paragraph]:
    """The prose of a chapter, without tables, lists of links and questions."""
    raw = file.text.split("\n")
    head = read_front_matter(raw, CHAPTER_FIELDS, Findings(""))
    start, kept = 0, list[str]()
    for line in scan(raw[head.body_from - 1 :], head.body_from, Findings("")):
        heading = line.heading
        if heading is not None and heading.section_name in SECTIONS:
            break
        text = line.text.strip()
        ends = line.is_blank or line.is_code or heading is not None or text.startswith("|")
        begins = re.match(r"(?:[-*+]|\d+[.)])\s|\[\^[^\]]+\]:|>", text) is not None
        if kept and (ends or begins):
            yield Paragraph(start, " ".join(kept))
            kept = []
        if not ends:
            if not kept:
                start = line.number
            kept.append(text)
    if kept:
        yield Paragraph(start, " ".join(kept))


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph as they are spoken: a number of a law counts as one word."""
    plain = MARKS.sub(lambda match: match[1] or " ", text)
    return [each for each in SENTENCE_END.split(NUMBERED_RULE.sub("nomor", plain)) if each.strip()]


def _check_sentences(paragraphs: list[Paragraph], findings: Findings) -> None:
    lengths: list[tuple[int, int]] = []
    for paragraph in paragraphs:
        if paragraph.text.startswith("[^"):
            continue  # a note names laws in full
        for sentence in sentences_of(paragraph.text):
            count = len(WORD.findall(QUOTATION.sub(" kutipan ", sentence)))
            if count:
                lengths.append((count, paragraph.line))
            if count > LONGEST_MOST:
                findings.warning(
                    paragraph.line,
                    f'Kalimat "{" ".join(sentence.split()[:6])} …" berisi {count} kata.',
                    f"Bagi menjadi dua; paling panjang {LONGEST_MOST} kata.",
                    "long-sentence",
                )
    if lengths and sum(count for count, _ in lengths) > MEAN_MOST * len(lengths):
        mean = sum(count for count, _ in lengths) / len(lengths)
        findings.warning(
            max(lengths)[1],
            f"Kalimat di bab ini rata-rata {mean:.1f} kata; paling banyak {MEAN_MOST}.",
            "Bagi kalimat-kalimat panjang, mulai dari paragraf ini.",
            "long-sentences",
        )


def _check_words(paragraphs: list[Paragraph], explained: set[str], findings: Findings) -> None:
    """Each word that few people use, once, where it first stands."""
    told: set[str] = set()
    for paragraph in paragraphs:
        plain = MARKS.sub(lambda match: match[1] or " ", paragraph.text)
        for match in WORD.finditer(plain):
            word = match[0]
            key = word.casefold()
            if key in told or not word.islower() or is_everyday(key) or key in explained:
                continue
            told.add(key)
            findings.warning(
                paragraph.line,
                f'Kata "{word}" jarang dipakai sehari-hari.',
                "Ganti dengan kata sehari-hari, atau jelaskan di istilah.md: - **kata**: …",
                "rare-word",
            )


def is_everyday(word: str) -> bool:
    """Whether most readers meet a word often, in itself or without particles and passive."""
    forms = {word, PARTICLES.sub("", word)}
    forms |= {PASSIVE.sub("", form) for form in forms}
    forms |= {form.rpartition("-")[2] for form in forms}
    return any(zipf_frequency(form, "id") >= EVERYDAY_ZIPF for form in forms if form)


def _explained(text: str) -> set[str]:
    """The words that a text sets apart to explain them: bold terms, and what brackets hold."""
    found: set[str] = set()
    for match in EXPLAINED.finditer(text):
        for group in match.groups():
            found |= {word.casefold() for word in WORD.findall(group or "")}
    return found
