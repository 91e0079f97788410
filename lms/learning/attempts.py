"""Use cases of the final quiz: start, save an answer, hand in.

Nothing that was acknowledged is lost: an attempt is frozen at its start, an answer is one
idempotent write, and handing in twice gives the same result. Statements are built once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, desc, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import Insert

from lms.announcements import announce
from lms.db import AnyRow, current_connection
from lms.learning.announcements import AttemptPassed
from lms.learning.attempt_queries import get_attempt
from lms.learning.drawing import draw
from lms.learning.errors import (
    AlreadyPassed,
    AttemptClosed,
    ChaptersUnread,
    NoSuchChoice,
    StillWaiting,
    Unanswered,
)
from lms.learning.models import Answer, Attempt, Enrolment, FrozenQuestion, Verdict
from lms.learning.queries import find_progress, find_quiz_access
from lms.learning.rules import (
    HIGHEST_SEQUENCE,
    LONGEST_LEAP,
    Score,
    is_right,
    wait_after,
)
from lms.learning.service import complete_edition, enrol
from lms.pocketbooks.question_bank import list_bank, list_keys

_REFUSALS = {"unread": ChaptersUnread, "waiting": StillWaiting, "passed": AlreadyPassed}


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What stands saved for a question after a request to save."""

    choices: list[int]
    sequence: int


def start_attempt(account_id: int, slug: str, random: Random, *, now: datetime) -> str:
    """Open an attempt at a module's final quiz, or find the one that is open; returns its token.

    Draws the questions over all objectives and chapters, preferring those that the last attempt
    did not show, and freezes them with their order and the wait that follows if they are not
    passed. Two tabs get the same attempt: the partial unique index decides. Raises
    ChaptersUnread, StillWaiting and AlreadyPassed.
    """
    enrolment_id, book = enrol(account_id, slug, now=now)
    door = find_quiz_access(account_id, book, find_progress(account_id, slug), now=now)
    if door.state == "open" and door.attempt_token is not None:
        return door.attempt_token
    if door.state in _REFUSALS:
        raise _REFUSALS[door.state]
    number, seen = _last_attempt(account_id, book.module_id)
    failures = current_connection().execute(_FAILURES, {"enrolment_id": enrolment_id}).scalar_one()
    token = token_urlsafe(16)
    attempt = {
        "token": token,
        "account_id": account_id,
        "module_id": book.module_id,
        "release_id": book.release_id,
        "enrolment_id": enrolment_id,
        "number": number + 1,
        "questions": draw(list_bank(book.release_id), book.draw_count, seen, random),
        "pass_mark": book.pass_mark,
        "wait_minutes": wait_after(failures + 1, book.wait_minutes),
        "started_at": now,
    }
    try:
        with current_connection().begin_nested():
            current_connection().execute(_START, attempt)
    except IntegrityError:
        return (
            current_connection()
            .execute(_OPEN, {"account_id": account_id, "module_id": book.module_id})
            .scalar_one()
        )
    return token


def save_answer(
    account_id: int,
    token: str,
    position: int,
    choices: Sequence[int],
    sequence: int,
    *,
    now: datetime,
) -> SavedAnswer:
    """Save what is chosen for one question; the highest sequence wins, repeats change nothing.

    `position` counts from 1; `choices` are positions as shown. Returns what stands saved
    afterwards, which is another tab's answer if that came later. Raises NoSuchAttempt for
    anybody else's attempt, AttemptClosed after it was handed in, and NoSuchChoice, also for a
    sequence that leaps ahead.
    """
    attempt = _open_attempt(account_id, token)
    _require_choices(attempt.questions, position, choices)
    _require_small_step(attempt.id, position, sequence)
    wanted = sorted(set(choices))
    values = {
        "attempt_id": attempt.id,
        "position": position,
        "choices": wanted,
        "sequence": sequence,
        "saved_at": now,
    }
    written = current_connection().execute(_save_statement(), values).rowcount
    if written:
        return SavedAnswer(wanted, sequence)
    found = {"id": attempt.id, "position": position}
    saved = current_connection().execute(_ONE_ANSWER, found).one()
    return SavedAnswer(saved.choices, saved.sequence)


def save_answers(
    account_id: int, token: str, changed: Mapping[int, Sequence[int]], *, now: datetime
) -> None:
    """Save the answers that a person changed on a whole page, each as the newest of its question.

    Raises as save_answer does; then nothing of it is saved.
    """
    attempt = _open_attempt(account_id, token)
    sequences = {row.position: row.sequence for row in _answers(attempt.id)}
    for position, choices in changed.items():
        save_answer(account_id, token, position, choices, sequences.get(position, 0) + 1, now=now)


def submit_attempt(
    account_id: int, token: str, *, now: datetime, is_complete: bool = False
) -> None:
    """Hand an attempt in: grade it, close it, and announce it if it was passed.

    One transaction, idempotent: of fifty requests at once one grades, the others find it done.
    A question without an answer counts as not right; where that is not meant (`is_complete`),
    Unanswered is raised instead. Raises NoSuchAttempt.
    """
    attempt = get_attempt(_ATTEMPT, account_id, token)
    if attempt.submitted_at is not None:
        return
    chosen = {row.position: row.choices for row in _answers(attempt.id)}
    if is_complete and not all(map(chosen.get, range(1, len(attempt.questions) + 1))):
        raise Unanswered
    keys = list_keys(attempt.release_id)
    right_count = sum(
        is_right(question["order"], chosen.get(position, []), keys[question["question_id"]].right)
        for position, question in enumerate(attempt.questions, start=1)
    )
    passed = Score(right_count, len(attempt.questions)).is_pass(attempt.pass_mark)
    current_connection().execute(
        _CLOSE,
        {
            "attempt": attempt.id,
            "at": now,
            "right": right_count,
            "outcome": Verdict.PASSED if passed else Verdict.NOT_PASSED,
        },
    )
    current_connection().execute(_ACTIVITY, {"enrolment": attempt.enrolment_id, "now": now})
    # Whoever has completed the edition meanwhile, by a new grading, has their certificate.
    if passed and complete_edition(attempt.enrolment_id, at=now):
        announce(
            AttemptPassed(
                attempt_id=attempt.id,
                account_id=account_id,
                module_id=attempt.module_id,
                release_id=attempt.release_id,
                passed_at=now,
                now=now,
            )
        )


# The row is locked before answers are read or written: an answer that was acknowledged is
# either in before the grading, or refused after it.
_ATTEMPT = (
    select(
        Attempt.id,
        Attempt.module_id,
        Attempt.release_id,
        Attempt.enrolment_id,
        Attempt.questions,
        Attempt.pass_mark,
        Attempt.submitted_at,
    )
    .where(Attempt.token == bindparam("token"), Attempt.account_id == bindparam("account_id"))
    .with_for_update()
)
_START = Insert(Attempt)
_OPEN = select(Attempt.token).where(
    Attempt.account_id == bindparam("account_id"),
    Attempt.module_id == bindparam("module_id"),
    Attempt.submitted_at.is_(None),
)
_LAST = (
    select(Attempt.number, Attempt.questions)
    .where(Attempt.account_id == bindparam("account_id"))
    .where(Attempt.module_id == bindparam("module_id"))
    .order_by(desc(Attempt.number))
    .limit(1)
)
_FAILURES = select(func.count()).where(
    Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.verdict == Verdict.NOT_PASSED
)
_ANSWERS = select(Answer.position, Answer.choices, Answer.sequence).where(
    Answer.attempt_id == bindparam("id")
)
_ONE_ANSWER = _ANSWERS.where(Answer.position == bindparam("position"))
_CLOSE = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"))
    .values(
        submitted_at=bindparam("at"),
        right_count=bindparam("right"),
        verdict=bindparam("outcome"),
    )
)
_ACTIVITY = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment"))
    .values(last_activity_at=bindparam("now"))
)


def _saving(insert: Any) -> Any:
    statement = insert(Answer)
    new = statement.excluded
    upsert = statement.on_conflict_do_update(
        index_elements=[Answer.attempt_id, Answer.position],
        set_={"choices": new.choices, "sequence": new.sequence, "saved_at": new.saved_at},
        where=new.sequence > Answer.sequence,
    )
    # Of an INSERT, psycopg's count is gone (-1) once the cursor is closed, unless it is asked for.
    return upsert.execution_options(preserve_rowcount=True)


_SAVE = {"postgresql": _saving(postgresql.insert), "sqlite": _saving(sqlite.insert)}


def _save_statement() -> Any:
    return _SAVE[current_connection().dialect.name]


def _open_attempt(account_id: int, token: str) -> AnyRow:
    attempt = get_attempt(_ATTEMPT, account_id, token)
    if attempt.submitted_at is not None:
        raise AttemptClosed
    return attempt


def _answers(attempt_id: int) -> Sequence[AnyRow]:
    return current_connection().execute(_ANSWERS, {"id": attempt_id}).fetchall()


def _last_attempt(account_id: int, module_id: int) -> tuple[int, frozenset[int]]:
    row = (
        current_connection()
        .execute(_LAST, {"account_id": account_id, "module_id": module_id})
        .one_or_none()
    )
    if row is None:
        return 0, frozenset()
    return row.number, frozenset(question["question_id"] for question in row.questions)


def _require_small_step(attempt_id: int, position: int, sequence: int) -> None:
    """Looks at what is saved only for a number that a browser hardly comes to."""
    if 0 < sequence <= LONGEST_LEAP:
        return
    row = (
        current_connection()
        .execute(_ONE_ANSWER, {"id": attempt_id, "position": position})
        .one_or_none()
    )
    saved = row.sequence if row is not None else 0
    if not 0 < sequence <= min(saved + LONGEST_LEAP, HIGHEST_SEQUENCE):
        raise NoSuchChoice


def _require_choices(
    questions: Sequence[FrozenQuestion], position: int, choices: Sequence[int]
) -> None:
    if not 0 < position <= len(questions):
        raise NoSuchChoice
    count = len(questions[position - 1]["order"])
    if not all(0 <= choice < count for choice in choices):
        raise NoSuchChoice
