"""The structure of a source and of a release: a patch leaves it unchanged."""

from sqlalchemy import select

from lms.authoring.parsing.result import ChapterSource, PocketbookSource, QuestionSource
from lms.db import db
from lms.pocketbooks.models import AnswerKey, Chapter, Purpose, Question, Release

Structure = tuple[object, ...]
"""The rules, chapters, questions, choices, keys and tested objectives, without any wording.

The objective of a question belongs to it: by the objectives a quiz is drawn, and a certificate
names those that are tested. So all certificates of an edition name as many, if not always in the
same words.
"""


def by_purpose(
    chapter: ChapterSource,
) -> tuple[tuple[Purpose, tuple[QuestionSource, ...]], ...]:
    """A chapter's questions: the small ones, and those for the final quiz."""
    return (Purpose.CHECK, chapter.checks), (Purpose.FINAL, chapter.bank)


def structure_of_source(source: PocketbookSource) -> Structure:
    """The structure of a source."""
    return (
        (source.credit_hours, source.valid_months, *_rules(source)),
        sorted((chapter.number, chapter.slug) for chapter in source.chapters),
        sorted(
            (
                chapter.number,
                purpose.value,
                question.id or "",
                len(question.choices),
                question.is_multiple,
                list(question.right),
                question.objective or 0,
            )
            for chapter in source.chapters
            for purpose, questions in by_purpose(chapter)
            for question in questions
        ),
    )


def _rules(source: PocketbookSource) -> tuple[int, int, int]:
    return source.quiz.draw_count, source.quiz.pass_mark, source.quiz.wait_minutes


def structure_of_release(release: Release) -> Structure:
    """The structure of a release."""
    chapters = db.session.execute(
        select(Chapter.number, Chapter.slug).where(Chapter.release_id == release.id)
    )
    questions = db.session.execute(
        select(
            Chapter.number,
            Question.purpose,
            Question.key,
            Question.choices_html,
            Question.is_multiple,
            AnswerKey.right,
            Question.objective,
        )
        .join(Chapter, Chapter.id == Question.chapter_id)
        .join(AnswerKey, AnswerKey.question_id == Question.id)
        .where(Question.release_id == release.id)
    )
    return (
        (
            release.credit_hours,
            release.valid_months,
            release.draw_count,
            release.pass_mark,
            release.wait_minutes,
        ),
        sorted((row.number, row.slug) for row in chapters),
        sorted(
            (
                row.number,
                row.purpose.value,
                row.key,
                len(row.choices_html),
                row.is_multiple,
                row.right,
                row.objective or 0,
            )
            for row in questions
        ),
    )
