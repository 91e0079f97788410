"""Finds what a text would lose on its way to the reader, or show as signs, line by line.

Authors bring habits from many programs. What the rendering does not know stands in the text as
it was typed, or is joined, renumbered or left out; here the author is told, with the line.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from itertools import pairwise
from typing import NamedTuple

from lms.authoring.diagnostics import Findings
from lms.authoring.parsing.references import (
    VisibleText,
    defined_targets,
    reference_name,
    visible_text,
)
from lms.authoring.parsing.result import APPENDIX_FILES, BOOK_FILE, Problem, Reading, SourceFile
from lms.rendering.lines import ITEM, LINE_BREAK, RULE, Line
from lms.rendering.marks import marked_items
from lms.rendering.normalising import ALERT_LABELS, TABLE_RULE

QUESTION_SECTIONS = frozenset({"cek pemahaman", "soal kuis"})
ADDRESS = re.compile(
    r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|(?:https?://|www\.)[^\s<>|\]]+|<[^<>\n]+>"
)
SHORT, WRAPPED = 45, 72
QUOTE_PREFIX = re.compile(r"(?:\s*>)+ ?")
LABEL_ALONE = re.compile(r"\s*(?:\*\*[^*]+\*\*:?|\[!\w+\].*)\s*")
SETEXT = re.compile(r"\s{0,3}(?P<sign>=+|-+)\s*")
DEFINITION = re.compile(r"\s{0,3}:\s+\S.*")
TIGHT_ITEM = re.compile(
    r"\s*(?:[-•·▪●]|\d{1,2}[.)]|[a-z][.)](?=\w{3})|\([a-z\d]{1,2}\))(?=[^\W\d_])|\s*\*(?=\w)[^*]*"
    r"|\s*\d{1,2}(?:\.\)|[-/:])\s"
)
NOTE = re.compile(r"\s{0,3}\[\^(?P<name>[^\]]*)\]:[ \t]*(?P<text>.*)")
ADDRESS_APART = re.compile(r"\s{0,3}\[[^\]]+\]:")
BRACKETS = re.compile(r"\[([^\[\]]+)\](?!:)")
NOTE_MARK = re.compile(r"(?<!\\)\[\^(?P<name>[^\]\n]+)\]")
BY_REFERENCE = re.compile(r"(?<![\\!\]])\[(?P<words>[^\[\]\n]+)\]\[(?P<name>[^\[\]^\n]*)\](?!\()")
ENTITY = re.compile(r"&(?:#(?:\d+|[xX][0-9a-fA-F]+)|(?P<name>[a-zA-Z]\w+));")
OPEN_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|copy|hellip|ndash|mdash)\b(?!;)")
TWO_STARS = re.compile(r"(?<![*\\])\*\*(?!\*)")
# "> 37,5 derajat", but no sentence, no quoted list and no paragraph of a law.
AMOUNT = r">=?[ \t]*(?:Rp[ \t.]*)?\d[\d.,]*(?<![.,])"
MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
MORE_THAN = re.compile(
    rf"\s*(?=>=?[ \t]*(?:Rp|[1-9][\d.,]*[ \t]*(?:[%°]|(?!(?:{MONTHS})\b)[^\W\d_]{{2}})))"
    rf"{AMOUNT}(?:[ \t%°].*)?(?<![.!?:;\"”)])"
)
MORE_THAN_IN_ITEM = re.compile(rf"\s*(?:[-*+•]|\d{{1,3}}[.)])[ \t]+{AMOUNT}(?:[ \t%°].*)?")
LINK_ENDS = re.compile(r"\]\([^()\n]*\)\Z|>\Z")
UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


class Sign(NamedTuple):
    """A notation of other programs: how to find it, what it does here, what to write instead."""

    pattern: re.Pattern[str]
    what: str
    remedy: str


def _sign(pattern: str, what: str, remedy: str) -> Sign:
    return Sign(re.compile(pattern, re.MULTILINE), what, remedy)


FORMULA = "Tulis rumusnya dengan kata dan tanda biasa, atau sisipkan sebagai gambar."
SCRIPTS = "Tulis hurufnya langsung, misalnya H₂O atau m², atau kalimatkan."
SIGNS = (
    _sign(
        r"(?<![\w*~\\])(?P<mark>\*(?:\*\*)?|~~)(?=[^\s*~])(?:[^*~\n]|\n(?![ \t>]*\n))*"
        r"[^\w\s*~(\[](?P=mark)(?=\w)",
        "Tanda penutup miring atau coret menempel pada kata sesudahnya, sehingga tampil sebagai "
        "teks",
        "Beri spasi sesudah tanda penutupnya: *(arti)* kata.",
    ),
    _sign(r"==(?=[^\s=])[^=\n]*(?<=[^\s=])==", "Tanda == tidak menyorot", "Pakai **tebal**."),
    _sign(
        r"\+\+(?=[^\s+])[^+\n]*(?<=[^\s+])\+\+",
        "Tanda ++ tidak menggarisbawahi",
        "Pakai **tebal**.",
    ),
    _sign(
        r"(?<![~\w])~(?=[^\s~])[^~\n]*(?<=[^\s~])~(?![~\w])",
        "Tanda ~ tidak mencoret",
        "Untuk mencoret, apit kata dengan dua tanda: ~~kata~~.",
    ),
    _sign(r"\w~\w{1,6}~", "Tanda ~ tidak menurunkan huruf", SCRIPTS),
    _sign(r"\w\^\w{1,6}\^?", "Tanda ^ tidak menaikkan huruf", SCRIPTS),
    _sign(r"\$\$", "Tanda $$ tidak menjadi rumus", FORMULA),
    _sign(
        r"(?<![\w$\\])\$(?=[^\s$])[^$\n]*(?<=[^\s$])\$(?![\w$])",
        "Tanda $ tidak menjadi rumus",
        FORMULA,
    ),
    _sign(
        r"\\[(\[](?=[^\n]*(?:\\[a-zA-Z]|[\^_=]))[^\n]*?\\[)\]]",
        r"Tanda \( tidak menjadi rumus",
        FORMULA,
    ),
    _sign(
        r"^[ \t]*\\[a-zA-Z]+(?:\{[^}\n]*\})*[ \t]*$",
        "Perintah LaTeX tidak dijalankan",
        "Hapus baris ini.",
    ),
    _sign(
        r"\[\[[^\]\n]+\]\](?!\()",
        "Tautan [[…]] tidak bekerja",
        "Tulis [kata yang ditautkan](02-nama-bab.md).",
    ),
    _sign(r"^[ \t>]*:::.*$", "Kotak ::: tidak dikenal", "Pakai kutipan berlabel: > **Catatan:** …"),
    _sign(
        r"^[ \t]*(?:!!!|\?\?\?\+?) ?\w.*$",
        "Kotak !!! tidak dikenal",
        "Pakai kutipan berlabel: > **Catatan:** …",
    ),
    _sign(
        r"\{(?:[#.:][\w-]|:\s|[^}\n]*=)[^}\n]*\}",
        "Keterangan {…} tampil sebagai teks",
        "Hapus kurung kurawal itu.",
    ),
    _sign(r"\{\{|\{%", "Tanda kurung kurawal ganda tampil sebagai teks", "Hapus atau kalimatkan."),
    _sign(
        r"^[ \t]*\[(?:TOC|toc|_TOC_)\][ \t]*$",
        "Daftar isi dibuat sendiri oleh sistem",
        "Hapus baris ini.",
    ),
    _sign(
        r"(?<![\w:]):[a-z][a-z_]{2,}:(?![\w:])",
        "Nama emoji tampil sebagai teks",
        "Ketik emojinya langsung, atau hapus.",
    ),
    _sign(
        r"^\*\[[^\]\n]+\]:.*$",
        "Penjelasan singkatan ini tampil sebagai teks",
        "Jelaskan di dalam kalimat, atau di istilah.md.",
    ),
    _sign(
        r"\^\[[^\]\n]+\]",
        "Catatan kaki ^[…] tidak bekerja",
        "Tulis kata[^1] di sini, dan [^1]: isi catatan di akhir isi bab.",
    ),
    _sign(
        r"\[[^\[\]\n]+\][ \t]+\((?=(?:https?:|www\.|mailto:|tel:)|[\w./%-]+\.\w{2,4}\))[^()\n]*\)",
        "Ada spasi di antara ] dan (, sehingga ini bukan tautan atau gambar",
        "Hapus spasinya: [kata](alamat).",
    ),
    _sign(
        r"\([^()\n]+\)\[(?:https?:|www\.)[^\]\n]*\]"
        r"|\((?:https?:|www\.)[^()\n]*\)\[(?![\^\d])[^\[\]\n]+\](?!\()",
        "Kurung tautan tertukar",
        "Tulis [kata yang ditautkan](https://alamat).",
    ),
    _sign(
        r"\[[^\[\]()\n]+\((?:https?:|www\.|mailto:)[^()\n]*\)(?![^\[\]\n]*\])",
        "Kurung siku tautan ini tidak ditutup",
        "Tutup sesudah katanya: [kata yang ditautkan](https://alamat).",
    ),
    _sign(
        r"![ \t]+\[[^\]\n]*\](?=\()",
        "Ada spasi sesudah tanda !",
        "Hapus spasinya: ![…](gambar/nama.png).",
    ),
    _sign(
        r"\]\([^()\n]*$",
        "Kurung tautan atau gambar ini tidak ditutup",
        "Tutup dengan ) di baris yang sama.",
    ),
    _sign(
        r"\d\*\d+\*\d",
        "Tanda * di antara angka dibaca sebagai huruf miring",
        r"Tulis ×, atau dahului dengan garis miring terbalik: \*.",
    ),
    _sign(r"^[ \t]*#{7,}.*$", "Tanda pagar lebih dari enam bukan judul", "Pakai ## atau ###."),
    _sign(r"^[ \t]{0,3}#{1,6}[ \t]*$", "Judul ini kosong", "Tulis judulnya, atau hapus baris ini."),
    _sign(
        r"(?:\A|(?<=\n\n))#(?=[^\W\d_])[^\s#]+ [^#\n]+(?=\n[ \t]*$)",
        "Baris ini tampil sebagai tagar, bukan judul",
        "Beri spasi sesudah tanda pagar: ## Judul.",
    ),
    _sign(
        r"(?<![\\\n])\\[ \t]*\n[ \t>]*$",
        r"Tanda \ di akhir paragraf tampil sebagai teks",
        "Hapus tanda itu; ia hanya mengakhiri baris di dalam paragraf.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file's visible lines, from line 1, and the question in which each stands: 0 is none."""

    name: str
    visible: VisibleText
    lines: tuple[Line, ...]
    questions: tuple[int, ...]

    @property
    def has_notes(self) -> bool:
        """Whether footnotes work in it: they do in chapters."""
        return self.name != BOOK_FILE and self.name not in APPENDIX_FILES


def check_notation(reading: Reading) -> list[Problem]:
    """What every file would show otherwise than its author wrote it."""
    problems: list[Problem] = []
    for file in reading.sources:
        findings = Findings(reading.tree.path_of(file.name))
        text = _read(file)
        for check in CHECKS:
            check(text, findings)
        problems.extend(findings.problems)
    return problems


def _read(file: SourceFile) -> _Text:
    visible = visible_text(file)
    lines = tuple(Line(n, text) for n, text in enumerate(visible.text.split("\n"), start=1))
    questions: list[int] = []
    question = 0
    for line in lines:
        heading = line.heading
        if heading is not None and heading.section_name in QUESTION_SECTIONS:
            question = line.number
        elif heading is not None and question:
            question = line.number if heading.level > 2 else 0
        questions.append(question)
    return _Text(file.name, visible, lines, tuple(questions))


def _check_signs(text: _Text, findings: Findings) -> None:
    """Signs that mean something in other programs, and nothing here."""
    shown = ADDRESS.sub(
        lambda match: match[0][:8] + re.sub(r"[^\n()\[\d]", "x", match[0][8:]), text.visible.text
    )
    told: set[tuple[int, str]] = set()
    for sign in SIGNS:
        for match in sign.pattern.finditer(shown):
            line = text.visible.line_at(match.start() + len(match[0]) - len(match[0].lstrip()))
            if (line, sign.what) not in told:
                told.add((line, sign.what))
                findings.warning(line, f"{sign.what}.", sign.remedy, "unknown-notation")


def _check_bold(text: _Text, findings: Findings) -> None:
    """Two stars make a word bold only in pairs that stand close to it."""
    block: list[Line] = []
    for line in [*text.lines, Line(len(text.lines) + 1, "")]:
        inside = QUOTE_PREFIX.sub("", line.text, count=1)
        if block and (not inside.strip() or line.heading or ITEM.match(inside) or "|" in inside):
            _tell_bold(block, findings)
            block = []
        if inside.strip() and not RULE.fullmatch(inside):
            block.append(line)


def _tell_bold(block: list[Line], findings: Findings) -> None:
    words = "\n".join(line.text for line in block)
    pieces = TWO_STARS.split(words)
    starts = [match.start() for match in TWO_STARS.finditer(words)]
    bold = range(1, len(pieces), 2)
    spaced = [index for index in bold if pieces[index] != pieces[index].strip()]
    stuck = [
        index for index in bold[: len(starts) // 2] if _is_stuck(*pieces[index - 1 : index + 2])
    ]
    remedy = "Apit kata dengan rapat: **kata**."
    if len(pieces) % 2 == 0:
        what, place = "Tanda ** ini tidak berpasangan", starts[-1]
    elif spaced:
        what, place = "Ada spasi di antara tanda ** dan katanya", starts[spaced[0] - 1]
    elif stuck:
        what, place = "Tanda ** menempel pada kata di luarnya", starts[stuck[0] - 1]
        remedy = "Beri spasi di luar tandanya: **Catatan:** isi."
    else:
        return
    findings.warning(
        block[words.count("\n", 0, place)].number,
        f"{what}, sehingga tampil sebagai teks.",
        remedy,
        "unknown-notation",
    )


def _is_stuck(before: str, bold: str, after: str) -> bool:
    """Whether a word touches stars from outside that have a sign inside: **Catatan:**isi.

    A link is no sign: it stands for its words.
    """
    opens = before[-1:].isalnum() and not (bold[0].isalnum() or bold[0] in "[!<")
    closes = after[:1].isalnum() and not (bold[-1].isalnum() or LINK_ENDS.search(bold))
    return opens or closes


def _check_alerts(text: _Text, findings: Findings) -> None:
    """A box like [!NOTE] begins a quote, and has one of five names."""
    before = ""
    for line in text.lines:
        prefix = QUOTE_PREFIX.match(line.text)
        rest = line.text[prefix.end() :] if prefix else line.text
        match = re.search(r"\[!(\w+)\](?!\()", rest)
        if match and not (
            prefix
            and rest.startswith(match[0])
            and match[1].casefold() in ALERT_LABELS
            and not QUOTE_PREFIX.match(before)
        ):
            findings.warning(
                line.number,
                f"Tanda {match[0]} tampil sebagai teks.",
                "Tulis di baris pertama sebuah kutipan, misalnya > **Catatan:** …",
                "unknown-notation",
            )
        before = line.text


def _check_entities(text: _Text, findings: Findings) -> None:
    """Names of characters as in HTML: known ones, complete, and of what can be seen."""
    for match in ENTITY.finditer(text.visible.text):
        line = text.visible.line_at(match.start())
        shown = unescape(match[0])
        if match["name"] and f"{match['name']};" not in html5:
            findings.warning(
                line,
                f"Kode {match[0]} tidak dikenal dan tampil sebagai teks.",
                "Ketik tandanya langsung.",
                "unknown-notation",
            )
        elif any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs"} for c in shown):
            findings.warning(
                line,
                f"Kode {match[0]} menghasilkan karakter yang tidak terlihat.",
                "Hapus kode itu.",
                "unknown-notation",
            )
    for match in OPEN_ENTITY.finditer(text.visible.text):
        findings.warning(
            text.visible.line_at(match.start()),
            f"Kode {match[0]} tidak diakhiri titik koma.",
            f"Tulis {match[0]}; atau ketik tandanya langsung.",
            "unknown-notation",
        )


def _check_tables(text: _Text, findings: Findings) -> None:
    """Every row of bars belongs to a table and has no more cells than its head."""
    rows = [QUOTE_PREFIX.sub("", line.text, count=1).strip() for line in text.lines]
    index = 0
    while index < len(rows):
        if not rows[index].startswith("|") and not _begins_table(rows, index):
            index += 1
            continue
        end = next((i for i in range(index, len(rows)) if not rows[i]), len(rows))
        if _begins_table(rows, index):
            _check_rows(rows, index, end, findings)
        else:
            findings.error(
                index + 1,
                "Garis tegak ini tidak dibaca sebagai tabel.",
                "Tulis kepala tabel, lalu baris |---|---| di bawahnya, lalu isinya, "
                "tanpa baris kosong di antaranya.",
                "table-not-read",
            )
        index = end


def _begins_table(rows: list[str], index: int) -> bool:
    following = rows[index + 1] if index + 1 < len(rows) else ""
    return "|" in rows[index] and "-" in following and bool(TABLE_RULE.fullmatch(following))


def _check_rows(rows: list[str], start: int, end: int, findings: Findings) -> None:
    width, ruled = _cells(rows[start]), _cells(rows[start + 1])
    if width != ruled:
        findings.error(
            start + 2,
            f"Kepala tabel punya {width} kolom, tetapi garis di bawahnya {ruled}; tabel ini tidak "
            "terbaca.",
            f"Tulis {width} bagian: {'|---' * width}|.",
            "table-not-read",
        )
        return
    for index in range(start + 2, end):
        count = _cells(rows[index])
        if count > width:
            findings.error(
                index + 1,
                f"Baris tabel ini punya {count} sel, tetapi kepalanya {width} kolom; selebihnya "
                "tidak tampil.",
                r"Tambah kolom pada kepala tabel, atau tulis \| bila garis tegak itu bagian dari "
                "teks.",
                "table-extra-cells",
            )
        elif "|" not in rows[index]:
            findings.warning(
                index + 1,
                "Baris ini menjadi baris tabel karena berdiri tepat di bawahnya.",
                "Beri satu baris kosong sesudah tabel.",
                "table-goes-on",
            )


def _cells(row: str) -> int:
    inside = row.removeprefix("|")
    if inside.endswith("|") and not inside.endswith("\\|"):
        inside = inside[:-1]
    return len(UNESCAPED_BAR.findall(inside)) + 1


def _check_lists(text: _Text, findings: Findings) -> None:
    """Numbers that would be counted anew, and marks that lack their space."""
    open_lists: dict[int, _Numbers] = {}
    after_blank = True
    tight: Line | None = None
    for line, question in zip(text.lines, text.questions, strict=True):
        inside = QUOTE_PREFIX.sub("", line.text, count=1)
        item = None if RULE.fullmatch(inside) else ITEM.fullmatch(inside)
        if item and item["mark"][0].isdigit():
            indent, number = len(item["indent"]), int(item["mark"][:-1])
            open_lists = {at: each for at, each in open_lists.items() if at <= indent}
            numbers = open_lists.get(indent)
            if numbers is not None:
                numbers.take(number, line, findings)
            elif after_blank or number == 1:
                open_lists[indent] = _Numbers(number, number, number)
        elif inside.strip() and (line.heading or (after_blank and not inside[0].isspace())):
            open_lists.clear()
        is_tight = TIGHT_ITEM.match(inside) is not None and not question
        if is_tight and tight is not None:
            for each in (tight, line):
                findings.warning(
                    each.number,
                    "Tanda butir ini tidak menjadi daftar; barisnya bersambung.",
                    "Tulis dengan satu tanda dan spasi: - butir, 1. langkah, atau a. huruf.",
                    "list-without-space",
                )
        if inside.strip():
            tight = line if is_tight else None
        after_blank = not inside.strip()


@dataclass(slots=True)
class _Numbers:
    """The numbers of a list: its first, the last as it is written, and the last as it is shown."""

    first: int
    written: int
    shown: int

    def take(self, number: int, line: Line, findings: Findings) -> None:
        """Note a number that does not follow; a list of equal numbers is to be counted."""
        self.shown += 1
        if number != self.written + 1 and not number == self.written == self.first:
            findings.warning(
                line.number,
                f"Nomor {number} tampil sebagai {self.shown}, karena butirnya berurutan.",
                "Perbaiki nomornya. Untuk memulai daftar baru, beri kalimat di antaranya.",
                "list-number-jumps",
            )
        self.written = number


def _check_headings(text: _Text, findings: Findings) -> None:
    """Lines of signs below a text, which make it a heading, and definitions, which do not."""
    lines = text.lines
    for index in range(1, len(lines)):
        line, above = lines[index], lines[index - 1]
        if not _is_plain(above) or above.text.lstrip().startswith((">", "|")):
            continue
        setext = SETEXT.fullmatch(line.text)
        is_alone = index < 2 or not lines[index - 2].text.strip()
        if setext and (is_alone or setext["sign"][0] == "="):
            findings.warning(
                line.number,
                f"Baris {setext['sign'][:5]} tepat di bawah teks dibaca sebagai tanda judul.",
                "Untuk judul, awali teksnya dengan ##; untuk garis, beri baris kosong di atasnya.",
                "line-below-text",
            )
        elif DEFINITION.fullmatch(line.text):
            findings.warning(
                line.number,
                "Tanda titik dua di awal baris tidak menjadi daftar istilah.",
                "Tulis - **kata**: penjelasannya.",
                "unknown-notation",
            )


def _is_plain(line: Line) -> bool:
    """Whether a line is text of a paragraph."""
    text = line.text
    return bool(
        text.strip()
        and not line.heading
        and not ITEM.match(text)
        and not RULE.fullmatch(text)
        and not ADDRESS_APART.match(text)
    )


def _check_more_than(text: _Text, findings: Findings) -> None:
    """A sign that means *more than* would begin a quote and be gone: in an item, or on a line."""
    is_announced = False
    for index, (line, question) in enumerate(zip(text.lines, text.questions, strict=True)):
        around = (text.lines[at].text for at in (index - 1, index + 1) if 0 <= at < len(text.lines))
        is_alone = not any(QUOTE_PREFIX.match(each) for each in around) and not is_announced
        if not question and (
            MORE_THAN_IN_ITEM.fullmatch(line.text)
            or (is_alone and len(line.text) <= SHORT and MORE_THAN.fullmatch(line.text))
        ):
            findings.warning(
                line.number,
                "Tanda > di awal baris atau butir membuka kutipan, dan tidak tampil.",
                'Bila maksudnya "lebih dari", tulis dengan kata, atau dahului dengan garis miring '
                "terbalik: \\> 37,5.",
                "unknown-notation",
            )
        is_announced = line.text.endswith(":") or (is_announced and line.is_blank)


def _check_joined_lines(text: _Text, findings: Findings) -> None:
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
            _is_plain(Line(1, inside))
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
            _tell_joined(run, findings)
            run = []
        if goes_on and not (not run and LABEL_ALONE.fullmatch(inside)):
            run.append((line, inside))
            depth = now


def _is_after_gap(text: _Text, index: int) -> bool:
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


def _tell_joined(run: list[tuple[Line, str]], findings: Findings) -> None:
    above = [inside for _, inside in run[:-1]]
    if not above or not _are_lines_of_their_own([inside for _, inside in run]):
        return
    if all(inside.endswith((LINE_BREAK, "\\")) for inside in above):
        return
    if any("\t" in inside.strip() for _, inside in run):
        findings.warning(
            run[0][0].number,
            "Kolom yang dipisah tab tidak menjadi tabel; barisnya bersambung.",
            "Tulis sebagai tabel: | kolom | kolom |, lalu |---|---| di bawahnya.",
            "lines-joined",
        )
        return
    findings.warning(
        run[0][0].number,
        f"Baris-baris pendek ini ({len(run)}) bersambung menjadi satu paragraf.",
        "Akhiri baris dengan dua spasi atau \\ bila harus berganti baris, tulis sebagai daftar, "
        "atau gabungkan barisnya.",
        "lines-joined",
    )


def _check_notes(text: _Text, findings: Findings) -> None:
    """Every mark of a footnote has its note, and every note its mark."""
    notes: dict[str, int] = {}
    marks: dict[str, int] = {}
    for line, question in zip(text.lines, text.questions, strict=True):
        note = NOTE.fullmatch(line.text)
        if note is not None:
            _take_note(note, line, text, notes, findings)
        rest = line.text[note.end("name") + 2 :] if note else line.text
        for mark in NOTE_MARK.finditer(rest):
            if text.has_notes and question:
                continue  # told with the question
            marks.setdefault(mark["name"], line.number)
    if not text.has_notes:
        for number in {*notes.values(), *marks.values()}:
            findings.error(
                number,
                "Catatan kaki tidak bekerja di berkas ini; hanya di dalam bab.",
                "Tulis keterangannya di dalam kalimat.",
                "footnote-outside-chapter",
            )
        return
    for name, number in marks.items():
        if name not in notes:
            findings.error(
                number,
                f"Tanda catatan kaki [^{name[:20]}] tidak punya catatan.",
                f"Tulis [^{name[:20]}]: isi catatan di baris tersendiri di akhir isi bab, "
                "atau hapus tandanya.",
                "footnote-without-note",
            )
    for name, number in notes.items():
        if name not in marks:
            findings.error(
                number,
                f"Catatan kaki [^{name[:20]}] tidak ditunjuk dari mana pun di isi bab.",
                f"Tulis [^{name[:20]}] sesudah kata yang dijelaskan, atau hapus catatannya.",
                "note-without-mark",
            )


def _take_note(
    note: re.Match[str], line: Line, text: _Text, notes: dict[str, int], findings: Findings
) -> None:
    name = note["name"]
    following = text.lines[line.number : line.number + 2]
    if not note["text"].strip() and not any(each.text[:2].isspace() for each in following):
        findings.error(
            line.number,
            f"Catatan kaki [^{name[:20]}] kosong.",
            "Tulis isinya sesudah titik dua.",
            "empty-note",
        )
    if name in notes:
        findings.error(
            line.number,
            f"Catatan kaki [^{name[:20]}] ditulis dua kali; satu tidak tampil.",
            "Beri nama lain pada salah satunya.",
            "note-twice",
        )
    notes.setdefault(name, line.number)


def _check_references(text: _Text, findings: Findings) -> None:
    """Links whose address stands elsewhere lead somewhere, and no address stands for nothing."""
    visible = text.visible
    defined: dict[tuple[int, str], int] = {}
    for name, place in defined_targets(visible):
        line = visible.line_at(place)
        key = (text.questions[line - 1], name)
        if key in defined:
            findings.warning(
                line,
                f"Alamat [{name[:30]}] ditulis dua kali; hanya yang pertama dipakai.",
                "Hapus atau ganti nama salah satunya.",
                "reference-twice",
            )
        defined.setdefault(key, line)
    used: set[tuple[int, str]] = set()
    for match in BY_REFERENCE.finditer(visible.text):
        line = visible.line_at(match.start())
        name = reference_name(match["name"].strip() or match["words"])
        used.add((text.questions[line - 1], name))
        if (text.questions[line - 1], name) not in defined:
            findings.error(
                line,
                f"Tautan [{match['words'][:30]}][{match['name'][:30]}] tidak punya alamat di sini.",
                "Tulis alamatnya langsung: [kata](https://alamat).",
                "unknown-reference",
            )
    for match in BRACKETS.finditer(visible.text):
        used.add((text.questions[visible.line_at(match.start()) - 1], reference_name(match[1])))
    for key, line in defined.items():
        if key not in used:
            findings.warning(
                line,
                f"Alamat [{key[1][:30]}] tidak dipakai dan tidak tampil.",
                f"Tulis [kata][{key[1][:30]}] di dalam kalimat, atau tulis alamatnya sebagai teks.",
                "reference-unused",
            )


Check = Callable[[_Text, Findings], None]
CHECKS: tuple[Check, ...] = (
    _check_signs,
    _check_bold,
    _check_alerts,
    _check_entities,
    _check_tables,
    _check_lists,
    _check_headings,
    _check_more_than,
    _check_joined_lines,
    _check_notes,
    _check_references,
)
