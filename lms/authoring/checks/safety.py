"""Finds what may never reach a reader: raw HTML, scripts, and addresses of a dangerous kind.

The rendering lets none of it through in any case; these checks tell the author so, with the
line, instead of leaving a hole in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lms.authoring.diagnostics import Diagnostic, Diagnostics, Severity
from lms.authoring.parsing.references import VisibleText, references, visible_text
from lms.authoring.parsing.result import ParseResult, QuestionSource
from lms.authoring.source.file_names import APPENDIX_FILES
from lms.rendering.lines import Line
from lms.rendering.links import (
    advice_for_dead_link,
    link_kind,
    linked_chapter,
    reference_of,
)

HTML_NAMES = (
    "a|abbr|applet|audio|b|base|blockquote|body|br|button|canvas|center|code|details|div|em|embed|"
    "font|form|frame|frameset|h[1-6]|head|hr|html|i|iframe|img|input|li|link|marquee|math|meta|"
    "object|ol|option|p|picture|pre|script|select|small|source|span|strong|style|sub|summary|sup|"
    "svg|table|tbody|td|template|textarea|th|thead|tr|u|ul|video"
)
TAG = re.compile(
    rf"<(?P<name>/?(?:{HTML_NAMES})(?=[\s/>])[^>]{{0,1000}}"
    r"|/?[a-zA-Z][\w-]*(?:[\s/][^<>]{0,1000})?(?=>)|![a-zA-Z\[]|\?[a-zA-Z=])",
    re.IGNORECASE,
)
KNOWN_NAME = re.compile(rf"/?(?:{HTML_NAMES})|<[!?].*", re.IGNORECASE)
HANDLER = re.compile(r"[\s/\"']on[a-z]+\s*=", re.IGNORECASE)
NEVER = "Ini tidak pernah sampai ke pembaca."


def check_safety(result: ParseResult) -> list[Diagnostic]:
    """The errors of every file, each at its line and with the question it stands in."""
    questions = [question for chapter in result.chapters for question in chapter.questions]
    pages = _Pages(
        result.tree.slug,
        frozenset(file.name for file in result.sources if file.name not in APPENDIX_FILES),
        frozenset(chapter.number for chapter in result.chapters),
        result.tree.beside,
    )
    found: list[Diagnostic] = []
    for file in result.sources:
        diagnostics = Diagnostics(result.tree.path_of(file.name))
        visible = visible_text(file)
        subjects = _Subjects(visible, [q for q in questions if q.path == file.name])
        _check_html(visible, subjects, diagnostics)
        _check_links(visible, subjects, pages, diagnostics)
        found.extend(diagnostics.entries)
    return found


class _Subjects:
    """The beginning of a sentence about a line: the question in which it stands, if in one."""

    def __init__(self, visible: VisibleText, questions: list[QuestionSource]) -> None:
        by_line = {question.line: f'Soal "{question.first_words}": ' for question in questions}
        lines = enumerate(visible.text.split("\n"), start=1)
        self._starts = [number for number, text in lines if Line(number, text).heading]
        self._words = [by_line.get(number, "") for number in self._starts]

    def at(self, line: int) -> str:
        """What a sentence about this line begins with."""
        index = bisect_right(self._starts, line) - 1
        return self._words[index] if index >= 0 else ""


def _check_html(visible: VisibleText, subjects: _Subjects, diagnostics: Diagnostics) -> None:
    """Note every raw tag; the end tag of one that has been noted says nothing new."""
    opened: set[str] = set()
    for match in TAG.finditer(visible.text):
        line = visible.line_at(match.start())
        inside = match["name"]
        if visible.text.endswith("](", 0, match.start()):
            continue  # an address may stand in such brackets: ![Loket](<gambar/IMG 2025.jpg>)
        name = (re.match(r"/?[\w-]+", inside) or match)[0].lower()
        if name.startswith("/") and name[1:] in opened:
            continue
        opened.add(name)
        if name.lstrip("/") in {"script", "iframe"}:
            code, what = name.lstrip("/"), f"ada <{name}>"
        elif HANDLER.search(inside):
            code, what = "event-handler", f"ada HTML dengan perintah (on…=) di <{name}>"
        else:
            code, what = "raw-html", f"ada HTML mentah <{name.lstrip('<')}>"
        remedy = (
            "Hapus tandanya dan pakai Markdown biasa, atau apit dengan tanda ` bila hanya contoh."
        )
        if code == "raw-html" and not KNOWN_NAME.fullmatch(name):
            words = " ".join(inside.split())[:40]
            what = f"tulisan <{words}> dibaca sebagai HTML karena diapit tanda < dan >"
            remedy = (
                f'Bila maksudnya isian yang diganti pembaca, tulis "({words})" atau titik-titik; '
                "bila maksudnya lebih kecil, beri spasi sesudah tanda <."
            )
        diagnostics.error(line, f"{_sentence(subjects.at(line) + what)}. {NEVER}", remedy, code)


@dataclass(frozen=True, slots=True)
class _Pages:
    """What links of a pocketbook can lead to: its files that are pages, and its chapters."""

    slug: str
    names: frozenset[str]
    chapter_numbers: frozenset[int]
    beside: Mapping[str, frozenset[int]]

    def lead_on(self, target: str) -> bool:
        """Whether an address is a page of our site, as far as a pocketbook can know."""
        goal = reference_of(target)
        if goal is None:
            return False
        is_own_chapter = goal.kind == "chapter" and goal.name == self.slug
        return not is_own_chapter or goal.number in self.chapter_numbers

    def lack(self, target: str) -> str | None:
        """What an address names that is not beside this pocketbook, where others are to be seen."""
        goal = reference_of(target)
        if goal is None or goal.kind == "page" or goal.name == self.slug or not self.beside:
            return None
        if goal.name not in self.beside:
            return f"buku saku {goal.name}"
        is_there = goal.kind == "pocketbook" or goal.number in self.beside[goal.name]
        return None if is_there else f"bab {goal.number} dari buku saku {goal.name}"


def _check_links(
    visible: VisibleText, subjects: _Subjects, pages: _Pages, diagnostics: Diagnostics
) -> None:
    for reference in references(visible):
        if reference.kind == "picture":
            continue
        fault = _fault_of_link(reference.target, pages)
        if fault is None:
            continue
        target = " ".join(reference.target.split())[:60]
        sentence = _sentence(f"{subjects.at(reference.line)}tautan {target} {fault.what}")
        diagnostics.add(reference.line, fault.severity, sentence, fault.remedy, fault.code)


class _Fault(NamedTuple):
    """What is wrong with a link; the sentence goes on from the link's target."""

    severity: Severity
    what: str
    remedy: str
    code: str


def _fault_of_link(target: str, pages: _Pages) -> _Fault | None:
    """Why a link does not lead where its author meant it to, if so."""
    match link_kind(target):
        case "refused":
            remedy = "Pakai alamat lengkap yang diawali https://, mailto:, atau tel:."
            return _Fault("error", f"tidak diizinkan. {NEVER}", remedy, "unsafe-link")
        case "anchor":
            remedy = "Sebut nama bagiannya, atau tautkan babnya: [Bab 2](02-nama-bab.md)."
            return _Fault("warning", "ke bagian halaman tidak bekerja.", remedy, "unknown-anchor")
        case "chapter":
            return _fault_of_chapter(target, pages)
        case "relative" if not pages.lead_on(target):
            remedy = advice_for_dead_link(target, pages.names)
            return _Fault("error", "tidak menuju ke mana pun di situs ini.", remedy, "dead-link")
        case "relative" if lack := pages.lack(target):
            what = f"menuju {lack}, yang tidak ada di samping buku ini."
            remedy = (
                "Periksa alamatnya; abaikan pesan ini bila yang dituju terbit dari tempat lain."
            )
            return _Fault("warning", what, remedy, "unknown-book")
    return None


def _fault_of_chapter(target: str, pages: _Pages) -> _Fault | None:
    name = linked_chapter(target)
    if name in pages.names:
        if "#" not in target:
            return None
        remedy = "Hapus tanda # dan sesudahnya, dan sebut nama bagiannya di dalam kalimat."
        return _Fault("warning", "hanya sampai ke awal bab.", remedy, "unknown-anchor")
    if name in APPENDIX_FILES:
        what, remedy = "lampiran, yang tidak punya halaman", "Sebut nama lampirannya tanpa tautan."
    else:
        what, remedy = "bab yang tidak ada", "Periksa nama berkas bab yang dituju."
    return _Fault("error", f"menuju {what}.", remedy, "unknown-chapter")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
