"""Limits of a source file, against slow or deep input: length, nesting, brackets.

Markdown engines take quadratic time over brackets that do not close, and one call for each depth
of a list. No person writes so; what goes beyond is refused before anything else reads it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import ITEM_MARK, RULE, SPACES, Line, scan, width_of

LONGEST_LINE = 10_000
LONGEST_RUN = 500
DEEPEST = 11
MARKS = {
    "[": (re.compile(r"\["), 300, 3000, "kurung siku ["),
    "[^": (re.compile(r"\[\^"), 200, 200, "tanda catatan kaki [^…]"),
    "`": (re.compile("`+"), 600, 6000, "tanda `"),
}
RUN = re.compile(rf"(?s)(.)\1{{{LONGEST_RUN}}}")
NESTING = re.compile(rf"{SPACES}*(?:(?P<quote>>)|(?P<item>{ITEM_MARK})(?={SPACES}|$))")


def check_limits(text: str, diagnostics: Diagnostics) -> bool:
    """Whether a file may be read on; what goes beyond the limits is noted."""
    before = len(diagnostics.entries)
    raw = text.split("\n")
    _check_lengths(raw, diagnostics)
    if len(diagnostics.entries) == before:
        lines = scan(raw, 1)
        _check_marks(lines, diagnostics)
        _check_depth(lines, diagnostics)
    return len(diagnostics.entries) == before


def _check_lengths(raw: list[str], diagnostics: Diagnostics) -> None:
    for number, line in enumerate(raw, start=1):
        if len(line) > LONGEST_LINE:
            diagnostics.error(
                number,
                f"Baris ini berisi {len(line)} karakter; paling banyak {LONGEST_LINE}.",
                "Bagi menjadi beberapa paragraf dengan baris kosong di antaranya.",
                "line-too-long",
            )
        elif run := RUN.search(line):
            diagnostics.error(
                number,
                f"Tanda {run[1]!r} diulang lebih dari {LONGEST_RUN} kali berturut-turut.",
                "Hapus pengulangannya.",
                "run-too-long",
                column=run.start() + 1,
            )


@dataclass(slots=True)
class _Count:
    in_paragraph: int = 0
    in_file: int = 0


def _check_marks(lines: list[Line], diagnostics: Diagnostics) -> None:
    """Note the first line in which a paragraph, or the file, holds too many of a mark."""
    for pattern, most, most_in_file, words in MARKS.values():
        count = _Count()
        for line in lines:
            if line.is_blank or line.is_code:
                count.in_paragraph = 0
                continue
            found = sum(1 for _ in pattern.finditer(line.text))
            count.in_paragraph += found
            count.in_file += found
            if count.in_paragraph > most or count.in_file > most_in_file:
                where = (
                    f"Paragraf ini memuat lebih dari {most}"
                    if count.in_paragraph > most
                    else f"Berkas ini memuat lebih dari {most_in_file}"
                )
                diagnostics.error(
                    line.number,
                    f"{where} {words}.",
                    "Bagi teksnya, atau apit contoh dengan baris ```.",
                    "too-many-marks",
                )
                break


def _check_depth(lines: list[Line], diagnostics: Diagnostics) -> None:
    for line, depth in _depths(lines):
        if depth > DEEPEST:
            diagnostics.error(
                line.number,
                f"Daftar atau kutipan di sini bertingkat {DEEPEST + 1} atau lebih.",
                "Pakai paling banyak tiga tingkat; sisanya tulis sebagai paragraf.",
                "nested-too-deep",
            )
            return


def _depths(lines: list[Line]) -> Iterator[tuple[Line, int]]:
    """Each line that opens quotes or items, with how deep it stands in them."""
    open_items: list[int] = []
    for line in lines:
        if line.is_code or line.is_blank:
            continue
        offset = quotes = 0
        while quotes + len(open_items) <= DEEPEST and not RULE.fullmatch(line.text, offset):
            mark = NESTING.match(line.text, offset)
            if mark is None:
                break
            if mark["quote"]:
                quotes += 1
            else:
                column = width_of(line.text[: mark.start("item")])
                while open_items and column < open_items[-1] + 2:
                    open_items.pop()
                open_items.append(column)
            offset = mark.end()
        yield line, quotes + len(open_items)
