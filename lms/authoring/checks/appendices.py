"""What the appendices promise: articles that can be shown on one page, and a text that is easy."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.parsing.result import AppendixSource, ParseResult
from lms.authoring.regulations import regulations_in
from lms.rendering.lines import Line, scan
from lms.rendering.reading_time import count_words

ARTICLES_MOST_WORDS = 300
EASY_MOST_WORDS = 1200
IDEA_MOST_WORDS = 90
WORDS_TO_SAY = re.compile(r">\s*\*\*Ucapkan\b[^*]*\*\*", re.IGNORECASE)


def check_appendices(result: ParseResult) -> list[Diagnostic]:
    """What is amiss with the articles of law and with the easy-read edition, at its lines."""
    found: list[Diagnostic] = []
    texts = {file.name: file.text for file in result.sources}
    for appendix in result.pocketbook.appendices if result.pocketbook else ():
        diagnostics = Diagnostics(result.tree.path_of(appendix.path))
        lines = list(scan(texts.get(appendix.path, "").split("\n"), 1))
        if appendix.kind == "pasal":
            _check_articles(appendix, lines, diagnostics)
        elif appendix.kind == "sederhana":
            _check_easy_read(appendix, lines, diagnostics)
        found.extend(diagnostics.entries)
    return found


def _check_articles(appendix: AppendixSource, lines: list[Line], diagnostics: Diagnostics) -> None:
    _check_length(appendix, ARTICLES_MOST_WORDS, "kartu satu halaman", diagnostics)
    for line, title, body in _parts(lines):
        if not any(regulations_in(title)):
            diagnostics.warning(
                line,
                f'Judul "{title[:60]}" tidak menyebut peraturannya.',
                "Tulis misalnya ## UU 25/2009 Pasal 34 huruf g.",
                "article-without-law",
            )
        if not any(WORDS_TO_SAY.match(each.text) for each in body):
            diagnostics.warning(
                line,
                f'"{title[:60]}" belum memuat kalimat yang dapat diucapkan.',
                'Tambahkan > **Ucapkan kepada atasan:** "…".',
                "article-without-words",
            )


def _check_easy_read(appendix: AppendixSource, lines: list[Line], diagnostics: Diagnostics) -> None:
    _check_length(appendix, EASY_MOST_WORDS, "edisi bahasa sederhana", diagnostics)
    for line, title, body in _parts(lines):
        words = count_words("\n".join(each.text for each in body))
        if words > IDEA_MOST_WORDS:
            diagnostics.warning(
                line,
                f'"{title[:60]}" berisi {words} kata; paling banyak {IDEA_MOST_WORDS} pada satu '
                "halaman.",
                "Bagi menjadi dua gagasan.",
                "idea-too-long",
            )


def _check_length(
    appendix: AppendixSource, most: int, where: str, diagnostics: Diagnostics
) -> None:
    words = count_words(appendix.body)
    if words > most:
        diagnostics.warning(
            1,
            f"Lampiran ini berisi {words} kata; paling banyak {most} untuk {where}.",
            "Ringkaskan.",
            "appendix-too-long",
        )


def _parts(lines: list[Line]) -> Iterator[tuple[int, str, list[Line]]]:
    """The parts under headings of the second level: line, title and what stands below."""
    starts = [index for index, line in enumerate(lines) if line.heading and line.heading.level == 2]
    for start, end in pairwise([*starts, len(lines)]):
        heading = lines[start].heading
        if heading is not None:
            yield lines[start].number, heading.text, lines[start + 1 : end]
