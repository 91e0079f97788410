"""A learner's progress in pocketbooks, and their access to the final quiz."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, desc, exists, func, or_, select
from sqlalchemy.orm import Mapped, aliased

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.db import AnyRow, current_connection, has_any
from lms.learning.models import Attempt, ChapterRead, Enrolment, Regrading, Verdict
from lms.learning.rules import Score, opens_at
from lms.pocketbooks.models import Module, Pocketbook
from lms.pocketbooks.queries import (
    ChapterLine,
    ReleaseView,
    get_book,
    get_release,
    latest_release,
    list_books,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner has come in an edition that they are enrolled in."""

    enrolment_id: int
    edition_id: int
    release_id: int
    chapter_number: int
    anchor: str
    read: frozenset[int]
    is_complete: bool


_PROGRESS = (
    select(
        Enrolment.id,
        Enrolment.edition_id,
        latest_release(Enrolment.edition_id),
        Enrolment.chapter_number,
        Enrolment.anchor,
        Enrolment.completed_at,
        ChapterRead.chapter_number,
    )
    .join(Module, Module.id == Enrolment.module_id)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .outerjoin(ChapterRead, ChapterRead.enrolment_id == Enrolment.id)
    .where(Enrolment.account_id == bindparam("account_id"))
    .where(Pocketbook.slug == bindparam("slug"))
    .order_by(desc(Enrolment.id))
)


def find_progress(account_id: int, slug: str) -> Progress | None:
    """The learner's progress in the edition they enrolled in last, from one statement."""
    wanted = {"account_id": account_id, "slug": slug}
    rows = current_connection().execute(_PROGRESS, wanted).fetchall()
    if not rows:
        return None
    enrolment_id, edition_id, release_id, chapter_number, anchor, completed_at, _ = rows[0]
    read = frozenset(row[6] for row in rows if row[0] == enrolment_id and row[6] is not None)
    is_complete = completed_at is not None
    return Progress(enrolment_id, edition_id, release_id, chapter_number, anchor, read, is_complete)


def get_own_book(account_id: int | None, slug: str) -> tuple[ReleaseView, Progress | None]:
    """The pocketbook as this person reads it: their own edition, or else the current one.

    Raises NoSuchPocketbook.
    """
    progress = find_progress(account_id, slug) if account_id is not None else None
    book = get_release(progress.release_id) if progress else get_book(slug)
    return book, progress


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a person stopped reading."""

    slug: str
    title: str
    chapter_number: int
    anchor: str


_later = aliased(Enrolment)
_IS_FORMER = exists().where(
    _later.account_id == Enrolment.account_id,
    _later.module_id == Enrolment.module_id,
    _later.id > Enrolment.id,
)


def is_reopened(account_id: Mapped[int], edition_id: Mapped[int | None]) -> ColumnElement[bool]:
    """Whether a person who passed an edition's quiz may sit it again, in a statement that has both.

    A revocation, or the end of the certificate's term, has opened it; they have not passed it since
    and have taken up no later edition.
    """
    return has_any(
        Enrolment.account_id == account_id,
        Enrolment.edition_id == edition_id,
        Enrolment.completed_at.is_(None),
        ~_IS_FORMER,
    )


_HAS_LAPSED = select(
    exists().where(
        Enrolment.completed_until.is_not(None), Enrolment.completed_until < bindparam("today")
    )
)


def has_lapsed(*, today: date) -> bool:
    """Whether the completion of an edition held until a day before this one."""
    return bool(current_connection().execute(_HAS_LAPSED, {"today": today}).scalar())


_LATEST = (
    select(latest_release(Enrolment.edition_id), Enrolment.chapter_number, Enrolment.anchor)
    .where(Enrolment.account_id == bindparam("account_id"))
    .where(Enrolment.completed_at.is_(None), ~_IS_FORMER)
    .order_by(desc(Enrolment.last_activity_at), desc(Enrolment.id))
    .limit(1)
)


def find_resume(account_id: int) -> Resume | None:
    """The position in the pocketbook that was read last and is not completed."""
    row = current_connection().execute(_LATEST, {"account_id": account_id}).one_or_none()
    if row is None:
        return None
    release_id, chapter_number, anchor = row
    book = get_release(release_id)
    numbers = {line.number for line in book.chapters}
    number = chapter_number if chapter_number in numbers else 1
    return Resume(book.slug, book.title, number, anchor)


@dataclass(frozen=True, slots=True)
class QuizAccess:
    """What stands between a learner and the final quiz.

    `state`: "open" (an attempt is running), "passed", "unread", "waiting", "ready". `book` is what
    the quiz is about: an open attempt may be one of a former edition. `attempt_token` is of the
    attempt that is open, of the one after which they wait, or of the one that was passed, if it was
    the last.
    """

    book: ReleaseView

    state: str
    unread: list[ChapterLine]
    opens_at: datetime | None
    attempt_token: str | None


_LAST_ATTEMPTS = (
    select(
        Attempt.token,
        Attempt.release_id,
        Attempt.submitted_at,
        Attempt.verdict,
        Attempt.wait_minutes,
    )
    .where(Attempt.account_id == bindparam("account_id"))
    .where(Attempt.module_id == bindparam("module_id"))
    .order_by(desc(Attempt.number))
    .limit(1)
)


def find_quiz_access(
    account_id: int, book: ReleaseView, progress: Progress | None, *, now: datetime
) -> QuizAccess:
    """Whether the person may sit the final quiz now, and if not, why."""
    last = (
        current_connection()
        .execute(_LAST_ATTEMPTS, {"account_id": account_id, "module_id": book.module_id})
        .one_or_none()
    )
    return _access(book, progress, last, now=now)


def _access(
    book: ReleaseView, progress: Progress | None, last: AnyRow | None, *, now: datetime
) -> QuizAccess:
    """What stands before the quiz for this progress and the last attempt, if there was one."""
    unread = [
        line for line in book.chapters if progress is None or line.number not in progress.read
    ]
    if last is not None and last.submitted_at is None:
        return QuizAccess(get_release(last.release_id), "open", unread, None, last.token)
    if progress is not None and progress.is_complete:
        was_passed = last is not None and last.verdict is Verdict.PASSED
        return QuizAccess(book, "passed", unread, None, last.token if last and was_passed else None)
    if book.requires_reading and unread:
        return QuizAccess(book, "unread", unread, None, None)
    if last is not None and last.verdict is Verdict.NOT_PASSED:
        opening = opens_at(last.submitted_at, last.wait_minutes)
        if opening > now:
            return QuizAccess(book, "waiting", unread, opening, last.token)
    return QuizAccess(book, "ready", unread, None, None)


@dataclass(frozen=True, slots=True)
class OwnBook:
    """A pocketbook that a person has taken up: their progress, and their access to the quiz.

    `last_score` is what their last attempt scored, if there was one that was handed in.
    """

    book: ReleaseView
    progress: Progress
    access: QuizAccess
    completed_at: datetime | None
    last_score: Score | None


_former = aliased(Attempt)
_OWN_BOOKS = (
    select(
        Enrolment.id,
        Enrolment.edition_id,
        latest_release(Enrolment.edition_id).label("newest_release_id"),
        Enrolment.chapter_number,
        Enrolment.anchor,
        Enrolment.completed_at,
        ChapterRead.chapter_number.label("read"),
        Attempt.token,
        Attempt.release_id,
        Attempt.submitted_at,
        Attempt.verdict,
        Attempt.wait_minutes,
        Attempt.right_count,
        func.json_array_length(Attempt.questions).label("question_count"),
    )
    .outerjoin(ChapterRead, ChapterRead.enrolment_id == Enrolment.id)
    .outerjoin(
        Attempt,
        and_(
            Attempt.account_id == Enrolment.account_id,
            Attempt.module_id == Enrolment.module_id,
            Attempt.number
            == select(func.max(_former.number))
            .where(_former.account_id == Enrolment.account_id)
            .where(_former.module_id == Enrolment.module_id)
            .scalar_subquery(),
        ),
    )
    .where(Enrolment.account_id == bindparam("account_id"), ~_IS_FORMER)
    .order_by(desc(Enrolment.last_activity_at), desc(Enrolment.id))
)


def list_own_books(account_id: int, *, now: datetime) -> list[OwnBook]:
    """The pocketbooks that a person has taken up, the latest used first, from one statement."""
    rows = current_connection().execute(_OWN_BOOKS, {"account_id": account_id}).fetchall()
    read: dict[int, set[int]] = {}
    for row in rows:
        read.setdefault(row.id, set()).update([] if row.read is None else [row.read])
    found = []
    for row in {row.id: row for row in rows}.values():
        progress = Progress(
            row.id,
            row.edition_id,
            row.newest_release_id,
            row.chapter_number,
            row.anchor,
            frozenset(read[row.id]),
            row.completed_at is not None,
        )
        book = get_release(progress.release_id)
        last = row if row.token is not None else None
        access = _access(book, progress, last, now=now)
        score = None if row.right_count is None else Score(row.right_count, row.question_count)
        found.append(OwnBook(book, progress, access, row.completed_at, score))
    return found


_PASSED = (
    select(
        func.coalesce(Regrading.right_count, Attempt.right_count),
        func.json_array_length(Attempt.questions),
    )
    .outerjoin(Regrading, Regrading.attempt_id == Attempt.id)
    .where(Attempt.enrolment_id == bindparam("enrolment_id"))
    .where(or_(Attempt.verdict == Verdict.PASSED, Regrading.id.is_not(None)))
    .order_by(desc(Attempt.number))
    .limit(1)
)


def find_passed_score(enrolment_id: int) -> Score | None:
    """What a person scored when they last passed an edition's quiz, or by its new grading."""
    row = current_connection().execute(_PASSED, {"enrolment_id": enrolment_id}).first()
    return None if row is None else Score(*row)


_HAS_OPEN_ATTEMPT = select(
    exists().where(
        Attempt.account_id == bindparam("account_id"),
        Attempt.module_id == bindparam("module_id"),
        Attempt.submitted_at.is_(None),
    )
)


def has_open_attempt(account_id: int, module_id: int) -> bool:
    """Whether the person is sitting the module's final quiz."""
    asked = {"account_id": account_id, "module_id": module_id}
    return bool(current_connection().execute(_HAS_OPEN_ATTEMPT, asked).scalar())


def may_take_answer_sheet(person: Principal | None, module_id: int) -> bool:
    """Whether somebody may have a module's answer sheet now: not while they sit its quiz."""
    return (
        person is not None
        and person.may(Permission.SEE_ANSWER_KEYS)
        and not has_open_attempt(person.account_id, module_id)
    )


@dataclass(frozen=True, slots=True)
class OwnModule:
    """One line of "my learning"; it is former if the person has taken up a later edition."""

    book: ReleaseView
    is_former: bool
    read_count: int
    completed_at: datetime | None


_OWN = (
    select(
        latest_release(Enrolment.edition_id),
        _IS_FORMER,
        select(func.count()).where(ChapterRead.enrolment_id == Enrolment.id).scalar_subquery(),
        Enrolment.completed_at,
    )
    .where(Enrolment.account_id == bindparam("account_id"))
    .order_by(desc(Enrolment.last_activity_at), desc(Enrolment.id))
)


def find_next_book(account_id: int) -> ReleaseView | None:
    """The first pocketbook, in the order of codes, that a person has completed no edition of."""
    completed = {
        module.book.module_id
        for module in list_own_modules(account_id)
        if module.completed_at is not None
    }
    return next((book for book in list_books() if book.module_id not in completed), None)


def list_own_modules(account_id: int) -> list[OwnModule]:
    """Every edition that a person has taken up, the latest used first."""
    rows = current_connection().execute(_OWN, {"account_id": account_id})
    return [OwnModule(get_release(row[0]), *row[1:]) for row in rows]
