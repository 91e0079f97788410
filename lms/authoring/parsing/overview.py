"""Reads `buku.md`: the head, the introduction, the objectives and the settings of the quiz."""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from difflib import SequenceMatcher, get_close_matches

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.foreign_questions import note_foreign_questions
from lms.authoring.parsing.frontmatter import (
    BOOK_FIELDS,
    CHECKED_ON,
    OPTIONAL,
    FrontMatter,
    parse_front_matter,
)
from lms.authoring.parsing.lines import scan_lines
from lms.authoring.parsing.result import (
    AppendixSource,
    ChapterSource,
    PocketbookSource,
    QuizSettings,
    first_words,
)
from lms.authoring.parsing.scenes import note_scenes_elsewhere
from lms.authoring.parsing.stray_questions import note_stray_questions
from lms.authoring.register import Regulation
from lms.authoring.source.texts import SourceFile
from lms.authoring.source.tree import REGISTER_FILE
from lms.rendering.lines import (
    BULLETS,
    ITEM,
    ITEM_MARK,
    SPACES,
    Heading,
    Line,
    dedented,
    indent_of,
    trimmed,
    width_of,
)

CODE = re.compile(r"(?=.{1,20}\Z)[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
SLUG = re.compile(r"(?=.{1,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
SECTIONS = {"janji": "promises", "tujuan": "objectives", "kuis akhir": "quiz"}
PROMISES, PROMISE_MOST_WORDS = 3, 14
CHAPTER_SECTIONS = frozenset({"cek pemahaman", "soal kuis"})
BOX = re.compile(r"\s*(?:\[\s?[^\d\s]?\s?\]|\([\sxX]?\))\s")
SETTING = re.compile(
    rf"{SPACES}*{BULLETS}{SPACES}*[*_]*(?P<name>[^:*_]+?)[*_]*{SPACES}*:[*_]*{SPACES}*(?P<value>.*)"
)
STRAY_SETTING = re.compile(
    rf"(?:{SPACES}|[>|*_]|{ITEM_MARK})*(?:ambil|nilai{SPACES}+lulus|jeda)[*_]*{SPACES}*"
    rf"(?:[:=|\uff1a][*_]*{SPACES}*)+\d.*",
    re.IGNORECASE,
)
SETTING_WORDS = re.compile(r"\b(?:ambil|nilai\s+lulus|jeda)\b.*\d", re.IGNORECASE)
SETTING_NAMES = ("ambil", "nilai lulus", "jeda")
MINUTES = {"menit": 1, "jam": 60, "hari": 24 * 60}
MAX_WAIT = 30 * 24 * 60


@dataclass(frozen=True, slots=True)
class Book:
    """What `buku.md` gave: the pocketbook if its head is complete, and its settings anyway."""

    pocketbook: PocketbookSource | None
    quiz: QuizSettings
    code: str | None


def parse_book(
    file: SourceFile,
    slug: str,
    chapters: tuple[ChapterSource, ...],
    appendices: tuple[AppendixSource, ...],
    diagnostics: Diagnostics,
    *,
    cited: Sequence[Regulation] = (),
) -> Book:
    """Read `buku.md` and join it with the rest; what cannot be understood is noted.

    `cited` are the laws of the register that the pocketbook names, whose dates of checking it need
    not repeat.
    """
    raw = file.text.split("\n")
    optional = OPTIONAL | {CHECKED_ON} if cited else OPTIONAL
    head = parse_front_matter(raw, BOOK_FIELDS, diagnostics, optional=optional)
    lines = scan_lines(raw[head.body_from - 1 :], head.body_from, diagnostics)
    if not SLUG.fullmatch(slug):
        diagnostics.error(
            1,
            f"Nama folder {slug} tidak dapat menjadi alamat.",
            "Pakai huruf kecil, angka, dan tanda hubung saja, misalnya nilai-dasar-ham.",
            "bad-slug",
        )
    note_foreign_questions(lines, diagnostics)
    note_scenes_elsewhere(lines, file.name, diagnostics)
    parts = _parts(lines, diagnostics)
    note_stray_questions(parts["introduction"], diagnostics, told=CHAPTER_SECTIONS)
    _note_stray_settings(
        [*parts["introduction"], *parts["promises"], *parts["objectives"]], diagnostics
    )
    quiz = _settings(parts["quiz"], diagnostics)
    code = _code(head, diagnostics)
    title, theme = head.text("judul"), head.text("tema")
    hours, checked_on = head.count("jp"), _checked_on(head, cited, diagnostics)
    objectives = _items(parts["objectives"], "Tujuan", diagnostics)
    promises = _promises(parts["promises"], diagnostics)
    if title is None or theme is None or code is None or hours is None or checked_on is None:
        return Book(None, quiz, code)
    pocketbook = PocketbookSource(
        slug=slug,
        title=title,
        code=code,
        theme=theme,
        audience=head.texts("untuk") or ("asn", "umum"),
        credit_hours=hours,
        regulations_checked_on=checked_on,
        introduction=trimmed([line.text for line in parts["introduction"]]),
        promises=promises,
        objectives=objectives,
        quiz=quiz,
        chapters=chapters,
        appendices=appendices,
        valid_months=head.count("berlaku"),
        is_sensitive=head.truth("peka"),
        composed_by=head.text("disusun") or "",
        reviewed_by=head.text("ditelaah") or "",
    )
    return Book(pocketbook, quiz, code)


def _checked_on(
    head: FrontMatter, cited: Sequence[Regulation], diagnostics: Diagnostics
) -> date | None:
    """Until when all laws of a pocketbook were checked: what is written, or what the register says.

    Nobody may claim more than the register knows of the law that was looked up longest ago.
    """
    written = head.day(CHECKED_ON)
    if not cited:
        return written
    oldest = min(cited, key=lambda regulation: regulation.checked_on)
    if written is not None and written > oldest.checked_on:
        diagnostics.error(
            head.lines[CHECKED_ON],
            f"Menurut {REGISTER_FILE}, {oldest.citation} terakhir diperiksa "
            f"{oldest.checked_on.isoformat()}, sebelum tanggal ini.",
            "Hapus baris ini; tanggalnya diambil dari daftar sumber.",
            "checked-later-than-source",
        )
    return min(written or oldest.checked_on, oldest.checked_on)


def _code(head: FrontMatter, diagnostics: Diagnostics) -> str | None:
    code = head.text("kode")
    if code is None or CODE.fullmatch(code):
        return code
    diagnostics.error(
        head.lines.get("kode", 1),
        f"Kode {code[:40]} tidak sah.",
        "Pakai huruf besar, angka, dan tanda hubung, paling banyak 20, misalnya HAM-01.",
        "bad-code",
    )
    return None


def _parts(lines: list[Line], diagnostics: Diagnostics) -> dict[str, list[Line]]:
    """The lines of the introduction, of promises, of objectives and of the quiz."""
    parts: dict[str, list[Line]] = {
        "introduction": [],
        "promises": [],
        "objectives": [],
        "quiz": [],
    }
    current = "introduction"
    for line in lines:
        heading = line.heading
        if heading is None:
            parts[current].append(line)
            continue
        name = heading.section_name
        if name in CHAPTER_SECTIONS:
            diagnostics.error(
                line.number,
                f'Bagian "{heading.text}" tidak dibaca di buku.md.',
                "Pindahkan soalnya ke berkas bab.",
                "section-in-wrong-file",
            )
        if name in SECTIONS:
            if heading.level != 2:
                diagnostics.error(
                    line.number,
                    f'Bagian "{heading.text}" tidak ditulis dengan ##.',
                    "Awali baris ini dengan ## dan spasi.",
                    "wrong-heading-level",
                )
            current = SECTIONS[name]
            continue
        _note_near_miss(heading, name, line, diagnostics)
        if heading.level <= 2:
            current = "introduction"
        parts[current].append(line)
    return parts


def _note_near_miss(heading: Heading, name: str, line: Line, diagnostics: Diagnostics) -> None:
    """A heading that looks like a section of the book, but is read as text."""
    for known in SECTIONS:
        is_near = known in name or SequenceMatcher(None, name, known).ratio() >= 0.8
        if heading.level <= 3 and is_near:
            diagnostics.warning(
                line.number,
                f'Judul "{heading.text}" mirip nama bagian, tetapi dibaca sebagai isi pengantar.',
                f'Maksud Anda "## {known.capitalize()}"?',
                "section-near-miss",
            )


def _note_stray_settings(lines: list[Line], diagnostics: Diagnostics) -> None:
    """Settings of the quiz elsewhere: readers would see them, and others would hold."""
    for line in lines:
        match = None if line.is_code else STRAY_SETTING.fullmatch(line.text)
        if match is not None:
            diagnostics.error(
                line.number,
                f'Pengaturan "{line.text.strip()[:40]}" berada di luar bagian Kuis akhir; pembaca '
                "melihatnya, tetapi tidak berlaku.",
                "Tulis di bawah judul ## Kuis akhir, misalnya - Ambil: 10 soal.",
                "setting-outside-section",
            )


def _promises(lines: list[Line], diagnostics: Diagnostics) -> tuple[str, ...]:
    """What readers will be able to do, in three short lines for the first screen."""
    promises = _items(lines, "Janji", diagnostics)
    first = next((line.number for line in lines if not line.is_blank), 1)
    if promises and len(promises) != PROMISES:
        diagnostics.warning(
            first,
            f"Bagian Janji memuat {len(promises)} butir; halaman buku menampilkan {PROMISES}.",
            f"Tulis {PROMISES} butir pendek.",
            "promise-count",
        )
    for promise in promises:
        if (words := len(promise.split())) > PROMISE_MOST_WORDS:
            diagnostics.warning(
                first,
                f'Janji "{first_words(promise)}" berisi {words} kata; paling banyak '
                f"{PROMISE_MOST_WORDS}.",
                "Ringkaskan, supaya ketiganya tampil di layar pertama.",
                "promise-too-long",
            )
    return promises


def _items(lines: list[Line], section: str, diagnostics: Diagnostics) -> tuple[str, ...]:
    """The items of the list; a sentence that leads in to it is left out."""
    items: list[list[str]] = []
    first_indent = 0
    after_blank = False
    for line in lines:
        if line.is_blank:
            after_blank = True
            continue
        if item := ITEM.fullmatch(line.text):
            indent = width_of(item["indent"])
            first_indent = first_indent if items else indent
            _check_objective(item["text"], line.number, indent - first_indent, diagnostics)
            items.append([item["text"].strip()])
        elif items and after_blank and indent_of(line.text) < first_indent + 2:
            diagnostics.warning(
                line.number,
                f"Teks sesudah daftar di bagian {section} tidak ditampilkan.",
                "Pindahkan ke pengantar, atau tulis sebagai butir: - …",
                "text-not-shown",
            )
        elif items:
            items[-1].append(dedented(line.text, 99))
        else:
            diagnostics.warning(
                line.number,
                f"Teks di bagian {section} sebelum daftarnya tidak ditampilkan.",
                "Tulis tiap kalimatnya sebagai butir: - …",
                "text-not-shown",
            )
        after_blank = False
    return tuple("\n".join(item) for item in items)


def _check_objective(words: str, line: int, indent: int, diagnostics: Diagnostics) -> None:
    if indent >= 2:
        diagnostics.error(
            line,
            "Tujuan ini menjorok di bawah tujuan lain; tujuan tidak bertingkat.",
            "Tulis setiap tujuan sebagai butir dari tepi kiri, atau gabungkan kalimatnya.",
            "nested-objective",
        )
    if BOX.match(words):
        diagnostics.warning(
            line,
            "Kotak di depan tujuan ini tampil sebagai teks.",
            "Hapus kotaknya; tulis tujuan sebagai butir biasa: - Memilih sapaan.",
            "unknown-notation",
        )


def _settings(lines: list[Line], diagnostics: Diagnostics) -> QuizSettings:
    """The settings, each with its default where it is missing or malformed."""
    draw, mark, wait = astuple(QuizSettings())
    seen: dict[str, int] = {}
    for line in lines:
        match = SETTING.fullmatch(line.text)
        if match is None:
            if not line.is_blank:
                _note_no_setting(line, diagnostics)
            continue
        name = " ".join(match["name"].casefold().split())
        value = match["value"].strip().rstrip(".").casefold()
        if name in seen:
            diagnostics.error(
                line.number,
                f"Pengaturan {match['name'].strip()[:40]} ditulis dua kali.",
                f"Hapus salah satunya; yang pertama di baris {seen[name]}.",
                "setting-twice",
            )
        seen.setdefault(name, line.number)
        if name == "ambil":
            draw = _number(value, r"(?:butir )?(?:soal|butir)?", 1, 100, line, diagnostics) or draw
        elif name == "nilai lulus":
            mark = _number(value, "%?", 1, 100, line, diagnostics) or mark
        elif name == "jeda":
            minutes = _wait(value, line, diagnostics)
            wait = wait if minutes is None else minutes
        else:
            near = get_close_matches(name, SETTING_NAMES, n=1, cutoff=0.6)
            known = "Yang dikenal: Ambil, Nilai lulus, Jeda."
            diagnostics.warning(
                line.number,
                f'Pengaturan "{match["name"].strip()[:40]}" tidak dikenal dan diabaikan.',
                f"Maksud Anda {near[0].capitalize()}?" if near else known,
                "unknown-setting",
            )
    return QuizSettings(draw, mark, wait)


def _note_no_setting(line: Line, diagnostics: Diagnostics) -> None:
    if SETTING_WORDS.search(line.text):
        diagnostics.error(
            line.number,
            f'Pengaturan "{line.text.strip()[:40]}" tidak dapat dibaca.',
            "Tulis sebagai butir dengan titik dua, misalnya - Nilai lulus: 80.",
            "bad-setting",
        )
    else:
        diagnostics.warning(
            line.number,
            "Teks di bagian Kuis akhir ini bukan pengaturan dan diabaikan.",
            "Tulis pengaturan sebagai butir, misalnya - Ambil: 10 soal.",
            "text-not-shown",
        )


def _number(
    value: str, unit: str, least: int, most: int, line: Line, diagnostics: Diagnostics
) -> int | None:
    match = re.fullmatch(rf"([1-9]\d{{0,3}}|0)\s*{unit}", value, re.ASCII)
    number = int(match[1]) if match else -1
    if least <= number <= most:
        return number
    diagnostics.error(
        line.number,
        f'Isi pengaturan "{value[:40]}" tidak dapat dipakai.',
        f"Tulis bilangan antara {least} dan {most}.",
        "bad-setting",
    )
    return None


def _wait(value: str, line: Line, diagnostics: Diagnostics) -> int | None:
    match = re.fullmatch(r"([1-9]\d{0,4}|0)\s*(menit|jam|hari)", value, re.ASCII)
    minutes = int(match[1]) * MINUTES[match[2]] if match else -1
    if 0 <= minutes <= MAX_WAIT:
        return minutes
    diagnostics.error(
        line.number,
        f'Jeda "{value[:40]}" tidak dapat dipakai.',
        "Tulis misalnya - Jeda: 10 menit, atau - Jeda: 1 jam (paling lama 30 hari).",
        "bad-setting",
    )
    return None
