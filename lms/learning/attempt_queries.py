"""The questions of an open attempt, without any key; and the result of one that was handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from lms.db import AnyRow, current_connection
from lms.learning.errors import AttemptClosed, AttemptOpen, NoSuchAttempt
from lms.learning.models import Answer, Attempt, Enrolment, FrozenQuestion, Regrading, Verdict
from lms.learning.rules import Score, is_right, opens_at
from lms.pocketbooks.queries import ChapterLine, ReleaseView, get_release
from lms.pocketbooks.question_bank import (
    KeyText,
    QuestionText,
    correct_keys,
    list_bank,
    list_keys,
    list_objectives,
    list_question_texts,
)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question as it lies before the learner, and what they have chosen so far."""

    position: int
    stem_html: str
    is_multiple: bool
    choices: list[str]
    chosen: frozenset[int]
    sequence: int


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An open attempt."""

    token: str
    slug: str
    title: str
    theme: str
    is_sensitive: bool
    number: int
    pass_mark: int
    wait_minutes: int
    questions: list[OpenQuestion]

    @property
    def unanswered(self) -> list[int]:
        """The positions of the questions without an answer."""
        return [question.position for question in self.questions if not question.chosen]

    @property
    def answered_count(self) -> int:
        """How many questions have an answer."""
        return len(self.questions) - len(self.unanswered)


@dataclass(frozen=True, slots=True)
class ChapterScore:
    """How a chapter's questions went."""

    number: int
    title: str
    right: int
    total: int

    @property
    def is_to_reread(self) -> bool:
        """Whether something of the chapter was not right."""
        return self.right < self.total


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """How an objective's questions went, and the chapters to read about it.

    These are all chapters with questions of the objective, drawn or not: they say nothing about
    which of its questions was right.
    """

    html: str
    chapters: list[ChapterLine]
    right: int
    total: int

    @property
    def is_to_reread(self) -> bool:
        """Whether something of the objective was not right; else it is mastered."""
        return self.right < self.total


@dataclass(frozen=True, slots=True)
class ReviewedChoice:
    """A choice after a pass."""

    html: str
    chosen: bool
    is_right: bool
    feedback_html: str | None


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A question after a pass."""

    position: int
    stem_html: str
    is_right: bool
    choices: list[ReviewedChoice]
    explanation_html: str | None
    source_html: str | None
    chapter_number: int
    objective: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """An attempt that was handed in.

    It has `questions` while its key may be shown; else only what is to be read again: `objectives`,
    or `chapters` where a question names no objective. Never both, since a question that stands in
    one of these and in one of those would often be the only one.
    """

    edition_id: int
    token: str
    slug: str
    title: str
    theme: str
    is_sensitive: bool
    is_passed: bool
    percent: int
    right_count: int
    total: int
    pass_mark: int
    submitted_at: datetime
    objectives: list[ObjectiveScore]
    chapters: list[ChapterScore]
    questions: list[ReviewedQuestion]
    retry_at: datetime | None
    regraded_at: datetime | None
    regraded_because: str | None

    @property
    def first_chapter_to_reread(self) -> int | None:
        """Where to begin reading again."""
        numbers = [each.chapters[0].number for each in self.objectives if each.is_to_reread]
        numbers += [each.number for each in self.chapters if each.is_to_reread]
        return numbers[0] if numbers else None


_running = aliased(Attempt)
_IS_SITTING = exists().where(
    _running.account_id == Attempt.account_id,
    _running.module_id == Attempt.module_id,
    _running.submitted_at.is_(None),
)
_ATTEMPT = (
    select(
        Attempt.id,
        Attempt.release_id,
        Attempt.number,
        Attempt.questions,
        Attempt.pass_mark,
        Attempt.wait_minutes,
        Attempt.submitted_at,
        func.coalesce(Regrading.right_count, Attempt.right_count).label("right_count"),
        Attempt.verdict,
        Regrading.release_id.label("corrected_id"),
        Regrading.question_keys,
        Regrading.regraded_at,
        Regrading.reason,
        and_(Enrolment.completed_at.is_not(None), ~_IS_SITTING).label("shows_key"),
    )
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .outerjoin(Regrading, Regrading.attempt_id == Attempt.id)
    .where(Attempt.token == bindparam("token"), Attempt.account_id == bindparam("account_id"))
)
_ANSWERS = select(Answer.position, Answer.choices, Answer.sequence).where(
    Answer.attempt_id == bindparam("id")
)


def get_open_attempt(account_id: int, token: str) -> OpenAttempt:
    """The questions of an open attempt with the answers so far.

    Raises NoSuchAttempt for anybody else's attempt and AttemptClosed once it was handed in.
    """
    attempt = get_attempt(_ATTEMPT, account_id, token)
    if attempt.submitted_at is not None:
        raise AttemptClosed
    book = get_release(attempt.release_id)
    texts = list_question_texts(attempt.release_id)
    saved = {
        row.position: row for row in current_connection().execute(_ANSWERS, {"id": attempt.id})
    }
    questions = [
        _open_question(position, frozen, texts[frozen["question_id"]], saved.get(position))
        for position, frozen in enumerate(attempt.questions, start=1)
    ]
    return OpenAttempt(
        token=token,
        slug=book.slug,
        title=book.title,
        theme=book.theme,
        is_sensitive=book.is_sensitive,
        number=attempt.number,
        pass_mark=attempt.pass_mark,
        wait_minutes=attempt.wait_minutes,
        questions=questions,
    )


def get_result(account_id: int, token: str) -> Result:
    """How an attempt went: the score, the objectives, and after a pass each answer with its key.

    An attempt that was graded anew is shown by the corrected key.

    Before a pass no question is said to be right or wrong, since the next draw may ask it again,
    and a bank would be learned by trying. Of an objective it is said that it is to be read again,
    and neither by how many questions nor which; the page names no question's objective. Who knows
    it all the same, of an objective with one question drawn, knows of that one, which the next draw
    avoids. The same holds once a revocation has opened the quiz
    again, and while the person sits a quiz of the module, of whichever edition. Raises
    NoSuchAttempt for anybody else's attempt and AttemptOpen before it was handed in.
    """
    attempt = get_attempt(_ATTEMPT, account_id, token)
    if attempt.submitted_at is None:
        raise AttemptOpen
    book = get_release(attempt.release_id)
    texts, keys = list_question_texts(attempt.release_id), _keys(attempt)
    chosen = {
        row.position: row.choices
        for row in current_connection().execute(_ANSWERS, {"id": attempt.id})
    }
    objective_of = {item.question_id: item.objective for item in list_bank(attempt.release_id)}
    is_passed = attempt.verdict is Verdict.PASSED or attempt.regraded_at is not None
    reviewed = [
        _review(
            position,
            frozen,
            objective_of[frozen["question_id"]],
            texts[frozen["question_id"]],
            keys[frozen["question_id"]],
            frozenset(chosen.get(position, [])),
        )
        for position, frozen in enumerate(attempt.questions, start=1)
    ]
    objectives = _objective_scores(book, reviewed)
    return Result(
        edition_id=book.edition_id,
        token=token,
        slug=book.slug,
        title=book.title,
        theme=book.theme,
        is_sensitive=book.is_sensitive,
        is_passed=is_passed,
        percent=Score(attempt.right_count, len(reviewed)).percent,
        right_count=attempt.right_count,
        total=len(reviewed),
        pass_mark=attempt.pass_mark,
        submitted_at=attempt.submitted_at,
        objectives=objectives,
        chapters=[] if objectives else _chapter_scores(book, reviewed),
        questions=reviewed if is_passed and attempt.shows_key else [],
        retry_at=None if is_passed else opens_at(attempt.submitted_at, attempt.wait_minutes),
        regraded_at=attempt.regraded_at,
        regraded_because=attempt.reason,
    )


def _keys(attempt: AnyRow) -> Mapping[int, KeyText]:
    """The keys that the attempt is graded by."""
    keys = list_keys(attempt.release_id)
    if attempt.regraded_at is None:
        return keys
    return {
        **keys,
        **correct_keys(attempt.release_id, attempt.corrected_id, attempt.question_keys),
    }


def get_attempt(statement: Select[*tuple[Any, ...]], account_id: int, token: str) -> AnyRow:
    """A person's own attempt, as a statement of `account_id` and `token` has it.

    Raises NoSuchAttempt, also for anybody else's.
    """
    asked = {"token": token, "account_id": account_id}
    row = current_connection().execute(statement, asked).one_or_none()
    if row is None:
        raise NoSuchAttempt
    return row


def _open_question(
    position: int, frozen: FrozenQuestion, text: QuestionText, saved: AnyRow | None
) -> OpenQuestion:
    return OpenQuestion(
        position=position,
        stem_html=text.stem_html,
        is_multiple=text.is_multiple,
        choices=[text.choices[index] for index in frozen["order"]],
        chosen=frozenset(saved.choices if saved else ()),
        sequence=saved.sequence if saved else 0,
    )


def _review(
    position: int,
    frozen: FrozenQuestion,
    objective: int | None,
    text: QuestionText,
    key: KeyText,
    chosen: frozenset[int],
) -> ReviewedQuestion:
    order = frozen["order"]
    return ReviewedQuestion(
        position=position,
        stem_html=text.stem_html,
        is_right=is_right(order, chosen, key.right),
        choices=[
            ReviewedChoice(
                html=text.choices[index],
                chosen=shown in chosen,
                is_right=index in key.right,
                feedback_html=key.feedback[index],
            )
            for shown, index in enumerate(order)
        ],
        explanation_html=key.explanation_html,
        source_html=key.source_html,
        chapter_number=frozen["chapter"],
        objective=objective,
    )


def _objective_scores(book: ReleaseView, questions: list[ReviewedQuestion]) -> list[ObjectiveScore]:
    """By objective; none where a question is of no objective, which would be in no list."""
    if any(question.objective is None for question in questions):
        return []
    lines = {line.number: line for line in book.chapters}
    scores = []
    for objective in list_objectives(book.release_id):
        own = [question for question in questions if question.objective == objective.number]
        if own:
            chapters = [lines[number] for number in objective.chapters]
            right = sum(question.is_right for question in own)
            scores.append(ObjectiveScore(objective.html, chapters, right, len(own)))
    return scores


def _chapter_scores(book: ReleaseView, questions: list[ReviewedQuestion]) -> list[ChapterScore]:
    scores = []
    for line in book.chapters:
        own = [question for question in questions if question.chapter_number == line.number]
        if own:
            right = sum(question.is_right for question in own)
            scores.append(ChapterScore(line.number, line.title, right, len(own)))
    return scores
