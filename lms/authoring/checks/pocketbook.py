"""Checks a pocketbook like source code: everything that is wrong with it, at once."""

import re
from collections import defaultdict
from datetime import date

from lms.authoring.checks.appendices import check_appendices
from lms.authoring.checks.notation import check_notation
from lms.authoring.checks.questions import check_question
from lms.authoring.checks.safety import check_safety
from lms.authoring.checks.scenes import check_scene
from lms.authoring.checks.sources import check_sources
from lms.authoring.diagnostics import Diagnostic, Diagnostics, in_source_order, quoted
from lms.authoring.parsing.result import ChapterSource, ParseResult, QuestionSource
from lms.authoring.source.file_names import BOOK_FILE
from lms.rendering.motifs import THEMES
from lms.rendering.reading_time import count_words

FEWEST_WORDS, MOST_WORDS = 300, 1200
ID = re.compile(r"(?P<book>[a-z0-9]+)-[kc]\d{2,4}", re.ASCII)
GIVE_AWAY_SHARE = 0.7
GIVE_AWAY_LEAST = 5


def check_pocketbook(result: ParseResult, *, today: date | None = None) -> list[Diagnostic]:
    """All that is wrong with a source: with its notation, its questions, its safety and its whole.

    `today` decides whether the day to which the regulations were checked lies in the future;
    without it that is not asked.
    """
    found = list(result.diagnostics)
    found.extend(check_safety(result))
    found.extend(check_notation(result))
    found.extend(check_sources(result, today))
    found.extend(check_appendices(result))
    book = Diagnostics(result.tree.path_of(BOOK_FILE))
    if result.pocketbook is not None:
        _check_head(result, today, book)
    _check_bank(result, book)
    found.extend(book.entries)
    objective_count = len(result.pocketbook.objectives) if result.pocketbook else None
    for chapter in result.chapters:
        diagnostics = Diagnostics(result.tree.path_of(chapter.path))
        _check_chapter(chapter, diagnostics)
        if chapter.scene is not None:
            check_scene(chapter.scene, diagnostics)
        for question in chapter.questions:
            check_question(question, diagnostics)
            _check_aim(question, objective_count, diagnostics)
        found.extend(diagnostics.entries)
    found.extend(_check_numbers(result))
    found.extend(_check_ids(result))
    return in_source_order(found)


def id_prefix(code: str) -> str:
    """How the ids of a pocketbook's questions begin: its code in lower case without dashes."""
    return code.lower().replace("-", "")


def _check_head(result: ParseResult, today: date | None, diagnostics: Diagnostics) -> None:
    pocketbook = result.pocketbook
    if pocketbook is None:
        return
    if pocketbook.theme not in THEMES:
        diagnostics.error(
            1,
            f"Tema {pocketbook.theme[:40]} tidak dikenal.",
            f"Pilih salah satu: {', '.join(sorted(THEMES))}.",
            "unknown-theme",
        )
    checked_on = pocketbook.regulations_checked_on
    if today is not None and checked_on > today:
        diagnostics.error(
            1,
            f"Tanggal peraturan_diperiksa ({checked_on.isoformat()}) belum tiba.",
            "Tulis tanggal terakhir peraturan benar-benar diperiksa.",
            "checked-in-the-future",
        )
    if not pocketbook.introduction:
        diagnostics.warning(
            1,
            "Buku saku belum punya pengantar.",
            "Tulis satu paragraf pengantar di bawah kepala buku.md.",
            "no-introduction",
        )
    if not pocketbook.objectives:
        diagnostics.warning(
            1,
            "Buku saku belum punya tujuan pembelajaran.",
            "Tambahkan bagian ## Tujuan berisi daftar butir.",
            "no-objectives",
        )


def _check_bank(result: ParseResult, diagnostics: Diagnostics) -> None:
    """The bank as a whole: large enough, and without a give-away."""
    if not result.chapters:
        diagnostics.error(
            1,
            "Buku saku belum punya bab.",
            "Tambahkan berkas bab, misalnya 01-pembuka.md.",
            "no-chapters",
        )
        return
    bank = [question for chapter in result.chapters for question in chapter.bank]
    has_book = any(source.name == BOOK_FILE for source in result.sources)
    if has_book and len(bank) < result.quiz.draw_count:
        diagnostics.error(
            1,
            f"Kuis akhir mengambil {result.quiz.draw_count} soal, tetapi bank soal hanya berisi "
            f"{len(bank)}.",
            "Tambah soal di bagian ## Soal kuis, atau perkecil pengaturan Ambil.",
            "pool-too-small",
        )
    single = [q for q in bank if len(q.choices) > 2 and len(q.right) == 1]
    given_away = [question for question in single if question.has_longest_key]
    if len(single) >= GIVE_AWAY_LEAST and len(given_away) >= GIVE_AWAY_SHARE * len(single):
        diagnostics.warning(
            1,
            f"Pada {len(given_away)} dari {len(single)} soal kuis, pilihan terpanjang adalah "
            "jawaban yang benar; peserta dapat menebak.",
            "Panjangkan beberapa pilihan salah, atau ringkaskan yang benar.",
            "longest-is-right",
        )


def _check_chapter(chapter: ChapterSource, diagnostics: Diagnostics) -> None:
    words = count_words(chapter.body)
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        diagnostics.warning(
            1,
            f"Bab ini berisi {words} kata; yang nyaman dibaca {FEWEST_WORDS}–{MOST_WORDS} kata.",
            "Tambah contoh." if words < FEWEST_WORDS else "Bagi menjadi dua bab.",
            "chapter-length",
        )
    if not chapter.bank:
        diagnostics.warning(
            1,
            "Bab ini belum menyumbang soal ke kuis akhir.",
            "Tambahkan bagian ## Soal kuis berisi sedikitnya satu soal.",
            "no-bank",
        )
    if not chapter.checks:
        diagnostics.warning(
            1,
            "Bab ini belum punya soal latihan.",
            "Tambahkan bagian ## Cek pemahaman berisi dua sampai lima soal.",
            "no-checks",
        )


def _check_aim(
    question: QuestionSource, objective_count: int | None, diagnostics: Diagnostics
) -> None:
    """A question tests an objective that there is."""
    objective = question.objective
    if objective is None or objective_count is None or 1 <= objective <= objective_count:
        return
    diagnostics.error(
        question.line,
        f"{quoted(question.first_words)}: tujuan {objective} tidak ada; buku saku ini punya "
        f"{objective_count} tujuan.",
        "Tulis nomor urut tujuan di bagian Tujuan pada buku.md, dihitung dari 1.",
        "unknown-objective",
    )


def _check_numbers(result: ParseResult) -> list[Diagnostic]:
    """Chapters count from 1 without a gap, and no number stands twice."""
    found: list[Diagnostic] = []
    expected = 1
    seen: dict[int, ChapterSource] = {}
    for chapter in result.chapters:
        diagnostics = Diagnostics(result.tree.path_of(chapter.path))
        if chapter.number in seen:
            diagnostics.error(
                1,
                f"Nomor bab {chapter.number} sudah dipakai {seen[chapter.number].path}.",
                "Ganti angka di awal nama salah satu berkas.",
                "chapter-number-twice",
            )
        elif chapter.number != expected:
            diagnostics.error(
                1,
                f"Nomor bab melompat: seharusnya {expected:02}, tertulis {chapter.number:02}.",
                "Urutkan angka di awal nama berkas: 01, 02, 03, dan seterusnya.",
                "chapter-number-gap",
            )
        seen.setdefault(chapter.number, chapter)
        expected = chapter.number + 1
        found.extend(diagnostics.entries)
    return found


def _check_ids(result: ParseResult) -> list[Diagnostic]:
    """Every id has its form, belongs to this pocketbook and stands once."""
    found: list[Diagnostic] = []
    users: dict[str, list[QuestionSource]] = defaultdict(list)
    prefix = id_prefix(result.code) if result.code else None
    for chapter in result.chapters:
        for question in chapter.questions:
            if question.id is None:
                continue
            diagnostics = Diagnostics(result.tree.path_of(question.path))
            subject = quoted(question.first_words)
            match = ID.fullmatch(question.id)
            if match is None:
                diagnostics.error(
                    question.line,
                    f"{subject}: id {question.id[:40]!r} tidak sah.",
                    "Hapus baris id-nya; penerbitan akan menuliskan yang baru.",
                    "bad-id",
                )
            elif prefix is not None and match["book"] != prefix:
                diagnostics.error(
                    question.line,
                    f"{subject}: id {question.id} milik buku saku lain (di sini {prefix}-…).",
                    "Hapus baris id-nya; penerbitan akan menuliskan yang baru.",
                    "foreign-id",
                )
            first = users[question.id][0] if users[question.id] else None
            if first is not None:
                diagnostics.error(
                    question.line,
                    f"{subject}: id {question.id[:40]} sudah dipakai di {first.path} "
                    f"baris {first.line}.",
                    "Hapus baris id pada salinan yang baru.",
                    "id-twice",
                )
            users[question.id].append(question)
            found.extend(diagnostics.entries)
    return found
