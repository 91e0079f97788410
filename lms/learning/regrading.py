"""Regrading after a wrong key: whom the corrected key passes, and their new grading.

Nothing is rewritten. An attempt stays as it was closed, and what it comes to by the corrected key
is a row beside it; a certificate that rests on the wrong key stays too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.accounts.permissions import Permission
from lms.accounts.queries import get_principal
from lms.announcements import announce
from lms.audit import record
from lms.db import AnyRow, db
from lms.errors import N_, NotAllowed
from lms.learning.announcements import AttemptPassed
from lms.learning.errors import NoReason
from lms.learning.models import Answer, Attempt, Enrolment, Regrading, Verdict
from lms.learning.rules import Score, is_right
from lms.learning.service import complete_edition
from lms.pocketbooks.errors import NoSuchQuestion
from lms.pocketbooks.queries import get_book
from lms.pocketbooks.question_bank import KeyText, correct_keys, list_keys, list_question_ids

REASON = range(10, 501)
AT_ONCE = 500  # attempts whose answers are asked for in one statement


@dataclass(frozen=True, slots=True)
class Regrader:
    """A registrar, who may see whom a new grading concerns."""

    account_id: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected key: the release that has it, and the questions whose key was wrong."""

    module_id: int
    release_id: int
    question_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that the wrong key failed at a question; `passes` by the corrected one."""

    attempt_id: int
    enrolment_id: int
    name: str
    submitted_at: datetime
    before: int
    after: int
    total: int
    passes: bool


def get_regrader(account_id: int) -> Regrader:
    """The account as one that may grade anew; raises NotAllowed without the role."""
    if not get_principal(account_id).may(Permission.REGRADE_ATTEMPTS):
        raise NotAllowed(N_("Hanya koordinator dan administrator dapat menilai ulang."))
    return Regrader(account_id)


def get_correction(slug: str, question_keys: Sequence[str]) -> Correction:
    """The key of these questions as it stands in the pocketbook that is offered now.

    Raises NoSuchPocketbook, and NoSuchQuestion for one that its final quiz has not.
    """
    book = get_book(slug)
    if not question_keys or set(question_keys) - list_question_ids(book.release_id).keys():
        raise NoSuchQuestion
    return Correction(book.module_id, book.release_id, tuple(sorted(set(question_keys))))


def count_failed(correction: Correction) -> tuple[int, int]:
    """How many attempts the wrong key failed at a question, and how many people would pass."""
    return totals(_list_failed(correction))


def totals(failed: Sequence[Failed]) -> tuple[int, int]:
    """The same of attempts that have been listed."""
    return len(failed), sum(attempt.passes for attempt in failed)


def list_failed(_regrader: Regrader, correction: Correction) -> list[Failed]:
    """The same attempts one by one, the earliest first, for those who may know whose they are."""
    return _list_failed(correction)


def regrade(
    regrader: Regrader, correction: Correction, attempt_id: int, reason: str, *, now: datetime
) -> bool:
    """Grade an attempt anew by the corrected key, if it passes by it; False if there is nothing to.

    One transaction, idempotent: the person has then completed the edition, and it is announced as
    any pass is, with the day on which the quiz was handed in. Who passes the quiz at the same
    moment keeps that pass alone. Raises NoReason.
    """
    words = " ".join(reason.split())
    if len(words) not in REASON:
        raise NoReason
    row = db.session.execute(
        _attempts(correction).where(Attempt.id == attempt_id).with_for_update(of=Attempt)
    ).one_or_none()
    found = next(iter(_grade([row] if row else [], correction)), None)
    if not row or not found or not found.passes:
        return False
    if not complete_edition(row.enrolment_id, at=row.submitted_at):
        return False
    entry = Regrading(
        attempt_id=attempt_id,
        release_id=correction.release_id,
        question_keys=list(correction.question_keys),
        right_count=found.after,
        reason=words,
        actor_id=regrader.account_id,
        regraded_at=now,
    )
    db.session.add(entry)
    record(
        "attempt.regraded",
        f"account:{row.account_id}",
        actor_id=regrader.account_id,
        now=now,
        attempt=attempt_id,
    )
    announce(
        AttemptPassed(
            attempt_id=attempt_id,
            account_id=row.account_id,
            module_id=correction.module_id,
            release_id=row.release_id,
            passed_at=row.submitted_at,
            now=now,
            regraded_because=words,
        )
    )
    return True


_former = aliased(Attempt)
# Nobody begins an attempt while they have completed the edition: one that began after a pass began
# after its revocation.
_WAS_COMPLETED = (
    select(_former.id)
    .outerjoin(Regrading, Regrading.attempt_id == _former.id)
    .where(_former.enrolment_id == Attempt.enrolment_id)
    .where(or_(_former.verdict == Verdict.PASSED, Regrading.id.is_not(None)))
    .where(func.coalesce(Regrading.regraded_at, _former.submitted_at) >= Attempt.started_at)
    .exists()
)


def _attempts(correction: Correction) -> Select[*tuple[Any, ...]]:
    """Attempts of the module that were not passed, of people who have not completed the edition.

    Who had completed it before, and whose certificate was revoked, sits the quiz again: what they
    began before that pass, or before that new grading, brings no certificate back.
    """
    return (
        select(
            Attempt.id,
            Attempt.account_id,
            Attempt.release_id,
            Attempt.enrolment_id,
            Attempt.questions,
            Attempt.pass_mark,
            Attempt.submitted_at,
            Attempt.right_count,
            Account.name,
        )
        .join(Account, Account.id == Attempt.account_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.module_id == correction.module_id)
        .where(Attempt.verdict == Verdict.NOT_PASSED, Enrolment.completed_at.is_(None))
        .where(Attempt.release_id != correction.release_id, ~_WAS_COMPLETED)
        .order_by(Attempt.submitted_at, Attempt.id)
    )


def _list_failed(correction: Correction) -> list[Failed]:
    failed: list[Failed] = []
    passing: set[int] = set()
    for found in _grade(db.session.execute(_attempts(correction)), correction):
        # The first attempt that passes completes the edition; the person's later ones stay.
        if found.enrolment_id in passing:
            continue
        failed.append(found)
        if found.passes:
            passing.add(found.enrolment_id)
    return failed


def _grade(rows: Iterable[AnyRow], correction: Correction) -> list[Failed]:
    """What attempts come to by the corrected key; those of which no more is right are left out."""
    corrected: dict[int, Mapping[int, KeyText]] = {}
    concerned: list[AnyRow] = []
    for row in rows:
        if row.release_id not in corrected:
            corrected[row.release_id] = correct_keys(
                row.release_id, correction.release_id, correction.question_keys
            )
        if any(each["question_id"] in corrected[row.release_id] for each in row.questions):
            concerned.append(row)
    found: list[Failed] = []
    for start in range(0, len(concerned), AT_ONCE):
        batch = concerned[start : start + AT_ONCE]
        chosen = _choices([row.id for row in batch])
        for row in batch:
            keys = {**list_keys(row.release_id), **corrected[row.release_id]}
            after = sum(
                is_right(
                    question["order"],
                    chosen.get((row.id, position), []),
                    keys[question["question_id"]].right,
                )
                for position, question in enumerate(row.questions, start=1)
            )
            if after > row.right_count:
                found.append(_failed(row, after))
    return found


def _choices(attempt_ids: Sequence[int]) -> dict[tuple[int, int], list[int]]:
    """What was chosen in these attempts, by attempt and position."""
    rows = db.session.execute(
        select(Answer.attempt_id, Answer.position, Answer.choices).where(
            Answer.attempt_id.in_(attempt_ids)
        )
    )
    return {(row.attempt_id, row.position): row.choices for row in rows}


def _failed(row: AnyRow, after: int) -> Failed:
    total = len(row.questions)
    return Failed(
        attempt_id=row.id,
        enrolment_id=row.enrolment_id,
        name=row.name,
        submitted_at=row.submitted_at,
        before=row.right_count,
        after=after,
        total=total,
        passes=Score(after, total).is_pass(row.pass_mark),
    )
