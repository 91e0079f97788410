"""Questions as cached parts of pages: while they are answered, and in the result."""

from collections.abc import Iterable

from markupsafe import Markup

from lms.learning.attempt_queries import OpenAttempt, ReviewedQuestion
from lms.web.page_cache import render_cached
from lms.web.references import author_html


def attempt_questions(attempt: OpenAttempt) -> list[Markup]:
    """The questions of an attempt, to be answered."""
    return [
        render_cached(
            "quiz/_question.html",
            {
                **_texts(attempt.slug, stem=question.stem_html),
                "token": attempt.token,
                "sequence": question.sequence,
                **_numbered(attempt.slug, "choice", question.choices),
            },
            position=question.position,
            count=len(attempt.questions),
            is_multiple=question.is_multiple,
            choice_count=len(question.choices),
            chosen=tuple(sorted(question.chosen)),
        )
        for question in attempt.questions
    ]


def reviewed_questions(slug: str, questions: Iterable[ReviewedQuestion]) -> list[Markup]:
    """Answered questions of a pocketbook, after the end of their attempt."""
    return [
        render_cached(
            "quiz/_reviewed.html",
            {
                **_texts(
                    slug,
                    stem=question.stem_html,
                    explanation=question.explanation_html,
                    source=question.source_html,
                ),
                **_numbered(slug, "choice", [each.html for each in question.choices]),
                **_numbered(
                    slug, "feedback", [choice.feedback_html for choice in question.choices]
                ),
            },
            position=question.position,
            is_right=question.is_right,
            choices=tuple((choice.chosen, choice.is_right) for choice in question.choices),
        )
        for question in questions
    ]


def _numbered(slug: str, name: str, texts: Iterable[str | None]) -> dict[str, Markup]:
    return _texts(slug, **{f"{name}_{number}": text for number, text in enumerate(texts)})


def _texts(slug: str, **texts: str | None) -> dict[str, Markup]:
    """Those that there are, ready for the page."""
    return {name: author_html(text, slug) for name, text in texts.items() if text}
