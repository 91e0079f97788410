"""Lines that would become a heading, or run together."""

import re
from itertools import pairwise

from lms.authoring.checks.notation.text import (
    DEFINITION,
    NOTE,
    QUOTE_PREFIX,
    SETEXT,
    SHORT,
    TIGHT_ITEM,
    FileText,
    is_plain,
)
from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import ITEM, LINE_BREAK, Line
from lms.rendering.marks import marked_items

WRAPPED = 72
LABEL_ALONE = re.compile(r"\s*(?:\*\*[^*]+\*\*:?|\[!\w+\].*)\s*")


def check_headings(text: FileText, diagnostics: Diagnostics) -> None:
    """Lines of signs below a text, which make it a heading, and definitions, which do not."""
    lines = text.lines
    for index in range(1, len(lines)):
        line, above = lines[index], lines[index - 1]
        if not is_plain(above) or above.text.lstrip().startswith((">", "|")):
            continue
        setext = SETEXT.fullmatch(line.text)
        is_alone = index < 2 or not lines[index - 2].text.strip()
        if setext and (is_alone or setext["sign"][0] == "="):
            diagnostics.warning(
                line.number,
                f"Baris {setext['sign'][:5]} tepat di bawah teks dibaca sebagai tanda judul.",
                "Untuk judul, awali teksnya dengan ##; untuk garis, beri baris kosong di atasnya.",
                "line-below-text",
            )
        elif DEFINITION.fullmatch(line.text):
            diagnostics.warning(
                line.number,
                "Tanda titik dua di awal baris tidak menjadi daftar istilah.",
                "Tulis - **kata**: penjelasannya.",
                "unknown-notation",
            )


def check_joined_lines(text: FileText, diagnostics: Diagnostics) -> None:
    """Short lines below each other, as in an address, which would run together."""
    marked = marked_items(text.lines)
    run: list[tuple[Line, str]] = []
    depth = 0
    in_item = False
    for index, line in enumerate([*text.lines, Line(len(text.lines) + 1, "")]):
        prefix = QUOTE_PREFIX.match(line.text)
        inside = line.text[prefix.end() :] if prefix else line.text
        is_question = index < len(text.lines) and text.questions[index] > 0
        if ITEM.match(inside) or index in marked or NOTE.match(inside):
            in_item = True
        elif inside.strip() and not run and not inside[0].isspace() and _is_after_gap(text, index):
            in_item = False
        goes_on = (
            is_plain(Line(1, inside))
            and not re.search(r"\||^\s*(?:<|!\[)", inside)
            and not in_item
            and not is_question
            and index not in marked
            and not SETEXT.fullmatch(inside)
            and not DEFINITION.fullmatch(inside)
            and not TIGHT_ITEM.match(inside)
        )
        now = prefix[0].count(">") if prefix else 0
        if run and (not goes_on or now != depth):
            _tell_joined(run, diagnostics)
            run = []
        if goes_on and not (not run and LABEL_ALONE.fullmatch(inside)):
            run.append((line, inside))
            depth = now


def _is_after_gap(text: FileText, index: int) -> bool:
    return index == 0 or not text.lines[index - 1].text.strip("> ")


def _are_lines_of_their_own(lines: list[str]) -> bool:
    """Whether lines were ended on purpose: all are short, or one is and ends no clause.

    A line is not short where the next word would not have fitted, or a link goes on.
    """
    above = [
        line.rstrip()
        for line, following in pairwise(lines)
        if len(line.strip()) <= SHORT
        and len(line) + len(following.split()[0]) < WRAPPED
        and line.count("[") == line.count("]")
    ]
    return len(above) == len(lines) - 1 or any(words[-1:].isalnum() for words in above)


def _tell_joined(run: list[tuple[Line, str]], diagnostics: Diagnostics) -> None:
    above = [inside for _, inside in run[:-1]]
    if not above or not _are_lines_of_their_own([inside for _, inside in run]):
        return
    if all(inside.endswith((LINE_BREAK, "\\")) for inside in above):
        return
    if any("\t" in inside.strip() for _, inside in run):
        diagnostics.warning(
            run[0][0].number,
            "Kolom yang dipisah tab tidak menjadi tabel; barisnya bersambung.",
            "Tulis sebagai tabel: | kolom | kolom |, lalu |---|---| di bawahnya.",
            "lines-joined",
        )
        return
    diagnostics.warning(
        run[0][0].number,
        f"Baris-baris pendek ini ({len(run)}) bersambung menjadi satu paragraf.",
        "Akhiri baris dengan dua spasi atau \\ bila harus berganti baris, tulis sebagai daftar, "
        "atau gabungkan barisnya.",
        "lines-joined",
    )
