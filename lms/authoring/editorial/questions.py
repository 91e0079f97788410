"""The quality pass: what a good editor would send back, found before a learner finds it.

Every diagnostic is a warning with file, line and remedy. The rules for items follow the usual
guidance on writing multiple-choice questions (Haladyna, Downing and Rodriguez, 2002): nothing may
give the key away but knowing, and every choice teaches.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from lms.authoring.citations import question_sources
from lms.authoring.diagnostics import Diagnostic, Diagnostics, in_source_order, quoted
from lms.authoring.editorial.prose import check_prose
from lms.authoring.editorial.tact import check_tact
from lms.authoring.parsing.pointing import plain_words
from lms.authoring.parsing.result import ChapterSource, ParseResult, QuestionSource
from lms.authoring.source.file_names import BOOK_FILE

BANK_LEAST = 36
CHAPTER_LEAST = 5
OBJECTIVE_LEAST = 3
CASE_SHARE = 0.5
LONGEST_SHARE = 0.35
LONGEST_LEAST = 8
FAR_LONGER, FAR_LONGER_LEAST = 1.6, 10
POSITION_SHARES = (0.1, 0.4)
POSITION_LEAST = 12
ALIKE_ASKED, ALIKE_CHOICES, SAME_ASKED = 80, 75, 92
STEM_LEAST_WORDS = 5
WRONG = (
    r"(?:bukan(?:lah)?|tidak (?:termasuk|tepat|benar|sesuai|boleh|perlu|patut|pantas|layak)"
    r"|kurang (?:tepat|sesuai)|keliru|salah(?! satu)|(?:di)?hindari)\b"
)
NEGATIVE = re.compile(
    # Semua berikut ini hak warga, kecuali … Manakah tindakan yang keliru … Berikut ini bukan …
    rf"\bkecuali\b|\b(?:mana|apa|siapa)(?:kah)?(?: \w+){{0,2}}? yang (?:paling |justru )?{WRONG}"
    rf"|\b(?:berikut|di bawah)(?: ini)?(?: \w+)?(?: yang)? {WRONG}|^(?:hal )?yang {WRONG}"
    # Apa yang sebaiknya tidak Anda lakukan …
    r"|\byang (?:sebaiknya|seharusnya|semestinya|harus) (?:\w+ )?(?:tidak|jangan|(?:di)?hindari)\b"
)
NOUN = "kata benda pe-an/ke-an"
CLASSES = (
    ("kata kerja aktif", re.compile(r"(?:me|ber)[a-z]{3,}")),
    ("kata kerja di-", re.compile(r"di[a-z]{4,}")),
    (NOUN, re.compile(r"(?:pe|ke)[a-z]{2,}an")),
)
FIRST_WORD = re.compile(
    r"\W*(?:(?:cukup|hanya|ikut|langsung|lalu|segera|tetap|terus|tidak|turut)\s+)*(?P<word>[a-z-]+)"
)
# Nouns and the like that only look as if they had one of these affixes.
PLAIN_WORDS = (
    "bentuk berani berapa berat berita berkas bersama bersih besar dialog dilema dinas dinding "
    "direktur disabilitas disiplin diskriminasi diskusi disposisi kemudian media meja menteri "
    "merah mereka merek mesin metode"
)


def check_quality(result: ParseResult) -> list[Diagnostic]:
    """All that the quality pass finds in a pocketbook that has been read."""
    found: list[Diagnostic] = []
    bank = [question for chapter in result.chapters for question in chapter.bank]
    for chapter in result.chapters:
        diagnostics = Diagnostics(result.tree.path_of(chapter.path))
        _check_chapter(chapter, diagnostics)
        for question in chapter.questions:
            _check_item(question, diagnostics)
        found.extend(diagnostics.entries)
    found.extend(_check_keys(result, bank))
    found.extend(_check_similar(result))
    found.extend(_check_cover(result, bank))
    found.extend(_check_sources(result))
    found.extend(check_tact(result, list(question_sources(result))))
    found.extend(check_prose(result))
    return in_source_order(found)


def _check_chapter(chapter: ChapterSource, diagnostics: Diagnostics) -> None:
    """A chapter's part of the bank is large enough and holds cases."""
    if len(chapter.bank) < CHAPTER_LEAST:
        diagnostics.warning(
            1,
            f"Bab ini menyumbang {len(chapter.bank)} soal kuis; sedikitnya {CHAPTER_LEAST}.",
            "Tambah soal di bagian ## Soal kuis.",
            "few-items",
        )
    if chapter.bank and not any(_is_case(question) for question in chapter.bank):
        diagnostics.warning(
            chapter.bank[0].line,
            "Bab ini tidak punya soal kasus.",
            "Tulis sedikitnya satu soal bertingkat terapkan atau nilai, dari kejadian di meja.",
            "no-case",
        )


def _is_case(question: QuestionSource) -> bool:
    return question.level in {"terapkan", "nilai"}


def _check_item(question: QuestionSource, diagnostics: Diagnostics) -> None:
    """What can be said of one item by itself."""
    subject = quoted(question.first_words)
    if any(NEGATIVE.search(plain_words(asked)) for asked in _asked(question)):
        diagnostics.warning(
            question.line,
            f"{subject}: pertanyaannya berbentuk ingkar.",
            "Tanyakan yang tepat, bukan yang keliru atau dikecualikan.",
            "negative-stem",
        )
    if question.objective is None or question.level is None:
        diagnostics.warning(
            question.line,
            f"{subject}: belum menyebut tujuan dan tingkatnya.",
            "Tambahkan > **Menguji:** tujuan 1, terapkan.",
            "no-aim",
        )
    for choice in question.choices:
        if choice.stays_last:
            diagnostics.warning(
                choice.line,
                f'{subject}: pilihan "{choice.text[:40]}" menunjuk pilihan lain.',
                "Ganti dengan pilihan yang berdiri sendiri.",
                "all-of-the-above",
            )
        if not choice.feedback:
            diagnostics.warning(
                choice.line,
                f'{subject}: pilihan "{choice.text[:40]}" belum punya umpan balik.',
                "Tulis di bawahnya, diawali tanda >, apa yang dapat dipelajari dari pilihan itu.",
                "no-feedback",
            )
    _check_lengths(question, subject, diagnostics)
    _check_classes(question, subject, diagnostics)


def _asked(question: QuestionSource) -> Iterator[str]:
    """The sentences that ask: those with a question mark, or else the last one."""
    for text in (question.stem, question.body):
        sentences = re.split(r"(?<=[.?!])\s+", re.sub(r'"[^"]*"|“[^”]*”', "", text).strip())
        yield from [each for each in sentences if "?" in each] or sentences[-1:]


def _check_lengths(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    """The key does not stand out by its length."""
    if len(question.right) != 1 or len(question.choices) < 3:
        return
    lengths = [len(choice.text) for choice in question.choices]
    right = question.right[0]
    others = [length for index, length in enumerate(lengths) if index != right]
    longest = max(others)
    if lengths[right] >= max(FAR_LONGER * longest, longest + FAR_LONGER_LEAST):
        diagnostics.warning(
            question.choices[right].line,
            f"{subject}: jawaban yang benar jauh lebih panjang daripada yang lain.",
            "Ringkaskan jawaban itu, atau lengkapi pilihan lain.",
            "key-far-longer",
        )


def _check_classes(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    """The choices go on from the stem in one way: no odd one out."""
    if len(question.choices) < 4 or any(choice.stays_last for choice in question.choices):
        return  # a choice that stays last is told for itself
    classes = [_word_class(choice.text) for choice in question.choices]
    (common, count), *others = Counter(classes).most_common()
    if common is None or count != len(classes) - 1:
        return
    (odd, _), *_ = others
    if odd is None and common == NOUN:
        return  # nouns do not need their affixes
    diagnostics.warning(
        question.choices[classes.index(odd)].line,
        f"{subject}: pilihan ini diawali {odd or 'kata lain'}, yang lain {common}.",
        "Mulai semua pilihan dengan jenis kata yang sama.",
        "odd-word-class",
    )


def _word_class(text: str) -> str | None:
    """What the first word of a choice is by its affixes, if they tell."""
    first = FIRST_WORD.match(text.casefold())
    word = first["word"] if first else ""
    if word in PLAIN_WORDS.split():
        return None
    return next((name for name, pattern in CLASSES if pattern.fullmatch(word)), None)


def _check_keys(result: ParseResult, bank: list[QuestionSource]) -> list[Diagnostic]:
    """The keys of the bank as a whole: neither their length nor their place gives them away."""
    found: list[Diagnostic] = []
    single = [q for q in bank if len(q.right) == 1 and len(q.choices) > 2]
    longest = [question for question in single if question.has_longest_key]
    if len(single) >= LONGEST_LEAST and len(longest) > LONGEST_SHARE * len(single):
        for question in longest:
            diagnostics = Diagnostics(result.tree.path_of(question.path))
            diagnostics.warning(
                question.choices[question.right[0]].line,
                f"{quoted(question.first_words)}: pilihan terpanjang adalah kuncinya, seperti pada "
                f"{len(longest)} dari {len(single)} soal; peserta dapat menebak.",
                "Ringkaskan jawaban ini, atau panjangkan satu pilihan salah.",
                "key-longest-too-often",
            )
            found.extend(diagnostics.entries)
    ordered = [question for question in single if not question.keeps_order]
    return found + _check_positions(result, ordered)


def _check_positions(result: ParseResult, questions: list[QuestionSource]) -> list[Diagnostic]:
    """Printed, the choices stand as they were written."""
    diagnostics = Diagnostics(result.tree.path_of(BOOK_FILE))
    counted = Counter(question.right[0] for question in questions)
    least, most = POSITION_SHARES
    for position in range(max((len(question.choices) for question in questions), default=0)):
        count = sum(position < len(question.choices) for question in questions)
        if count >= POSITION_LEAST and not least <= counted[position] / count <= most:
            diagnostics.warning(
                1,
                f"Jawaban benar berada di urutan ke-{position + 1} pada {counted[position]} dari "
                f"{count} soal kuis.",
                "Pindahkan beberapa jawaban benar, supaya semua urutan terpakai merata.",
                "key-position-skewed",
            )
    return diagnostics.entries


def _check_similar(result: ParseResult) -> list[Diagnostic]:
    """No two items ask the same; each pair is told at the later one."""
    found: list[Diagnostic] = []
    questions = [question for chapter in result.chapters for question in chapter.questions]
    worded = [(q, plain_words(f"{q.stem} {q.body}"), _choices_of(q)) for q in questions]
    for (one, *one_words), (other, *other_words) in combinations(worded, 2):
        if not _is_pair(one, other) and _are_alike(*one_words, *other_words):
            diagnostics = Diagnostics(result.tree.path_of(other.path))
            diagnostics.warning(
                other.line,
                f"{quoted(other.first_words)}: hampir sama dengan soal di {one.path} "
                f"baris {one.line}.",
                "Ganti kejadiannya atau yang ditanyakan, atau hapus salah satunya.",
                "near-duplicate",
            )
            found.extend(diagnostics.entries)
    return found


def _is_pair(one: QuestionSource, other: QuestionSource) -> bool:
    """Whether two items have the same choices and another key: one detail makes the difference."""
    first, second = (
        {choice.text: choice.is_right for choice in question.choices} for question in (one, other)
    )
    return first.keys() == second.keys() and first != second


def _choices_of(question: QuestionSource) -> str:
    return " ".join(plain_words(choice.text) for choice in question.choices)


def _are_alike(asked: str, choices: str, other_asked: str, other_choices: str) -> bool:
    """Whether two items ask the same in the same words, or nearly so with like choices."""
    is_short = min(len(asked.split()), len(other_asked.split())) < STEM_LEAST_WORDS
    if token_sort_ratio(asked, other_asked) >= (100 if is_short else SAME_ASKED):
        return True
    return (
        token_set_ratio(asked, other_asked) >= ALIKE_ASKED
        and token_sort_ratio(choices, other_choices) >= ALIKE_CHOICES
    )


def _check_cover(result: ParseResult, bank: list[QuestionSource]) -> Iterable[Diagnostic]:
    """Every objective has items, half of the bank are cases, and the bank is large enough.

    So is each quiz, to test them all; and a person who sits it again gets other items of each.
    """
    diagnostics = Diagnostics(result.tree.path_of(BOOK_FILE))
    if len(bank) < BANK_LEAST:
        diagnostics.warning(
            1,
            f"Bank soal berisi {len(bank)} soal; sedikitnya {BANK_LEAST}.",
            "Tambah soal di bagian ## Soal kuis tiap bab.",
            "few-items",
        )
    cases = sum(map(_is_case, bank))
    if bank and cases < CASE_SHARE * len(bank):
        diagnostics.warning(
            1,
            f"Hanya {cases} dari {len(bank)} soal kuis adalah soal kasus.",
            "Ubah beberapa soal ingatan menjadi kejadian yang harus diputuskan.",
            "few-cases",
        )
    tested = Counter(question.objective for question in bank)
    objectives = result.pocketbook.objectives if result.pocketbook else ()
    for number, objective in enumerate(objectives, start=1):
        if not tested[number]:
            diagnostics.warning(
                _line_of(result, objective),
                f"Tujuan {number} tidak diuji oleh soal kuis mana pun.",
                f"Tulis soal dengan > **Menguji:** tujuan {number}, …",
                "objective-without-item",
            )
        elif tested[number] < OBJECTIVE_LEAST:
            diagnostics.warning(
                _line_of(result, objective),
                f"Tujuan {number} hanya diuji oleh {tested[number]} soal kuis; sedikitnya "
                f"{OBJECTIVE_LEAST}.",
                "Tambah soal untuk tujuan itu, atau gabungkan dengan tujuan lain.",
                "objective-few-items",
            )
    if len(objectives) > result.quiz.draw_count:
        diagnostics.warning(
            1,
            f"Kuis akhir mengambil {result.quiz.draw_count} soal, lebih sedikit daripada "
            f"{len(objectives)} tujuan; sertifikat menyebut tujuan yang tidak sempat diuji.",
            "Perbesar pengaturan Ambil, atau gabungkan beberapa tujuan.",
            "more-objectives-than-drawn",
        )
    return diagnostics.entries


def _check_sources(result: ParseResult) -> list[Diagnostic]:
    """What a question rests on can be found in the index of regulations, or in a chapter."""
    found: list[Diagnostic] = []
    for source in question_sources(result):
        if not source.is_vague:
            continue
        diagnostics = Diagnostics(result.tree.path_of(source.file_name))
        diagnostics.warning(
            source.line,
            "Sumber ini tidak menyebut peraturan, bab, atau laman resmi.",
            "Tulis misalnya > **Sumber:** UU 39/1999 Pasal 1, atau Bab 3.",
            "source-without-regulation",
        )
        found.extend(diagnostics.entries)
    return found


def _line_of(result: ParseResult, objective: str) -> int:
    """Where an objective stands in the book's file."""
    first = objective.split("\n")[0]
    source = next((each.text for each in result.sources if each.name == BOOK_FILE), "")
    lines = source.split("\n")
    return next((number for number, line in enumerate(lines, start=1) if line.endswith(first)), 1)
