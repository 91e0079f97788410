"""Checks one question: can it be answered, is it fair, does it teach."""

import re
from collections import Counter

from lms.authoring.diagnostics import Diagnostics, quoted
from lms.authoring.parsing.pointing import plain_words, pointing_of
from lms.authoring.parsing.questions import is_two_way
from lms.authoring.parsing.result import QuestionSource

FEWEST_CHOICES = 3
LETTER = re.compile(r"[*_(]{0,3}(?P<letter>[A-Ha-h])[.)][*_]{0,2}\s")


def check_question(question: QuestionSource, diagnostics: Diagnostics) -> None:
    """Note what is wrong with a question; one without choices was noted while parsing."""
    if not question.choices:
        return
    subject = quoted(question.first_words)
    _check_ticks(question, subject, diagnostics)
    _check_choices(question, subject, diagnostics)
    _check_teaching(question, subject, diagnostics)


def _check_ticks(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    if not question.right:
        diagnostics.error(
            question.line,
            f"{subject}: belum ada jawaban yang ditandai [x].",
            "Tandai sedikitnya satu pilihan dengan [x].",
            "no-right-answer",
        )
    elif len(question.right) == len(question.choices) > 1:
        diagnostics.warning(
            question.line,
            f"{subject}: semua pilihan ditandai benar.",
            "Tambahkan pilihan yang salah, atau hapus beberapa tanda [x].",
            "all-right",
        )


def _check_choices(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    texts = [choice.text for choice in question.choices]
    counted = Counter(plain_words(text) for text in texts)
    seen: set[str] = set()
    for choice in question.choices:
        words = plain_words(choice.text)
        if words and counted[words] > 1 and words in seen:
            diagnostics.error(
                choice.line,
                f'{subject}: pilihan "{choice.text[:40]}" ditulis dua kali.',
                "Hapus atau ganti salah satunya.",
                "duplicate-choice",
            )
        seen.add(words)
    _check_pointing(question, subject, diagnostics)
    if len(texts) > 1 and all(_letter(text) == chr(ord("a") + n) for n, text in enumerate(texts)):
        diagnostics.warning(
            question.choices[0].line,
            f"{subject}: pilihan diberi huruf, padahal urutannya diacak.",
            "Hapus A., B., C. di depan teks pilihan.",
            "lettered-choices",
        )
    if len(texts) < FEWEST_CHOICES and not is_two_way(texts):
        diagnostics.error(
            question.line,
            f"{subject}: hanya ada {len(texts)} pilihan.",
            "Tulis sedikitnya tiga pilihan; dua hanya untuk Benar/Salah.",
            "too-few-choices",
        )


def _letter(text: str) -> str | None:
    """The letter that a choice's text begins with, if it counts."""
    match = LETTER.match(text)
    return match["letter"].casefold() if match else None


def _check_pointing(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    """Choices are shuffled: one that speaks of all others stays last, no other may speak of any."""
    first_last: int | None = None
    for choice in question.choices:
        words = choice.text[:40]
        if choice.stays_last and first_last is not None:
            diagnostics.error(
                choice.line,
                f'{subject}: pilihan "{words}" menunjuk semua pilihan lain, padahal yang di baris '
                f"{first_last} juga; hanya satu yang dapat diletakkan terakhir.",
                "Ganti salah satunya dengan pilihan yang berdiri sendiri.",
                "two-stay-last",
            )
        elif choice.stays_last:
            first_last = choice.line
            diagnostics.warning(
                choice.line,
                f'{subject}: pilihan "{words}" mudah ditebak; ia selalu diletakkan terakhir.',
                "Ganti dengan pilihan yang berdiri sendiri, atau pakai (pilih semua yang benar).",
                "all-of-the-above",
            )
        elif pointing_of(choice.text, len(question.choices), f"{question.stem}\n{question.body}"):
            diagnostics.error(
                choice.line,
                f'{subject}: pilihan "{words}" menunjuk pilihan lain, padahal urutan diacak.',
                "Sebut isi jawabannya, bukan huruf, nomor, atau banyaknya; atau pakai (pilih semua "
                "yang benar).",
                "choice-by-letter",
            )


def _check_teaching(question: QuestionSource, subject: str, diagnostics: Diagnostics) -> None:
    for choice in question.choices:
        if not choice.is_right and not choice.feedback:
            diagnostics.warning(
                choice.line,
                f"{subject}: pilihan salah belum punya umpan balik.",
                "Tulis di bawahnya, diawali tanda >, mengapa pilihan itu keliru.",
                "no-feedback",
            )
    if not question.explanation:
        diagnostics.warning(
            question.line,
            f"{subject}: belum ada Pembahasan.",
            "Tambahkan > **Pembahasan:** … setelah pilihan terakhir.",
            "no-explanation",
        )
    if not question.source:
        diagnostics.warning(
            question.line,
            f"{subject}: belum ada Sumber.",
            "Tambahkan > **Sumber:** … dengan peraturan atau rujukannya.",
            "no-source",
        )
