"""Use cases of reading: enrol, save a position, finish a chapter."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import aliased

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.announcements import announce
from lms.db import UtcDateTime, current_connection, insert_once, store_once
from lms.learning.announcements import ReadingBegan
from lms.learning.errors import KeyWithheld, NoAnswerSheet
from lms.learning.models import Attempt, ChapterRead, Enrolment, KeySeen
from lms.learning.queries import find_progress, get_own_book, has_open_attempt, is_reopened
from lms.pocketbooks.errors import NoSuchChapter
from lms.pocketbooks.queries import ReleaseView, get_book, list_books

ANCHOR = re.compile(r"p[0-9]{1,4}")


def enrol(account_id: int, slug: str, *, now: datetime) -> tuple[int, ReleaseView]:
    """Enrol a person in a pocketbook's current edition, or find the enrolment they have.

    Returns the enrolment's id and the pocketbook as this person reads it. Two clicks at once give
    one enrolment: the table's constraint decides. Raises NoSuchPocketbook.
    """
    book, progress = get_own_book(account_id, slug)
    if progress is not None:
        return progress.enrolment_id, book
    return _enrol(account_id, book, now=now), book


def enrol_in_edition(account_id: int, slug: str, *, now: datetime) -> None:
    """Enrol a person in the edition that is offered now, beside former ones.

    From then on they read that one; what they have of the others stays. Raises NoSuchPocketbook.
    """
    _enrol(account_id, get_book(slug), now=now)


def _enrol(account_id: int, book: ReleaseView, *, now: datetime) -> int:
    """Enrol a person in an edition, once; returns the enrolment's id."""
    current_connection().execute(
        insert_once(Enrolment, current_connection()),
        {
            "account_id": account_id,
            "module_id": book.module_id,
            "edition_id": book.edition_id,
            "started_at": now,
            "last_activity_at": now,
            "chapter_number": 1,
            "anchor": "",
        },
    )
    found = {"account_id": account_id, "edition_id": book.edition_id}
    enrolment_id: int = current_connection().execute(_ENROLMENT, found).scalar_one()
    return enrolment_id


_ENROLMENT = select(Enrolment.id).where(
    Enrolment.account_id == bindparam("account_id"), Enrolment.edition_id == bindparam("edition_id")
)
_SAVE_POSITION = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment_id"))
    .values(
        chapter_number=bindparam("number"),
        anchor=bindparam("new_anchor"),
        last_activity_at=bindparam("now"),
    )
)


def save_position(
    account_id: int, slug: str, chapter_number: int, anchor: str, *, now: datetime
) -> None:
    """Save which paragraph a person is reading; raises NoSuchChapter.

    An anchor that is none (`p12` is one) is saved as the chapter's beginning.
    """
    enrolment_id, book = enrol(account_id, slug, now=now)
    _require_chapter(book, chapter_number)
    saved = anchor if ANCHOR.fullmatch(anchor) else ""
    _save_position(enrolment_id, chapter_number, saved, now=now)


def finish_chapter(account_id: int, slug: str, chapter_number: int, *, now: datetime) -> int | None:
    """Mark a chapter as read to its end; returns the next chapter's number, None after the last.

    Raises NoSuchChapter.
    """
    enrolment_id, book = enrol(account_id, slug, now=now)
    _require_chapter(book, chapter_number)
    if _note_read(enrolment_id, chapter_number, now=now):
        announce(ReadingBegan(account_id=account_id, now=now))
    following = chapter_number + 1 if chapter_number < len(book.chapters) else None
    _save_position(enrolment_id, following or chapter_number, "", now=now)
    return following


def take_over(account_id: int, finished: Mapping[int, Collection[int]], *, now: datetime) -> None:
    """Give a person the chapters that they finished before they signed in, by edition.

    Counts what is a chapter of an edition that is offered now, unless the person reads another
    edition of that pocketbook. Their position changes only where they had none.
    """
    for book in list_books() if finished else ():
        numbers = {line.number for line in book.chapters}
        read = sorted(numbers.intersection(finished.get(book.edition_id, ())))
        progress = find_progress(account_id, book.slug) if read else None
        if not read or (progress is not None and progress.edition_id != book.edition_id):
            continue
        enrolment_id = progress.enrolment_id if progress else _enrol(account_id, book, now=now)
        has_begun = [_note_read(enrolment_id, number, now=now) for number in read]
        if any(has_begun):
            announce(ReadingBegan(account_id=account_id, now=now))
        if progress is None:
            unread = numbers.difference(read)
            _save_position(enrolment_id, min(unread, default=read[-1]), "", now=now)


def _note_read(enrolment_id: int, chapter_number: int, *, now: datetime) -> bool:
    """Mark a chapter as read; the moment of the first time stands.

    Whether it is the first chapter of the edition that they have read.
    """
    read = {"enrolment_id": enrolment_id, "chapter_number": chapter_number, "read_at": now}
    if not store_once(ChapterRead, read, current_connection()):
        return False
    return current_connection().execute(_OTHERS_READ, read).first() is None


_OTHERS_READ = (
    select(ChapterRead.chapter_number)
    .where(ChapterRead.enrolment_id == bindparam("enrolment_id"))
    .where(ChapterRead.chapter_number != bindparam("chapter_number"))
    .limit(1)
)


def _save_position(enrolment_id: int, chapter_number: int, anchor: str, *, now: datetime) -> None:
    current_connection().execute(
        _SAVE_POSITION,
        {
            "enrolment_id": enrolment_id,
            "number": chapter_number,
            "new_anchor": anchor,
            "now": now,
        },
    )


def take_answer_sheet(person: Principal | None, slug: str, *, now: datetime) -> ReleaseView:
    """Note that a person takes the answer sheet of a pocketbook, which is the one offered now.

    A certificate that they earn afterwards says so and does not count. Raises NoAnswerSheet to who
    may not see answer keys, NoSuchPocketbook, and KeyWithheld to who is sitting the quiz just now.
    """
    if person is None or not person.may(Permission.SEE_ANSWER_KEYS):
        raise NoAnswerSheet
    book = get_book(slug)
    if has_open_attempt(person.account_id, book.module_id):
        raise KeyWithheld
    current_connection().execute(
        insert_once(KeySeen, current_connection()),
        {"account_id": person.account_id, "module_id": book.module_id, "seen_at": now},
    )
    return book


def complete_edition(enrolment_id: int, *, at: datetime) -> bool:
    """Note that a person has completed an edition; False if they had already.

    Of two passes at once, one of them perhaps by a new grading, the row lets one through.
    """
    done = current_connection().execute(_COMPLETE, {"enrolment": enrolment_id, "completed": at})
    return done.rowcount == 1


_COMPLETED = bindparam("completed", type_=UtcDateTime())
_COMPLETE = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment"), Enrolment.completed_at.is_(None))
    # A clock that was set back: nobody finishes before they began.
    .values(
        completed_at=case(
            (Enrolment.started_at > _COMPLETED, Enrolment.started_at), else_=_COMPLETED
        )
    )
)


def keep_completed_until(attempt_id: int, day: date) -> None:
    """Note the last day on which the completion by this attempt holds; the day is WIB's."""
    current_connection().execute(_KEEP_UNTIL, {"attempt": attempt_id, "day": day})


def reopen_lapsed(*, today: date) -> int:
    """Open the final quiz again to all whose completion held until a day before this one.

    Returns how many they were. What they read and the attempts of before stay; who has taken up a
    later edition keeps to that one.
    """
    return current_connection().execute(_REOPEN_LAPSED, {"today": today}).rowcount


def reopen_quiz(account_id: int, edition_id: int) -> bool:
    """Take back that a person has completed an edition: they may sit its final quiz again.

    False if they may not, since they have taken up a later edition. What they read and the attempts
    of before stay.
    """
    found = {"account": account_id, "edition": edition_id}
    current_connection().execute(_REOPEN, found)
    return current_connection().execute(_IS_REOPENED, found).scalar() is not None


def complete_again(attempt_id: int) -> bool:
    """Note once more that an edition was completed by this attempt, after its quiz was reopened.

    False if it counts as completed anyway: it was never reopened, or was passed again.
    """
    passed = current_connection().execute(_PASSED, {"attempt": attempt_id}).one_or_none()
    return passed is not None and complete_edition(passed.enrolment_id, at=passed.submitted_at)


_PASSED = select(Attempt.enrolment_id, Attempt.submitted_at).where(
    Attempt.id == bindparam("attempt")
)
_REOPEN = (
    update(Enrolment)
    .where(Enrolment.account_id == bindparam("account"))
    .where(Enrolment.edition_id == bindparam("edition"))
    .values(completed_at=None, completed_until=None)
)
_KEEP_UNTIL = (
    update(Enrolment)
    .where(
        Enrolment.id
        == select(Attempt.enrolment_id).where(Attempt.id == bindparam("attempt")).scalar_subquery()
    )
    .where(Enrolment.completed_at.is_not(None))
    .values(completed_until=bindparam("day"))
)
_REOPEN_LAPSED = (
    update(Enrolment)
    .where(Enrolment.completed_until.is_not(None), Enrolment.completed_until < bindparam("today"))
    .values(completed_at=None, completed_until=None)
)
_enrolment = aliased(Enrolment)
_IS_REOPENED = (
    select(_enrolment.id)
    .where(
        _enrolment.account_id == bindparam("account"), _enrolment.edition_id == bindparam("edition")
    )
    .where(is_reopened(_enrolment.account_id, _enrolment.edition_id))
)


def _require_chapter(book: ReleaseView, number: int) -> None:
    if number not in {line.number for line in book.chapters}:
        raise NoSuchChapter
