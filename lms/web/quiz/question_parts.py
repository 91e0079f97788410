"""Questions on the sheet and after the end, as parts of which only the texts differ."""

from collections.abc import Iterable

from markupsafe import Markup

from lms.learning.attempt_views import OpenAttempt, ReviewedQuestion
from lms.web.page_cache import render_cached


def attempt_questions(sheet: OpenAttempt) -> list[Markup]:
    """The questions of a sheet, to be answered."""
    return [
        render_cached(
            "quiz/_question.html",
            {
                **_texts(stem=question.stem_html),
                "token": sheet.token,
                "sequence": question.sequence,
                **_numbered("choice", question.choices),
            },
            position=question.position,
            count=len(sheet.questions),
            is_multiple=question.is_multiple,
            choice_count=len(question.choices),
            chosen=tuple(sorted(question.chosen)),
        )
        for question in sheet.questions
    ]


def reviewed_questions(questions: Iterable[ReviewedQuestion]) -> list[Markup]:
    """Answered questions, after the end of their attempt."""
    return [
        render_cached(
            "quiz/_reviewed.html",
            {
                **_texts(
                    stem=question.stem_html,
                    explanation=question.explanation_html,
                    source=question.source_html,
                ),
                **_numbered("choice", [choice.html for choice in question.choices]),
                **_numbered("feedback", [choice.feedback_html for choice in question.choices]),
            },
            position=question.position,
            is_right=question.is_right,
            choices=tuple((choice.chosen, choice.is_right) for choice in question.choices),
        )
        for question in questions
    ]


def _numbered(name: str, texts: Iterable[str | None]) -> dict[str, Markup]:
    return _texts(**{f"{name}_{number}": text for number, text in enumerate(texts)})


def _texts(**texts: str | None) -> dict[str, Markup]:
    """Those that there are, as HTML that was cleaned when it was published."""
    return {name: Markup(text) for name, text in texts.items() if text}  # noqa: S704
