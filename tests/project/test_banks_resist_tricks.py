"""A guesser who has read nothing: no trick of the test-wise answers a bank of ours."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz.fuzz import token_set_ratio

from lms.authoring.parsing.pointing import plain_words
from lms.authoring.parsing.result import QuestionSource
from tests.unit.authoring.pocketbooks import parse_folder

CONTENT = Path(__file__).resolve().parents[2] / "content"
BOOKS = sorted(file.parent for file in CONTENT.glob("*/buku.md"))
MOST = 0.4
SPECIFIC = re.compile(r"\d|[\"“”,;:()]|\b[A-Z]{2,}\b")
KIND = re.compile(
    r"\b(?:sesuai|dengan persetujuan|persetujuannya|menjelaskan|menanyakan|menawarkan|santun"
    r"|bersama|membantu|mendengarkan|menghormati|sopan|nyaman|aman|adil|setara)\b"
)
SWEEPING = re.compile(
    r"\b(?:selalu|hanya|semua|seluruh|setiap|tidak pernah|pasti|saja|harus|apa pun|siapa pun)\b"
)

Trick = Callable[[QuestionSource], Iterable[float]]
"""Gives each choice a weight; the guesser takes the heaviest, and of several any one."""


def texts(question: QuestionSource) -> list[str]:
    return [choice.text for choice in question.choices]


def words(text: str) -> set[str]:
    """The words that say something: longer than three letters."""
    return {word for word in re.findall(r"[a-z-]+", text.casefold()) if len(word) > 3}


def closeness(question: QuestionSource) -> list[float]:
    """How much each choice resembles the others."""
    plain = [plain_words(text) for text in texts(question)]
    return [sum(token_set_ratio(one, other) for other in plain) for one in plain]


def shared_words(question: QuestionSource) -> list[float]:
    """How many of the words that several choices have in common each of them has: convergence."""
    counted = Counter(word for text in texts(question) for word in words(text))
    return [sum(counted[word] - 1 for word in words(text)) for text in texts(question)]


def overlap(question: QuestionSource) -> list[float]:
    asked = words(f"{question.stem} {question.body}")
    return [len(words(text) & asked) for text in texts(question)]


def first_of(chosen: Iterable[bool]) -> list[bool]:
    """Leave only the first of those that are chosen."""
    flags = list(chosen)
    return [flag and not any(flags[:index]) for index, flag in enumerate(flags)]


def place(number: int) -> Trick:
    return lambda question: [index == number - 1 for index in range(len(question.choices))]


def negative(trick: Trick) -> Trick:
    return lambda question: [-weight for weight in trick(question)]


TRICKS: dict[str, Trick] = {
    "the longest choice": lambda question: [len(text) for text in texts(question)],
    "the shortest choice": lambda question: [-len(text) for text in texts(question)],
    "the choice with most words": lambda question: [len(text.split()) for text in texts(question)],
    "the most specific choice": lambda question: [
        len(SPECIFIC.findall(text)) + len(text) / 1000 for text in texts(question)
    ],
    "the choice most like the others": closeness,
    "the odd one out": negative(closeness),
    "the choice where the others converge": shared_words,
    "the choice that shares least with the others": negative(shared_words),
    "the choice with most words of the stem": overlap,
    "the choice with fewest words of the stem": negative(overlap),
    "all of the above": lambda question: [choice.stays_last for choice in question.choices],
    "the kindest choice": lambda question: [
        len(KIND.findall(text.casefold())) for text in texts(question)
    ],
    "the first kind choice": lambda question: first_of(
        KIND.search(text.casefold()) is not None for text in texts(question)
    ),
    "the last kind choice": lambda question: first_of(
        KIND.search(text.casefold()) is not None for text in reversed(texts(question))
    )[::-1],
    "the choice that sweeps least": lambda question: [
        -len(SWEEPING.findall(text.casefold())) for text in texts(question)
    ],
    "the choice with a reason": lambda question: [
        re.search(r"\b(?:sebab|karena|agar|supaya|lalu|dan)\b", text) is not None
        for text in texts(question)
    ],
    **{f"place {number}": place(number) for number in range(1, 5)},
}


@cache
def bank_of(book: Path) -> tuple[QuestionSource, ...]:
    result = parse_folder(book)
    return tuple(question for chapter in result.chapters for question in chapter.bank)


def share_of(trick: Trick, bank: tuple[QuestionSource, ...]) -> float:
    """The share of a bank that a trick answers on average.

    It makes one tick, so that items with several right choices are lost.
    """
    answered = 0.0
    for question in bank:
        weights = list(trick(question))
        heaviest = [index for index, weight in enumerate(weights) if weight == max(weights)]
        if len(question.right) == 1 and question.right[0] in heaviest:
            answered += 1 / len(heaviest)
    return answered / len(bank)


@pytest.mark.parametrize("book", BOOKS, ids=[book.name for book in BOOKS])
@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_does_not_answer_a_bank(book: Path, trick: str) -> None:
    share = share_of(TRICKS[trick], bank_of(book))
    assert share < MOST, f"{book.name}: {trick} answers {share:.0%} of the bank"


def test_there_are_banks_to_try() -> None:
    assert BOOKS
    assert all(len(bank_of(book)) >= 36 for book in BOOKS)
