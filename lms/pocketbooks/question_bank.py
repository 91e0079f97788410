"""The final quiz of a release: its questions and, apart from them, their keys.

A release never changes, so both are cached in the process by its id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import Result, Select, select

from lms.db import db
from lms.pocketbooks.models import AnswerKey, Chapter, Purpose, Question, Release


@dataclass(frozen=True, slots=True)
class BankItem:
    """A question that the final quiz may draw.

    Questions of one `family` have the very same choices, other than Benar and Salah. `objective`
    counts the release's objectives from 1; it is None in releases that name none.
    """

    question_id: int
    chapter_number: int
    objective: int | None
    family: int
    choice_count: int
    keeps_order: bool
    pinned_last: int | None


def list_bank(release_id: int) -> Sequence[BankItem]:
    """The questions of a release's final quiz, in the order of the book."""
    return _bank(release_id)


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as a learner may see it: without its key."""

    stem_html: str
    choices: tuple[str, ...]
    is_multiple: bool


def list_question_texts(release_id: int) -> Mapping[int, QuestionText]:
    """The questions of a release's final quiz by their id, without their keys."""
    return _texts(release_id)


@dataclass(frozen=True, slots=True)
class KeyText:
    """What is right about a question and why; for grading, and for pages after the end."""

    right: tuple[int, ...]
    feedback: tuple[str | None, ...]
    explanation_html: str | None
    source_html: str | None


def list_keys(release_id: int) -> Mapping[int, KeyText]:
    """The keys of a release's final quiz, by the question's id."""
    return _keys(release_id)


def list_question_ids(release_id: int) -> Mapping[str, int]:
    """The questions of a release's final quiz by the names that authors gave them."""
    return _ids(release_id)


def correct_keys(
    release_id: int, corrected_id: int, question_keys: Sequence[str]
) -> Mapping[int, KeyText]:
    """The keys that another release gives to questions of this one, by this one's ids.

    Choices are known by their words, since their order may have changed. A question whose choices
    read differently there, or that only one of the two has, is left out: nobody can say which of
    the new choices a person would have made.
    """
    ids, corrected_ids = list_question_ids(release_id), list_question_ids(corrected_id)
    texts, corrected_texts = list_question_texts(release_id), list_question_texts(corrected_id)
    found: dict[int, KeyText] = {}
    for name in question_keys:
        if name not in ids or name not in corrected_ids:
            continue
        choices = texts[ids[name]].choices
        corrected = corrected_texts[corrected_ids[name]].choices
        if sorted(choices) != sorted(corrected) or len(set(choices)) != len(choices):
            continue
        key = list_keys(corrected_id)[corrected_ids[name]]
        found[ids[name]] = KeyText(
            tuple(sorted(choices.index(corrected[index]) for index in key.right)),
            tuple(key.feedback[corrected.index(choice)] for choice in choices),
            key.explanation_html,
            key.source_html,
        )
    return found


@dataclass(frozen=True, slots=True)
class Objective:
    """What a final quiz tests, and the chapters with its questions: where to read about it.

    `words` are the same without markup, for sheets and pictures.
    """

    number: int
    html: str
    words: str
    chapters: tuple[int, ...]


def list_objectives(release_id: int) -> Sequence[Objective]:
    """The objectives that a release's final quiz tests, in the order of the book.

    Those that no question names are left out; releases of before have none.
    """
    return _objectives(release_id)


def forget_banks() -> None:
    """Empty the process's memory of questions and keys; for tests, which change databases."""
    for cached in (_bank, _objectives, _ids, _texts, _keys):
        cached.cache_clear()


def _of_final_quiz(
    statement: Select[*tuple[Any, ...]], release_id: int
) -> Result[*tuple[Any, ...]]:
    return db.session.execute(
        statement.where(Question.release_id == release_id, Question.purpose == Purpose.FINAL)
    )


@lru_cache(maxsize=64)
def _bank(release_id: int) -> tuple[BankItem, ...]:
    statement = (
        select(
            Question.id,
            Chapter.number,
            Question.objective,
            Question.choices_html,
            Question.keeps_order,
            Question.pinned_last,
        )
        .join(Chapter, Chapter.id == Question.chapter_id)
        .order_by(Chapter.number, Question.position)
    )
    families: dict[frozenset[str], int] = {}
    return tuple(
        BankItem(
            row.id,
            row.number,
            row.objective,
            row.id if row.keeps_order else families.setdefault(frozenset(row.choices_html), row.id),
            len(row.choices_html),
            row.keeps_order,
            row.pinned_last,
        )
        for row in _of_final_quiz(statement, release_id)
    )


@lru_cache(maxsize=64)
def _objectives(release_id: int) -> tuple[Objective, ...]:
    chapters: dict[int, set[int]] = {}
    for item in _bank(release_id):
        if item.objective is not None:
            chapters.setdefault(item.objective, set()).add(item.chapter_number)
    html = db.session.scalar(select(Release.objectives_html).where(Release.id == release_id)) or []
    return tuple(
        Objective(
            number,
            html[number - 1],
            Markup(html[number - 1]).striptags(),  # noqa: S704 - only to take the markup out
            tuple(sorted(chapters[number])),
        )
        for number in sorted(chapters)
    )


@lru_cache(maxsize=64)
def _ids(release_id: int) -> Mapping[str, int]:
    statement = select(Question.key, Question.id)
    return {row[0]: row[1] for row in _of_final_quiz(statement, release_id)}


@lru_cache(maxsize=64)
def _texts(release_id: int) -> Mapping[int, QuestionText]:
    statement = select(Question.id, Question.stem_html, Question.choices_html, Question.is_multiple)
    return {
        row[0]: QuestionText(row[1], tuple(row[2]), row[3])
        for row in _of_final_quiz(statement, release_id)
    }


@lru_cache(maxsize=64)
def _keys(release_id: int) -> Mapping[int, KeyText]:
    statement = select(
        AnswerKey.question_id,
        AnswerKey.right,
        AnswerKey.feedback_html,
        AnswerKey.explanation_html,
        AnswerKey.source_html,
    ).join(Question, Question.id == AnswerKey.question_id)
    return {
        row[0]: KeyText(tuple(row[1]), tuple(row[2]), row[3], row[4])
        for row in _of_final_quiz(statement, release_id)
    }
